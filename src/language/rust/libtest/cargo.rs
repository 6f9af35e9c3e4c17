//! What cargo builds as tests: targets, features, and which files any `mod` declares.
//!
//! Does not catch: `include!`, targets and modules made by a build script, workspaces' inherited tables.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::cfg::Features;
use crate::language::test_model::{Deselected, PassedOver, ReadText};
use crate::text::is_in_word;

/// The name of a manifest.
pub(super) const MANIFEST: &str = "Cargo.toml";

/// What the manifests and module declarations of one side say.
#[derive(Debug, Default)]
pub(in crate::language) struct Cargo {
    /// Manifests by their folder (empty for the root).
    pub packages: BTreeMap<String, Package>,
    /// Files that nothing declares, with what was looked at.
    pub undeclared: BTreeMap<String, String>,
}

/// One manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    /// Features and optional dependencies.
    pub features: Features,
    /// Features that `[[test]]` targets need and that are not on, by their paths.
    pub needed: BTreeMap<String, Vec<String>>,
    /// Paths of `[[test]]` targets, relative to the manifest, with whether libtest runs them.
    pub targets: BTreeMap<String, bool>,
    /// Whether `tests/*.rs` are targets by themselves.
    pub auto: bool,
    /// Whether the library's own tests run.
    pub library_tests: bool,
    /// Whether it could be read.
    pub known: bool,
}

impl Package {
    /// From a manifest's text.
    pub(super) fn of(text: &str) -> Self {
        let Ok(document) = text.parse::<toml::Table>() else {
            return Self::default();
        };
        let table = |value: Option<&toml::Value>| value.and_then(toml::Value::as_table).cloned();
        let flag = |table: &toml::Table, key: &str| {
            table
                .get(key)
                .and_then(toml::Value::as_bool)
                .unwrap_or(true)
        };
        let listed = table(document.get("features")).unwrap_or_default();
        let on = closure(&listed);
        let mut features: BTreeSet<String> = listed.keys().cloned().collect();
        features.insert("default".to_owned());
        for (key, value) in &document {
            if !key.ends_with("dependencies") {
                continue;
            }
            for (name, dependency) in value.as_table().into_iter().flatten() {
                let optional = dependency.get("optional").and_then(toml::Value::as_bool);
                if optional == Some(true) {
                    features.insert(name.clone());
                }
            }
        }
        let package = table(document.get("package")).unwrap_or_default();
        let library = table(document.get("lib")).unwrap_or_default();
        let (mut targets, mut needed) = (BTreeMap::new(), BTreeMap::new());
        for target in document
            .get("test")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_table)
        {
            let name = target
                .get("name")
                .and_then(toml::Value::as_str)
                .unwrap_or_default();
            let path = target
                .get("path")
                .and_then(toml::Value::as_str)
                .map_or_else(|| format!("tests/{name}.rs"), str::to_owned);
            let asked = words(target.get("required-features"));
            let off: Vec<String> = asked.filter(|name| !on.contains(name)).collect();
            if !off.is_empty() {
                needed.insert(path.clone(), off);
            }
            targets.insert(path, flag(target, "harness") && flag(target, "test"));
        }
        Self {
            features: Features { all: features, on },
            needed,
            targets,
            auto: flag(&package, "autotests"),
            library_tests: flag(&library, "test") && flag(&library, "harness"),
            known: true,
        }
    }
}

/// The texts of a list.
fn words(value: Option<&toml::Value>) -> impl Iterator<Item = String> {
    let list = value.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(toml::Value::as_str).map(str::to_owned)
}

/// The features that are on by `default`.
fn closure(listed: &toml::Table) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut left = vec!["default".to_owned()];
    while let Some(name) = left.pop() {
        left.extend(words(listed.get(&name)).filter(|_| !on.contains(&name)));
        // `dep:name` and `name/feature` turn the dependency on.
        let bare = name.trim_start_matches("dep:");
        on.insert(bare.split('/').next().unwrap_or(bare).to_owned());
        on.insert(name);
    }
    on
}

