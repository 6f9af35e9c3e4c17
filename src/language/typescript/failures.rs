//! What becomes of failures: `try` and `catch`, `.catch(..)` of a promise, and calls that pass theirs on.
//!
//! A `catch` names no type, so one that drops what it caught is no choice, as it is elsewhere: that it is there is told
//! where it is empty, and where the same call passed its failure on before.
//!
//! Does not catch: a `catch` that calls a function which does nothing; a promise that is kept in a name and never
//! waited for.

use crate::language::Parsed;
use crate::language::failures::{Discard, Ends, Failures, Handler, Ignored, Loss, PassedOn, Reach};
use crate::language::typescript::kind;
use crate::language::typescript::values::{passes_value, unwrapped};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parents, parts};

pub(super) fn failures(parsed: &Parsed) -> Failures<'_> {
    let mut found = Failures::default();
    // The end of each `try` that a walk is in, and what its `catch` does.
    let mut within: Vec<(usize, Node<'_>, Option<Ends>)> = Vec::new();
    for node in Walk::new(parsed.root()) {
        while within
            .last()
            .is_some_and(|(end, ..)| *end <= node.start_byte())
        {
            within.pop();
        }
        match node.kind() {
            kind::TRY_STATEMENT => {
                let body = node.child_by_field_name("body");
                let clause = node.child_by_field_name("handler");
                let handler = clause.and_then(|clause| handler(parsed, node, clause));
                let ends = handler.as_ref().map(|handler| handler.ends);
                if let (Some(body), Some(clause)) = (body, clause) {
                    within.push((body.end_byte(), clause, ends));
                }
                found.handlers.extend(handler);
            }
            kind::FINALLY_CLAUSE => leaves(node, &mut found),
            // What a function within does is not caught where it is made.
            kind::ARROW_FUNCTION
            | kind::FUNCTION_EXPRESSION
            | kind::FUNCTION_DECLARATION
            | kind::METHOD_DEFINITION => within.push((node.end_byte(), node, None)),
            kind::CALL_EXPRESSION => {
                found.losses.extend(lost(parsed, node));
                call(parsed, node, within.last(), &mut found);
            }
            kind::ASSIGNMENT_EXPRESSION => found.losses.extend(switched_off(parsed, node)),
            _ => {}
        }
    }
    found
}

fn handler<'t>(parsed: &'t Parsed, statement: Node<'t>, clause: Node<'t>) -> Option<Handler<'t>> {
    const KEYWORD: &str = "catch";
    let body = clause.child_by_field_name("body")?;
    let binds = field(parsed, clause, "parameter");
    let ends = ends(parsed, body, binds);
    let says_why = body.named_children().any(|part| part.is_comment());
    Some(Handler {
        node: clause,
        keyword: KEYWORD,
        catches: "",
        binds,
        header: clause.start_byte()..body.start_byte().max(clause.start_byte() + KEYWORD.len()),
        broad: ends == Ends::Nothing && !says_why,
        by_type: false,
        ends,
        excused: is_probe(parsed, statement) || is_in_clean_up(parsed, statement),
    })
}

/// What writes what it is given for people to read.
const LOGS: [&str; 10] = [
    "console.log",
    "console.error",
    "console.warn",
    "console.info",
    "console.debug",
    "console.trace",
    "logger.error",
    "logger.warn",
    "log.error",
    "log.warn",
];

