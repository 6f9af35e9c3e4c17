//! What pytest's configuration says of collection: which files, functions and classes are tests.
//!
//! Read from `pytest.ini`, `pyproject.toml`, `tox.ini` and `setup.cfg` at the root, in pytest's own
//! order; the first that holds its section counts.
//!
//! Does not catch: options on a command line or in `PYTEST_ADDOPTS`, configuration in subfolders.

use crate::document;

/// The part of pytest's configuration that decides what is collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pytest {
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
pub(crate) const FILES: [(&str, &[&str]); 4] = [
    ("pytest.ini", &["pytest"]),
    ("pyproject.toml", &["tool", "pytest", "ini_options"]),
    ("tox.ini", &["pytest"]),
    ("setup.cfg", &["tool:pytest"]),
];

impl Pytest {
    /// From the first of the files that holds its section.
    pub(crate) fn read<'t>(mut text: impl FnMut(&str) -> Option<&'t str>) -> Self {
        for (path, section) in FILES {
            if let Some(text) = text(path)
                && let Some(config) = Self::of(path, section, text)
            {
                return config;
            }
        }
        Self::default()
    }

    /// From one file's text.
    pub(crate) fn of(path: &str, section: &[&str], text: &str) -> Option<Self> {
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
    pub(crate) fn passes_over(&self, path: &str) -> Option<String> {
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
            return Some(format!(
                "its name matches none of python_files ({})",
                self.files.join(" ")
            ));
        }
        let hidden = folder
            .split('/')
            .find(|part| self.no_recurse.iter().any(|pattern| glob(pattern, part)));
        hidden.map(|part| format!("norecursedirs leaves the folder {part} out"))
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
        let config = Pytest::read(|path| match path {
            "pytest.ini" => Some("[other]\nx = 1\n"),
            "pyproject.toml" => Some(
                "[tool.pytest.ini_options]\npython_files = [\"check_*.py\"]\naddopts = \"-q -x\"\n",
            ),
            "setup.cfg" => Some("[tool:pytest]\npython_files = never_*.py\n"),
            _ => None,
        });
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
