//! Code that no check reads: files of the change in a language whose syntax no check knows.
//!
//! [`language_of`] says which language a file of code is in, by a table of names, endings and interpreters; a check
//! that reads syntax answers [`crate::checks::Applicability::Unread`] for it, and the ledger holds it as out of reach. What
//! the project's own linter and type-checker both read, or what base's policy lets pass (`[languages]`: `unread = "note"`,
//! or a little `glue`), is [`accept`]ed: it stands in every report, and is no human's turn for that alone.
//!
//! Test code of such a language is unread too: a skipped test is as invisible there as a query made of strings.
//!
//! Does not catch: code inside data (a script in YAML or HTML), and code under a name that the table does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::change::{Blob, File, Side};
use crate::finding::judgement::{LedgerEntry, Outcome, Unread};
use crate::language::conventions::{is_sample, is_test_path, says_generated};

/// All files of one language that checks could not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Group<'a> {
    /// The language.
    pub language: &'a str,
    /// The files, sorted.
    pub paths: BTreeSet<&'a str>,
    /// Lines that the change adds to them or takes out.
    pub lines: usize,
    /// The checks that could not read them, sorted.
    pub checks: BTreeSet<&'a str>,
    /// Why it is no human's turn all the same; none where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<&'a str>,
}

/// The unread files of a ledger by language, those that need a human first.
pub fn groups(ledger: &[LedgerEntry]) -> Vec<Group<'_>> {
    let mut lines: BTreeMap<(Option<&str>, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    let mut checks: BTreeMap<(Option<&str>, &str), BTreeSet<&str>> = BTreeMap::new();
    for entry in ledger {
        if let Some(unread) = &entry.unread {
            let key = (unread.accepted.as_deref(), unread.language.as_str());
            let files = lines.entry(key).or_default();
            files.insert(&entry.path, unread.lines);
            checks.entry(key).or_default().insert(&entry.check);
        }
    }
    lines
        .into_iter()
        .map(|(key, files)| Group {
            language: key.1,
            lines: files.values().sum(),
            paths: files.into_keys().collect(),
            checks: checks.remove(&key).unwrap_or_default(),
            accepted: key.0,
        })
        .collect()
}

/// What base's policy lets pass of unread code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lenient {
    /// All of it.
    pub all: bool,
    /// What is in languages of glue, where the change has fewer lines of it.
    pub glue_lines: u32,
}

/// Marks what is no human's turn: what the policy lets pass, and the files that checks which run the project's own
/// tools (`tools`) all read.
pub fn accept(ledger: &mut [LedgerEntry], policy: Lenient, tools: &[&str]) {
    if ledger.iter().all(|entry| entry.unread.is_none()) {
        return;
    }
    let mut read_by: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in ledger.iter() {
        if entry.outcome == Outcome::Ran && tools.contains(&entry.check.as_str()) {
            let readers = read_by.entry(entry.path.clone()).or_default();
            readers.insert(entry.check.clone());
        }
    }
    let little_glue = glue_lines(ledger) < u64::from(policy.glue_lines);
    for entry in ledger {
        let Some(unread) = &mut entry.unread else {
            continue;
        };
        let readers = read_by.get(&entry.path).map_or(0, BTreeSet::len);
        unread.accepted = if policy.all {
            Some("the policy lets it pass: [languages] unread = \"note\"".to_owned())
        } else if little_glue && is_glue(&unread.language) {
            let most = policy.glue_lines;
            Some(format!(
                "the policy lets a little of it pass: [languages] glue-lines = {most}"
            ))
        } else if readers == tools.len() && readers > 0 {
            Some(format!(
                "the project's own tools read it: {}",
                tools.join(" and ")
            ))
        } else {
            None
        };
    }
}

/// Lines that the change has of languages of glue, over all files.
fn glue_lines(ledger: &[LedgerEntry]) -> u64 {
    let unread = ledger
        .iter()
        .filter_map(|entry| Some((&entry.path, entry.unread.as_ref()?)));
    let glue = unread.filter(|(_, unread)| is_glue(&unread.language));
    let lines: BTreeMap<&String, usize> = glue.map(|(path, unread)| (path, unread.lines)).collect();
    lines.into_values().map(|lines| lines as u64).sum()
}

fn is_glue(language: &str) -> bool {
    LANGUAGES
        .iter()
        .any(|known| known.glue && known.name == language)
}

/// The language of a changed file, where it is code that must be read: it has changed lines, and is no sample that
/// tests read, no example and no documentation, nor was it generated before the change. Of files that are gone, only
/// tests must be.
pub fn language_of(file: &File) -> Option<&'static str> {
    let side = match &file.head {
        Some(_) => Side::Head,
        None if is_test(&file.path) => Side::Base,
        None => return None,
    };
    let path = file.path_on(side);
    if file.hunks.is_empty() || is_sample(path) || is_shown(path) {
        return None;
    }
    // The change's own word that a program wrote the file is no proof; base's is what the repository lives with.
    if file.text(Side::Base).is_some_and(says_generated) {
        return None;
    }
    language(path, file.blob(side)?)
}