fn ends(parsed: &Parsed, body: Node<'_>, bound: Option<&str>) -> Ends {
    let mut ends = Ends::Drops;
    let mut walk = Walk::new(body);
    let mut left = 10 * LOOKED_AT;
    while let Some(node) = walk.next() {
        left = left.saturating_sub(1);
        match node.kind() {
            // A long answer is one.
            _ if left == 0 => return Ends::Tells,
            kind::THROW_STATEMENT => return Ends::Raises,
            kind::CALL_EXPRESSION => {
                let callee = field(parsed, node, "function").unwrap_or_default();
                if LOGS.contains(&callee) {
                    if ends == Ends::Drops {
                        ends = Ends::Logs;
                    }
                    walk.skip_children();
                } else if callee == "Promise.reject" {
                    return Ends::Raises;
                } else {
                    ends = Ends::Tells;
                }
            }
            kind::NEW_EXPRESSION | kind::AWAIT_EXPRESSION | kind::YIELD_EXPRESSION => {
                ends = Ends::Tells;
            }
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER
                if Some(parsed.text(node)) == bound =>
            {
                ends = Ends::Tells;
            }
            _ => {}
        }
    }
    match parts(body).is_empty() {
        true => Ends::Nothing,
        false => ends,
    }
}

/// Calls that are made to learn whether something is there or well formed.
const PROBES: [&str; 22] = [
    "require",
    "import",
    "require.resolve",
    "JSON.parse",
    "URL",
    "RegExp",
    "decodeURIComponent",
    "decodeURI",
    "atob",
    "BigInt",
    "structuredClone",
    "localStorage.getItem",
    "localStorage.setItem",
    "localStorage.removeItem",
    "sessionStorage.getItem",
    "sessionStorage.setItem",
    "access",
    "accessSync",
    "stat",
    "statSync",
    "lstatSync",
    "realpathSync",
];

/// Nodes of a block that are looked at, so that one in another stays cheap.
const LOOKED_AT: usize = 300;

/// Whether the block of a `try` tries something out: one statement, about what may well be missing or malformed.
fn is_probe(parsed: &Parsed, statement: Node<'_>) -> bool {
    let Some(body) = statement.child_by_field_name("body") else {
        return false;
    };
    let few = parts(body).len() <= 2;
    let mut calls = Walk::new(body)
        .take(LOOKED_AT)
        .filter_map(|node| match node.kind() {
            kind::CALL_EXPRESSION => field(parsed, node, "function"),
            kind::NEW_EXPRESSION => field(parsed, node, "constructor"),
            _ => None,
        });
    let is_one = |callee: &str| {
        let last = callee.rsplit('.').next().unwrap_or(callee);
        PROBES.contains(&callee) || PROBES.contains(&last) && !last.contains("parse")
    };
    let any = calls.any(is_one);
    // Without a call nothing is done in it: it asks.
    few && (any
        || !Walk::new(body)
            .take(LOOKED_AT)
            .any(|node| makes(node.kind())))
}

fn makes(kind: &str) -> bool {
    matches!(
        kind,
        kind::CALL_EXPRESSION | kind::NEW_EXPRESSION | kind::AWAIT_EXPRESSION
    )
}

/// What lets go of something, by its last name.
const LETS_GO: [&str; 24] = [
    "close",
    "unlink",
    "unlinkSync",
    "rm",
    "rmSync",
    "rmdir",
    "rmdirSync",
    "kill",
    "destroy",
    "end",
    "abort",
    "cancel",
    "dispose",
    "disconnect",
    "terminate",
    "release",
    "releaseLock",
    "removeListener",
    "off",
    "unsubscribe",
    "stop",
    "clearTimeout",
    "rollback",
    "unref",
];

/// Whether it stands where a failure can only be dropped: in a `finally`, in another `catch`, or around what lets go.
fn is_in_clean_up(parsed: &Parsed, statement: Node<'_>) -> bool {
    let mut above = parents(statement, parsed.root()).take(LOOKED_AT);
    if above.any(|parent| matches!(parent.kind(), kind::FINALLY_CLAUSE | kind::CATCH_CLAUSE)) {
        return true;
    }
    let body = statement.child_by_field_name("body").map(parts);
    let body = body.unwrap_or_default();
    !body.is_empty()
        && body.iter().all(|one| {
            let mut calls = Walk::new(*one)
                .take(LOOKED_AT)
                .filter(|node| node.kind() == kind::CALL_EXPRESSION);
            let callee = calls
                .next()
                .and_then(|call| field(parsed, call, "function"));
            callee.is_some_and(|callee| LETS_GO.contains(&last_of(callee)))
        })
}

