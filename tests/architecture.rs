//! The order of the stages, as the doc comment of `src/lib.rs` lists it: no stage uses a later one, so there is no
//! circle between them. And the wall around `src/language/`: what stands outside names no language.
//!
//! Does not catch: a path that begins with `super`, and what a stage's own files have to do with each other; a
//! language that is named by a word which is not among those below.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The stages of the second `text` block of the doc comment, lowest first.
fn stages() -> Vec<String> {
    let doc = include_str!("../src/lib.rs");
    let lines = doc.lines().filter_map(|line| line.strip_prefix("//! "));
    let blocks = lines.collect::<Vec<_>>().join("\n");
    let block = blocks.split("```").nth(3).expect("a second block");
    let stages = block.lines().skip(1);
    stages
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The modules at the top of the crate that a text names, without its comments and its tests.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        found.extend(first_names(&code[at + "crate::".len()..]));
    }
    found
}

/// The name at which a path goes on, or each of a group in braces.
fn first_names(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let (mut depth, mut names, mut begins) = (0, vec![name(group)], Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins.push(at + 1),
            _ => {}
        }
    }
    names.extend(begins.into_iter().map(|at| name(&group[at..])));
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn no_stage_uses_a_later_one() {
    let order: BTreeMap<String, usize> = stages().into_iter().zip(0..).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for path in files {
        let below = path.strip_prefix(&root).expect("below src");
        let first = below.iter().next().expect("a name").to_string_lossy();
        let stage = first.trim_end_matches(".rs");
        if matches!(stage, "lib" | "main") {
            continue;
        }
        let Some(own) = order.get(stage) else {
            wrong.push(format!("{stage} is not among the stages in src/lib.rs"));
            continue;
        };
        let text = std::fs::read_to_string(&path).expect("it can be read");
        for name in used(&text) {
            match order.get(&name) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!(
                    "{} uses crate::{name}, a later stage than {stage}",
                    below.display()
                )),
                None => wrong.push(format!(
                    "{} uses crate::{name}, which is not among the stages in src/lib.rs",
                    below.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for stage in order.keys() {
        let is_there = root.join(stage).is_dir() || root.join(format!("{stage}.rs")).is_file();
        assert!(is_there, "src/lib.rs lists {stage}, which is not there");
    }
}

#[test]
fn names_are_read_from_paths_and_groups() {
    let text = "use crate::{a::{b, c}, d};\n// crate::e\nfn f() { mycrate::g(); crate::h::i() }\n\
                #[cfg(test)]\nmod tests { use crate::j; }\n";
    assert_eq!(used(text), ["a", "d", "h"]);
}

/// Where no language is named, no node of a grammar and no manifest.
const BLIND: [&str; 6] = [
    "rule",
    "coverage",
    "suppression",
    "report",
    "secrets",
    "checks",
];

/// The lines of a text, without its tests, that name a language or something that only one has.
fn names_a_language(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let words = [
        "Known::",
        "Language::",
        ".kind()",
        "PYTHON",
        "RUST",
        "\"function_definition\"",
        "\"function_item\"",
        "\"Cargo.toml\"",
        "\"pyproject.toml\"",
        "\"pytest.ini\"",
        "\"conftest.py\"",
        "language::python",
        "language::rust",
    ];
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let stands_alone = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let behind = line[at + word.len()..].chars().next();
            let open = word.ends_with([':', '"']);
            (word.starts_with('.') || !before.is_some_and(is_part))
                && (open || !behind.is_some_and(is_part))
        })
    };
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter(|line| words.iter().any(|word| stands_alone(line, word)))
        .collect()
}

#[test]
fn what_is_outside_of_the_languages_names_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for folder in BLIND {
        sources(&root.join(folder), &mut files);
    }
    let mut wrong = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let below = path.strip_prefix(&root).expect("below src");
        for line in names_a_language(&text) {
            wrong.push(format!("{}: {}", below.display(), line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_line_that_names_a_language_is_seen() {
    let text = "use language::{PYTHON, RUST};\nenv(\"PYTHONPATH\");\n// RUST\nKnown::Rust\n\
                name == \"Cargo.toml\"\nnode.kind() == WORD\n#[cfg(test)]\nmod tests { RUST }\n";
    let seen = names_a_language(text);
    assert_eq!(seen.len(), 4, "{seen:?}");
}
