//! What pytest's configuration says of collection: which files, functions and classes are tests.
//!
//! Read from `pytest.ini`, `pyproject.toml`, `tox.ini` and `setup.cfg` at the root, in pytest's own
//! order; the first that holds its section counts.
//!
//! Does not catch: options on a command line or in `PYTEST_ADDOPTS`, configuration in subfolders.

use anyhow::Result;

use crate::document;
use crate::language::test_model::{Deselected, PassedOver, ReadText};

/// The part of pytest's configuration that decides what is collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::language) struct Pytest {
    pub files: Vec<String>,
    pub functions: Vec<String>,
    pub classes: Vec<String>,
    pub no_recurse: Vec<String>,
    pub testpaths: Vec<String>,
    pub addopts: String,
}

impl Default for Pytest {
    fn default() -> Self {
        let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        Self {
            files: owned(&["test_*.py", "*_test.py"]),
            functions: owned(&["test"]),
            classes: owned(&["Test"]),
            no_recurse: owned(&[
                "*.egg",
                ".*",
                "_darcs",
                "build",
                "CVS",
                "dist",
                "node_modules",
                "venv",
            ]),
            testpaths: Vec::new(),
            addopts: String::new(),
        }
    }
}

/// The files, in pytest's order, with the section that counts in each.
pub(super) const FILES: [(&str, &[&str]); 4] = [
    ("pytest.ini", &["pytest"]),
    ("pyproject.toml", &["tool", "pytest", "ini_options"]),
    ("tox.ini", &["pytest"]),
    ("setup.cfg", &["tool:pytest"]),
];

impl Pytest {
    /// From the first of the files that holds its section.
    pub(super) fn read(read: &ReadText<'_>) -> Result<Self> {
        for (path, section) in FILES {
            if let Some(text) = read(path)?
                && let Some(config) = Self::of(path, section, &text)
            {
                return Ok(config);
            }
        }
        Ok(Self::default())
    }

    /// From one file's text.
    pub(super) fn of(path: &str, section: &[&str], text: &str) -> Option<Self> {
        let root = document::read(path, text)?;
        let mut config = Self::default();
        for (key, value) in root.at(section)?.entries() {
            let words: Vec<String> = match value.text() {
                Some(text) => text.split_whitespace().map(str::to_owned).collect(),
                None => value.words().into_iter().map(|(word, _)| word).collect(),
            };
            match key.as_str() {
                "python_files" => config.files = words,
                "python_functions" => config.functions = words,
                "python_classes" => config.classes = words,
                "norecursedirs" => config.no_recurse = words,
                "testpaths" => config.testpaths = words,
                "addopts" => config.addopts = words.join(" "),
                _ => {}
            }
        }
        Some(config)
    }

    /// Why a file is not collected; none where it is.
    pub(super) fn passes_over(&self, path: &str) -> Option<PassedOver> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let named = self.files.iter().any(|pattern| {
            if pattern.contains('/') {
                glob(pattern, path)
            } else {
                glob(pattern, name)
            }
        });
        // Django and plain unittest call it so.
        if !named && !matches!(name, "tests.py" | "test.py") {
            return Some(PassedOver::because(format!(
                "its name matches none of python_files ({})",
                self.files.join(" ")
            )));
        }
        let hidden = folder
            .split('/')
            .find(|part| self.no_recurse.iter().any(|pattern| glob(pattern, part)));
        hidden
            .or_else(|| self.folder_left_out(folder))
            .map(|part| PassedOver::because(format!("norecursedirs leaves the folder {part} out")))
    }

    /// The folder at or above this one that a pattern of several parts leaves out (`testing/example_scripts`): pytest holds
    /// such a pattern against the end of the folder's path (`_pytest.pathlib.fnmatch_ex`).
    fn folder_left_out<'f>(&self, folder: &'f str) -> Option<&'f str> {
        let ends = folder.match_indices('/').map(|(at, _)| at);
        let mut above = ends
            .chain([folder.len()])
            .filter_map(|end| folder.get(..end));
        above.find(|one| {
            let of_parts = self
                .no_recurse
                .iter()
                .filter(|pattern| pattern.contains('/'));
            of_parts
                .into_iter()
                .any(|pattern| glob(pattern, one) || glob(&format!("*/{pattern}"), one))
        })
    }

    /// Whether a name is that of a test function.
    pub(super) fn is_test_name(&self, name: &str) -> bool {
        self.functions
            .iter()
            .any(|pattern| prefix_or_glob(pattern, name))
    }

    /// Whether a name is that of a test class.
    pub(super) fn is_test_class(&self, name: &str) -> bool {
        self.classes
            .iter()
            .any(|pattern| prefix_or_glob(pattern, name))
    }
}