impl Cargo {
    /// From the manifests around these files, and the modules around them.
    pub(super) fn read(paths: &[&str], read: &ReadText<'_>) -> Result<Self> {
        let mut cargo = Self::default();
        let mut asked = BTreeSet::new();
        for path in paths {
            let mut folder = *path;
            while let Some((outer, _)) = folder.rsplit_once('/') {
                folder = outer;
                if asked.insert(outer.to_owned()) {
                    cargo.add_package(outer, &format!("{outer}/{MANIFEST}"), read)?;
                }
            }
            if asked.insert(String::new()) {
                cargo.add_package("", MANIFEST, read)?;
            }
            cargo.add_undeclared(path, read)?;
        }
        Ok(cargo)
    }

    fn add_package(&mut self, folder: &str, manifest: &str, read: &ReadText<'_>) -> Result<()> {
        if let Some(text) = read(manifest)? {
            self.packages.insert(folder.to_owned(), Package::of(&text));
        }
        Ok(())
    }

    /// Notes a file that no `mod` declares.
    fn add_undeclared(&mut self, path: &str, read: &ReadText<'_>) -> Result<()> {
        let Some((name, candidates)) = declared_in(path).or_else(|| self.not_a_target(path)) else {
            return Ok(());
        };
        let mut looked = Vec::new();
        for candidate in candidates.into_iter().filter(|candidate| candidate != path) {
            let Some(text) = read(&candidate)? else {
                continue;
            };
            if declares(&text, &name) {
                return Ok(());
            }
            looked.push(candidate);
        }
        if !looked.is_empty() {
            let why = format!("looked in {}", looked.join(", "));
            self.undeclared.insert(path.to_owned(), why);
        }
        Ok(())
    }

    /// With `autotests = false`, a file of `tests/` is a module of one of the targets; its name, and they.
    fn not_a_target(&self, path: &str) -> Option<(String, Vec<String>)> {
        let (package, inside) = self.package(path)?;
        let name = inside.strip_prefix("tests/")?.strip_suffix(".rs")?;
        if package.auto || name.contains('/') || package.targets.contains_key(inside) {
            return None;
        }
        let folder = path.strip_suffix(inside)?;
        let targets = package
            .targets
            .keys()
            .map(|target| format!("{folder}{target}"));
        Some((name.to_owned(), targets.collect()))
    }

    /// The package that a file belongs to, and its path inside.
    pub(super) fn package<'p>(&self, path: &'p str) -> Option<(&Package, &'p str)> {
        let mut folder = path;
        while let Some((outer, _)) = folder.rsplit_once('/') {
            if let Some(package) = self.packages.get(outer) {
                return Some((package, path.get(outer.len() + 1..)?));
            }
            folder = outer;
        }
        self.packages.get("").map(|package| (package, path))
    }

    /// Why cargo collects no test from a file; none where it does.
    pub(super) fn passes_over(&self, path: &str) -> Option<PassedOver> {
        if let Some(why) = is_data(path) {
            return Some(PassedOver::because(why));
        }
        if let Some(looked) = self.undeclared.get(path) {
            return Some(PassedOver {
                why: format!("no `mod` declares it ({looked})"),
                forgotten: true,
            });
        }
        let (package, inside) = self.package(path)?;
        if !package.known {
            return None;
        }
        if package.targets.get(inside) == Some(&false) {
            return Some(PassedOver::because(
                "its `[[test]]` target says `harness = false` or `test = false`",
            ));
        }
        if inside.starts_with("src/") && !package.library_tests {
            return Some(PassedOver::because(
                "`[lib]` says `test = false` or `harness = false`",
            ));
        }
        None
    }
}

/// The tests that ran by one manifest and run no more by another.
pub(super) fn deselected(base: &str, head: &str) -> Vec<Deselected> {
    let (old, new) = (Package::of(base), Package::of(head));
    let mut found = Vec::new();
    if base.is_empty() || !old.known || !new.known {
        return found;
    }
    let mut say = |key: &str, what: String| {
        found.push(Deselected {
            key: key.to_owned(),
            message: format!("{what}: tests that cargo ran before run no more"),
            retries: false,
        });
    };
    for (path, runs) in &old.targets {
        match new.targets.get(path) {
            Some(false) if *runs => say(
                "harness",
                format!("`[[test]]` {path} says `harness = false` or `test = false`"),
            ),
            None if *runs && !new.auto => say(
                "autotests",
                format!("`[[test]]` {path} is gone and `autotests = false`"),
            ),
            _ => {}
        }
    }
    for (path, runs) in &new.targets {
        if !runs && !old.targets.contains_key(path) && old.auto && path.starts_with("tests/") {
            say(
                "harness",
                format!("`[[test]]` {path} says `harness = false` or `test = false`"),
            );
        }
    }
    for (path, features) in &new.needed {
        let ran = match old.targets.get(path) {
            Some(runs) => *runs && !old.needed.contains_key(path),
            None => old.auto && path.starts_with("tests/"),
        };
        if ran {
            let features = features.join(", ");
            say(
                "required_features",
                format!("`[[test]]` {path} needs features that are not on by default ({features})"),
            );
        }
    }
    if old.auto && !new.auto && new.targets.is_empty() {
        say("autotests", "`autotests = false`".to_owned());
    }
    if old.library_tests && !new.library_tests {
        say(
            "test",
            "`[lib]` says `test = false` or `harness = false`".to_owned(),
        );
    }
    found
}

