//! What a command of the policy takes from the tree to run: the script that it names, what that sources, imports or
//! calls, and so on. All of it is base's, for head would otherwise decide what is run.
//!
//! A script is not understood: every word of it that names a script of the tree, in whatever way, counts as something
//! that it takes; so does what stands after `source`, an interpreter or `--config`, and in a program of Python or Node
//! every module of the tree that it names. A list that it reads (`grep -f words`, `< words`, `open("words")`) decides as
//! much as a line of the script: files of base that are no code of a language, named there, are base's too. What a runner
//! reads unasked (`make`: `Makefile`) is known by the runner's name.
//!
//! Does not catch: a name that a script puts together while it runs.

use std::collections::BTreeSet;

use super::adapter::{Adapter, Config};
use super::config::{candidates, joined};
use crate::change::{Blob, Change, Mode, Side};
use crate::language;

/// Programs that run the file that they are given.
const INTERPRETERS: [&str; 17] = [
    "sh", "bash", "dash", "zsh", "ksh", "python", "python3", "pypy3", "node", "deno", "bun",
    "ruby", "perl", "php", "pwsh", "Rscript", "lua",
];

/// Programs that run what a file of this name says.
const RUNNERS: &[(&str, &[&str])] = &[
    ("make", &["GNUmakefile", "makefile", "Makefile"]),
    ("gmake", &["GNUmakefile", "makefile", "Makefile"]),
    ("just", &["justfile", "Justfile", ".justfile"]),
    (
        "task",
        &["Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml"],
    ),
    ("npm", &["package.json", ".npmrc"]),
    ("npx", &["package.json", ".npmrc"]),
    ("pnpm", &["package.json", ".npmrc", ".pnpmfile.cjs"]),
    ("yarn", &["package.json", ".yarnrc", ".yarnrc.yml"]),
    ("tox", &["tox.ini", "tox.toml", "toxfile.py"]),
    ("nox", &["noxfile.py"]),
    ("invoke", &["tasks.py", "tasks/__init__.py"]),
    ("rake", &["Rakefile", "rakefile"]),
    ("pre-commit", &[".pre-commit-config.yaml"]),
    (
        "cargo",
        &[
            ".cargo/config.toml",
            ".cargo/config",
            "rust-toolchain.toml",
            "rust-toolchain",
        ],
    ),
    ("composer", &["composer.json"]),
    (
        "gradle",
        &[
            "build.gradle",
            "build.gradle.kts",
            "settings.gradle",
            "settings.gradle.kts",
            "gradle.properties",
        ],
    ),
    (
        "mvn",
        &[
            "pom.xml",
            ".mvn/maven.config",
            ".mvn/jvm.config",
            ".mvn/extensions.xml",
        ],
    ),
];

/// What a script may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// What it names to run it, modules and configurations too.
    All,
    /// Scripts only: a test command names the tests, which are head's.
    Scripts,
}

/// Has a command of the policy take what it takes of the tree from base: these files, of either side, are its places of
/// configuration. Python looks for each module beside the program first, those of its own library too: where the program
/// has no module there, it is told not to look; where it has, what head puts beside them is out of its sight.
pub fn take(adapter: &mut Adapter, change: &Change, takes: Takes) {
    let tree = Tree { change };
    let mut taken = taken(adapter, &tree, takes);
    if let Some(root) = python_root(adapter).filter(|_| takes == Takes::All) {
        let program = adapter.args.iter().find(|word| !word.starts_with('-'));
        let is_module = |path: &&String| path.ends_with(".py") && Some(*path) != program;
        if taken.iter().any(|path| is_module(&path)) {
            taken.extend(tree.new_modules(&root));
        } else {
            let value = "1".to_owned();
            adapter.env.insert("PYTHONSAFEPATH".to_owned(), value);
        }
    }
    adapter.config = taken.iter().map(|path| Config::whole(path)).collect();
}

fn is_python(program: &str) -> bool {
    let name = name_of(program);
    name.starts_with("python") || name.starts_with("pypy")
}

