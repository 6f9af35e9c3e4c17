//! Python and Rust answer the same questions, and no file makes them fall over.

use draftgate::language::{DefinitionKind, Guard, PYTHON, Parsed, Position, RUST};

fn python(source: &str) -> Parsed {
    Parsed::new(PYTHON, source.into()).expect("parses")
}

fn rust(source: &str) -> Parsed {
    Parsed::new(RUST, source.into()).expect("parses")
}

/// Name, whether the runner calls it, whether it is test code.
fn tests(parsed: &Parsed) -> Vec<(&str, bool, bool)> {
    let definitions = &parsed.facts().definitions;
    let row = |d: &'_ draftgate::language::Definition| (d.is_test, d.in_test);
    definitions
        .iter()
        .map(|d| (d.qualified.as_str(), row(d).0, row(d).1))
        .collect()
}

fn imports(parsed: &Parsed) -> Vec<String> {
    let shown = |import: &draftgate::language::Import| {
        let (name, alias) = (import.name.as_deref(), import.alias.as_deref());
        format!(
            "{} {} {} {:?}",
            import.module,
            name.unwrap_or("-"),
            alias.unwrap_or("-"),
            import.guard
        )
    };
    parsed.facts().imports.iter().map(shown).collect()
}

#[test]
fn python_definitions_carry_their_names_decorators_and_whether_they_are_tests() {
    let parsed = python(
        "import unittest\n\n@decorated(1)\n@other\ndef outer():\n    def test_inner():\n        pass\n\n\
         class TestThing:\n    def test_it(self):\n        pass\n\n\
         class Case(unittest.TestCase):\n    def test_it(self):\n        pass\n\n\
         class Plain:\n    def test_it(self):\n        pass\n\ndef test_free():\n    pass\n",
    );
    assert_eq!(
        tests(&parsed),
        [
            ("outer", false, false),
            ("outer.test_inner", false, false),
            ("TestThing", false, false),
            ("TestThing.test_it", true, true),
            ("Case", false, false),
            ("Case.test_it", true, true),
            ("Plain", false, false),
            ("Plain.test_it", false, false),
            ("test_free", true, true),
        ]
    );
    let outer = &parsed.facts().definitions[0];
    assert_eq!(outer.marks, ["decorated(1)", "other"]);
    assert_eq!(
        (outer.first_line, outer.name_line, outer.last_line),
        (3, 5, 7)
    );
    assert_eq!(parsed.symbol_at(7).as_deref(), Some("outer.test_inner"));
    assert_eq!(parsed.symbol_at(5).as_deref(), Some("outer"));
    assert_eq!(parsed.symbol_at(2), None);
}

#[test]
fn rust_definitions_carry_their_names_attributes_and_whether_they_are_tests() {
    let parsed = rust(
        "struct S;\nimpl S {\n    fn a(&self) {}\n}\nimpl Clone for S {\n    fn clone(&self) -> S { S }\n}\n\
         trait T {\n    fn must(&self);\n}\n\
         #[cfg(all(test, feature = \"x\"))]\n// why\nmod tests {\n    #[tokio::test]\n    #[ignore]\n    async fn it() {}\n    fn help() {}\n}\n\
         #[cfg(not(test))]\nfn shipped() {}\n",
    );
    assert_eq!(
        tests(&parsed),
        [
            ("S", false, false),
            ("S", false, false),
            ("S::a", false, false),
            ("S", false, false),
            ("S::clone", false, false),
            ("T", false, false),
            ("T::must", false, false),
            ("tests", false, true),
            ("tests::it", true, true),
            ("tests::help", false, true),
            ("shipped", false, false),
        ]
    );
    let definitions = &parsed.facts().definitions;
    assert_eq!(definitions[3].bases, ["Clone"]);
    assert_eq!(definitions[6].body, None);
    assert_eq!(definitions[8].marks, ["tokio::test", "ignore"]);
    assert_eq!(definitions[7].kind, DefinitionKind::Module);
    assert_eq!(
        (definitions[7].first_line, definitions[7].last_line),
        (11, 18)
    );
    assert_eq!(parsed.symbol_at(17).as_deref(), Some("tests::help"));
}

#[test]
fn a_file_under_an_inner_cfg_test_is_test_code() {
    let parsed = rust("#![cfg(test)]\nfn help() {}\n");
    assert_eq!(tests(&parsed), [("help", false, true)]);
}

