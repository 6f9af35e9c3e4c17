//! A file of Go as the model: which functions `go test` runs, with their marks, rows and assertions.
//!
//! A subtest (`t.Run`) is part of its test; the rows of a table that a test goes over are its cases. Specs of Ginkgo are
//! tests called by their titles.
//!
//! Does not catch: tests that a generator writes; a table that another function makes.

mod assert;
mod body;
mod condition;
mod constraint;
mod facts;
mod framework;
mod specs;
mod symbols;
mod testify;

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::language::go::kind;
use crate::language::test_model::reading::{decider, one_line};
use crate::language::test_model::{
    Decider, FileModel, Function, Import, Mark, MarkKind, PassedOver, Role, Sign, SignKind,
};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use self::assert::Reader;
pub(in crate::language) use self::framework::Framework;

/// Reads a file.
fn read(parsed: &Parsed, path: &str) -> FileModel {
    let mut model = FileModel::new(&Framework, path, passes_over(parsed, path));
    imports(parsed, &mut model);
    let suites = suites(parsed);
    for item in parts(parsed.root()) {
        match item.kind() {
            kind::FUNCTION_DECLARATION | kind::METHOD_DECLARATION => {
                function(parsed, item, &suites, &mut model);
            }
            kind::VAR_DECLARATION => {
                specs::specs(parsed, item, &mut model);
                tables(parsed, item, &mut model);
            }
            _ => {}
        }
    }
    let order = |function: &Function| (function.lines.start, function.lines.end);
    model.functions.sort_by_key(order);
    model.shrink();
    model
}

/// Why `go test` passes a file over.
fn passes_over(parsed: &Parsed, path: &str) -> Option<PassedOver> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if !name.ends_with("_test.go") {
        return Some(PassedOver::because("its name does not end with _test.go"));
    }
    if name.starts_with(['_', '.']) {
        return Some(PassedOver::because(
            "go passes over names that begin with _ or a dot",
        ));
    }
    let mut folders = path.split('/').rev().skip(1);
    if let Some(folder) = folders.find(|part| part.starts_with(['_', '.']) || *part == "testdata") {
        return Some(PassedOver::because(format!(
            "go passes over the folder {folder}"
        )));
    }
    constraint::never_built(&parsed.source).map(PassedOver::because)
}

/// Types that are suites of testify.
fn suites(parsed: &Parsed) -> BTreeSet<&str> {
    let is_suite = |node: &Node<'_>| {
        node.kind() == kind::TYPE_SPEC && parsed.text(*node).contains("suite.Suite")
    };
    let specs = Walk::new(parsed.root()).filter(is_suite);
    specs
        .filter_map(|spec| field(parsed, spec, "name"))
        .collect()
}

fn imports(parsed: &Parsed, model: &mut FileModel) {
    let mut known = BTreeSet::new();
    for import in &parsed.facts().imports {
        let module = import.module.as_str();
        let last = module.rsplit('/').next().unwrap_or_default();
        let own = import.alias.as_deref().unwrap_or(last);
        let name = match import.name.as_deref() {
            Some("*") => "*",
            _ => own,
        };
        if name != "_" && known.insert((name, module)) {
            model.imports.push(Import {
                name: name.to_owned(),
                module: module.to_owned(),
            });
        }
    }
}