fn last_of(callee: &str) -> &str {
    callee.rsplit(['.', '?']).next().unwrap_or(callee)
}

/// A call as it stands in its statement: what it passes on, and what drops it.
fn call<'t>(
    parsed: &'t Parsed,
    node: Node<'t>,
    within: Option<&(usize, Node<'t>, Option<Ends>)>,
    found: &mut Failures<'t>,
) {
    if let Some((of, how)) = caught(parsed, node) {
        let of = unwrapped(of);
        found.discards.push(Discard::new(node, of, how));
        found.ignored.extend(written(parsed, node, of));
        return;
    }
    if !is_outermost(node) {
        return;
    }
    match within {
        Some((_, clause, Some(Ends::Drops | Ends::Nothing))) => {
            let how = "caught by a `catch` that says nothing of it";
            found.discards.push(Discard::new(*clause, node, how));
        }
        Some((_, _, Some(Ends::Raises))) => {
            found
                .passed_on
                .push(PassedOn::new(node, "thrown on by its `catch`"));
        }
        Some((_, _, Some(_))) => {}
        _ => found
            .passed_on
            .push(PassedOn::new(node, "passed on to the caller")),
    }
}

/// Whether a call is what its statement is about, and its failure the statement's: waited for, given back, bound, or alone.
fn is_outermost(node: Node<'_>) -> bool {
    let mut outer = node;
    let mut waits = false;
    while let Some(parent) = outer.parent() {
        if !passes_value(parent.kind()) {
            break;
        }
        waits |= parent.kind() == kind::AWAIT_EXPRESSION;
        outer = parent;
    }
    let Some(parent) = outer.parent() else {
        return false;
    };
    matches!(
        parent.kind(),
        kind::RETURN_STATEMENT | kind::VARIABLE_DECLARATOR | kind::ASSIGNMENT_EXPRESSION
    ) || parent.kind() == kind::EXPRESSION_STATEMENT
        || waits
}

/// The promise whose failures a `.catch(..)` drops, and how.
fn caught<'t>(parsed: &'t Parsed, node: Node<'t>) -> Option<(Node<'t>, &'static str)> {
    let callee = node.child_by_field_name("function")?;
    if callee.kind() != kind::MEMBER_EXPRESSION
        || field(parsed, callee, "property") != Some("catch")
    {
        return None;
    }
    let of = callee.child_by_field_name("object")?;
    let given = parts(node.child_by_field_name("arguments")?);
    let [function] = given.as_slice() else {
        return None;
    };
    let text = parsed.text(*function);
    if matches!(text, "noop" | "_.noop" | "console.log" | "console.error") {
        return Some((of, "dropped by its `.catch(..)`"));
    }
    let body = function.child_by_field_name("body")?;
    let is_quiet = match body.kind() {
        kind::STATEMENT_BLOCK => {
            let bound = function.child_by_field_name("parameters").map(parts);
            let bound = bound.and_then(|all| all.first().map(|one| parsed.text(*one)));
            let ends = ends(parsed, body, bound);
            matches!(ends, Ends::Nothing | Ends::Drops)
        }
        _ => matches!(
            flat(parsed, body).as_str(),
            "null" | "undefined" | "false" | "{}" | "({})" | "[]"
        ),
    };
    is_quiet.then_some((of, "dropped by its `.catch(..)`"))
}

/// What a call begins with whose only point is that something is kept.
const KEEPS: [&str; 16] = [
    "writeFile",
    "appendFile",
    "save",
    "insert",
    "persist",
    "commit",
    "publish",
    "upload",
    "store",
    "createMany",
    "updateMany",
    "deleteMany",
    "sendMail",
    "enqueue",
    "charge",
    "refund",
];

