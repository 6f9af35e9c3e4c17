//! What becomes of failures in Go: an `err` that is asked for and returned, and what drops it: `_`, a call alone, a
//! branch on `err != nil` that says nothing of it, a `recover()` that nobody looks at.
//!
//! Does not catch: an error under another name than the one that is asked for right behind the call; one that is
//! logged and then forgotten. A function of another file that gives no error any more is not known: its call alone
//! counts as one that drops.

use std::collections::BTreeSet;

use crate::language::failures::{Discard, Failures, Loss, PassedOn, Reach};
use crate::language::go::kind;
use crate::language::{DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

pub(super) fn failures(parsed: &Parsed) -> Failures<'_> {
    let mut found = Failures::default();
    let infallible = infallible(parsed);
    for node in Walk::new(parsed.root()) {
        match node.kind() {
            kind::STATEMENT_LIST => {
                let statements = parts(node);
                for pair in statements.windows(2) {
                    if let [before, branch] = pair
                        && branch.child_by_field_name("initializer").is_none()
                    {
                        asked(parsed, *before, *branch, &mut found);
                    }
                }
            }
            kind::IF_STATEMENT => {
                if let Some(first) = node.child_by_field_name("initializer") {
                    asked(parsed, first, node, &mut found);
                }
            }
            kind::SHORT_VAR_DECLARATION | kind::ASSIGNMENT_STATEMENT => {
                if let Some(("_", of)) = bound(parsed, node) {
                    let how = "thrown away with `_`";
                    found.discards.push(Discard::new(node, of, how));
                }
            }
            kind::EXPRESSION_STATEMENT => {
                let call = node.named_child(0);
                let call = call.filter(|call| call.kind() == kind::CALL_EXPRESSION);
                let call = call.filter(|call| {
                    !called(parsed, *call).is_some_and(|name| infallible.contains(name))
                });
                let not_looked_at = |of| Discard::new(node, of, "not looked at");
                found.discards.extend(call.map(not_looked_at));
            }
            kind::DEFER_STATEMENT => found.losses.extend(recovers(parsed, node)),
            _ => {}
        }
    }
    found.discards.sort_by_key(|one| one.node.start_byte());
    found
}

/// The last name that a statement gives to what one call gives, and the call.
fn bound<'t>(parsed: &'t Parsed, node: Node<'t>) -> Option<(&'t str, Node<'t>)> {
    if !matches!(
        node.kind(),
        kind::SHORT_VAR_DECLARATION | kind::ASSIGNMENT_STATEMENT
    ) {
        return None;
    }
    let right = parts(node.child_by_field_name("right")?);
    let [call] = right.as_slice() else {
        return None;
    };
    let last = parts(node.child_by_field_name("left")?).pop()?;
    (call.kind() == kind::CALL_EXPRESSION).then(|| (parsed.text(last), *call))
}

/// The functions of this file that give no error.
fn infallible(parsed: &Parsed) -> BTreeSet<&str> {
    let definitions = parsed.facts().definitions.iter();
    let functions = definitions.filter(|one| one.kind == DefinitionKind::Function);
    let silent = functions.filter(|one| {
        let name = parsed.node(&one.name_bytes());
        let function = name.and_then(|name| name.parent());
        let result = function.and_then(|function| field(parsed, function, "result"));
        !result.is_some_and(|result| result.contains("error"))
    });
    silent.map(|one| one.name.as_str()).collect()
}

/// The name of what is called, without what it is called on.
fn called<'p>(parsed: &'p Parsed, call: Node<'_>) -> Option<&'p str> {
    let function = call.child_by_field_name("function")?;
    let name = function.child_by_field_name("field").unwrap_or(function);
    Some(parsed.text(name))
}

/// What a branch on the error of the statement before it does with it.
fn asked<'t>(parsed: &'t Parsed, before: Node<'t>, branch: Node<'t>, found: &mut Failures<'t>) {
    if branch.kind() != kind::IF_STATEMENT {
        return;
    }
    let Some((name, of)) = bound(parsed, before) else {
        return;
    };
    let condition = branch.child_by_field_name("condition");
    let asks = condition.is_some_and(|node| flat(parsed, node) == format!("{name}!=nil"));
    let Some(block) = branch
        .child_by_field_name("consequence")
        .filter(|_| asks && name != "_")
    else {
        return;
    };
    let mentions = |node| {
        let mut nodes = Walk::new(node);
        nodes.any(|node| node.kind() == kind::IDENTIFIER && parsed.text(node) == name)
    };
    if mentions(block) {
        let mut nodes = Walk::new(block);
        if nodes.any(|node| node.kind() == kind::RETURN_STATEMENT && mentions(node)) {
            let how = "returned to the caller";
            found.passed_on.push(PassedOn::new(of, how));
        }
        return;
    }
    let lists = block.named_children();
    let mut statements = lists.flat_map(parts).filter(|one| !one.is_comment());
    let quiet = |node: Node<'_>| {
        matches!(
            node.kind(),
            kind::RETURN_STATEMENT | kind::CONTINUE_STATEMENT | kind::BREAK_STATEMENT
        ) && !Walk::new(node).any(|node| node.kind() == kind::CALL_EXPRESSION)
    };
    if statements.all(quiet) {
        let how = "passed over: its branch says nothing of it";
        let node = branch;
        found.discards.push(Discard::new(node, of, how));
    }
}

/// `defer func() { recover() }()`.
fn recovers<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    let function = node.named_child(0)?.child_by_field_name("function")?;
    let body = function.child_by_field_name("body")?;
    let text = flat(parsed, body);
    let inside = text.trim_matches(['{', '}', ';']);
    matches!(inside, "recover()" | "_=recover()").then(|| Loss {
        node,
        what: "`recover()` without a look at what it gives: every panic of the function is lost"
            .to_owned(),
        reach: Reach::Left,
    })
}
