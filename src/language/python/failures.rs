//! What becomes of failures in Python.
//!
//! Does not catch: a handler that calls a function which does nothing; a list of many narrow exceptions; a name of
//! exceptions that another file gives.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::language::failures::{Discard, Ends, Failures, Handler, Loss, PassedOn, Reach};
use crate::language::python::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parents, parts};

pub(super) fn failures(parsed: &Parsed) -> Failures<'_> {
    let mut found = Failures::default();
    let broad = broad_names(parsed);
    for node in Walk::new(parsed.root()) {
        match node.kind() {
            kind::EXCEPT_CLAUSE => found.handlers.extend(handler(parsed, node, &broad)),
            kind::WITH_CLAUSE => found.losses.extend(suppressed(parsed, node)),
            kind::FINALLY_CLAUSE => leaves(node, &mut found.losses),
            kind::FUNCTION_DEFINITION => found.losses.extend(lets_nothing_out(parsed, node)),
            kind::CALL => {
                found.losses.extend(silenced(parsed, node));
                found.losses.extend(gathered(parsed, node));
                run(parsed, node, &mut found);
            }
            kind::ASSIGNMENT => found.losses.extend(silenced(parsed, node)),
            _ => {}
        }
    }
    found
}

/// Names that the module gives to exceptions of which one is broad: `ERRORS = (Exception,)`.
fn broad_names(parsed: &Parsed) -> BTreeSet<&str> {
    let statements = parts(parsed.root()).into_iter();
    let assignments = statements.filter_map(|statement| statement.named_child(0));
    let named = assignments.filter_map(|assignment| {
        let right = assignment.child_by_field_name("right")?;
        let is_broad = match right.kind() {
            kind::IDENTIFIER => is_broad(parsed.text(right)),
            kind::TUPLE => parts(right).iter().any(|one| is_broad(parsed.text(*one))),
            _ => false,
        };
        field(parsed, assignment, "left").filter(|_| is_broad)
    });
    named.collect()
}

fn handler<'t>(parsed: &'t Parsed, node: Node<'t>, broad: &BTreeSet<&str>) -> Option<Handler<'t>> {
    const KEYWORD: &str = "except";
    let body = parts(node)
        .into_iter()
        .find(|part| part.kind() == kind::BLOCK)?;
    let head = parsed.slice(&(node.start_byte()..body.start_byte()));
    let head = head.split('#').next().unwrap_or(head).trim();
    let head = head.trim_end_matches(':').trim();
    let caught = head.strip_prefix(KEYWORD)?.trim();
    let caught = caught.strip_prefix('*').unwrap_or(caught).trim();
    let (catches, binds) = match caught.split_once(" as ") {
        Some((catches, binds)) => (catches.trim(), Some(binds.trim())),
        None => (caught, None),
    };
    let names = catches.trim_matches(['(', ')']);
    Some(Handler {
        node,
        keyword: KEYWORD,
        catches,
        binds,
        header: node.start_byte()..node.start_byte() + head.len(),
        broad: names.is_empty()
            || names
                .split(',')
                .map(str::trim)
                .any(|name| is_broad(name) || broad.contains(name)),
        by_type: true,
        ends: match ends(parsed, body, binds) {
            Ends::Nothing if has_a_way_of_its_own(parsed, node) => Ends::Drops,
            ends => ends,
        },
        excused: is_optional(parsed, node)
            || is_in_clean_up(parsed, node)
            || only_lets_go(parsed, node),
    })
}

fn is_broad(name: &str) -> bool {
    matches!(name, "Exception" | "BaseException" | "builtins.Exception")
}

fn ends(parsed: &Parsed, body: Node<'_>, bound: Option<&str>) -> Ends {
    let mut tells = false;
    for node in Walk::new(body) {
        match node.kind() {
            kind::RAISE_STATEMENT => return Ends::Raises,
            kind::CALL => tells |= !makes_nothing(parsed, node),
            kind::ASSERT_STATEMENT | kind::YIELD | kind::AWAIT => tells = true,
            kind::IDENTIFIER => tells |= Some(parsed.text(node)) == bound,
            _ => {}
        }
    }
    let is_nothing = |part: &Node<'_>| match part.kind() {
        kind::PASS_STATEMENT => true,
        kind::EXPRESSION_STATEMENT => parsed.text(*part) == "...",
        _ => false,
    };
    if tells {
        Ends::Tells
    } else if parts(body).iter().all(is_nothing) {
        Ends::Nothing
    } else {
        Ends::Drops
    }
}

