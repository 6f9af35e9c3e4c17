//! What is data of a language: `language.toml` in its folder, read once.
//!
//! Does not catch: a file that cannot be read. It says nothing then; a test reads each.

use serde::Deserialize;

/// What a language's `language.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What people call it: `Python`.
    pub title: String,
    /// Endings of its files, without the dot.
    pub endings: Vec<String>,
    /// Endings of notebooks whose cells hold it.
    #[serde(default)]
    pub notebooks: Vec<String>,
    /// What is written around statements, where a file cannot hold them by themselves.
    #[serde(default)]
    pub around_statements: Around,
    /// Globs over the names of files of tests.
    #[serde(default)]
    pub test_names: Vec<String>,
    /// Words that stand in a file of tests.
    #[serde(default)]
    pub test_words: Vec<String>,
    /// Words of which one stands in a file that holds tests beside its code; none where tests have files of
    /// their own.
    #[serde(default)]
    pub inner_test_words: Vec<String>,
    /// The folder in which projects keep what they ship, where the language has a fixed one: below it no folder's name
    /// says that it holds tests.
    #[serde(default)]
    pub code_folder: Option<String>,
    /// Names of files that declare the modules of their folder.
    #[serde(default)]
    pub module_files: Vec<String>,
    /// Globs over the names of files that say what a project is made of.
    #[serde(default)]
    pub manifests: Vec<String>,
    /// Globs over the names of files that say what is installed.
    #[serde(default)]
    pub installed: Vec<String>,
    /// Whether producers of coverage name each statement that can run, and nothing else: a line that they pass
    /// over holds none.
    #[serde(default)]
    pub coverage_by_statement: bool,
    /// Whether a definition is a statement that runs when its file is loaded.
    #[serde(default)]
    pub definitions_run: bool,
}

/// What is written before and behind a text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// Before it.
    pub before: String,
    /// Behind it.
    pub behind: String,
}

impl Around {
    /// A text with it around.
    pub fn put(&self, text: &str) -> String {
        format!("{}{text}{}", self.before, self.behind)
    }
}

impl Profile {
    /// Reads one.
    pub(super) fn read(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }

    /// Whether a file of this name is one of tests.
    pub fn is_test_name(&self, name: &str) -> bool {
        self.test_names.iter().any(|glob| fits(glob, name))
    }

    /// Whether a file says what a project is made of.
    pub fn is_manifest(&self, path: &str) -> bool {
        name_fits(&self.manifests, path)
    }

    /// Whether a file says what is installed.
    pub fn says_what_is_installed(&self, path: &str) -> bool {
        name_fits(&self.installed, path)
    }
}

/// Whether the name of a file fits one of some globs.
fn name_fits(globs: &[String], path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    globs.iter().any(|glob| fits(glob, name))
}

/// Whether a name fits a glob with at most one `*`.
fn fits(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        Some((start, end)) => {
            let rest = name.strip_prefix(start);
            rest.is_some_and(|rest| rest.ends_with(end))
        }
        None => name == glob,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_can_be_read() {
        for language in crate::language::ALL {
            assert!(!language.profile().title.is_empty(), "{language:?}");
            assert!(!language.profile().endings.is_empty(), "{language:?}");
        }
    }
}
