//! What pytest's configuration says of collection: which files, functions and classes are tests.
//!
//! Read from `pytest.ini`, `pyproject.toml`, `tox.ini` and `setup.cfg` at the root, in pytest's own
//! order; the first that holds its section counts.
//!
//! Does not catch: options on a command line or in `PYTEST_ADDOPTS`, configuration in subfolders.

use anyhow::Result;

use crate::document;
use crate::language::test_model::{PassedOver, ReadText};

/// The part of pytest's configuration that decides what is collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::language) struct Pytest {
    pub files: Vec<String>,
    pub functions: Vec<String>,
    pub classes: Vec<String>,
    pub no_recurse: Vec<String>,
    pub testpaths: Vec<String>,
    pub addopts: String,
    /// What the manifests say in small letters, with `-` for `_`; none where there is none.
    pub manifests: Option<String>,
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
            manifests: None,
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

/// The files at the root in which projects say what their tests need.
const MANIFESTS: [&str; 17] = [
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "tox.ini",
    "noxfile.py",
    "Pipfile",
    "environment.yml",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements-test.txt",
    "requirements-tests.txt",
    "test-requirements.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
];

impl Pytest {
    /// From the first of the files that holds its section.
    pub(super) fn read(read: &ReadText<'_>) -> Result<Self> {
        let mut config = Self::in_folder("", read)?.map_or_else(Self::default, |(_, it)| it);
        for path in MANIFESTS {
            if let Some(text) = read(path)? {
                let all = config.manifests.get_or_insert_default();
                all.push_str(&text.to_lowercase().replace('_', "-"));
            }
        }
        Ok(config)
    }

    /// What counts in a folder, and the name of the file that says so.
    pub(super) fn in_folder(
        folder: &str,
        read: &ReadText<'_>,
    ) -> Result<Option<(&'static str, Self)>> {
        for (name, section) in FILES {
            if let Some(text) = read(&format!("{folder}{name}"))?
                && let Some(config) = Self::of(name, section, &text)
            {
                return Ok(Some((name, config)));
            }
        }
        Ok(None)
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
