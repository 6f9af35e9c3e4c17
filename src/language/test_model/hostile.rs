//! Test files that nobody wrote for a reader: no panic, and no more steps than a few a token.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::FileModel;
use crate::budget;
use crate::language::{self, Lang, PYTHON, Parsed, RUST, TYPESCRIPT};

fn model(language: Lang, source: &str) -> Option<FileModel> {
    let path = format!("tests/test_hostile.{}", language.profile().endings[0]);
    let parsed = Parsed::new(language, source.into())?;
    let project = language.tests()?.project(&[], &|_| Ok(None)).ok()?;
    Some(project.model(&parsed, &path))
}

/// The files of the cases, by language.
fn samples() -> Vec<(Lang, String)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/tests");
    let mut found = BTreeMap::new();
    let mut folders = vec![cases];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let (Some(language), Ok(text)) = (
                language::of(&path.to_string_lossy()),
                crate::files::own(&path, u64::MAX),
            ) && let Ok(text) = String::from_utf8(text.bytes)
            {
                found.insert(path, (language, text));
            }
        }
    }
    found.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_tests_never_panic(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>()), 1..12),
    ) {
        static SAMPLES: std::sync::LazyLock<Vec<(Lang, String)>> =
            std::sync::LazyLock::new(samples);
        let (language, text) = which.get(&SAMPLES);
        let mut bytes = text.clone().into_bytes();
        for (at, kind, value) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = value,
                1 => bytes.insert(at, b"()[]{}:'\"#!,.\n \t"[usize::from(value) % 16]),
                2 => drop(bytes.drain(at..(at + usize::from(value % 40)).min(bytes.len()))),
                _ => {
                    let piece = bytes[at..(at + usize::from(value)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        model(*language, &String::from_utf8_lossy(&bytes));
    }
}

/// A name, a language, and a file of a size.
type Shape = (&'static str, Lang, fn(usize) -> String);

/// Shapes of files, each made for a size.
fn shapes() -> Vec<Shape> {
    fn lines(head: &str, size: usize, line: impl Fn(usize) -> String) -> String {
        let mut text = head.to_owned();
        (0..size).for_each(|at| text.push_str(&line(at)));
        text
    }

    vec![
        ("asserts", PYTHON, |n| {
            lines("def test_a():\n", n, |at| {
                format!("    assert f({at}) == {at}\n")
            })
        }),
        ("assignments and asserts", PYTHON, |n| {
            lines("def test_a():\n", n, |at| {
                format!("    x{at} = f({at})\n    assert x{at} == f({at})\n")
            })
        }),
        ("returns under conditions", PYTHON, |n| {
            lines("def test_a():\n", n, |at| {
                format!("    if f({at}):\n        return\n    assert g({at})\n")
            })
        }),
        ("functions inside", PYTHON, |n| {
            lines("def test_a():\n", n, |at| {
                format!("    def f{at}():\n        assert g({at})\n")
            })
        }),
        ("doubles", PYTHON, |n| {
            lines("def test_a():\n", n, |at| {
                format!("    m{at} = Mock(return_value={at})\n    assert m{at}() == {at}\n")
            })
        }),
        ("rows", PYTHON, |n| {
            let rows = lines("", n, |at| format!("    ({at}, {at}),\n"));
            format!(
                "@pytest.mark.parametrize('a, b', [\n{rows}])\ndef test_a(a, b):\n    assert f(a) == b\n"
            )
        }),
        ("tests", PYTHON, |n| {
            lines("", n, |at| {
                format!("def test_{at}():\n    assert f({at}) == {at}\n\n")
            })
        }),
        ("alternatives", PYTHON, |n| {
            let rest = lines("", n, |at| format!(" or f({at})"));
            format!("def test_a():\n    assert x{rest}\n")
        }),
        ("asserts", RUST, |n| {
            let rest = lines("", n, |at| format!("    assert_eq!(f({at}), {at});\n"));
            format!("#[test]\nfn a() {{\n{rest}}}\n")
        }),
        ("states", RUST, |n| {
            let rest = lines("", n, |at| {
                format!("    let x = f({at});\n    assert!(x.is_ok());\n")
            });
            format!("#[test]\nfn a() {{\n{rest}}}\n")
        }),
        ("constants", RUST, |n| {
            let rest = lines("", n, |at| {
                format!("    const C{at}: bool = true;\n    assert!(C{at} || f());\n")
            });
            format!("#[test]\nfn a() {{\n{rest}}}\n")
        }),
        ("asserts", TYPESCRIPT, |n| {
            let rest = lines("", n, |at| format!("  expect(f({at})).toBe({at});\n"));
            format!("it('a', () => {{\n{rest}}});\n")
        }),
        ("tests", TYPESCRIPT, |n| {
            lines("", n, |at| {
                format!("it('a {at}', () => {{\n  expect(f({at})).toBe({at});\n}});\n")
            })
        }),
        ("promises", TYPESCRIPT, |n| {
            let rest = lines("", n, |at| {
                format!("  f({at}).then((x) => {{\n    expect(x).toBe({at});\n  }});\n")
            });
            format!("it('a', () => {{\n{rest}}});\n")
        }),
        ("doubles", TYPESCRIPT, |n| {
            let rest = lines("", n, |at| {
                format!("  const m{at} = vi.fn(() => {at});\n  expect(m{at}()).toBe({at});\n")
            });
            format!("it('a', () => {{\n{rest}}});\n")
        }),
        ("conditions", TYPESCRIPT, |n| {
            let rest = lines("", n, |at| {
                format!("  if (f({at})) {{\n    return;\n  }}\n  expect(g({at})).toBe(1);\n")
            });
            format!("it('a', () => {{\n{rest}}});\n")
        }),
        ("rows", TYPESCRIPT, |n| {
            let rows = lines("", n, |at| format!("  [{at}, {at}],\n"));
            format!("it.each([\n{rows}])('a', (a, b) => {{\n  expect(f(a)).toBe(b);\n}});\n")
        }),
        ("functions under a cfg", RUST, |n| {
            lines("", n, |at| {
                format!("#[cfg(test)]\nfn f{at}() {{}}\n#[cfg(not(test))]\nfn f{at}() {{}}\n")
            })
        }),
    ]
}

#[test]
fn four_times_the_file_is_about_four_times_the_steps() {
    for (name, language, shape) in shapes() {
        let of = |size: usize| {
            let source = shape(size);
            let before = budget::total();
            assert!(model(language, &source).is_some(), "{name}");
            budget::total() - before
        };
        let (small, large) = (of(200), of(800));
        assert!(
            large <= small * 6,
            "{name} in {language:?}: {small} steps, then {large}"
        );
    }
}

#[test]
fn ten_thousand_assertions_and_deep_nesting_are_read() {
    for (name, language, shape) in shapes() {
        let size = if name == "asserts" { 10_000 } else { 1_000 };
        assert!(model(language, &shape(size)).is_some(), "{name}");
    }
    let deep = 600;
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("[", "]"),
        ("f(", ")"),
        ("x == (", ")"),
        ("a and ", ""),
        ("lambda: ", ""),
        ("-", ""),
        ("a or (", ")"),
    ] {
        let source = format!(
            "def test_a():\n    assert {}x{}\n",
            open.repeat(deep),
            close.repeat(deep)
        );
        model(PYTHON, &source);
    }
    for (open, close) in [
        ("(", ")"),
        ("!", ""),
        ("[", "]"),
        ("f(", ")"),
        ("a && ", ""),
        ("a || (", ")"),
        ("() => ", ""),
        ("expect(", ").toBe(1)"),
        ("f(() => { ", " })"),
        ("describe('a', () => { ", " })"),
    ] {
        let nested = format!("{}x{}", open.repeat(deep), close.repeat(deep));
        let source = format!(
            "it('a', () => {{\n  expect({nested}).toBe(1);\n  {nested};\n}});\n{nested};\n"
        );
        model(TYPESCRIPT, &source);
    }
    let mut ifs = "def test_a():\n".to_owned();
    for depth in 1..600 {
        ifs.push_str(&" ".repeat(depth));
        ifs.push_str("if x:\n");
    }
    model(PYTHON, &(ifs + &" ".repeat(300) + "assert x\n"));
    for (open, close) in [
        ("(", ")"),
        ("!", ""),
        ("{", "}"),
        ("f(", ")"),
        ("a && ", ""),
        ("a || (", ")"),
        ("if x { ", " }"),
        ("vec![", "]"),
        ("|| ", ""),
    ] {
        let nested = format!("{}x{}", open.repeat(deep), close.repeat(deep));
        model(
            RUST,
            &format!("#[test]\nfn a() {{\n    assert!({nested});\n    {nested};\n}}\n"),
        );
        let cfg = format!(
            "#[cfg({}x{})]\n#[test]\nfn a() {{}}\n",
            "not(".repeat(deep),
            ")".repeat(deep)
        );
        model(RUST, &cfg);
    }
}
