//! Mutants of real code: that of this repository, and of the cases.
//!
//! Does not catch: a mutant that parses and does not compile.

use std::path::{Path, PathBuf};

use draftgate::language::{self, Parsed, mutants::Mutant};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            files(&path, found);
        } else if language::of(&path.to_string_lossy()).is_some() {
            found.push(path);
        }
    }
}

fn parsed(path: &str, text: &str) -> Option<Parsed> {
    Parsed::new(language::of_text(path)?, text.into())
}

fn mutants(parsed: &Parsed) -> Vec<Mutant> {
    let make = parsed.language.mutants();
    make.map_or_else(Vec::new, |make| make(parsed, &|_| true))
}

#[test]
fn each_is_another_text_that_parses() {
    /// One of so many is applied, since each is parsed anew.
    const ONE_OF: usize = 41;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["src/language", "tests/cases"] {
        files(&root.join(folder), &mut all);
    }
    all.sort();
    let (mut count, mut applied) = (0, 0);
    for path in all {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Some(parsed) = parsed(&path.to_string_lossy(), &text) else {
            continue;
        };
        for mutant in mutants(&parsed) {
            count += 1;
            if count % ONE_OF == 0 {
                applied += 1;
                let place = format!("{}: {mutant:?}", path.display());
                assert!(mutant.applied(&parsed).is_some(), "{place}");
                assert!(!mutant.patch(&parsed).is_empty(), "{place}");
            }
        }
    }
    assert!(applied > 200, "{count} mutants, {applied} applied");
}

#[test]
fn python_that_does_not_parse_makes_none() {
    for text in [
        "def f(a):\n    return a +\n",
        "def f(a:\n    return a + 1\n",
        "def f(a):\n    return a + 1\n)\n",
    ] {
        let made = parsed("a.py", text).map_or_else(Vec::new, |parsed| mutants(&parsed));
        assert_eq!(made, [], "{text}");
    }
    let whole = parsed("a.py", "def f(a):\n    return a + 1\n").expect("it parses");
    assert!(!mutants(&whole).is_empty());
}

#[test]
fn a_patch_shows_the_lines_that_go_and_those_that_come() {
    let text = "def f(a):\n    if a < 3:\n        return a\n    else:\n        b = 1\n        c = 2\n        d = 3\n        e = 4\n";
    let parsed = parsed("a.py", text).expect("it parses");
    let patches: Vec<String> = mutants(&parsed)
        .iter()
        .map(|it| it.patch(&parsed))
        .collect();
    assert!(
        patches.contains(&"-     if a < 3:\n+     if a <= 3:\n".to_owned()),
        "{patches:?}"
    );
    let cut = "-         b = 1\n-         c = 2\n-     ...\n-         e = 4\n+         pass\n";
    assert!(patches.contains(&cut.to_owned()), "{patches:?}");
}

#[test]
fn a_line_of_hostile_length_makes_few() {
    let text = format!("x = {}\n", "a + ".repeat(20_000) + "a");
    let parsed = parsed("a.py", &text);
    // What is nested too deep is not parsed at all.
    assert!(parsed.is_none_or(|parsed| mutants(&parsed).len() < 100));
    let text = format!("x = [{}]\n", "a == b, ".repeat(20_000));
    let wide = self::parsed("a.py", &text).expect("it parses");
    assert!(mutants(&wide).len() < 100);
}