/// A call of these whose failure a `.catch(..)` drops.
fn written<'t>(parsed: &Parsed, node: Node<'t>, of: Node<'t>) -> Option<Ignored<'t>> {
    let callee = last_of(field(parsed, of, "function")?);
    KEEPS.contains(&callee).then(|| Ignored {
        node,
        what: format!(
            "the error of `{callee}` is dropped by its `.catch(..)`: what it was to keep may not be there"
        ),
    })
}

/// `return` in a `finally`: whatever the block threw is lost.
fn leaves<'t>(node: Node<'t>, found: &mut Failures<'t>) {
    let mut walk = Walk::new(node);
    while let Some(inner) = walk.next() {
        let leaves = match inner.kind() {
            kind::RETURN_STATEMENT => "return",
            kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::FUNCTION_DECLARATION => {
                walk.skip_children();
                continue;
            }
            _ => continue,
        };
        found.losses.push(Loss {
            node: inner,
            what: format!("`{leaves}` in a `finally`: whatever the block threw is lost"),
            reach: Reach::Left,
        });
    }
}

/// Failures that a call takes and nobody reads.
fn lost<'t>(parsed: &'t Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    let callee = field(parsed, node, "function")?;
    let given = || node.child_by_field_name("arguments").map(parts);
    match callee {
        "Promise.allSettled" => {
            let waits = node.parent()?;
            let above = match waits.kind() {
                kind::AWAIT_EXPRESSION => waits.parent()?,
                _ => waits,
            };
            // To wait for the end of what was cancelled or is let go is what it is for.
            let is_letting_go = parents(node, parsed.root()).any(|above| {
                let name = field(parsed, above, "name")
                    .unwrap_or_default()
                    .to_lowercase();
                above.kind() == kind::FINALLY_CLAUSE
                    || [
                        "close", "dispose", "stop", "teardown", "cleanup", "shutdown", "destroy",
                    ]
                    .iter()
                    .any(|word| name.contains(word))
            });
            let flushes = given()?.iter().any(|one| {
                let text = parsed.text(*one).to_lowercase();
                [
                    "close",
                    "dispose",
                    "stop",
                    "teardown",
                    "cleanup",
                    "cancel",
                    "kill",
                    "terminate",
                ]
                .iter()
                .any(|word| text.contains(word))
            });
            (above.kind() == kind::EXPRESSION_STATEMENT && !is_letting_go && !flushes).then(|| Loss {
                node,
                what: "`Promise.allSettled` gives the failures back as results, and nobody reads them".to_owned(),
                reach: Reach::Block,
            })
        }
        "process.on" | "process.once" | "process.addListener" => {
            let given = given()?;
            let [event, function] = given.as_slice() else {
                return None;
            };
            let event = parsed.text(*event).trim_matches(['"', '\'', '`']);
            let reports = matches!(event, "uncaughtException" | "unhandledRejection");
            let is_empty = parsed.text(*function) == "noop"
                || function.child_by_field_name("body").is_some_and(|body| {
                    body.kind() == kind::STATEMENT_BLOCK && parts(body).is_empty()
                });
            (reports && is_empty).then(|| Loss {
                node,
                what: format!("`{event}` does nothing now: a failure that nobody caught is lost"),
                reach: Reach::Program,
            })
        }
        _ => None,
    }
}

/// `console.error = () => {}`, `window.onerror = () => true`.
fn switched_off<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    let left = field(parsed, node, "left")?;
    let reports = matches!(
        left,
        "console.error" | "console.warn" | "window.onerror" | "window.onunhandledrejection"
    );
    let body = node
        .child_by_field_name("right")?
        .child_by_field_name("body")?;
    let nothing = matches!(
        flat(parsed, body).as_str(),
        "{}" | "true" | "{return true;}" | "undefined"
    );
    (reports && nothing).then(|| Loss {
        node,
        what: format!("`{left}` does nothing now: what it reported is lost"),
        reach: Reach::Program,
    })
}
