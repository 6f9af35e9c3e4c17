//! What the texts of a tree say of modules that are no files of it: configurations with aliases, declared modules, what is
//! made and not tracked, what base imports already. Read when first asked for.
//!
//! Does not catch: an alias that a program puts together.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use anyhow::Result;
use globset::{Glob, GlobSet, GlobSetBuilder};

use super::imports::package_of;
use crate::budget;
use crate::change::{Blob, Change, Side};
use crate::language::TYPESCRIPT;
use crate::language::ecosystem::folders_above;

/// The texts of a change's trees.
pub(super) struct Texts<'c> {
    change: &'c Change,
    configuration: OnceCell<Vec<(String, String)>>,
    ambient: OnceCell<Ambient>,
    base: OnceCell<BTreeSet<String>>,
    ignored: OnceCell<Vec<Ignored>>,
    locked: OnceCell<BTreeSet<String>>,
}

/// What is not tracked below a folder.
struct Ignored {
    folder: String,
    all: GlobSet,
    /// Without the patterns that are for all files of an ending.
    named: GlobSet,
}

/// Modules that the tree declares without files.
#[derive(Default)]
struct Ambient {
    /// As they are written; with `*` for any text.
    names: BTreeSet<String>,
    /// The texts that declare them.
    text: String,
}

/// Folders of programs that build, by their names.
const OF_TOOLS: [&str; 6] = [
    "scripts",
    "script",
    "tools",
    "build",
    ".storybook",
    ".config",
];

/// Whether a file may say what names stand for, or makes files.
fn configures(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let is_text = matches!(
        ending,
        "js" | "ts"
            | "mjs"
            | "cjs"
            | "mts"
            | "cts"
            | "json"
            | "jsonc"
            | "json5"
            | "html"
            | "yml"
            | "yaml"
            | "toml"
    );
    let named = [
        "config",
        "webpack",
        "rollup",
        "vite",
        "esbuild",
        "gulpfile",
        "Gruntfile",
        "importmap",
        "import_map",
        "karma",
        "deno",
    ];
    let is_named = named.iter().any(|word| name.contains(word))
        || name == "package.json"
        || name == "project.json";
    let is_rc = name.starts_with('.') && (is_text || name.ends_with("rc"));
    let mut folders = path.split('/').rev().skip(1);
    let is_of_tools = folders.any(|folder| OF_TOOLS.contains(&folder));
    !path.contains("node_modules/")
        && !name.ends_with("lock.json")
        && (is_text && (is_named || is_of_tools || ending == "html") || is_rc || name == "Makefile")
}

/// The most of all configurations that is read.
const MOST: usize = 16 * 1024 * 1024;

impl<'c> Texts<'c> {
    pub(super) fn of(change: &'c Change) -> Self {
        Self {
            change,
            configuration: OnceCell::new(),
            ambient: OnceCell::new(),
            base: OnceCell::new(),
            ignored: OnceCell::new(),
            locked: OnceCell::new(),
        }
    }

    fn gathered(&self, side: Side, wanted: &dyn Fn(&str) -> bool, each: impl FnMut(&str)) {
        // What cannot be read says nothing.
        let _ = self.change.texts(side, wanted, each);
    }

    /// The configurations and the programs that build, by their paths.
    fn configuration(&self) -> &[(String, String)] {
        self.configuration.get_or_init(|| {
            let (mut all, mut size) = (Vec::new(), 0);
            let paths = self.change.paths(Side::Head).unwrap_or_default();
            for path in paths.iter().filter(|path| configures(path)) {
                let blob = self.change.read(Side::Head, path).ok().flatten();
                let text = blob.as_ref().and_then(Blob::text).unwrap_or_default();
                size += text.len();
                if size <= MOST {
                    all.push((path.clone(), text.to_owned()));
                }
            }
            all
        })
    }