/// Whether the code goes another way after a failure though the handler is empty: an `else` runs without one only, or
/// the block binds a name that has a default from the statement before.
fn has_a_way_of_its_own(parsed: &Parsed, handler: Node<'_>) -> bool {
    let Some(statement) = handler.parent() else {
        return false;
    };
    let mut last = part_before(parsed, statement, statement.end_byte());
    if let Some(clause) = last.filter(|last| last.kind() == kind::FINALLY_CLAUSE) {
        last = part_before(parsed, statement, clause.start_byte());
    }
    if last.is_some_and(|last| last.kind() == kind::ELSE_CLAUSE) {
        return true;
    }
    // Of the statement, or of the `if` or `with` that it stands in.
    let around =
        parents(statement, parsed.root()).take_while(|one| one.kind() != kind::FUNCTION_DEFINITION);
    let above = [statement].into_iter().chain(around).take(3);
    let before = above.filter_map(|one| statement_before(parsed, one));
    let default = before
        .filter_map(|one| assigned(parsed, one))
        .find(|(_, value)| {
            matches!(
                value.kind(),
                kind::NONE
                    | kind::TRUE
                    | kind::FALSE
                    | kind::STRING
                    | kind::INTEGER
                    | kind::LIST
                    | kind::DICTIONARY
            )
        });
    let block = statement.child_by_field_name("body");
    default.zip(block).is_some_and(|((name, _), block)| {
        Walk::new(block)
            .take(MOST_ASKED)
            .filter_map(|one| assigned(parsed, one))
            .any(|(bound, _)| bound == name)
    })
}

/// Nodes of a guarded block that are asked what they bind.
const MOST_ASKED: usize = 200;

/// The part of a statement that ends where only blanks stand before a byte.
fn part_before<'t>(parsed: &'t Parsed, statement: Node<'t>, byte: usize) -> Option<Node<'t>> {
    let last = ends_before(parsed, byte)?;
    let mut above = [last].into_iter().chain(parents(last, parsed.root()));
    above.find(|one| {
        one.parent()
            .is_some_and(|parent| parent.id() == statement.id())
    })
}

/// The innermost node that ends where only blanks stand before a byte.
fn ends_before(parsed: &Parsed, byte: usize) -> Option<Node<'_>> {
    let end = parsed.slice(&(0..byte)).trim_end().len();
    let root = parsed.root();
    root.descendant_for_byte_range(end.checked_sub(1)?, end)
}

/// What an assignment binds, and to what.
fn assigned<'t>(parsed: &'t Parsed, statement: Node<'t>) -> Option<(&'t str, Node<'t>)> {
    let assignment = match statement.kind() {
        kind::EXPRESSION_STATEMENT => parts(statement).first().copied(),
        _ => Some(statement),
    };
    let assignment = assignment.filter(|one| one.kind() == kind::ASSIGNMENT)?;
    let left = field(parsed, assignment, "left")?;
    Some((left, assignment.child_by_field_name("right")?))
}

/// The statement that ends where only blanks stand before another.
fn statement_before<'t>(parsed: &'t Parsed, statement: Node<'t>) -> Option<Node<'t>> {
    let last = ends_before(parsed, statement.start_byte())?;
    let mut above = [last].into_iter().chain(parents(last, parsed.root()));
    above.find(|one| one.kind() == kind::EXPRESSION_STATEMENT && one.end_byte() == last.end_byte())
}

/// Whether a call only makes an empty value, or a log line that nobody sees by default and that does not hold the
/// exception.
fn makes_nothing(parsed: &Parsed, call: Node<'_>) -> bool {
    let callee = field(parsed, call, "function").unwrap_or_default();
    let arguments = field(parsed, call, "arguments").unwrap_or_default();
    let empty = matches!(
        callee,
        "dict" | "list" | "set" | "tuple" | "str" | "bytes" | "int" | "float" | "frozenset"
    );
    let debug = callee.ends_with(".debug") && !arguments.contains("exc_info");
    empty && arguments == "()" || debug
}

/// Whether the guarded block only imports, or looks something up that may be missing.
fn is_optional(parsed: &Parsed, handler: Node<'_>) -> bool {
    let statement = handler.parent();
    let Some(block) = statement.and_then(|statement| statement.child_by_field_name("body")) else {
        return false;
    };
    let imports = |part: &Node<'_>| {
        matches!(
            part.kind(),
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT
        )
    };
    let statements = parts(block);
    let only = statements.iter().all(|part| {
        imports(part) || parsed.text(*part) == "pass" || part.kind() == kind::ASSIGNMENT
    });
    only && statements.iter().any(imports)
}

