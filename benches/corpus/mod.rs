//! A project of 1,000 modules of about 52 lines, half Python and half Rust, made of a few pieces with other names
//! and numbers each: the same on every machine.
//!
//! The pieces stand in `pieces.py.txt` and `pieces.rs.txt`, after a line `@@` each; the last one of a file is a test.
//! A line that starts with `-` is there until a piece is edited, one with `+` afterwards.

use std::fmt::Write as _;

const MODULES: usize = 1000;
/// Lines over which a module gets no further piece.
const ENOUGH: usize = 36;

const NOUNS: [&str; 16] = [
    "header", "cookie", "column", "segment", "style", "token", "option", "argument", "glob",
    "field", "variant", "chunk", "frame", "prompt", "cursor", "pattern",
];
const VERBS: [&str; 12] = [
    "merge", "split", "render", "encode", "resolve", "expand", "filter", "match", "wrap",
    "collect", "format", "measure",
];

/// What stands at a point of the project's history.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Manifests and the modules' lists.
    Bare,
    /// All modules.
    Added,
    /// Each module with one of its pieces edited.
    Edited,
}

/// Path and text of each file that is no module.
pub(crate) fn frame() -> Vec<(String, String)> {
    let mut files = vec![
        ("pyproject.toml".to_owned(), "[project]\nname = \"engine\"\nversion = \"1.0\"\nrequires-python = \">=3.10\"\ndependencies = [\"httpx>=0.27\", \"rich\"]\n\n[dependency-groups]\ndev = [\"pytest\"]\n".to_owned()),
        ("Cargo.toml".to_owned(), "[package]\nname = \"engine\"\nversion = \"1.0.0\"\nedition = \"2021\"\n\n[dependencies]\nanyhow = \"1\"\nlog = \"0.4\"\nserde = { version = \"1\", features = [\"derive\"] }\n".to_owned()),
        ("src/engine/__init__.py".to_owned(), String::new()),
    ];
    let mut library = String::from("//! The engine.\n\n");
    for part in 0..MODULES / 50 {
        let _ = writeln!(library, "pub mod part_{part};");
        let modules = (0..MODULES).filter(|module| module / 50 == part && module % 2 == 1);
        let list = modules.fold(String::new(), |list, module| {
            list + &format!("pub mod module_{module};\n")
        });
        files.push((format!("src/part_{part}/mod.rs"), list));
        files.push((format!("src/engine/part_{part}/__init__.py"), String::new()));
    }
    files.push(("src/lib.rs".to_owned(), library));
    files
}

/// Path and text of each module.
pub(crate) fn modules(state: State) -> Vec<(String, String)> {
    let count = if state == State::Bare { 0 } else { MODULES };
    let edited = state == State::Edited;
    (0..count)
        .map(|module| match module % 2 {
            0 => python(module, edited),
            _ => rust(module, edited),
        })
        .collect()
}

fn python(module: usize, edited: bool) -> (String, String) {
    let pieces: Vec<&str> = pieces(include_str!("pieces.py.txt"));
    let (test, code) = pieces.split_last().expect("pieces");
    let part = module / 50;
    if module.is_multiple_of(16) {
        let head = "\"\"\"Tests of what is split.\"\"\"\n\nimport pytest\n\n";
        return (
            format!("tests/part_{part}/test_module_{module}.py"),
            filled(module, head, &[test], "\n\n", edited),
        );
    }
    let before = (module + MODULES - 2) % MODULES;
    let mut head = format!(
        "\"\"\"What is done with each {}.\"\"\"\n\nfrom __future__ import annotations\n\nimport logging\nimport re\nfrom collections.abc import Iterable, Iterator, Mapping\nfrom pathlib import Path\n\nimport httpx\nfrom rich.console import Console\n\n",
        noun(module)
    );
    if !before.is_multiple_of(16) {
        let _ = writeln!(
            head,
            "from engine.part_{} import module_{before}\n",
            before / 50
        );
    }
    head.push_str("logger = logging.getLogger(__name__)\nconsole = Console(stderr=True)\nclient = httpx.Client(timeout=30.0)\n");
    (
        format!("src/engine/part_{part}/module_{module}.py"),
        filled(module, &head, code, "\n\n", edited),
    )
}

fn rust(module: usize, edited: bool) -> (String, String) {
    let pieces: Vec<&str> = pieces(include_str!("pieces.rs.txt"));
    let (test, code) = pieces.split_last().expect("pieces");
    let head = format!(
        "//! What is done with each {}.\n\nuse std::collections::HashMap;\nuse std::path::Path;\nuse std::{{fmt, fs}};\n\nuse anyhow::{{Context, Result, bail}};\nuse log::debug;\n\nuse crate::part_{}::module_{};\n",
        noun(module),
        (module + 50) % MODULES / 50,
        (module + 50) % MODULES
    );
    let mut text = filled(module, &head, code, "\n", edited);
    if module.is_multiple_of(3) {
        text = filled(module, &text, &[test], "\n", false);
    }
    (format!("src/part_{}/module_{module}.rs", module / 50), text)
}

fn pieces(text: &str) -> Vec<&str> {
    text.split("@@\n").skip(1).collect()
}

fn noun(module: usize) -> &'static str {
    NOUNS[module % NOUNS.len()]
}

/// The head and as many pieces as a module has, the first of them edited.
fn filled(module: usize, head: &str, pieces: &[&str], between: &str, edited: bool) -> String {
    let mut text = head.to_owned();
    let mut lines = head.lines().count();
    for place in 0.. {
        if place > 0 && lines >= ENOUGH {
            break;
        }
        let piece = pieces[(module / 2 + place) % pieces.len()];
        lines += piece.lines().count();
        text.push_str(between);
        text.push_str(&piece_of(module, place, piece, edited && place == 0));
    }
    text
}

fn piece_of(module: usize, place: usize, piece: &str, edited: bool) -> String {
    let noun = NOUNS[(module + 3 * place) % NOUNS.len()];
    let verb = VERBS[(module / 7 + place) % VERBS.len()];
    let other = NOUNS[(module + 3 * place + 5) % NOUNS.len()];
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let (there, gone) = if edited { ('+', '-') } else { ('-', '+') };
    let lines = piece.lines().filter(|line| !line.starts_with(gone));
    let lines = lines.map(|line| line.strip_prefix(there).unwrap_or(line).to_owned() + "\n");
    lines
        .collect::<String>()
        .replace("{noun}", noun)
        .replace("{Noun}", &capital(noun))
        .replace("{verb}", verb)
        .replace("{Verb}", &capital(verb))
        .replace("{other}", other)
        .replace("{number}", &(module % 90 + 10).to_string())
}