fn row(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn function(parsed: &Parsed, item: Node<'_>, suites: &BTreeSet<&str>, model: &mut FileModel) {
    let (Some(name), Some(block)) = (
        item.child_by_field_name("name"),
        item.child_by_field_name("body"),
    ) else {
        return;
    };
    let receiver = field(parsed, item, "receiver").map(owner);
    let reader = Reader::of(parsed, item);
    let own = parsed.text(name);
    let in_suite = receiver
        .as_deref()
        .is_some_and(|owner| suites.contains(owner));
    let definition = parsed
        .facts()
        .definition_at(row(name.start_position().row + 1));
    let is_called =
        definition.is_some_and(|definition| definition.is_test && definition.name == own);
    let is_example = own.starts_with("Example");
    let output = is_example.then(|| expected_output(parsed, block)).flatten();
    let is_test = match own {
        "TestMain" => false,
        _ if is_example => is_called && output.is_some(),
        _ if own.starts_with("Benchmark") => false,
        _ => is_called || in_suite && own.starts_with("Test"),
    };
    let is_around = own == "TestMain" || in_suite && is_set_up(own);
    let mut body = body::read(&reader, block);
    body.signs.extend(signs(parsed, own, block));
    if let Some(output) = output {
        body.assertions.push(example(parsed, block, &output));
    }
    let role = match (is_test, is_around) {
        (true, _) => Role::Test,
        (_, true) => Role::Fixture,
        _ => Role::Other,
    };
    model.functions.push(Function {
        name: own.to_owned(),
        scope: receiver.into_iter().collect(),
        role,
        place: parsed.place(name),
        lines: row(item.start_position().row)..row(item.end_position().row + 1),
        unreached: None,
        marks: marks(parsed, &reader, block),
        cases: cases(parsed, block),
        given: Vec::new(),
        everywhere: is_around,
        parameters: parameters(parsed, item),
        doc: documentation(parsed, item),
        drops: drops(parsed, block),
        body,
    });
}

/// `Store` of `(s *Store)`.
fn owner(receiver: &str) -> String {
    let inner = receiver.trim_matches(['(', ')', ' ']);
    let inner = inner.split('[').next().unwrap_or(inner);
    one_line(inner.rsplit([' ', '*']).next().unwrap_or(inner))
}

/// What a suite of testify runs around its tests.
fn is_set_up(name: &str) -> bool {
    matches!(
        name,
        "SetupTest"
            | "SetupSuite"
            | "TearDownTest"
            | "TearDownSuite"
            | "BeforeTest"
            | "AfterTest"
            | "SetupSubTest"
            | "TearDownSubTest"
    )
}

/// The names of a function's parameters, but for what tests are driven by.
fn parameters(parsed: &Parsed, item: Node<'_>) -> Vec<String> {
    let list = item
        .child_by_field_name("parameters")
        .map(parts)
        .unwrap_or_default();
    let plain = list.into_iter().filter(|parameter| {
        let of = field(parsed, *parameter, "type");
        !of.is_some_and(|of| of.contains("testing."))
    });
    let names = plain.flat_map(|parameter| parameter.children_by_field_name("name"));
    names.map(|name| parsed.text(name).to_owned()).collect()
}

/// The comment right above.
fn documentation(parsed: &Parsed, item: Node<'_>) -> String {
    let first = row(item.start_position().row + 1);
    let comments = &parsed.facts().comments;
    let before = comments.partition_point(|comment| comment.line < first);
    let above = before.checked_sub(1).and_then(|last| comments.get(last));
    let above = above.filter(|comment| comment.is_doc && comment.line + 1 == first);
    above.map_or(String::new(), |comment| {
        one_line(parsed.slice(&comment.bytes))
    })
}

/// What an example must print.
fn expected_output(parsed: &Parsed, block: Node<'_>) -> Option<String> {
    let comments = parsed.facts().comments_in(&block.byte_range());
    let mut text = String::new();
    for comment in comments {
        let line = parsed.slice(&comment.bytes).trim_start_matches('/').trim();
        let lower = line.to_ascii_lowercase();
        let begins = ["output:", "unordered output:"];
        if let Some(begin) = begins.iter().find(|begin| lower.starts_with(**begin)) {
            text = line
                .get(begin.len()..)
                .unwrap_or_default()
                .trim()
                .to_owned();
            text.push('\n');
        } else if !text.is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

fn example(
    parsed: &Parsed,
    block: Node<'_>,
    output: &str,
) -> crate::language::test_model::Assertion {
    use crate::language::test_model::strength::Strength;
    let whole = assert::live().assertion("Output".to_owned(), parsed.place(block), BTreeSet::new());
    crate::language::test_model::Assertion {
        strength: Strength::Exact,
        subject: "what it prints".to_owned(),
        expected: one_line(output),
        operator: "==".to_owned(),
        ..whole
    }
}

/// Statements at the top of a body that skip the test: at once, or under a condition.
fn marks(parsed: &Parsed, reader: &Reader<'_>, block: Node<'_>) -> Vec<Mark> {
    let mut found = Vec::new();
    for statement in body::statements(block) {
        let (inner, condition) = match statement.kind() {
            kind::IF_STATEMENT => {
                let Some(then) = statement.child_by_field_name("consequence") else {
                    continue;
                };
                let condition = statement.child_by_field_name("condition");
                (body::statements(then), condition)
            }
            _ => (vec![statement], None),
        };
        let skip = inner.into_iter().find_map(|one| reader.skips(one));
        let Some((call, reason)) = skip else {
            continue;
        };
        let condition = condition.map(|condition| flat(parsed, condition));
        let always = |condition: &String| condition == "true" || condition.ends_with("||true");
        let condition = condition.filter(|condition| !always(condition));
        let decider = match &condition {
            // Who leaves `-short` out runs it; CI rarely sets it.
            Some(condition) if condition == "testing.Short()" => Decider::Machine,
            Some(condition) => decider(condition),
            None => Decider::Nobody,
        };
        found.push(Mark {
            kind: MarkKind::Skip,
            condition,
            reason,
            text: one_line(parsed.text(call)),
            line: row(call.start_position().row),
            case: None,
            decider,
            strict: false,
        });
    }
    found
}

/// The rows of the tables that a test goes over: lists of values that it writes out itself.
fn cases(parsed: &Parsed, block: Node<'_>) -> Vec<String> {
    /// Rows that are told apart.
    const MOST: usize = 2_000;
    let mut found = Vec::new();
    let statements = body::statements(block);
    // Of a table that is cut where the test goes over it, no row is sure to run.
    let is_cut = |statement: &Node<'_>| {
        let over = parts(*statement)
            .into_iter()
            .find(|part| part.kind() == kind::RANGE_CLAUSE);
        let over = over.and_then(|clause| clause.child_by_field_name("right"));
        statement.kind() == kind::FOR_STATEMENT
            && over.is_some_and(|over| over.kind() == kind::SLICE_EXPRESSION)
    };
    if statements.iter().any(is_cut) {
        return found;
    }
    for statement in statements {
        let right = match statement.kind() {
            kind::SHORT_VAR_DECLARATION => statement.child_by_field_name("right"),
            kind::VAR_DECLARATION => Walk::new(statement)
                .find(|node| node.kind() == kind::VAR_SPEC)
                .and_then(|spec| spec.child_by_field_name("value")),
            kind::FOR_STATEMENT => parts(statement)
                .into_iter()
                .find(|node| node.kind() == kind::RANGE_CLAUSE)
                .and_then(|clause| clause.child_by_field_name("right")),
            _ => None,
        };
        let values = right.map(|right| match right.kind() {
            kind::EXPRESSION_LIST => parts(right),
            _ => vec![right],
        });
        for value in values.unwrap_or_default() {
            found.extend(rows(parsed, value));
        }
    }
    found.truncate(MOST);
    found
}

/// The rows of a list or a map of structures that is written out.
fn rows(parsed: &Parsed, value: Node<'_>) -> Vec<String> {
    let of = value.child_by_field_name("type");
    let holds_rows = of.is_some_and(|of| {
        let text = parsed.text(of);
        let is_list = matches!(
            of.kind(),
            kind::SLICE_TYPE | kind::MAP_TYPE | kind::ARRAY_TYPE
        );
        is_list && !matches!(text, "[]string" | "[]byte" | "[]int")
    });
    let body = value.child_by_field_name("body").filter(|_| holds_rows);
    let rows = body.map(parts).unwrap_or_default().into_iter();
    rows.map(|row| flat(parsed, row)).collect()
}

/// Lists of values under names at the top of the file.
fn tables(parsed: &Parsed, item: Node<'_>, model: &mut FileModel) {
    use crate::language::test_model::Table;
    for spec in Walk::new(item).filter(|node| node.kind() == kind::VAR_SPEC) {
        let named = spec.child_by_field_name("name");
        let value = spec.child_by_field_name("value").map(parts);
        let (Some(named), Some([value])) = (named, value.as_deref()) else {
            continue;
        };
        let is_list = value.child_by_field_name("type").is_some_and(|of| {
            matches!(
                of.kind(),
                kind::SLICE_TYPE | kind::MAP_TYPE | kind::ARRAY_TYPE
            )
        });
        let Some(body) = value.child_by_field_name("body").filter(|_| is_list) else {
            continue;
        };
        model.tables.push(Table {
            name: parsed.text(named).to_owned(),
            rows: parts(body)
                .into_iter()
                .map(|row| flat(parsed, row))
                .collect(),
            narrowed: None,
            place: parsed.place(named),
        });
    }
}

/// Whether a function runs what it is given behind a `recover` whose result nobody looks at.
fn drops(parsed: &Parsed, block: Node<'_>) -> bool {
    let deferred = body::statements(block).into_iter();
    let mut deferred = deferred.filter(|one| one.kind() == kind::DEFER_STATEMENT);
    deferred.any(|one| {
        let text = flat(parsed, one);
        text.contains("recover()") && !text.contains("if r") && !text.contains("panic(")
    })
}

/// What a function does to the run as a whole.
fn signs(parsed: &Parsed, own: &str, block: Node<'_>) -> Vec<Sign> {
    let sign = |kind, node: Node<'_>| Sign {
        kind,
        text: one_line(parsed.text(node)),
        place: parsed.place(node),
        function: own.to_owned(),
    };
    let calls = Walk::new(block).filter(|node| node.kind() == kind::CALL_EXPRESSION);
    let mut found = Vec::new();
    let mut runs = false;
    for call in calls {
        let callee = field(parsed, call, "function").unwrap_or_default();
        runs |= callee.ends_with(".Run") || callee.ends_with(".VerifyTestMain") || callee == "run";
        let given = call
            .child_by_field_name("arguments")
            .map(|list| flat(parsed, list));
        if callee == "os.Exit" && given.as_deref() == Some("(0)") {
            found.push(sign(SignKind::EarlyExit, call));
        }
    }
    if own == "TestMain" && !runs && found.is_empty() {
        found.push(sign(SignKind::CollectionHook, block));
    }
    found
}