    /// The places where another of them than a file's own text has a word: what stands before it, and behind it.
    fn mentions<'t>(
        &'t self,
        from: &'t str,
        word: &'t str,
    ) -> impl Iterator<Item = (&'t str, &'t str)> {
        let others = self.configuration().iter();
        let others = others.filter(move |(path, _)| path != from && !word.is_empty());
        let others = others.take_while(|(_, text)| budget::charge_text(text.len()));
        others.flat_map(move |(_, text)| {
            text.match_indices(word).map(move |(at, _)| {
                let before = text.get(..at).unwrap_or_default();
                (before, text.get(at + word.len()..).unwrap_or_default())
            })
        })
    }

    /// Whether a configuration, or a program that builds, names this as a word of its own; what the file itself says does
    /// not count.
    pub(super) fn configures(&self, from: &str, name: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '$' | '~');
        self.mentions(from, name)
            .any(|(before, after)| !before.ends_with(is_part) && !after.starts_with(is_part))
    }

    /// Whether a configuration, or a program that builds, names a file that is called so: `src/version.ts`, `./version`.
    pub(super) fn writes(&self, from: &str, stem: &str) -> bool {
        const ENDINGS: [&str; 8] = [".ts", ".js", ".mjs", ".cjs", ".json", ".mts", ".d.", ".jsx"];
        self.mentions(from, stem).any(|(before, after)| {
            let is_begun = before.is_empty() || before.ends_with(['/', '"', '\'', '`', ' ']);
            let has_ending = ENDINGS.iter().any(|ending| after.starts_with(ending));
            let is_closed = after.starts_with(['"', '\'', '`']);
            is_begun && has_ending || before.ends_with('/') && is_closed
        })
    }

    fn ambient(&self) -> &Ambient {
        self.ambient.get_or_init(|| {
            let is_own = |path: &str| {
                let mut endings = [".ts", ".mts", ".cts", ".tsx"].iter();
                endings.any(|ending| path.ends_with(ending))
            };
            let mut ambient = Ambient::default();
            self.gathered(Side::Head, &is_own, |text| {
                let mut declares = false;
                for (at, word) in text.match_indices("module ") {
                    let rest = text.get(at + word.len()..).unwrap_or_default().trim_start();
                    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\''))
                    else {
                        continue;
                    };
                    let name = rest.get(1..).and_then(|rest| rest.split(quote).next());
                    ambient
                        .names
                        .extend(name.filter(|name| name.len() < 200).map(str::to_owned));
                    declares = true;
                }
                if declares && ambient.text.len() + text.len() <= MOST {
                    ambient.text.push_str(text);
                    ambient.text.push('\n');
                }
            });
            ambient
        })
    }

    /// Whether the tree declares a module by this name, as it is imported.
    pub(super) fn declares(&self, module: &str) -> bool {
        let names = &self.ambient().names;
        budget::charge(names.len());
        let bare = module.trim_start_matches(['.', '/']);
        names.iter().any(|name| match name.split_once('*') {
            Some((before, behind)) => module.starts_with(before) && module.ends_with(behind),
            None => {
                name == module
                    || name.starts_with('.') && name.trim_start_matches(['.', '/']) == bare
            }
        })
    }

    /// Whether a declaration of a module somewhere in the tree may add a name to it.
    pub(super) fn adds(&self, name: &str) -> bool {
        let text = &self.ambient().text;
        !budget::charge_text(text.len()) || text.contains(name)
    }

    /// Whether base imports of this package somewhere.
    pub(super) fn imported_at_base(&self, package: &str) -> bool {
        let all = self.base.get_or_init(|| {
            let endings = &TYPESCRIPT.profile().endings;
            let is_own = |path: &str| {
                let ending = path.rsplit('.').next().unwrap_or_default();
                endings.iter().any(|own| own == ending) && !path.contains("node_modules/")
            };
            let mut found = BTreeSet::new();
            self.gathered(Side::Base, &is_own, |text| modules_in(text, &mut found));
            found
        });
        all.contains(package)
    }

    /// Whether a pattern of files that are not tracked is for this path, or for one of its name with an ending.
    pub(super) fn ignores(&self, path: &str) -> bool {
        const ENDINGS: [&str; 6] = [".ts", ".js", ".tsx", ".json", ".d.ts", ".mjs"];
        let sets = self.ignored.get_or_init(|| {
            let mut sets = Vec::new();
            let paths = self.change.paths(Side::Head).unwrap_or_default();
            for ignoring in paths.iter().filter(|path| path.ends_with(".gitignore")) {
                let blob = self.change.read(Side::Head, ignoring).ok().flatten();
                if let Some(text) = blob.as_ref().and_then(Blob::text) {
                    let folder = ignoring.strip_suffix(".gitignore").unwrap_or_default();
                    sets.push(Ignored {
                        folder: folder.to_owned(),
                        all: patterns(text, false),
                        named: patterns(text, true),
                    });
                }
            }
            sets
        });
        sets.iter().any(|set| {
            let Some(inner) = path.strip_prefix(set.folder.as_str()) else {
                return false;
            };
            let mut above = folders_above(inner).filter(|above| !above.is_empty());
            let mut endings = ENDINGS.iter();
            set.all.is_match(inner)
                || above.any(|above| set.all.is_match(above))
                || endings.any(|ending| set.named.is_match(format!("{inner}{ending}")))
        })
    }

    /// Whether a lock of the tree holds a package.
    pub(super) fn locks(&self, package: &str) -> Result<bool> {
        if let Some(known) = self.locked.get() {
            return Ok(known.contains(package));
        }
        let mut all = BTreeSet::new();
        for path in self.change.paths(Side::Head)? {
            if super::locks::is_lock(path)
                && let Some(blob) = self.change.read(Side::Head, path)?
                && let Some(text) = blob.text()
            {
                let packages = super::locks::read(path, text).unwrap_or_default();
                all.extend(packages.into_iter().map(|package| package.name));
            }
        }
        Ok(self.locked.get_or_init(|| all).contains(package))
    }
}