/// Whether the guarded block only lets go of something: nothing is left to be done where that fails.
fn only_lets_go(parsed: &Parsed, handler: Node<'_>) -> bool {
    const LETS_GO: [&str; 9] = [
        "close",
        "aclose",
        "cancel",
        "detach",
        "disconnect",
        "kill",
        "shutdown",
        "terminate",
        "unsubscribe",
    ];
    let statement = handler.parent();
    let block = statement.and_then(|statement| statement.child_by_field_name("body"));
    let lets_go = |part: &Node<'_>| {
        let text = parsed.text(*part);
        let call = text.strip_prefix("await ").unwrap_or(text).trim();
        let callee = call
            .strip_suffix("()")
            .and_then(|call| call.rsplit_once('.'));
        callee.is_some_and(|(_, name)| LETS_GO.contains(&name))
    };
    block.is_some_and(|block| parts(block).iter().all(lets_go))
}

/// Whether it stands in what runs after an error anyhow.
fn is_in_clean_up(parsed: &Parsed, node: Node<'_>) -> bool {
    parents(node, parsed.root())
        .any(|parent| matches!(parent.kind(), kind::FINALLY_CLAUSE | kind::EXCEPT_CLAUSE))
}

/// `contextlib.suppress(Exception)`.
fn suppressed<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    let alias = parsed.facts().imports.iter().find_map(|import| {
        let ours = import.module == "contextlib" && import.name.as_deref() == Some("suppress");
        import.alias.as_deref().filter(|_| ours)
    });
    let called = format!("{}(", alias.unwrap_or("suppress"));
    let (_, rest) = parsed.text(node).split_once(&called)?;
    let inside = rest.split(')').next().unwrap_or_default();
    let broad = inside
        .split(',')
        .any(|name| matches!(name.trim(), "Exception" | "BaseException"));
    (broad && !is_in_clean_up(parsed, node)).then(|| Loss {
        node,
        what: format!("`suppress({inside})` drops every failure of the block"),
        reach: Reach::Block,
    })
}

/// `return`, `break` or `continue` in a `finally`: whatever was raised is gone.
fn leaves<'t>(node: Node<'t>, found: &mut Vec<Loss<'t>>) {
    let mut walk = Walk::new(node);
    while let Some(inner) = walk.next() {
        let leaves = match inner.kind() {
            kind::FUNCTION_DEFINITION | kind::LAMBDA | kind::CLASS_DEFINITION => {
                walk.skip_children();
                continue;
            }
            kind::RETURN_STATEMENT => "return",
            kind::CONTINUE_STATEMENT | kind::BREAK_STATEMENT => {
                let is_loop = |parent: Node<'_>| {
                    matches!(parent.kind(), kind::FOR_STATEMENT | kind::WHILE_STATEMENT)
                };
                if parents(inner, node).any(is_loop) {
                    continue;
                }
                "break"
            }
            _ => continue,
        };
        found.push(Loss {
            node: inner,
            what: format!("`{leaves}` in a `finally`: whatever the block raised is lost"),
            reach: Reach::Left,
        });
    }
}

/// `__exit__` that gives `True` whatever happened, and neither looks at it nor tells anybody.
fn lets_nothing_out<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    /// Words of a body that tells of what it keeps.
    const TELLS: [&str; 5] = ["log", "warn", "print", "traceback", "report"];
    let name = field(parsed, node, "name")?;
    let body = node.child_by_field_name("body")?;
    if !matches!(name, "__exit__" | "__aexit__") {
        return None;
    }
    let given = parts(node.child_by_field_name("parameters")?).into_iter();
    let given = given
        .skip(1)
        .map(|one| parsed.text(one).trim_start_matches('*'));
    let given: Vec<&str> = given
        .filter_map(|one| one.split([':', '=', ' ']).next())
        .collect();
    let mut words = Walk::new(body).filter(|inner| inner.kind() == kind::IDENTIFIER);
    let is_read = words.any(|inner| given.contains(&parsed.text(inner)));
    let text = parsed.text(body).to_lowercase();
    let last = parts(body).into_iter().next_back()?;
    let quiet = !is_read && !TELLS.iter().any(|word| text.contains(word));
    (quiet && flat(parsed, last) == "return True").then(|| Loss {
        node: last,
        what: format!(
            "`{name}` gives `True` whatever happened: every failure of the block is lost"
        ),
        reach: Reach::Left,
    })
}

