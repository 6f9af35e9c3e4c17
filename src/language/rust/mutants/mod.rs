//! Mutants of Rust: those of cargo-mutants (bodies by their type, operators, arms of a `match`), and some more.
//!
//! Does not catch: what stands in a macro call, which is tokens; code under a `cfg`, which may not be compiled here;
//! `unsafe` code, where an edit may do anything. An edit may not compile: the types of names are not known.

mod edits;
mod types;

use std::collections::BTreeSet;

use crate::language::mutants::{Gathering, Mutant};
use crate::language::rust::kind;
use crate::language::{Language, Parsed};
use crate::syntax::walk::field;
use crate::syntax::{Node, Walk};

pub(super) fn mutants(parsed: &Parsed, wanted: &dyn Fn(u32) -> bool) -> Vec<Mutant> {
    let mut gathering = Gathering::new(parsed, wanted);
    if parsed.root().has_error() {
        return gathering.finish();
    }
    let defaults = types::with_default(parsed);
    // Definitions of tests, by where they end.
    let definitions = parsed.facts().definitions.iter();
    let tests = definitions.filter(|definition| definition.in_test);
    let tests: BTreeSet<usize> = tests.map(|definition| definition.bytes.end).collect();
    // Functions and closures around, by where they end, with the default of what each answers.
    let mut answers: Vec<(usize, Option<String>)> = Vec::new();
    let mut walk = Walk::new(parsed.root());
    let mut is_conditional = false;
    // Where the last condition with a `let` ends: `||` has no place in it.
    let mut chained = 0;
    while let Some(node) = walk.next() {
        while answers
            .pop_if(|(end, _)| node.start_byte() >= *end)
            .is_some()
        {}
        if node.kind() == kind::ATTRIBUTE_ITEM {
            is_conditional |= parsed.text(node).replace(' ', "").starts_with("#[cfg(");
            walk.skip_children();
            continue;
        }
        // An attribute belongs to the node after it; a comment may stand between.
        let is_left_out =
            node.is_named() && !node.is_comment() && std::mem::take(&mut is_conditional);
        if is_left_out || is_arid(parsed, node, &tests) {
            walk.skip_children();
            continue;
        }
        match node.kind() {
            kind::FUNCTION_ITEM => {
                let returned = node.child_by_field_name("return_type");
                let default = returned.map(|of| types::default_of(parsed, of, &defaults, 0));
                edits::body(&mut gathering, node, &defaults);
                answers.push((node.end_byte(), default.flatten()));
            }
            kind::CLOSURE_EXPRESSION | kind::ASYNC_BLOCK => answers.push((node.end_byte(), None)),
            kind::RETURN_EXPRESSION => {
                let default = answers.last().and_then(|(_, default)| default.as_deref());
                edits::returned(&mut gathering, node, default);
            }
            kind::BLOCK => {
                let default = answers.last().and_then(|(_, default)| default.as_deref());
                edits::tail(&mut gathering, node, default);
            }
            kind::LET_CHAIN | kind::LET_CONDITION => chained = chained.max(node.end_byte()),
            kind::BINARY_EXPRESSION | kind::COMPOUND_ASSIGNMENT_EXPR => {
                edits::operator(&mut gathering, node, node.start_byte() < chained);
            }
            _ => edits::node(&mut gathering, node),
        }
    }
    gathering.finish()
}

