//! Tests that nothing can fail, that touch nothing of the project, or that ask for very little.
//!
//! Does not catch: an oracle that judges the wrong thing.

use crate::finding::{Finding, Level};
use crate::language::{Known, RUST};
use crate::rule::built_in::tests as rules;

use super::super::findings::{of_assertion, of_test};
use super::Asked;
use crate::language::python::pytest::STANDARD;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Form, Function};

/// Says what a test lacks; at most one thing.
pub(super) fn judge(asked: &Asked<'_>, found: &mut Vec<Finding>) {
    let test = asked.test;
    if asked.is_skipped() {
        return;
    }
    let name = test.qualified();
    if let Some(level) = inert(asked) {
        let finding = found.push_mut(of_test(
                rules::INERT_TEST,
                asked.side,
                asked.file,
                test,
                format!("test {name} touches nothing of the project: no import, fixture or name of it stands in its body"),
            ));
        finding.level = level;
        return;
    }
    if !asked.oracles.of(test, asked.file.language) && !generic_calls_only(asked) {
        found.push(of_test(
            rules::TEST_WITHOUT_ASSERTION,
            asked.side,
            asked.file,
            test,
            format!("test {name} asserts nothing: only a crash of the code can fail it"),
        ));
        return;
    }
    if asked.is_new && weak_only(test) {
        let weak: Vec<&str> = test.live().map(|a| a.text.as_str()).take(3).collect();
        let Some(first) = test.live().next() else {
            return;
        };
        found.push(of_assertion(
            rules::WEAK_ASSERTIONS_ONLY,
            asked.side,
            asked.file,
            test,
            first,
            format!(
                "test {name} asks only whether there is a value: `{}`",
                weak.join("`, `")
            ),
        ));
        return;
    }
    if let Some(mute) = test.live().find(|a| a.mute) {
        let message = format!(
            "`{}` in {name} says on failure that it failed, and nothing of what the result holds",
            mute.text
        );
        found.push(of_assertion(
            rules::RESULT_STATE_ONLY,
            asked.side,
            asked.file,
            test,
            mute,
            message,
        ));
    }
}

/// Rust functions without arguments called for their bounds, and closures for their types.
fn generic_calls_only(asked: &Asked<'_>) -> bool {
    asked.file.language == RUST
        && asked
            .test
            .body
            .calls
            .iter()
            .all(|call| asked.defined.is_silent(call))
}

fn weak_only(test: &Function) -> bool {
    let mut live = test.live().peekable();
    live.peek().is_some()
        && !test.body.can_fail
        && live.all(|a| {
            let by_type = matches!(
                a.operator.as_str(),
                "isinstance" | "hasattr" | "callable" | "assertIsInstance"
            );
            let plain =
                !a.subject.is_empty() && a.subject.chars().all(|c| c.is_alphanumeric() || c == '_');
            let present = a.strength == Strength::NotNone
                && !matches!(
                    a.operator.as_str(),
                    "is_err" | "is_none" | "!is_some" | "!is_ok" | "!is_empty"
                );
            a.form == Form::Value
                && !a.marker
                && (present
                    || (a.strength == Strength::Shape && by_type)
                    || (a.strength == Strength::Truthy && plain && a.operator.is_empty()))
        })
}

/// Whether a test names nothing of the project, and how sure that is.
fn inert(asked: &Asked<'_>) -> Option<Level> {
    match asked.file.language.known() {
        Known::Python => inert_python(asked),
        Known::Rust => inert_rust(asked),
        Known::Other => None,
    }
}

