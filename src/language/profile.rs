//! What is data of a language: `language.toml` in its folder, read once.
//!
//! Does not catch: a file that cannot be read. It says nothing then; a test reads each.

use serde::Deserialize;

use super::test_model::Words;

/// What a language's `language.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What people call it: `Python`.
    pub title: String,
    /// Endings of its files, without the dot.
    pub endings: Vec<String>,
    /// Programs that run it, by what their names begin with: in the first line of a script.
    #[serde(default)]
    pub interpreters: Vec<String>,
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
    /// Names of configurations of all that a project is.
    #[serde(default)]
    pub general: Vec<String>,
    /// Names of manifests whose `lints` tables say levels.
    #[serde(default)]
    pub lint_levels: Vec<String>,
    /// Globs over the names of files that say what is installed.
    #[serde(default)]
    pub installed: Vec<String>,
    /// Whether producers of coverage name each statement that can run, and nothing else: a line that they pass
    /// over holds none.
    #[serde(default)]
    pub coverage_by_statement: bool,
    /// Names, without the ending, of files that stand for their folder.
    #[serde(default)]
    pub folder_stems: Vec<String>,
    /// Whether a file is part of the code only where another one declares it.
    #[serde(default)]
    pub declares_modules: bool,
    /// Whether a definition is a statement that runs when its file is loaded.
    #[serde(default)]
    pub definitions_run: bool,
    /// Globs over the names of functions that are there to clean up, where a failure can only be dropped.
    #[serde(default)]
    pub clean_up: Vec<String>,
    /// Endings of files that hold declarations, and no bodies; of `a.d.ts` it is `d.ts`.
    #[serde(default)]
    pub declarations: Vec<String>,
    /// Calls that say of a part of a body that it is not written; that of a macro ends with `!`.
    #[serde(default)]
    pub unwritten_calls: Vec<String>,
    /// What statements begin with that fail, or give a failure back.
    #[serde(default)]
    pub failing_statements: Vec<String>,
    /// Ends of the paths of files that are the roots of libraries.
    #[serde(default)]
    pub roots: Vec<String>,
    /// What an import begins with that passes on what it imports.
    pub passes_on_before: Option<String>,
    /// Words of what is no more than a constant, and of giving it back.
    #[serde(default)]
    pub constant_words: Vec<String>,
    /// What begins a comment that ends with its line.
    pub line_comment: Option<String>,
    /// What a comment over several lines stands between.
    pub block_comment: Option<Around>,
    /// Decorators or attributes, without blanks, of what is never compiled.
    #[serde(default)]
    pub never_marks: Vec<String>,
    /// Calls that stop the program in a debugger, by their full names.
    #[serde(default)]
    pub debuggers: Vec<String>,
    /// Calls that show the way of the program and go on.
    #[serde(default)]
    pub tracers: Vec<String>,
    /// The function that imports the module of a name it is given.
    pub import_call: Option<String>,
    /// Calls that print; that of a macro ends with `!`.
    #[serde(default)]
    pub prints: Vec<String>,
    /// Calls that end the program.
    #[serde(default)]
    pub exits: Vec<String>,
    /// How a print is given a stream, and how the streams of the process begin.
    pub print_stream: Option<[String; 2]>,
    /// What is in the condition under which a module runs as a program.
    pub program_condition: Option<String>,
    /// Globs over the names of files whose functions are for the project alone.
    #[serde(default)]
    pub inner_files: Vec<String>,
    /// What stands behind a call that is a statement of its own.
    #[serde(default)]
    pub statement_ends: Vec<String>,
    /// The word before a call that is waited for.
    pub await_before: Option<String>,
    /// Whether what must be waited for runs all the same where nobody waits.
    #[serde(default)]
    pub runs_unawaited: bool,
    /// The word before what is held while a block runs: a lock, a transaction.
    pub holds_before: Option<String>,
    /// The sign before a decorator, where decorators guard functions.
    pub guard_sign: Option<String>,
    /// Operators that ask for the same type as well, and those that do not.
    #[serde(default)]
    pub strict_operators: Vec<[String; 2]>,
    /// Methods by which a framework is given what all that comes later goes through.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// Methods by which it is given what answers a path, behind what stands before that.
    #[serde(default)]
    pub routes: Vec<String>,
    /// What closes, unlocks or commits without a call of its own.
    #[serde(default)]
    pub closes_itself: Vec<String>,
    /// Words of comments that speak to a tool and to nobody else.
    #[serde(default)]
    pub words_for_tools: Vec<String>,
    /// A statement at which the program fails, unless something catches what it raises.
    pub stop: Option<String>,
    /// Code of which no mutant is made.
    #[serde(default)]
    pub arid: Arid,
    /// Words of its tests.
    #[serde(default)]
    pub tests: Words,
}

