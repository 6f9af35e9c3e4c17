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
    /// What is written around statements, where a file cannot hold them by themselves.
    #[serde(default)]
    pub around_statements: Around,
    /// Globs over the names of files of tests.
    #[serde(default)]
    pub test_names: Vec<String>,
    /// Words that stand in a file of tests.
    #[serde(default)]
    pub test_words: Vec<String>,
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
