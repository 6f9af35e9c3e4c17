//! Specs of Ginkgo: `var _ = Describe("cart", func() { It("adds", func() { .. }) })`.
//!
//! Does not catch: `DescribeTable`, whose entries are read as arguments.

use super::assert::{Reader, arguments};
use super::{body, row};
use crate::language::Parsed;
use crate::language::go::kind;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Decider, FileModel, Function, Mark, MarkKind, Role};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

/// What holds specs, with its pending and focused forms.
const GROUPS: [&str; 12] = [
    "Describe",
    "Context",
    "When",
    "PDescribe",
    "PContext",
    "PWhen",
    "XDescribe",
    "XContext",
    "XWhen",
    "FDescribe",
    "FContext",
    "FWhen",
];
/// What is a spec, likewise.
const SPECS: [&str; 8] = [
    "It", "Specify", "PIt", "PSpecify", "XIt", "XSpecify", "FIt", "FSpecify",
];
/// What runs around specs.
const AROUND: [&str; 6] = [
    "BeforeEach",
    "AfterEach",
    "JustBeforeEach",
    "JustAfterEach",
    "BeforeSuite",
    "AfterSuite",
];

/// A list of statements still to be read.
struct Pending<'t> {
    node: Node<'t>,
    scope: Vec<String>,
    off: Option<Mark>,
}

/// The specs of a declaration at the top of a file.
pub(super) fn specs(parsed: &Parsed, item: Node<'_>, model: &mut FileModel) {
    let mut stack = vec![Pending {
        node: item,
        scope: Vec::new(),
        off: None,
    }];
    while let Some(pending) = stack.pop() {
        if pending.node.kind() != kind::CALL_EXPRESSION {
            let mut inner = parts(pending.node);
            inner.reverse();
            // A function that is not given to a group is none of specs.
            inner.retain(|node| node.kind() != kind::FUNC_LITERAL);
            stack.extend(inner.into_iter().map(|node| Pending {
                node,
                scope: pending.scope.clone(),
                off: pending.off.clone(),
            }));
            continue;
        }
        let name = field(parsed, pending.node, "function").unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or(name);
        let given = arguments(pending.node);
        let block = given
            .iter()
            .rev()
            .find(|given| given.kind() == kind::FUNC_LITERAL)
            .and_then(|closure| closure.child_by_field_name("body"));
        let Some(block) = block else {
            continue;
        };
        let title = given.first().filter(|first| first.is_string());
        let title = title.map_or("", |title| parsed.text(*title).trim_matches(['"', '`']));
        let off = pending
            .off
            .or_else(|| is_off(parsed, name, pending.node, &given));
        if GROUPS.contains(&name) {
            let mut scope = pending.scope;
            scope.push(one_line(title));
            stack.push(Pending {
                node: block,
                scope,
                off,
            });
        } else if SPECS.contains(&name) || AROUND.contains(&name) {
            let is_spec = SPECS.contains(&name);
            let own = if is_spec { title } else { name };
            spec(
                parsed,
                pending.node,
                block,
                (own, is_spec),
                pending.scope,
                off,
                model,
            );
        }
    }
}

/// A spec or a group that is pending.
fn is_off(parsed: &Parsed, name: &str, call: Node<'_>, given: &[Node<'_>]) -> Option<Mark> {
    let is_pending = name.starts_with(['P', 'X'])
        || given
            .iter()
            .any(|given| matches!(parsed.text(*given), "Pending" | "ginkgo.Pending"));
    is_pending.then(|| Mark {
        kind: MarkKind::Skip,
        condition: None,
        reason: String::new(),
        text: one_line(name),
        line: row(call.start_position().row),
        case: None,
        decider: Decider::Nobody,
        strict: false,
    })
}

fn spec(
    parsed: &Parsed,
    call: Node<'_>,
    block: Node<'_>,
    (name, is_spec): (&str, bool),
    scope: Vec<String>,
    off: Option<Mark>,
    model: &mut FileModel,
) {
    let reader = Reader::of(parsed, call);
    model.functions.push(Function {
        name: one_line(name),
        scope,
        role: if is_spec { Role::Test } else { Role::Fixture },
        place: parsed.place(call),
        lines: row(call.start_position().row)..row(call.end_position().row + 1),
        unreached: None,
        marks: off.into_iter().collect(),
        cases: Vec::new(),
        given: Vec::new(),
        everywhere: !is_spec,
        parameters: Vec::new(),
        doc: String::new(),
        drops: false,
        body: body::read(&reader, block),
    });
}