#[test]
fn imports_are_taken_apart_and_know_what_guards_them() {
    let parsed = python(
        "import os, a.b as c\nfrom . import d\nfrom ..e import f as g, h\nfrom i import *\nfrom __future__ import annotations\n\
         try:\n    import j\nexcept ImportError:\n    j = None\n\
         if typing.TYPE_CHECKING:\n    from k import l\n\
         if sys.version_info > (3, 9):\n    import m\n",
    );
    assert_eq!(
        imports(&parsed),
        [
            "os - - None",
            "a.b - c None",
            ". d - None",
            "..e f g None",
            "..e h - None",
            "i * - None",
            "__future__ annotations - None",
            "j - - Some(Try)",
            "k l - Some(TypeChecking)",
            "m - - Some(Condition)",
        ]
    );
    let parsed = rust(
        "use std::{fmt, io::{self, Read as R}, collections::*};\nuse serde;\nextern crate alloc as a;\n\
         #[cfg(unix)]\nuse libc::c_int;\nuse crate::x::y as z;\n",
    );
    assert_eq!(
        imports(&parsed),
        [
            "std fmt - None",
            "std io - None",
            "std::io Read R None",
            "std::collections * - None",
            "serde - - None",
            "alloc - a None",
            "libc c_int - Some(Cfg)",
            "crate::x y z None",
        ]
    );
    assert!(parsed.facts().imports[6].guard == Some(Guard::Cfg));
}

#[test]
fn calls_know_callee_and_name() {
    let shown = |parsed: &Parsed| -> Vec<String> {
        let calls = parsed.facts().calls.iter();
        calls
            .map(|call| {
                format!(
                    "{}|{}",
                    parsed.slice(&call.callee),
                    parsed.slice(&call.name)
                )
            })
            .collect()
    };
    let source = "def f():\n    a.b(c(1), *d, k=2)\n    (lambda: 0)()\n";
    assert_eq!(shown(&python(source)), ["a.b|b", "c|c", "(lambda: 0)|"]);
    let parsed = rust("fn f() { x.y::<u8>(1).z(); a::b(2, \"s\"); todo!() }");
    let names = ["x.y::<u8>(1).z|z", "x.y::<u8>|y", "a::b|b", "todo|todo"];
    assert_eq!(shown(&parsed), names);
}

#[test]
fn a_position_is_code_comment_or_literal() {
    let source = "x = f\"a{b + 'c'}d\"  # e\ny = 1\n";
    let parsed = python(source);
    let at = |text: &str| parsed.facts().position(source.find(text).expect("there"));
    assert_eq!(at("x"), Position::Code);
    assert_eq!(at("a{"), Position::Literal);
    assert_eq!(at("b +"), Position::Code);
    assert_eq!(at("c'"), Position::Literal);
    assert_eq!(at("d\""), Position::Literal);
    assert_eq!(at("# e"), Position::Comment);
    assert_eq!(at("y"), Position::Code);
    let source = "/// doc \"x\"\nfn f() { m!(\"s\", 'c'); /* in */ }";
    let parsed = rust(source);
    let at = |text: &str| parsed.facts().position(source.find(text).expect("there"));
    assert_eq!(at("x"), Position::Comment);
    assert_eq!(at("fn"), Position::Code);
    assert_eq!(at("s\""), Position::Literal);
    assert_eq!(at("c'"), Position::Literal);
    assert_eq!(at("in */"), Position::Comment);
    assert!(parsed.facts().comments[0].is_doc);
}

#[test]
fn places_count_characters() {
    let source = "def f():\n    return 'é' + b'x'\n";
    let at = source.find("b'").expect("there");
    let place = python(source).place_of(at..at + 4);
    assert_eq!((place.line, place.column, place.end_column), (2, 18, 22));
}

#[test]
fn the_sound_part_of_a_broken_file_is_read() {
    let parsed = python("def f(:\n    pass\n\ndef g():\n    return 1\n");
    assert!(parsed.root().has_error());
    assert!(parsed.facts().definitions.iter().any(|d| d.name == "g"));
}

#[test]
fn hostile_nesting_ends() {
    let nested = |open: &str, close: &str, count: usize| {
        format!("{}1{}", open.repeat(count), close.repeat(count))
    };
    for source in [
        nested("(", ")", 100_000),
        "[".repeat(2_000_000),
        "f(".repeat(200_000),
        format!("x = {}", "-".repeat(500_000)),
        "\"".repeat(30_001),
        (0..1500)
            .map(|n| format!("{}if x:\n", " ".repeat(n)))
            .collect(),
        "a.b().".repeat(100_000),
    ] {
        let head: String = source.chars().take(12).collect();
        for language in [PYTHON, RUST] {
            let parsed = Parsed::new(language, source.clone().into());
            let facts = parsed.as_ref().map(Parsed::facts);
            assert!(facts.is_none_or(|f| f.definitions.len() < 2), "{head}");
        }
    }
    let nested_modules = |count: usize| format!("{}{}", "mod a {".repeat(count), "}".repeat(count));
    assert!(Parsed::new(RUST, nested_modules(20_000).into()).is_none());
    let parsed = rust(&nested_modules(900));
    let longest = parsed.facts().definitions.iter().map(|d| d.qualified.len());
    assert!(longest.max().is_some_and(|longest| longest < 1_000));
}
