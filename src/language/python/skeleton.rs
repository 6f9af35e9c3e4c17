//! Skeletons of tests for pytest.
//!
//! Does not catch: how an object is made whose method is tested: a human knows.

use crate::language::facts::row;
use crate::language::outline::{Case, Outline, Outlining, shown};
use crate::language::python::kind;
use crate::language::{Definition, Parsed};
use crate::syntax::Walk;
use crate::syntax::walk::parts;

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
            kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION | kind::LAMBDA => {
                walk.skip_children();
                continue;
            }
            kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
                field("condition").map(|condition| format!("where `{condition}`"))
            }
            kind::ELSE_CLAUSE => Some("otherwise".to_owned()),
            kind::FOR_STATEMENT => field("right").map(|list| format!("where `{list}` is empty")),
            kind::WHILE_STATEMENT => {
                field("condition").map(|condition| format!("while `{condition}`"))
            }
            kind::EXCEPT_CLAUSE => {
                let of = parts(node).into_iter().next();
                let of = of.filter(|of| of.kind() != kind::BLOCK);
                let of = of.map_or_else(|| "something".to_owned(), |of| shown(parsed, of));
                Some(format!("where `{of}` is raised on the way"))
            }
            kind::CASE_CLAUSE => {
                let pattern = parts(node).into_iter().next();
                pattern.map(|pattern| format!("in the case `{}`", shown(parsed, pattern)))
            }
            kind::RAISE_STATEMENT => {
                let raised = parts(node).into_iter().next();
                raised.map(|raised| format!("where it raises `{}`", shown(parsed, raised)))
            }
            _ => None,
        };
        let line = row(node.start_position().row);
        found.extend(when.map(|when| Case { line, when }));
    }
    found
}

fn skeleton(path: &str, functions: &[Outline]) -> String {
    let module = path.strip_suffix(".py").unwrap_or(path);
    let module = module.strip_suffix("/__init__").unwrap_or(module);
    let module = ["src/", "lib/", "python/"]
        .into_iter()
        .find_map(|folder| module.strip_prefix(folder))
        .unwrap_or(module)
        .replace('/', ".");
    let mut names: Vec<&str> = functions
        .iter()
        .map(|function| function.name.split('.').next().unwrap_or_default())
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut text = format!(
        "import pytest\n\nfrom {module} import {}\n",
        names.join(", ")
    );
    for function in functions {
        text.push_str(&format!("\n\n# {}\n", function.signature));
        for (number, (name, case)) in function.tests().into_iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n\n" };
            let (line, when) = match case {
                Some(case) => (
                    format!("    # Line {} at base.\n", case.line),
                    case.when.as_str(),
                ),
                None => (String::new(), "when it is called"),
            };
            let what = format!("not written yet: what {} does {when}", function.name);
            let what = what.replace('\\', "\\\\").replace('"', "\\\"");
            text.push_str(&format!(
                "{gap}def test_{name}():\n{line}    pytest.fail(\"{what}\")\n"
            ));
        }
    }
    text
}