/// Where Python looks first for the modules of a program that it is given: beside a script, or where it is run.
fn python_root(adapter: &Adapter) -> Option<String> {
    if !is_python(&adapter.program) {
        return None;
    }
    let word = adapter.args.first()?;
    let folder = word.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(match word.starts_with('-') {
        true => String::new(),
        false => joined("", folder).unwrap_or_default(),
    })
}

/// The files that a command takes from the tree, of either side.
fn taken(adapter: &Adapter, tree: &Tree<'_>, takes: Takes) -> BTreeSet<String> {
    let change = tree.change;
    let mut open: BTreeSet<String> = BTreeSet::new();
    let program = name_of(&adapter.program);
    for (runner, files) in RUNNERS {
        if *runner == program || adapter.args.iter().any(|arg| arg == runner) {
            open.extend(
                files
                    .iter()
                    .filter(|file| tree.has(file))
                    .map(|file| (*file).to_owned()),
            );
        }
    }
    if takes == Takes::All {
        let line = adapter.args.join(" ");
        open.extend(tree.after_options(&line));
    }
    let mut words = std::iter::once(&adapter.program)
        .chain(&adapter.args)
        .peekable();
    while let Some(word) = words.next() {
        if let Some(path) = joined("", word).filter(|path| tree.is_script(path)) {
            open.insert(path);
        }
        if INTERPRETERS.contains(&name_of(word)) {
            let rest: Vec<&String> = words.clone().collect();
            let file = rest.iter().find(|word| !word.starts_with('-'));
            open.extend(
                file.and_then(|word| joined("", word))
                    .filter(|path| tree.has(path)),
            );
            for (flag, value) in rest.iter().zip(rest.iter().skip(1)) {
                // A program on the command line, or a module by name.
                if flag.starts_with('-') && flag.ends_with(['c', 'e', 'm']) {
                    open.extend(tree.named_by("", value, takes));
                    if takes == Takes::All && is_python(word) {
                        open.extend(tree.imported_by("-c.py", value));
                        open.extend(tree.imported_by("-c.py", &format!("{value}.__main__")));
                    }
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop_first() {
        if !found.insert(path.clone()) {
            continue;
        }
        let Ok(Some(blob)) = change.read(Side::Base, &path) else {
            continue;
        };
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", &path));
        let text = match &blob.content {
            crate::change::Content::Symlink(target) => Some(target.as_str()),
            _ => blob.text(),
        };
        let Some(text) = text else {
            continue;
        };
        let mut named = tree.named_by(folder, text, takes);
        if takes == Takes::All {
            named.extend(tree.imported_by(&path, text));
        }
        open.extend(named.into_iter().filter(|path| !found.contains(path)));
    }
    found
}

/// A program's name without its folder.
fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn has(change: &Change, side: Side, path: &str) -> bool {
    let found = |paths: &[String]| paths.binary_search_by(|known| known.as_str().cmp(path));
    change.paths(side).is_ok_and(|paths| found(paths).is_ok())
}

struct Tree<'c> {
    change: &'c Change,
}

impl Tree<'_> {
    fn blobs(&self, path: &str) -> impl Iterator<Item = Blob> {
        let sides = [Side::Base, Side::Head].into_iter();
        sides.filter_map(|side| self.change.read(side, path).ok().flatten())
    }

    fn has(&self, path: &str) -> bool {
        let mut sides = [Side::Base, Side::Head].into_iter();
        sides.any(|side| has(self.change, side, path))
    }

    /// Whether a file of either side is something to be run: by its mode, its ending or its first line.
    fn is_script(&self, path: &str) -> bool {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        self.has(path)
            && (matches!(ending, "sh" | "bash" | "zsh" | "mk" | "ps1" | "bat" | "cmd")
                || RUNNERS.iter().any(|(_, files)| files.contains(&path))
                || self.blobs(path).any(|blob| {
                    blob.mode == Mode::Executable
                        || blob.text().is_some_and(|text| text.starts_with("#!"))
                }))
    }

    /// Whether base has a file of this path that is no code: nothing that a tool is there to judge.
    fn is_list(&self, path: &str) -> bool {
        language::of(path).is_none() && has(self.change, Side::Base, path)
    }

    /// Files of modules that head puts in a folder, or in a new one in it, where base has none of the name.
    fn new_modules(&self, folder: &str) -> Vec<String> {
        let name = |path: &str| {
            let rest = match folder {
                "" => path,
                folder => path.strip_prefix(folder)?.strip_prefix('/')?,
            };
            let name = rest.split(['/', '.']).next()?;
            let ending = path.rsplit_once('.')?.1;
            matches!(ending, "py" | "pyc" | "so" | "pyd").then(|| name.to_owned())
        };
        let paths = |side| self.change.paths(side).unwrap_or_default();
        let known: BTreeSet<String> = paths(Side::Base)
            .iter()
            .filter_map(|path| name(path))
            .collect();
        let is_new = |path: &&String| name(path).is_some_and(|name| !known.contains(&name));
        paths(Side::Head).iter().filter(is_new).cloned().collect()
    }

    /// Files of the tree that a text in a folder takes to run, from there or from the top.
    fn named_by(&self, folder: &str, text: &str, takes: Takes) -> BTreeSet<String> {
        let is_of_word = |c: char| c.is_alphanumeric() || "_./-+@".contains(c);
        let words = text.split(|c: char| !is_of_word(c) && c != '<');
        let mut found = BTreeSet::new();
        let mut before = "";
        for word in words.filter(|word| !word.is_empty()) {
            let is_run = takes == Takes::All && hands_over(before);
            let is_read = takes == Takes::All && (is_fed(before) || word.starts_with('<'));
            before = word;
            let word = word.trim_start_matches('<');
            let word = word.trim_end_matches(['/', '.', '-']);
            if word.is_empty() {
                continue;
            }
            for at in [folder, ""] {
                let named = candidates(at, word.trim_start_matches('/')).into_iter();
                found.extend(named.filter(|path| {
                    self.is_script(path)
                        || (is_run && self.has(path))
                        || (is_read && self.is_list(path))
                }));
            }
        }
        found
    }

    /// Files that options of a command line name: what says how a tool judges.
    fn after_options(&self, line: &str) -> BTreeSet<String> {
        let words: Vec<&str> = line.split([' ', '=']).collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let named = pairs.filter(|(option, _)| option.starts_with('-') && hands_over(option));
        named
            .filter_map(|(_, path)| joined("", path).filter(|path| self.has(path)))
            .collect()
    }

    /// Files that a program in a language of modules imports, or names by their paths.
    fn imported_by(&self, path: &str, text: &str) -> BTreeSet<String> {
        let ending = |path: &str| {
            path.rsplit_once('.')
                .map_or("", |(_, ending)| ending)
                .to_owned()
        };
        let of = |endings: &'static [&'static str]| {
            let first = text.lines().next().unwrap_or_default();
            let by_line = first.starts_with("#!") && {
                let language = if endings.contains(&"py") {
                    "python"
                } else {
                    "node"
                };
                first.contains(language)
            };
            (by_line || endings.contains(&ending(path).as_str())).then_some(endings)
        };
        const SCRIPTS: [&[&str]; 2] = [&["py"], &["js", "cjs", "mjs", "ts", "cts", "mts", "json"]];
        let Some(endings) = SCRIPTS.into_iter().find_map(of) else {
            return BTreeSet::new();
        };
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
        let is_of_word = |c: char| c.is_alphanumeric() || "_./-".contains(c);
        let words: BTreeSet<&str> = text.split(|c: char| !is_of_word(c)).collect();
        let words = words.into_iter().filter(|word| !word.is_empty());
        words
            .flat_map(|word| [folder, ""].map(|at| candidates(at, word)))
            .flatten()
            .filter(|found| {
                (endings.contains(&ending(found).as_str()) && self.has(found))
                    || self.is_list(found)
            })
            .collect()
    }
}

/// Whether what follows this word is read by the command: an option's value, what `cat` prints, what `<` feeds.
fn is_fed(word: &str) -> bool {
    word.starts_with('-') || word.ends_with('<') || word == "cat"
}

/// Whether what follows this word is a file that is run, or that says how something is run.
fn hands_over(word: &str) -> bool {
    let is_option = word.starts_with('-')
        && ["conf", "rc", "rules", "plugin"]
            .iter()
            .any(|part| word.contains(part));
    matches!(word, "." | "source" | "exec") || INTERPRETERS.contains(&name_of(word)) || is_option
}
