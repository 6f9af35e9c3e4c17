//! Which files of the tree a path without an ending, or with that of what is made of it, stands for.
//!
//! Does not catch: endings that a bundler's configuration adds.

use crate::change::paths::join;

/// Endings that a path may leave out.
const ENDINGS: [&str; 18] = [
    "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "json", "node", "vue", "svelte", "astro",
    "mdx", "wasm", "es6", "gts", "coffee",
];
/// What stands before the ending in names of files that nobody imports without saying it.
const ASIDE: [&str; 9] = [
    "test", "spec", "bench", "stories", "e2e", "cy", "test-d", "snap", "config",
];
/// Endings of what is written by hand, by that of what is made of it.
const MADE_OF: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx", ".vue"]),
    (".mjs", &[".mts", ".d.mts", ".ts"]),
    (".cjs", &[".cts", ".d.cts", ".ts"]),
    (".jsx", &[".tsx", ".d.ts"]),
];

/// The files of a tree.
pub(super) struct Files<'c> {
    /// Sorted.
    paths: &'c [String],
}

impl<'c> Files<'c> {
    pub(super) fn of(paths: &'c [String]) -> Self {
        Self { paths }
    }

    /// Those that begin with a text.
    pub(super) fn beginning<'f>(
        &'f self,
        with: &'f str,
    ) -> impl Iterator<Item = &'c str> + use<'c, 'f> {
        let from = self.paths.partition_point(|path| path.as_str() < with);
        let rest = self.paths.get(from..).unwrap_or_default().iter();
        rest.map(String::as_str)
            .take_while(move |path| path.starts_with(with))
    }

    /// Whether there is a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths
            .binary_search_by(|known| known.as_str().cmp(path))
            .is_ok()
    }

    /// Whether there is a folder.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        path.is_empty() || self.beginning(&format!("{path}/")).next().is_some()
    }

    /// The files that a path stands for, best first; none where it stands for none.
    pub(super) fn meant(&self, target: &str) -> Vec<&'c str> {
        let mut found: Vec<&'c str> = Vec::new();
        self.exactly(target, &mut found);
        for (made, sources) in MADE_OF {
            if let Some(stem) = target.strip_suffix(made) {
                for source in sources {
                    self.exactly(&format!("{stem}{source}"), &mut found);
                }
            }
        }
        self.with_ending(target, &mut found);
        let index = join(target, "index");
        self.with_ending(&index, &mut found);
        if found.is_empty() {
            self.exactly(&join(target, super::package::MANIFEST), &mut found);
        }
        found
    }

    fn exactly(&self, path: &str, found: &mut Vec<&'c str>) {
        let at = self
            .paths
            .binary_search_by(|known| known.as_str().cmp(path));
        found.extend(
            at.ok()
                .and_then(|at| self.paths.get(at))
                .map(String::as_str),
        );
    }

    /// `a.ts`, `a.d.ts`, `a.ios.ts` for `a`.
    fn with_ending(&self, stem: &str, found: &mut Vec<&'c str>) {
        if stem.is_empty() {
            return;
        }
        let begin = format!("{stem}.");
        for path in self.beginning(&begin) {
            let rest = path.get(begin.len()..).unwrap_or_default();
            let mut parts = rest.rsplit('.');
            let ending = parts.next().unwrap_or_default();
            let is_aside = parts.any(|part| ASIDE.contains(&part));
            if !rest.contains('/') && ENDINGS.contains(&ending) && !is_aside {
                found.push(path);
            }
        }
    }
}

/// A path from a file, in folders of the tree; none where it leads out of the tree.
pub(super) fn from(path: &str, module: &str) -> Option<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut depth = folder.split('/').filter(|part| !part.is_empty()).count();
    for part in module.split('/') {
        match part {
            ".." => depth = depth.checked_sub(1)?,
            "." | "" => {}
            _ => depth += 1,
        }
    }
    Some(join(folder, module))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_for_what_loaders_find() {
        let mut paths = [
            "src/a.ts",
            "src/b/index.tsx",
            "src/c.test.ts",
            "src/d.ios.ts",
            "src/e.d.ts",
            "src/e.js",
            "src/f.mts",
            "src/g.json",
        ]
        .map(str::to_owned);
        paths.sort();
        let files = Files::of(&paths);
        let meant = |target: &str| files.meant(target).len();
        assert_eq!(meant("src/a"), 1);
        assert_eq!(meant("src/a.js"), 1);
        assert_eq!(meant("src/b"), 1);
        assert_eq!(meant("src/c"), 0);
        assert_eq!(meant("src/d"), 1);
        assert_eq!(meant("src/e"), 2);
        assert_eq!(meant("src/f.mjs"), 1);
        assert_eq!(meant("src/g"), 1);
        assert_eq!(meant("src/x"), 0);
    }

    #[test]
    fn a_path_out_of_the_tree_is_none() {
        assert_eq!(from("src/a.ts", "../b").as_deref(), Some("b"));
        assert_eq!(from("src/a.ts", "../../b"), None);
        assert_eq!(from("a.ts", "."), Some(String::new()));
    }
}
