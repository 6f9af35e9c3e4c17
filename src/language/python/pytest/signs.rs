//! Signs of a test run that is steered: exits, rewritten outcomes, replaced clocks and modules,
//! constant equality, code that asks whether it is under test.
//!
//! Does not catch: the same through `exec`, `setattr` with a computed name, or a plugin.

use crate::budget;
use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parents, parts};

use super::assert::{arguments, leaf};
use super::hooks::outcome;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Body, Import, Sign, SignKind};

/// Signs in a function's body.
pub(super) fn of_function(parsed: &Parsed, block: Node<'_>, body: &mut Body) {
    for node in Walk::new(block) {
        body.signs.extend(sign(parsed, node));
    }
    body.signs.extend(golden_written(parsed, block));
    if !body
        .signs
        .iter()
        .any(|sign| sign.kind == SignKind::TestDetected)
    {
        body.signs.extend(looks_for_a_runner(parsed, block));
    }
}

/// A file that a function reads and writes, with no word that somebody asked for that.
fn golden_written(parsed: &Parsed, block: Node<'_>) -> Option<Sign> {
    const ASKED: [&str; 8] = [
        "environ", "getenv", "update", "regen", "record", "option", "bless", "accept",
    ];
    let receiver = |n: Node<'_>, names: &[&str]| {
        let callee = n
            .child_by_field_name("function")
            .filter(|_| n.kind() == "call")?;
        let is_named = names.contains(&leaf(parsed, callee));
        let of = callee.child_by_field_name("object").filter(|_| is_named)?;
        Some(flat(parsed, of))
    };
    let read: Vec<(String, std::ops::Range<usize>)> = Walk::new(block)
        .filter_map(|n| Some((receiver(n, &["read_text", "read_bytes"])?, n.byte_range())))
        .collect();
    if read.is_empty() {
        return None;
    }
    let calls: Vec<std::ops::Range<usize>> = Walk::new(block)
        .filter(|n| n.kind() == "call")
        .map(|n| n.byte_range())
        .collect();
    // Where the file was not read before, a call between the write and the next look at it is what the test is of: the file
    // is its input.
    let is_input = |written: usize, of: &str| {
        let mut looks = read.iter().filter(|(other, _)| other == of);
        looks.next().is_some_and(|(_, at)| {
            let from = calls.partition_point(|call| call.start <= written);
            let mut between = calls.iter().skip(from);
            at.start > written && between.any(|call| call.start < at.start && call.end <= at.start)
        })
    };
    let writes = |n: &Node<'_>| {
        let of = receiver(*n, &["write_text", "write_bytes"]);
        // What is written out is set up for the test.
        let computed = arguments(*n).first().is_some_and(|what| !what.is_string());
        computed
            && of.is_some_and(|of| {
                budget::charge(1 + read.len() + calls.len());
                read.iter().any(|(other, _)| *other == of) && !is_input(n.end_byte(), &of)
            })
    };
    let written = Walk::new(block).find(writes)?;
    let asked = parents(written, block).any(|around| {
        let condition = around.child_by_field_name("condition");
        let lower = condition.map(|c| parsed.text(c).to_lowercase());
        lower.is_some_and(|lower| ASKED.iter().any(|word| lower.contains(word)))
    });
    (!asked).then(|| Sign {
        kind: SignKind::GoldenWritten,
        text: one_line(parsed.text(written)),
        place: parsed.place(written),
        function: String::new(),
    })
}

/// A look at the modules that are loaded, in a function that has a runner's name at hand: written out, or in a constant.
fn looks_for_a_runner(parsed: &Parsed, block: Node<'_>) -> Option<Sign> {
    let loaded = |n: &Node<'_>| n.kind() == "attribute" && parsed.text(*n) == "sys.modules";
    let modules = Walk::new(block).find(loaded)?;
    let names_one = |node: Node<'_>| {
        Walk::new(node).any(|n| {
            n.is_string()
                && ["pytest", "unittest"]
                    .iter()
                    .any(|name| parsed.text(n).contains(name))
        })
    };
    let constants = parts(parsed.root()).into_iter().filter_map(|statement| {
        let assignment = parts(statement).first().copied()?;
        let name = field(parsed, assignment, "left")?;
        (assignment.kind() == "assignment" && names_one(assignment)).then_some(name)
    });
    let constants: Vec<&str> = constants.collect();
    let by_name = || {
        Walk::new(block).any(|n| n.kind() == "identifier" && constants.contains(&parsed.text(n)))
    };
    (names_one(block) || by_name()).then(|| Sign {
        kind: SignKind::TestDetected,
        text: one_line(parsed.text(modules)),
        place: parsed.place(modules),
        function: String::new(),
    })
}

/// Signs of a statement at module level that is no definition.
pub(super) fn of_module(parsed: &Parsed, statement: Node<'_>, signs: &mut Vec<Sign>) {
    let mut walk = Walk::new(statement);
    while let Some(node) = walk.next() {
        if matches!(
            node.kind(),
            "function_definition" | "class_definition" | "lambda"
        ) {
            walk.skip_children();
            continue;
        }
        signs.extend(sign(parsed, node));
    }
}