/// The patterns of a `.gitignore`; one that takes files in again counts as none. With `named`, those alone that end in a
/// name.
fn patterns(text: &str, named: bool) -> GlobSet {
    const MOST: usize = 1_000;
    let mut set = GlobSetBuilder::new();
    for line in text.lines().map(str::trim).take(MOST) {
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let inner = line.trim_end_matches('/');
        let is_placed = inner.contains('/');
        let name = inner.rsplit('/').next().unwrap_or(inner);
        if named && name.starts_with(['*', '.']) {
            continue;
        }
        let inner = inner.trim_start_matches('/');
        let pattern = match is_placed {
            true => inner.to_owned(),
            false => format!("**/{inner}"),
        };
        if let Ok(glob) = Glob::new(&pattern) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

/// The packages that a text imports, read as text.
fn modules_in(text: &str, found: &mut BTreeSet<String>) {
    for word in ["from", "require(", "import", "import(", "resolve(", "mock("] {
        for (at, _) in text.match_indices(word) {
            let rest = text.get(at + word.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches([' ', '(']);
            let Some(quote) = rest
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\'' | '`'))
            else {
                continue;
            };
            let name = rest
                .get(1..)
                .and_then(|rest| rest.split([quote, '\n']).next());
            found.extend(name.and_then(package_of).map(str::to_owned));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_what_is_not_tracked_are_read() {
        let text = "# made\n/dist/\n*.gen.ts\nsrc/made\n!src/made/kept.ts\n";
        let (set, named) = (patterns(text, false), patterns(text, true));
        assert!(!named.is_match("src/a.gen.ts") && named.is_match("src/made"));
        assert!(set.is_match("dist") && set.is_match("src/a.gen.ts") && set.is_match("src/made"));
        assert!(!set.is_match("src/a.ts") && !set.is_match("src/dist"));
    }

    #[test]
    fn imports_are_found_in_text() {
        let mut found = BTreeSet::new();
        modules_in(
            "import a from 'b/c';\nconst d = require(\"@s/e\");\nimport './f';\n",
            &mut found,
        );
        assert_eq!(found.iter().collect::<Vec<_>>(), ["@s/e", "b"]);
    }
}