/// The tests that ran by one text of a file of this name and run no more by another.
pub(super) fn deselected(name: &str, base: &str, head: &str) -> Vec<Deselected> {
    let mut found = Vec::new();
    let Some((_, section)) = FILES.iter().find(|(path, _)| *path == name) else {
        return found;
    };
    let (Some(old), Some(new)) = (
        Pytest::of(name, section, base),
        Pytest::of(name, section, head),
    ) else {
        return found;
    };
    let mut say = |key: &str, what: String| {
        found.push(Deselected {
            key: key.to_owned(),
            message: format!("{key} keeps tests from running that ran before: {what}"),
        });
    };
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (before, after) = (words(&old.addopts), words(&new.addopts));
    let added: Vec<&String> = after.iter().filter(|word| !before.contains(word)).collect();
    const KEEPS_OUT: [&str; 8] = [
        "--ignore",
        "--ignore-glob",
        "--deselect",
        "-k",
        "-m",
        "--co",
        "--collect-only",
        "-p",
    ];
    for (at, word) in after.iter().enumerate() {
        let option = word.split('=').next().unwrap_or(word);
        let value = after.get(at + 1).map(String::as_str).unwrap_or_default();
        let is_new = added.contains(&word)
            || (!word.contains('=') && added.iter().any(|a| a.as_str() == value));
        let steers = KEEPS_OUT.contains(&option)
            && (option != "-p"
                || value.starts_with("no:")
                    && matches!(value, "no:terminal" | "no:python" | "no:unittest"));
        if is_new && steers {
            say("addopts", format!("`{word} {value}`").trim_end().to_owned());
        }
    }
    let gone = |old: &[String], new: &[String]| -> Vec<String> {
        old.iter()
            .filter(|item| !new.contains(item))
            .cloned()
            .collect()
    };
    let more = gone(&new.no_recurse, &old.no_recurse);
    // The first list of one's own repeats pytest's; a folder of tests on it is no repetition.
    let listed_before = old.no_recurse != Pytest::default().no_recurse;
    if more
        .iter()
        .any(|folder| listed_before || folder.contains("test"))
    {
        say("norecursedirs", more.join(" "));
    }
    let paths = gone(&old.testpaths, &new.testpaths);
    let covered = |path: &String| {
        new.testpaths
            .iter()
            .any(|p| path.starts_with(p.as_str()) || p == ".")
    };
    if !new.testpaths.is_empty() && paths.iter().any(|path| !covered(path)) {
        say(
            "testpaths",
            format!("{} is no longer among them", paths.join(" ")),
        );
    }
    for (key, old, new) in [
        ("python_files", &old.files, &new.files),
        ("python_functions", &old.functions, &new.functions),
        ("python_classes", &old.classes, &new.classes),
    ] {
        let paths = gone(old, new);
        if !paths.is_empty() {
            say(
                key,
                format!("{} is no longer among the patterns", paths.join(" ")),
            );
        }
    }
    found
}

/// pytest's rule: a pattern without a wildcard is a prefix.
fn prefix_or_glob(pattern: &str, name: &str) -> bool {
    if pattern.contains(['*', '?', '[']) {
        glob(pattern, name)
    } else {
        name.starts_with(pattern)
    }
}

/// Whether a name matches as `fnmatch` has it. A pattern that is none matches nothing.
fn glob(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?', '[', ']', '{', '}', '\\']) {
        return pattern == text;
    }
    globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_with_its_section_counts() {
        let config = Pytest::read(&|path| {
            let text = match path {
                "pytest.ini" => "[other]\nx = 1\n",
                "pyproject.toml" => {
                    "[tool.pytest.ini_options]\npython_files = [\"check_*.py\"]\naddopts = \"-q -x\"\n"
                }
                "setup.cfg" => "[tool:pytest]\npython_files = never_*.py\n",
                _ => return Ok(None),
            };
            Ok(Some(text.to_owned()))
        })
        .unwrap();
        assert_eq!(config.files, ["check_*.py"]);
        assert_eq!(config.addopts, "-q -x");
        assert_eq!(config.passes_over("tests/check_a.py"), None);
        assert!(config.passes_over("tests/test_a.py").is_some());
    }

    #[test]
    fn a_value_may_go_on_over_indented_lines() {
        let config = Pytest::of(
            "tox.ini",
            &["pytest"],
            "[pytest]\ntestpaths =\n    a\n    b\n",
        )
        .unwrap();
        assert_eq!(config.testpaths, ["a", "b"]);
    }

    #[test]
    fn patterns_match_as_fnmatch_does() {
        assert!(glob("test_*.py", "test_a.py"));
        assert!(glob("*_test.py", "a_test.py"));
        assert!(!glob("test_*.py", "tests.py"));
        assert!(glob("a?c*", "abcdef"));
        assert!(!glob("*x*y", "xz"));
    }
}