/// Whether a path is that of test code by the conventions of languages that are not read here.
fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    is_test_path(path)
        || name.contains(".test.")
        || name.contains(".spec.")
        || ["Test", "Tests", "Spec", "_spec"]
            .iter()
            .any(|end| stem.ends_with(end))
        || path.split('/').rev().skip(1).any(|folder| {
            matches!(folder, "Tests" | "Test" | "spec" | "specs" | "e2e")
                || folder.ends_with(".Tests")
        })
}

/// What the ledger says of an unread file, before anybody accepts it.
pub fn of(language: &str, file: &File) -> Unread {
    Unread {
        language: language.to_owned(),
        lines: file.added_lines().count() + file.deleted_lines().count(),
        accepted: None,
    }
}

/// The language of code, by the file's name, its ending, or the interpreter that its first line names.
fn language(path: &str, blob: &Blob) -> Option<&'static str> {
    let text = blob.text().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or(path);
    let table = &*TABLE;
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = table
        .names
        .get(name)
        .or_else(|| table.endings.get(ending?.as_str()))
        .or_else(|| table.interpreters.get(interpreter(text)?));
    // Translations of Qt are XML and end in `.ts`.
    let is_markup = text.trim_start().starts_with("<?xml") || text.starts_with("<!DOCTYPE TS");
    known.copied().filter(|_| !is_markup)
}

/// `bash` of `#!/bin/bash -e` and of `#!/usr/bin/env -S bash -e`, without a version at its end.
fn interpreter(text: &str) -> Option<&str> {
    let line = text.lines().next()?.strip_prefix("#!")?;
    let mut words = line.split_whitespace();
    let program = words.next()?.rsplit('/').next()?;
    let program = if program == "env" {
        words.find(|word| !word.starts_with('-') && !word.contains('='))?
    } else {
        program
    };
    let program = program.rsplit('/').next().unwrap_or(program);
    Some(program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'))
}

/// Whether a folder says that the file only shows something: an example, documentation.
fn is_shown(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| {
        matches!(
            folder,
            "docs" | "doc" | "docs_src" | "examples" | "example" | "samples" | "demo" | "demos"
        )
    })
}

/// The table, for lookup.
struct Table {
    names: BTreeMap<String, &'static str>,
    endings: BTreeMap<String, &'static str>,
    interpreters: BTreeMap<String, &'static str>,
}

/// One language of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    name: String,
    #[serde(default)]
    endings: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    interpreters: Vec<String>,
    #[serde(default)]
    glue: bool,
}

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| crate::embedded::tables("languages").unwrap_or_default());

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        names: BTreeMap::new(),
        endings: BTreeMap::new(),
        interpreters: BTreeMap::new(),
    };
    for language in &*LANGUAGES {
        let name = language.name.as_str();
        for (keys, index) in [
            (&language.names, &mut table.names),
            (&language.endings, &mut table.endings),
            (&language.interpreters, &mut table.interpreters),
        ] {
            for key in keys {
                index.entry(key.clone()).or_insert(name);
            }
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Mode;

    fn language_of(path: &str, text: &str) -> Option<&'static str> {
        language(path, &Blob::new(String::new(), Mode::Regular, text))
    }

    #[test]
    fn the_table_is_read_whole_and_says_each_ending_once() {
        assert!(LANGUAGES.len() > 100, "{}", LANGUAGES.len());
        let endings: Vec<&String> = LANGUAGES.iter().flat_map(|one| &one.endings).collect();
        let distinct: BTreeSet<&String> = endings.iter().copied().collect();
        assert_eq!(endings.len(), distinct.len());
        assert!(
            endings
                .iter()
                .all(|ending| **ending == ending.to_ascii_lowercase())
        );
    }

    #[test]
    fn names_endings_and_first_lines_say_the_language() {
        for (path, text, language) in [
            ("web/app.ts", "let a = 1;\n", Some("TypeScript")),
            ("web/App.TSX", "let a = 1;\n", Some("TypeScript")),
            ("src/A.cs", "class A {}\n", Some("C#")),
            ("Dockerfile", "FROM scratch\n", Some("Dockerfile")),
            ("bin/deploy", "#!/usr/bin/env -S bash -e\n", Some("Shell")),
            ("bin/tool", "#!/usr/bin/python3.12\n", Some("Python")),
            ("i18n/de.ts", "<?xml version=\"1.0\"?>\n<TS/>\n", None),
            ("README.md", "text\n", None),
            ("package.json", "{}\n", None),
            ("LICENSE", "text\n", None),
            ("py", "text\n", None),
        ] {
            assert_eq!(language_of(path, text), language, "{path}");
        }
    }
}
