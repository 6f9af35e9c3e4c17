//! The code of one version of a file with the tests of another: items under `#[cfg(test)]`, and functions with a test's
//! attribute, at the top and in modules of the file.
//!
//! Does not catch: helpers for tests inside an `impl`; tests that a macro makes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::budget;
use crate::language::Parsed;
use crate::language::rust::facts::{inner, is_cfg_test, is_test_attribute};
use crate::language::rust::kind;
use crate::syntax::Node;

/// Modules inside of each other that are looked into.
const DEEPEST: usize = 16;

/// The tests of a file, and where others can stand.
#[derive(Default)]
struct Places {
    /// By the path of the module that they stand in.
    tests: Vec<(Vec<String>, Range<usize>)>,
    /// Where the items of a module end.
    ends: BTreeMap<Vec<String>, usize>,
}

/// The code of `code` with the tests of `tests`.
pub(super) fn spliced(code: &Parsed, tests: &Parsed) -> Option<String> {
    let (mut own, mut others) = (Places::default(), Places::default());
    places(code, code.root(), &mut Vec::new(), &mut own);
    places(tests, tests.root(), &mut Vec::new(), &mut others);
    let mut added: BTreeMap<usize, String> = BTreeMap::new();
    for (module, bytes) in &others.tests {
        let end = *own.ends.get(module)?;
        let text = added.entry(end).or_default();
        text.push('\n');
        text.push_str(tests.source.get(bytes.clone())?);
        text.push('\n');
    }
    let mut cuts: Vec<(Range<usize>, Option<String>)> = Vec::new();
    cuts.extend(own.tests.into_iter().map(|(_, bytes)| (bytes, None)));
    cuts.extend(added.into_iter().map(|(at, text)| (at..at, Some(text))));
    cuts.sort_by_key(|(bytes, _)| (bytes.start, bytes.end));
    let (mut text, mut at) = (String::with_capacity(code.source.len()), 0);
    for (bytes, put) in cuts {
        text.push_str(code.source.get(at..bytes.start)?);
        text.push_str(put.as_deref().unwrap_or_default());
        at = bytes.end;
    }
    text.push_str(code.source.get(at..)?);
    Some(text)
}

/// Finds the tests among the items of a module.
fn places(file: &Parsed, items: Node<'_>, module: &mut Vec<String>, found: &mut Places) {
    let text = |node: Node<'_>| file.source.get(node.byte_range()).unwrap_or_default();
    let mut begin: Option<usize> = None;
    let mut is_test = false;
    for node in items.named_children() {
        if !budget::charge(1) {
            return;
        }
        match node.kind() {
            kind::ATTRIBUTE_ITEM => {
                begin.get_or_insert(node.start_byte());
                let mark = inner(text(node)).unwrap_or_default();
                is_test |= is_cfg_test(mark) || is_test_attribute(mark);
                continue;
            }
            kind::LINE_COMMENT | kind::BLOCK_COMMENT => {
                if node.child_by_field_name("doc").is_some() {
                    begin.get_or_insert(node.start_byte());
                }
                continue;
            }
            _ => {}
        }
        let from = begin.take().unwrap_or(node.start_byte());
        if std::mem::take(&mut is_test) {
            found.tests.push((module.clone(), from..node.end_byte()));
        } else if node.kind() == kind::MOD_ITEM
            && module.len() < DEEPEST
            && let (Some(name), Some(body)) = (
                node.child_by_field_name("name"),
                node.child_by_field_name("body"),
            )
        {
            module.push(text(name).to_owned());
            places(file, body, module, found);
            module.pop();
        }
    }
    let end = match module.is_empty() {
        true => file.source.len(),
        // Before the brace that closes it.
        false => items.end_byte().saturating_sub(1),
    };
    found.ends.insert(module.clone(), end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::RUST;

    fn of(code: &str, tests: &str) -> Option<String> {
        let parsed = |text: &str| Parsed::new(RUST, text.into()).unwrap();
        spliced(&parsed(code), &parsed(tests))
    }

    #[test]
    fn the_tests_of_one_stand_with_the_code_of_the_other() {
        let code = "fn f() -> u8 { 2 }\n\n/// Tests.\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn new() {}\n}\n";
        let tests =
            "fn f() -> u8 { 1 }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn old() {}\n}\n";
        let mixed = of(code, tests).unwrap();
        assert!(
            mixed.contains("{ 2 }") && mixed.contains("fn old"),
            "{mixed}"
        );
        assert!(
            !mixed.contains("{ 1 }") && !mixed.contains("fn new") && !mixed.contains("/// Tests"),
            "{mixed}"
        );
    }

    #[test]
    fn tests_of_a_module_stand_in_it_and_those_of_none_nowhere() {
        let inside = |f: &str, t: &str| {
            format!("mod a {{\n    pub fn f() {{ {f} }}\n    #[test]\n    fn {t}() {{}}\n}}\n")
        };
        let mixed = of(&inside("2", "new"), &inside("1", "old")).unwrap();
        assert!(
            mixed.contains("{ 2 }") && mixed.contains("fn old") && !mixed.contains("fn new"),
            "{mixed}"
        );
        assert_eq!(of("fn f() {}\n", &inside("1", "old")), None);
        // Without tests on either side nothing changes.
        assert_eq!(
            of("fn f() {}\n", "fn g() {}\n").as_deref(),
            Some("fn f() {}\n")
        );
    }
}
