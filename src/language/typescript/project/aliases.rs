//! Names for files that `tsconfig.json` and `jsconfig.json` give: `paths`, `baseUrl`, what they extend, `rootDirs`.
//!
//! Does not catch: a configuration that a package outside of the tree brings.

use std::collections::BTreeMap;

use crate::budget;
use crate::change::paths::join;
use crate::document::{self, Item};

/// Configurations that one extends at most, one through the other.
const DEEPEST: usize = 8;

/// A name for files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    /// What stands before and behind the `*`; nothing behind, and all before, where there is none.
    before: String,
    behind: Option<String>,
    /// The paths that it stands for, with `*` for what the `*` was.
    targets: Vec<String>,
}

impl Alias {
    /// Such a name, as configurations write it.
    pub(super) fn of(pattern: &str, targets: Vec<String>) -> Self {
        let (before, behind) = match pattern.split_once('*') {
            Some((before, behind)) => (before, Some(behind.to_owned())),
            None => (pattern, None),
        };
        Self {
            before: before.to_owned(),
            behind,
            targets,
        }
    }

    /// The paths that a module stands for by this name; none where it is another.
    pub(super) fn paths(&self, module: &str) -> Option<Vec<String>> {
        let inner = match &self.behind {
            None => (module == self.before).then_some(""),
            Some(behind) => module
                .strip_prefix(self.before.as_str())
                .and_then(|rest| rest.strip_suffix(behind.as_str())),
        }?;
        Some(
            self.targets
                .iter()
                .map(|path| path.replace('*', inner))
                .collect(),
        )
    }

    /// Whether it stands for all names there are.
    pub(super) fn is_for_all(&self) -> bool {
        self.before.is_empty() && self.behind.is_some()
    }
}

/// What one configuration says of names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) aliases: Vec<Alias>,
    /// The folder that names without a dot are looked for in.
    pub(super) base: Option<String>,
    /// Whether several folders are seen as one.
    pub(super) merges: bool,
}

/// Whether a file is such a configuration.
pub(super) fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    (name.starts_with("tsconfig") || name.starts_with("jsconfig")) && name.ends_with(".json")
}

/// The configurations of a tree by their paths, each with what it extends.
pub(super) fn read(texts: &BTreeMap<String, String>) -> BTreeMap<String, Names> {
    let items: BTreeMap<&str, Item> = texts
        .iter()
        .filter_map(|(path, text)| Some((path.as_str(), document::read(path, text)?)))
        .collect();
    let read = items
        .keys()
        .map(|path| ((*path).to_owned(), names(&items, path, DEEPEST)));
    read.collect()
}

fn names(items: &BTreeMap<&str, Item>, path: &str, deepest: usize) -> Names {
    let mut names = Names::default();
    let Some(item) = items.get(path).filter(|_| budget::charge(1)) else {
        return names;
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let extended = item.get("extends").map(Item::words).unwrap_or_default();
    for (name, _) in extended.iter().take(DEEPEST).filter(|_| deepest > 0) {
        let target = join(folder, name);
        let candidates = [
            target.clone(),
            format!("{target}.json"),
            join(&target, "tsconfig.json"),
        ];
        let known = candidates
            .iter()
            .find(|path| items.contains_key(path.as_str()));
        if let Some(known) = known.filter(|_| name.starts_with('.')) {
            names = self::names(items, known, deepest - 1);
        }
    }
    let options = item.get("compilerOptions");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let placed = |path: &str| join(folder, path.trim_start_matches("${configDir}/"));
    if let Some(base) = option("baseUrl").and_then(Item::text) {
        names.base = Some(placed(base));
    }
    if let Some(paths) = option("paths") {
        let base = names.base.clone();
        let target = |text: &str| match &base {
            Some(base) => join(base, text),
            None => placed(text),
        };
        let aliases = paths.entries().iter().map(|(pattern, targets)| {
            let targets = targets.items().iter().filter_map(Item::text);
            Alias::of(pattern, targets.map(target).collect())
        });
        names.aliases = aliases.collect();
    }
    names.merges |= option("rootDirs").is_some();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_has_the_names_of_what_it_extends() {
        let texts = BTreeMap::from([
            (
                "tsconfig.base.json".to_owned(),
                "{ // names\n \"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@/*\": [\"src/*\"], \"cfg\": [\"cfg.ts\"]}} }".to_owned(),
            ),
            ("app/tsconfig.json".to_owned(), "{\"extends\": \"../tsconfig.base\"}".to_owned()),
        ]);
        let read = read(&texts);
        let aliases = &read["app/tsconfig.json"].aliases;
        let paths = |module: &str| aliases.iter().find_map(|alias| alias.paths(module));
        assert_eq!(paths("@/a/b"), Some(vec!["src/a/b".to_owned()]));
        assert_eq!(paths("cfg"), Some(vec!["cfg.ts".to_owned()]));
        assert_eq!(paths("cfg/x"), None);
    }
}
