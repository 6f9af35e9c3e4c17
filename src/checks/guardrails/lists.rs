//! The names that guardrails knows, from `lists.toml`: a new tool, option or key is a line there.
//!
//! Does not catch: a name that is not on a list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A list of names.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Whether a name is on it.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }

    /// All of them, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// All lists; what each is for stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Lists {
    pub(super) configurations: Names,
    pub(super) configuration_stems: Names,
    /// What the names of a family of configurations begin with, and a part that they have.
    pub(super) families: Vec<(String, String)>,
    pub(super) extended: Names,
    pub(super) sharing: Names,
    /// Words of rule sets that packages ship, laxest first.
    pub(super) rule_sets: Names,
    /// Files that say what hooks run, and the tables in which they do.
    pub(super) hooked: Vec<(String, Vec<String>)>,
    pub(super) shared: Names,
    pub(super) hook_lists: Names,
    pub(super) tools: Names,
    pub(super) lets_pass: Names,
    /// Tables of a bundler's configuration that check nothing.
    pub(super) of_the_build: Names,
    /// Folders that a build writes, and that nobody checks.
    pub(super) outputs: Names,
    pub(super) asks_for: Names,
    pub(super) looks_at: Names,
    pub(super) strict: Names,
    pub(super) parts_of_strict: Names,
    pub(super) lax: Names,
    pub(super) common: Names,
    pub(super) usual: Names,
    pub(super) on_unless_said: Names,
    pub(super) from_none: Names,
    pub(super) shares: Names,
    /// Tools of which only one configuration is read, by tool.
    pub(super) places: BTreeMap<String, Places>,
    pub(super) minima: Names,
    pub(super) maxima: Names,
    pub(super) levels: Names,
    pub(super) level_keys: Names,
    pub(super) hooks: Names,
    /// Files that may say what tox does, and the keys under which they do.
    pub(super) tox: Vec<(String, String)>,
    /// What stands in a line, and the tool's name.
    pub(super) commands: Vec<(String, String)>,
    /// A variable of the environment, the tool that takes options from it, and the option that its value is one of.
    pub(super) environment: Vec<(String, String, String)>,
    /// Files that give names to commands.
    pub(super) task_files: Names,
    /// Tables of names of commands, in such files.
    pub(super) task_tables: Names,
    /// Files in a language that start programs for a task runner.
    pub(super) task_programs: Names,
    /// Names of tasks that check something.
    pub(super) checking_tasks: Names,
    pub(super) set_ups: Names,
    pub(super) runners: Names,
    pub(super) narrows: BTreeMap<String, Names>,
    /// By runner.
    pub(super) idle: BTreeMap<String, Names>,
    /// Words that tell an agent to leave something out, to hide, trust, or pass something on, or that allow something.
    pub(super) steering_words: Names,
    /// The same in several words.
    pub(super) steering_phrases: Names,
    /// Words of a duty.
    pub(super) duties: Names,
    /// Words that leave it open whether, or when.
    pub(super) qualifiers: Names,
    /// Words before a command.
    pub(super) run_words: Names,
    /// Programs that commands begin with.
    pub(super) starters: Names,
    /// Languages of fences that hold commands.
    pub(super) shells: Names,
    pub(super) options: Options,
}

/// Where a tool looks for its configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Places {
    /// File and table, the first that is there counts; without a table it is the whole file.
    pub(super) places: Vec<(String, String)>,
    /// Whether the nearest one above a file counts for it.
    #[serde(default)]
    pub(super) nearest: bool,
    /// Keys whose loss is told, beside those that any configuration has.
    #[serde(default)]
    pub(super) keys: Names,
}

/// Options of runners.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Options {
    pub(super) by_name: Names,
    pub(super) by_path: Names,
    pub(super) bare: Names,
    pub(super) widens: Names,
    pub(super) of_cargo: Names,
}

const TEXT: &str = include_str!("lists.toml");

/// The lists; a test reads the file.
pub(super) static LISTS: LazyLock<Lists> =
    LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read_and_none_has_a_name_twice() {
        let lists: Lists = toml::from_str(TEXT).unwrap();
        assert!(lists.lets_pass.contains("omit") && lists.narrows["pytest"].contains("-k"));
        let table: toml::Table = TEXT.parse().unwrap();
        for (name, list) in table {
            let mut seen = std::collections::BTreeSet::new();
            for item in list.as_array().into_iter().flatten() {
                assert!(seen.insert(item.to_string()), "{name}: {item} twice");
            }
        }
    }
}
