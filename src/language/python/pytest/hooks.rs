//! What a hook of pytest does with what the runner hands to it, and whose an attribute is that is called like the
//! runner's own.
//!
//! Does not catch: an object of the runner's that a function of another file hands on.

use super::flow::yields;
use crate::language::Parsed;
use crate::language::test_model::SignKind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parents, parts};

/// Names under which the runner's own objects go.
const OF_THE_RUNNER: [&str; 8] = [
    "request",
    "item",
    "session",
    "report",
    "rep",
    "node",
    "terminalreporter",
    "config",
];

/// What only looks, tells or counts.
const TELLS: [&str; 41] = [
    "print",
    "pprint",
    "echo",
    "len",
    "str",
    "repr",
    "int",
    "float",
    "round",
    "sorted",
    "set",
    "list",
    "dict",
    "tuple",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "enumerate",
    "isinstance",
    "getattr",
    "hasattr",
    "Counter",
    "format",
    "join",
    "get",
    "items",
    "getoption",
    "getini",
    "getvalue",
    "get_closest_marker",
    "iter_markers",
    "write",
    "write_line",
    "write_sep",
    "section",
    "debug",
    "info",
    "warning",
    "get_result",
];

/// Whether a hook may decide anything: it does more than look at what it is given, and tell.
pub(super) fn steers(parsed: &Parsed, function: Node<'_>, block: Node<'_>) -> bool {
    let mut walk = Walk::new(block);
    while let Some(node) = walk.next() {
        let decides = match node.kind() {
            "if_statement" if is_no_tests_recipe(parsed, node) => {
                walk.skip_children();
                false
            }
            "call" => node.child_by_field_name("function").is_none_or(|callee| {
                let last = match callee.kind() {
                    "attribute" => field(parsed, callee, "attribute"),
                    _ => Some(parsed.text(callee)),
                };
                !last.is_some_and(|last| TELLS.contains(&last))
            }),
            "assignment" if is_handed_through(parsed, function, node) => false,
            "assignment" | "augmented_assignment" => node
                .child_by_field_name("left")
                .is_none_or(|left| left.kind() != "identifier"),
            "return_statement" => parts(node).first().is_some_and(|n| n.kind() != "none"),
            "delete_statement" | "raise_statement" | "global_statement" | "nonlocal_statement" => {
                true
            }
            _ => false,
        };
        if decides {
            return true;
        }
    }
    // A hook that stands in the place of another decides by being silent; one that yields lets the others run.
    !yields(block)
        && field(parsed, function, "name").is_some_and(|name| {
            matches!(
                name,
                "pytest_runtest_protocol" | "pytest_pyfunc_call" | "pytest_report_teststatus"
            )
        })
}

/// Whether an assignment sets an attribute of what a hook is given to what the hook is given under the attribute's name.
fn is_handed_through(parsed: &Parsed, function: Node<'_>, assignment: Node<'_>) -> bool {
    let side = |name| assignment.child_by_field_name(name);
    let (Some(left), Some(right)) = (side("left"), side("right")) else {
        return false;
    };
    let name = parsed.text(right);
    let is_parameter = function
        .child_by_field_name("parameters")
        .is_some_and(|list| parts(list).iter().any(|n| parsed.text(*n) == name));
    let bound_once = || {
        let mut others = Walk::new(function).filter(|n| n.kind().ends_with("assignment"));
        !others.any(|n| field(parsed, n, "left") == Some(name))
    };
    right.kind() == "identifier"
        && field(parsed, left, "attribute") == Some(name)
        && is_parameter
        && bound_once()
}

/// Whether a condition takes the one outcome that no test ran, and its branch does nothing but make it a success: what
/// pytest's own pages show for a suite that may be empty.
fn is_no_tests_recipe(parsed: &Parsed, condition: Node<'_>) -> bool {
    let asked = condition.child_by_field_name("condition");
    let asked = asked.map(|asked| flat(parsed, asked)).unwrap_or_default();
    let Some((one, other)) = asked.split_once("==") else {
        return false;
    };
    let is_code = |text: &str| text == "5" || text.ends_with("NO_TESTS_COLLECTED");
    let is_status = |text: &str| matches!(text, "exitstatus" | "session.exitstatus");
    let statements = condition.child_by_field_name("consequence").map(parts);
    let sets = statements.is_some_and(|statements| {
        statements.iter().all(|statement| {
            let text = flat(parsed, *statement);
            text.starts_with("session.exitstatus=")
        })
    });
    let plain = condition.child_by_field_name("alternative").is_none();
    plain && sets && (is_code(one) && is_status(other) || is_code(other) && is_status(one))
}

/// What an assignment to an attribute that is called like an outcome of the runner is.
pub(super) fn outcome(parsed: &Parsed, left: Node<'_>) -> Option<SignKind> {
    let function = parents(left, parsed.root()).find(|n| n.kind() == "function_definition");
    let around = parents(left, parsed.root()).find(|n| n.kind() == "if_statement");
    if around.is_some_and(|around| is_no_tests_recipe(parsed, around)) {
        return None;
    }
    let Some(function) = function else {
        return Some(SignKind::OutcomeRewritten);
    };
    if left
        .parent()
        .is_some_and(|it| is_handed_through(parsed, function, it))
    {
        return None;
    }
    let is_hook = field(parsed, function, "name").is_some_and(|name| name.starts_with("pytest_"));
    let mut owner = parsed.text(left);
    // From a name to what it was made of, as long as that is a name of the same function.
    for _ in 0..4 {
        let mut names = owner.split(['.', '(', '[']);
        let root = names.next().unwrap_or(owner);
        let is_runners = OF_THE_RUNNER.contains(&root)
            || root == "self" && names.any(|name| OF_THE_RUNNER.contains(&name));
        if is_hook && root != "self" || is_runners || owner.contains("get_result") {
            return Some(SignKind::OutcomeRewritten);
        }
        if root == "self" {
            return None;
        }
        let mut bound = Walk::new(function).filter(|n| n.kind() == "assignment");
        let made = bound.find_map(|node| {
            let is_ours = field(parsed, node, "left") == Some(root);
            is_ours.then(|| field(parsed, node, "right")).flatten()
        });
        match made {
            Some(made) => owner = made,
            None => {
                let parameters = field(parsed, function, "parameters").unwrap_or_default();
                let mut names = parameters.split(|c: char| !c.is_alphanumeric() && c != '_');
                return names
                    .any(|name| name == root)
                    .then_some(SignKind::OutcomeOfAParameter);
            }
        }
    }
    None
}
