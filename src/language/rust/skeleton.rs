//! Skeletons of tests for Rust: a module to stand in the file of the function.
//!
//! Does not catch: how a value is made whose method is tested: a human knows.

use crate::language::facts::row;
use crate::language::outline::{Case, Outline, Outlining, shown};
use crate::language::rust::kind;
use crate::language::{Definition, Parsed};
use crate::syntax::Walk;

pub(super) const OUTLINING: Outlining = Outlining { cases, skeleton };

fn cases(parsed: &Parsed, function: &Definition) -> Vec<Case> {
    let body = function.body.as_ref().and_then(|body| parsed.node(body));
    let Some(body) = body else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut walk = Walk::new(body);
    while let Some(node) = walk.next() {
        let field = |name: &str| {
            let part = node.child_by_field_name(name);
            part.map(|part| shown(parsed, part))
        };
        let when = match node.kind() {
            kind::FUNCTION_ITEM | kind::IMPL_ITEM | kind::MACRO_DEFINITION => {
                walk.skip_children();
                continue;
            }
            kind::IF_EXPRESSION => {
                field("condition").map(|condition| format!("where `{condition}`"))
            }
            kind::ELSE_CLAUSE => Some("otherwise".to_owned()),
            kind::FOR_EXPRESSION => field("value").map(|list| format!("where `{list}` is empty")),
            kind::WHILE_EXPRESSION => {
                field("condition").map(|condition| format!("while `{condition}`"))
            }
            kind::MATCH_ARM => field("pattern").map(|pattern| format!("in the case `{pattern}`")),
            kind::TRY_EXPRESSION => {
                let of = node.named_child(0);
                of.map(|of| format!("where `{}` fails", shown(parsed, of)))
            }
            _ => None,
        };
        let line = row(node.start_position().row);
        found.extend(when.map(|when| Case { line, when }));
    }
    found
}

fn skeleton(_: &str, functions: &[Outline]) -> String {
    let mut text = "#[cfg(test)]\nmod characterization {\n    use super::*;\n".to_owned();
    for function in functions {
        text.push_str(&format!("\n    // {}\n", function.signature));
        for (name, case) in function.tests() {
            let (line, when) = match case {
                Some(case) => (
                    format!("        // Line {} at base.\n", case.line),
                    case.when.as_str(),
                ),
                None => (String::new(), "when it is called"),
            };
            let what = format!("not written yet: what {} does {when}", function.name);
            text.push_str(&format!(
                "\n    #[test]\n    fn {name}() {{\n{line}        todo!(\"{{}}\", {what:?})\n    }}\n"
            ));
        }
    }
    text + "}\n"
}