/// Compile-fail inputs, benchmarks and examples are no tests.
fn is_data(path: &str) -> Option<String> {
    let folders: Vec<&str> = path.split('/').collect();
    let folders = folders
        .split_last()
        .map(|(_, folders)| folders)
        .unwrap_or_default();
    folders
        .iter()
        .find(|part| {
            matches!(
                **part,
                "benches"
                    | "examples"
                    | "ui"
                    | "compile-fail"
                    | "compile_fail"
                    | "fail"
                    | "pass"
                    | "run-pass"
                    | "trybuild"
                    | "fixtures"
                    | "testdata"
                    | "test_data"
                    | "tests-build"
                    | "ui-fail"
                    | "ui_fail"
                    | "snapshots"
                    | "benchsuite"
                    | "fuzz"
            )
        })
        .map(|part| format!("{part}/ holds inputs, benchmarks or examples, and no tests"))
}

/// Where a file could be declared: paths that may hold `mod <name>`, and the name.
pub(super) fn declared_in(path: &str) -> Option<(String, Vec<String>)> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".rs")?;
    if matches!(stem, "lib" | "main" | "build") {
        return None;
    }
    let (name, folder) = if stem == "mod" {
        let (outer, inner) = folder.rsplit_once('/').unwrap_or(("", folder));
        (inner, outer)
    } else {
        (stem, folder)
    };
    if folder.is_empty() || folder.ends_with("/bin") || folder == "bin" {
        return None;
    }
    // `tests/*.rs` are targets by themselves.
    if folder == "tests" || folder.ends_with("/tests") && stem != "mod" {
        return None;
    }
    let mut candidates: Vec<String> = ["mod", "lib", "main"]
        .iter()
        .map(|f| format!("{folder}/{f}.rs"))
        .collect();
    candidates.push(format!("{folder}.rs"));
    Some((name.to_owned(), candidates))
}

/// Whether a text declares the module, or includes files in a way that this cannot follow.
pub(super) fn declares(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        if line.starts_with("//") {
            return false;
        }
        let mut words = line
            .split(|c: char| !(is_in_word(c) || c == '#'))
            .skip_while(|word| *word != "mod")
            .skip(1);
        words
            .next()
            .is_some_and(|word| word.trim_start_matches("r#") == name)
            || line.starts_with("#[path")
            || line.contains("include!(")
            || line.contains("automod::dir!")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_without_harness_is_passed_over() {
        let mut cargo = Cargo::default();
        cargo.packages.insert(
            "a".into(),
            Package::of("[package]\nname = \"a\"\n[[test]]\nname = \"x\"\nharness = false\n"),
        );
        assert!(cargo.passes_over("a/tests/x.rs").is_some());
        assert_eq!(cargo.passes_over("a/tests/y.rs"), None);
        assert!(cargo.passes_over("a/tests/ui/y.rs").is_some());
    }

    #[test]
    fn a_module_is_declared_by_its_neighbours() {
        let (name, places) = declared_in("src/a/b.rs").unwrap();
        assert_eq!(name, "b");
        assert_eq!(
            places,
            ["src/a/mod.rs", "src/a/lib.rs", "src/a/main.rs", "src/a.rs"]
        );
        assert_eq!(declared_in("tests/x.rs"), None);
        assert!(declares("pub(super) mod b;\n", "b"));
        assert!(!declares("// mod b;\nmod bb;\n", "b"));
    }
}