fn inert_python(asked: &Asked<'_>) -> Option<Level> {
    let (test, file) = (asked.test, asked.file);
    let names = &test.body.names;
    let outside = [
        "subprocess",
        "exec",
        "eval",
        "runpy",
        "importlib",
        "pexpect",
        "__import__",
        "Popen",
        "open",
        "globals",
        "self",
        "cls",
        "super",
        "compile",
    ];
    if !test.parameters.is_empty() && test.cases.is_empty()
        || test.body.imports
        || test.body.can_fail
        || outside.iter().any(|name| names.contains(*name))
        || file.imports.iter().any(|import| import.name == "*")
        || test.marks.iter().any(|m| m.condition.is_some())
    {
        return None;
    }
    let mut standard = false;
    for import in &file.imports {
        let local = import.name.split('.').next().unwrap_or_default();
        if !names.contains(local) {
            continue;
        }
        let root = import.module.split('.').next().unwrap_or_default();
        if root.is_empty() || !STANDARD.contains(&root) {
            return None;
        }
        standard |= !matches!(root, "pytest" | "unittest" | "typing");
    }
    let own_scope = |name: &str| test.scope.iter().any(|scope| scope == name);
    if names
        .iter()
        .any(|name| asked.defined.beside(test, name) && !own_scope(name))
    {
        return None;
    }
    // A name bound by other module-level code is not known here: what is no local, no builtin.
    if test.body.assertions.is_empty() && test.body.calls.is_empty() {
        return None;
    }
    if free_names(test).next().is_some() {
        return None;
    }
    // A test of language and standard library alone may be a helper's own test.
    // A function of the test's own may stand for something that it shows.
    let copies = test.body.doubles.iter().any(|double| double.local);
    Some(if standard || copies {
        Level::Escalate
    } else {
        Level::Block
    })
}

/// Names called that are neither methods of literals nor builtins.
fn free_names(test: &Function) -> impl Iterator<Item = &String> {
    const BUILTIN: [&str; 46] = [
        "len",
        "sum",
        "range",
        "list",
        "dict",
        "set",
        "tuple",
        "str",
        "int",
        "float",
        "bool",
        "print",
        "sorted",
        "isinstance",
        "hasattr",
        "getattr",
        "any",
        "all",
        "max",
        "min",
        "abs",
        "zip",
        "map",
        "enumerate",
        "append",
        "format",
        "join",
        "split",
        "upper",
        "lower",
        "get",
        "keys",
        "values",
        "items",
        "type",
        "repr",
        "raises",
        "approx",
        "reversed",
        "round",
        "sleep",
        "frozenset",
        "startswith",
        "endswith",
        "strip",
        "filter",
    ];
    let local = |name: &str| {
        let doubles = &test.body.doubles;
        doubles
            .iter()
            .any(|double| double.local && double.target == name)
    };
    test.body.calls.iter().filter(move |name| {
        !local(name)
            && !BUILTIN.contains(&name.as_str())
            && !name.starts_with("assert")
            && *name != "parametrize"
    })
}

fn inert_rust(asked: &Asked<'_>) -> Option<Level> {
    const TOOLS: [&str; 34] = [
        "vec",
        "format",
        "println",
        "len",
        "is_empty",
        "to_string",
        "to_owned",
        "from",
        "Some",
        "Ok",
        "Err",
        "push",
        "iter",
        "sum",
        "collect",
        "unwrap",
        "is_some",
        "is_ok",
        "is_none",
        "is_err",
        "contains",
        "insert",
        "get",
        "new",
        "map",
        "into",
        "abs",
        "clone",
        "matches",
        "as_str",
        "min",
        "max",
        "starts_with",
        "with_capacity",
    ];
    const TYPES: [&str; 14] = [
        "String", "Vec", "Some", "None", "Ok", "Err", "Option", "Result", "HashMap", "Box",
        "BTreeMap", "HashSet", "Rc", "Arc",
    ];
    let test = asked.test;
    let body = &test.body;
    if body.emptiness != crate::language::test_model::Emptiness::Code
        || body
            .names
            .iter()
            .any(|n| matches!(n.as_str(), "super" | "crate" | "self"))
        || body.names.iter().any(|name| asked.defined.is_helper(name))
        || asked.file.imports.iter().any(|i| {
            body.names.contains(&i.name)
                && !i.module.starts_with("std")
                && !i.module.starts_with("core")
        })
        || !test.cases.is_empty()
    {
        return None;
    }
    let known = |call: &String| TOOLS.contains(&call.as_str()) || call.contains("assert");
    let plain = |name: &&String| {
        name.chars().next().is_some_and(char::is_uppercase) && !TYPES.contains(&name.as_str())
    };
    let primitive = [
        "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize", "f32", "f64",
        "str", "bool", "char",
    ];
    let foreign = body
        .names
        .iter()
        .filter(plain)
        .any(|n| !primitive.contains(&n.as_str()));
    if !body.calls.iter().all(known) || foreign || body.assertions.is_empty() {
        return None;
    }
    // A lower-case name that nothing here binds could be a constant or a macro's; leave those alone.
    Some(Level::Block)
}