/// Whether nothing in a node is worth an edit.
fn is_arid(parsed: &Parsed, node: Node<'_>, tests: &BTreeSet<usize>) -> bool {
    let arid = &super::Rust.profile().arid;
    match node.kind() {
        kind::LINE_COMMENT
        | kind::BLOCK_COMMENT
        | kind::STRING_LITERAL
        | kind::RAW_STRING_LITERAL
        | kind::INNER_ATTRIBUTE_ITEM
        | kind::USE_DECLARATION
        | kind::EXTERN_CRATE_DECLARATION
        | kind::FOREIGN_MOD_ITEM
        | kind::MACRO_DEFINITION
        | kind::MACRO_INVOCATION
        | kind::UNSAFE_BLOCK
        | kind::TYPE_ITEM
        | kind::ASSOCIATED_TYPE
        | kind::STRUCT_ITEM
        | kind::ENUM_ITEM
        | kind::UNION_ITEM
        | kind::TYPE_ARGUMENTS
        | kind::TYPE_PARAMETERS
        | kind::WHERE_CLAUSE => true,
        kind::FUNCTION_ITEM => {
            let is_meant = |name| arid.is_function(name);
            let mut parts = node.named_children();
            let is_unsafe = parts.any(|part| {
                part.kind() == kind::FUNCTION_MODIFIERS && parsed.text(part).contains("unsafe")
            });
            is_unsafe
                || field(parsed, node, "name").is_some_and(is_meant)
                || tests.contains(&node.end_byte())
        }
        kind::IMPL_ITEM => {
            let is_meant = |interface: &str| {
                let plain = interface.split('<').next().unwrap_or(interface);
                let last = plain.rsplit(':').next().unwrap_or(plain);
                arid.interfaces.iter().any(|own| own == last)
            };
            field(parsed, node, "trait").is_some_and(is_meant) || tests.contains(&node.end_byte())
        }
        kind::MOD_ITEM | kind::TRAIT_ITEM => tests.contains(&node.end_byte()),
        kind::CONST_ITEM | kind::STATIC_ITEM => {
            field(parsed, node, "name").is_some_and(|name| arid.is_name(name))
        }
        kind::FIELD_INITIALIZER => {
            field(parsed, node, "field").is_some_and(|name| arid.is_name(name))
        }
        kind::CALL_EXPRESSION => {
            field(parsed, node, "function").is_some_and(|callee| arid.is_call(callee))
        }
        kind::IF_EXPRESSION => {
            field(parsed, node, "condition").is_some_and(|text| arid.is_condition(text))
        }
        other => {
            other.ends_with("_type")
                || (other.ends_with("_pattern") && other != kind::MATCH_PATTERN)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::RUST;

    /// Each mutant as its line and what it says.
    fn said(text: &str) -> Vec<String> {
        let parsed = Parsed::new(RUST, text.into()).unwrap();
        assert!(!parsed.root().has_error(), "{text}");
        let found = super::mutants(&parsed, &|_| true);
        for mutant in &found {
            assert!(mutant.applied(&parsed).is_some(), "{mutant:?}");
        }
        let said = found
            .iter()
            .map(|mutant| format!("{} {}", mutant.line, mutant.says));
        said.collect()
    }

    #[test]
    fn conditions_boundaries_logic_and_constants_are_edited() {
        let text = "\
fn f(a: u32, b: bool) -> Option<u32> {
    if a < 3 && !b {
        return Some(a + 1);
    }
    for i in 0..a {
        g(i);
    }
    None
}
";
        assert_eq!(
            said(text),
            [
                "2 the body of `f` became `None`",
                "2 `a<3&&!b` was negated",
                "2 `<` became `<=`",
                "2 `3` became `4`",
                "2 `&&` became `||`",
                "2 `!b` lost its `!`",
                "3 `return Some(a+1)` became `return None`",
                "3 `+` became `-`",
                "3 `1` became `2`",
                "5 `0` became `1`",
                "5 `..` became `..=`",
                "6 `g(i)` was left out",
            ]
        );
    }

    #[test]
    fn failures_arms_and_branches_are_left_out() {
        let text = "\
fn f(a: u8) -> Result<(), E> {
    check(a)?;
    match a {
        0 => g(),
        n if n > 9 => h(),
        _ => {}
    }
    if a == 1 {
        g();
    } else {
        h();
        g();
    }
    Err(E)
}
";
        assert_eq!(
            said(text),
            [
                "2 `check(a)?` was left out",
                "2 the failure of `check(a)` is dropped",
                "2 the body of `f` became `Ok(())`",
                "4 the arm `0` was left out",
                "5 the arm `n if n>9` was left out",
                "5 `n>9` was negated",
                "5 `>` became `>=`",
                "5 `9` became `10`",
                "8 `==` became `!=`",
                "8 `1` became `2`",
                "9 `g()` was left out",
                "10 what runs under `else` was left out",
                "11 `h()` was left out",
                "12 `g()` was left out",
                "14 `Err(E)` became `Ok(())`",
            ]
        );
    }

    #[test]
    fn a_condition_with_a_let_stays_one() {
        let text = "fn f() { if let Some(x) = y && x.a && x.b { g(x); } }\n";
        assert_eq!(
            said(text),
            ["1 the body of `f` was left out", "1 `g(x)` was left out"]
        );
    }

    #[test]
    fn what_no_test_should_look_at_makes_none() {
        let text = "\
use a::b;
const TIMEOUT: u64 = 30;
const A: [u8; 4] = B;
enum E { A = 1 }
impl fmt::Display for A {
    fn fmt(&self, f: &mut F) -> fmt::Result { f.pad(g(1 + 1)) }
}
impl std::fmt::Debug for A {
    fn fmt(&self, f: &mut F) -> fmt::Result { g(1 + 1) }
}
fn main() { if a < b { c(); } }
unsafe fn u() -> u8 { 1 + 1 }
fn g() -> A<3> {
    log::info(1 + 1);
    println!(\"{}\", 1 + 1);
    debug_assert!(1 + 1 > 2);
    let x = Vec::with_capacity(16);
    unsafe { y(1 + 1) };
    #[cfg(windows)]
    h(1 + 1);
    x
}
#[cfg(unix)]
fn h() -> u8 { 1 + 1 }
#[cfg(test)]
mod tests {
    #[test]
    fn t() { assert!(g() == 1); u(1); }
}
";
        assert!(said(text).is_empty(), "{:?}", said(text));
    }
}