fn sign(parsed: &Parsed, node: Node<'_>) -> Option<Sign> {
    let kind = match node.kind() {
        "call" => of_call(parsed, node)?,
        "assignment" => of_assignment(parsed, node)?,
        "comparison_operator" => {
            let text = flat(parsed, node);
            let asks = (text.contains("pytest") || text.contains("unittest"))
                && (text.contains("sys.modules") || text.contains("sys.argv"));
            let asks = asks || (text.contains("os.environ") && asks_environment(&text));
            if text.contains("PYTEST_CURRENT_TEST") {
                SignKind::CallerDetected
            } else if asks {
                SignKind::TestDetected
            } else {
                return None;
            }
        }
        "subscript" if flat(parsed, node).contains("PYTEST_CURRENT_TEST") => {
            SignKind::CallerDetected
        }
        "subscript" if flat(parsed, node).starts_with("os.environ[") => {
            asks_environment(&flat(parsed, node)).then_some(SignKind::TestDetected)?
        }
        "raise_statement" => {
            let raised = parts(node).first().copied()?;
            let text = flat(parsed, raised);
            match text.as_str() {
                "SystemExit" | "SystemExit()" | "SystemExit(0)" | "SystemExit(None)" => {
                    SignKind::EarlyExit
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Sign {
        kind,
        text: one_line(parsed.text(node)),
        place: parsed.place(node),
        function: String::new(),
    })
}

fn of_call(parsed: &Parsed, call: Node<'_>) -> Option<SignKind> {
    let callee = flat(parsed, call.child_by_field_name("function")?);
    let arguments = arguments(call);
    let first = arguments.first().map(|n| flat(parsed, *n));
    let success = matches!(first.as_deref(), None | Some("0" | "None" | "False"));
    match callee.as_str() {
        "sys.exit" | "exit" | "quit" | "os._exit" if success => Some(SignKind::EarlyExit),
        "pytest.exit" => {
            let code = flat(parsed, call);
            (code.contains("returncode=0")).then_some(SignKind::EarlyExit)
        }
        "atexit.register" => {
            let exits = Walk::new(call).any(|n| {
                n.kind() == "call"
                    && matches!(flat(parsed, n).as_str(), "os._exit(0)" | "os._exit()")
            });
            exits.then_some(SignKind::EarlyExit)
        }
        "inspect.stack" | "inspect.currentframe" | "sys._getframe" => {
            Some(SignKind::CallerDetected)
        }
        _ if first
            .as_deref()
            .is_some_and(|first| first.contains("PYTEST_CURRENT_TEST"))
            && matches!(
                leaf(parsed, call.child_by_field_name("function")?),
                "getenv" | "get"
            ) =>
        {
            Some(SignKind::CallerDetected)
        }
        "os.getenv" | "getenv" | "os.environ.get" | "environ.get" => first
            .is_some_and(|first| asks_environment(&first))
            .then_some(SignKind::TestDetected),
        _ => None,
    }
}

/// Whether a variable's name says that tests run, as a word of it in capitals.
fn asks_environment(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            matches!(
                word,
                "TEST" | "TESTS" | "TESTING" | "UNITTEST" | "UNITTESTS" | "PYTEST"
            )
        })
}

fn of_assignment(parsed: &Parsed, node: Node<'_>) -> Option<SignKind> {
    let left = node.child_by_field_name("left")?;
    node.child_by_field_name("right")?;
    match left.kind() {
        "attribute" => {
            let name = field(parsed, left, "attribute")?;
            let whole = flat(parsed, left);
            let clock = matches!(
                whole.as_str(),
                "time.time"
                    | "time.sleep"
                    | "time.monotonic"
                    | "time.perf_counter"
                    | "datetime.datetime"
                    | "datetime.date"
                    | "random.random"
                    | "random.randint"
                    | "random.choice"
                    | "os.urandom"
                    | "uuid.uuid4"
                    | "time.time_ns"
                    | "secrets.token_hex"
                    | "random.seed"
                    | "datetime.datetime.now"
            );
            match name {
                _ if clock => Some(SignKind::GlobalClock),
                "outcome" | "exitstatus" | "wasxfail" | "testsfailed" => outcome(parsed, left),
                _ => None,
            }
        }
        "subscript" if flat(parsed, left).starts_with("sys.modules[") => {
            Some(SignKind::ModuleReplaced)
        }
        _ => None,
    }
}

/// Whether an assignment puts a function or an object in the place of a part of what the file brings in.
pub(super) fn replaces_a_part(
    parsed: &Parsed,
    left: Node<'_>,
    right: Node<'_>,
    imports: &[Import],
) -> bool {
    let target = parsed.text(left);
    left.kind() == "attribute"
        && matches!(right.kind(), "lambda" | "identifier" | "call")
        && imports.iter().any(|import| {
            target
                .strip_prefix(import.name.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
        })
}

/// The hook or setting of pytest that a module-level name is, and what it can do.
pub(super) fn hook(name: &str) -> Option<SignKind> {
    match name {
        "pytest_collection_modifyitems"
        | "pytest_ignore_collect"
        | "pytest_pycollect_makeitem"
        | "pytest_collect_file"
        | "pytest_itemcollected"
        | "pytest_deselected"
        | "pytest_runtest_protocol"
        | "pytest_pyfunc_call"
        | "pytest_runtest_call"
        | "pytest_runtest_makereport"
        | "pytest_report_teststatus"
        | "pytest_sessionfinish"
        | "collect_ignore"
        | "collect_ignore_glob" => Some(SignKind::CollectionHook),
        _ => None,
    }
}

/// Whether a method makes equality or truth constant.
pub(super) fn always_equal(parsed: &Parsed, name: &str, block: Node<'_>) -> bool {
    let statements: Vec<_> = parts(block)
        .into_iter()
        .filter(|s| {
            !(s.kind() == "expression_statement"
                && parts(*s).first().is_some_and(|n| n.kind() == "string"))
        })
        .collect();
    let [only] = statements.as_slice() else {
        return false;
    };
    let returned = match only.kind() {
        "return_statement" => parts(*only).first().map(|n| flat(parsed, *n)),
        _ => return false,
    };
    matches!(
        (name, returned.as_deref()),
        ("__eq__", Some("True")) | ("__ne__", Some("False"))
    )
}