/// Whether a call is a statement of its own, waited for or not.
fn is_alone(call: Node<'_>) -> bool {
    let above = call.parent();
    let above = match above {
        Some(waits) if waits.kind() == kind::AWAIT => waits.parent(),
        other => other,
    };
    above.is_some_and(|above| above.kind() == kind::EXPRESSION_STATEMENT)
}

/// The value of a keyword argument of a call.
fn keyword<'p>(parsed: &'p Parsed, call: Node<'p>, name: &str) -> Option<&'p str> {
    let arguments = parts(call.child_by_field_name("arguments")?).into_iter();
    let mut keywords = arguments.filter(|one| one.kind() == kind::KEYWORD_ARGUMENT);
    let one = keywords.find(|one| field(parsed, *one, "name") == Some(name))?;
    field(parsed, one, "value")
}

/// `gather(.., return_exceptions=True)` whose results nobody reads. After tasks were cancelled there is nothing to read.
fn gathered<'t>(parsed: &Parsed, call: Node<'t>) -> Option<Loss<'t>> {
    let callee = field(parsed, call, "function")?;
    let gathers = callee == "gather" || callee.ends_with(".gather");
    if !gathers || !is_alone(call) || is_in_clean_up(parsed, call) {
        return None;
    }
    let function =
        parents(call, parsed.root()).find(|above| above.kind() == kind::FUNCTION_DEFINITION);
    let cancels = function.is_some_and(|function| parsed.text(function).contains("cancel"));
    let keeps = keyword(parsed, call, "return_exceptions") == Some("True");
    (keeps && !cancels).then(|| Loss {
        node: call,
        what: format!("`{callee}` gives the failures back as results, and nobody reads them"),
        reach: Reach::Block,
    })
}

/// A program that is started: its failure is raised with `check=True`; or it is dropped, where nothing reads the result.
fn run<'t>(parsed: &Parsed, call: Node<'t>, found: &mut Failures<'t>) {
    let callee = field(parsed, call, "function").unwrap_or_default();
    let checks = match callee.rsplit('.').next() {
        Some("check_call" | "check_output") => true,
        Some("run") => keyword(parsed, call, "check") == Some("True"),
        Some("call" | "getoutput" | "Popen") => false,
        _ => return,
    };
    let arguments = call.child_by_field_name("arguments").map(parts);
    let Some(of) = arguments.and_then(|all| all.into_iter().next()) else {
        return;
    };
    if checks {
        found.passed_on.push(PassedOn::new(of, "raised"));
    } else if is_alone(call) {
        let how = "dropped: nothing checks how the program ended";
        found.discards.push(Discard::new(call, of, how));
    }
}

/// All logs or all warnings of a program switched off, or what reports its failures.
fn silenced<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Loss<'t>> {
    let what = if node.kind() == kind::ASSIGNMENT {
        let reports = matches!(
            field(parsed, node, "left")?,
            "sys.excepthook" | "threading.excepthook" | "sys.unraisablehook"
        );
        let value = node.child_by_field_name("right")?;
        let body = value.child_by_field_name("body")?;
        let nothing = value.kind() == kind::LAMBDA && body.kind() == kind::NONE;
        (reports && nothing)
            .then_some("what reports an exception that nobody caught does nothing now")
    } else {
        let callee = field(parsed, node, "function")?;
        let arguments = || {
            let arguments = node.child_by_field_name("arguments");
            let arguments = arguments.map(parts).unwrap_or_default();
            let first = arguments.first().map_or("", |first| parsed.text(*first));
            (arguments.len(), first)
        };
        match callee {
            "logging.disable" if !arguments().1.contains("NOTSET") => {
                Some("all logs are switched off")
            }
            "warnings.filterwarnings" | "warnings.simplefilter" => {
                let (count, first) = arguments();
                (count == 1 && first.trim_matches(['"', '\'']) == "ignore")
                    .then_some("all warnings are switched off")
            }
            _ => None,
        }
    }?;
    // For the time of a `with` it is about one call.
    let passing = parents(node, parsed.root()).any(|parent| {
        let head = parsed.text(parent).lines().next();
        parent.kind() == kind::WITH_STATEMENT
            && head.is_some_and(|head| head.contains("catch_warnings"))
    });
    (!passing).then(|| Loss {
        node,
        what: what.to_owned(),
        reach: Reach::Program,
    })
}