/// Code that does nothing a test should look at: logs, output for people, hints of size and time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arid {
    /// Calls, by their full or their last name.
    pub calls: Vec<String>,
    /// Methods that log, where the receiver's name says so.
    #[serde(default)]
    pub log_methods: Vec<String>,
    /// Parts of names of what is logged to, in lower case.
    #[serde(default)]
    pub log_receivers: Vec<String>,
    /// Functions, as globs over their names.
    pub functions: Vec<String>,
    /// Interfaces whose methods are meant as well.
    #[serde(default)]
    pub interfaces: Vec<String>,
    /// Words in the names of constants and arguments that say how something looks, or how long it may take.
    pub names: Vec<String>,
    /// What stands in conditions that hold on some machines only, or for tools.
    #[serde(default)]
    pub conditions: Vec<String>,
}

impl Arid {
    /// Whether a call is meant, by its callee as written.
    pub fn is_call(&self, callee: &str) -> bool {
        let last = callee.rsplit(['.', ':']).next().unwrap_or(callee);
        let is_named = |own: &String| own == callee || own == last;
        let before = callee.strip_suffix(last).unwrap_or_default().to_lowercase();
        let logs = || {
            let mut receivers = self.log_receivers.iter();
            self.log_methods.iter().any(|own| own == last)
                && receivers.any(|receiver| before.contains(receiver.as_str()))
        };
        self.calls.iter().any(is_named) || logs()
    }

    /// Whether a function is meant.
    pub fn is_function(&self, name: &str) -> bool {
        self.functions.iter().any(|glob| fits(glob, name))
    }

    /// Whether the name of a constant or an argument is meant: one of its words is.
    pub fn is_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let mut words = name.split('_');
        words.any(|word| self.names.iter().any(|own| own == word)) || self.names.contains(&name)
    }

    /// Whether a condition is meant.
    pub fn is_condition(&self, condition: &str) -> bool {
        self.conditions
            .iter()
            .any(|part| condition.contains(part.as_str()))
    }
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

    /// Whether a function of this name is there to clean up.
    pub fn is_clean_up(&self, name: &str) -> bool {
        self.clean_up.iter().any(|glob| fits(glob, name))
    }

    /// Whether a file of this path holds declarations, and no bodies.
    pub fn is_declared(&self, path: &str) -> bool {
        let mut endings = self.declarations.iter();
        endings.any(|own| {
            let before = path.strip_suffix(own.as_str());
            before.is_some_and(|before| before.ends_with('.'))
        })
    }

    /// Whether a print goes to a stream that is none of the process.
    pub fn prints_elsewhere(&self, call: &str) -> bool {
        self.print_stream.as_ref().is_some_and(|[given, own]| {
            call.contains(given.as_str()) && !call.contains(&format!("{given}{own}"))
        })
    }

    /// Whether the functions of a file are for the project alone.
    pub fn is_inner(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.inner_files.iter().any(|glob| fits(glob, name))
    }

    /// Whether a comment speaks to a tool.
    pub fn is_for_tools(&self, comment: &str) -> bool {
        self.words_for_tools
            .iter()
            .any(|word| comment.contains(word.as_str()))
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

/// Whether a name fits a glob with at most one `*`, or one at either end.
pub(super) fn fits(glob: &str, name: &str) -> bool {
    let inside = glob
        .strip_prefix('*')
        .and_then(|glob| glob.strip_suffix('*'));
    if let Some(inside) = inside {
        return name.contains(inside);
    }
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

    #[test]
    fn a_glob_has_a_star_on_either_side_or_one() {
        for (glob, name, fit) in [
            ("*close*", "do_close_it", true),
            ("*close*", "clos", false),
            ("_*", "_inner.py", true),
            ("main.rs", "domain.rs", false),
            ("test_*.py", "test_a.rs", false),
            ("drop", "drop", true),
        ] {
            assert_eq!(super::fits(glob, name), fit, "{glob} {name}");
        }
    }
}
