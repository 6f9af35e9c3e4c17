//! `package.json`: what a package is called, needs, gives away and lets run.
//!
//! Does not catch: what a tool reads of it under a key of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::requirements::{Wanted, wanted};
use crate::language::ecosystem::{self, Package, Source};

/// The name of a manifest.
pub(super) const MANIFEST: &str = "package.json";

/// What is shipped with who installs the package.
const SHIPPED: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];
/// What those who work on it have.
const FOR_DEVELOPERS: &str = "devDependencies";

/// Keys by which a package says what others get of it.
const ENTRIES: [&str; 8] = [
    "main",
    "module",
    "exports",
    "bin",
    "files",
    "types",
    "typings",
    "publishConfig",
];

/// A key of `imports` or `exports`, and the files that it stands for under some condition.
pub(super) type Entry = (String, Vec<String>);

/// One `package.json`.
#[derive(Debug, Default)]
pub(super) struct PackageFile {
    /// The package's name.
    pub(super) name: Option<String>,
    /// Whether nobody can install it.
    pub(super) is_private: bool,
    /// What it needs, by the name in code.
    pub(super) shipped: BTreeSet<String>,
    /// What developers need of it, by the name in code.
    pub(super) for_developers: BTreeSet<String>,
    /// Its own names for files and packages: `#x`.
    pub(super) imports: Vec<Entry>,
    /// What others may take of it; `None` where it does not say.
    pub(super) exports: Option<Vec<Entry>>,
    /// Whether it says what others begin with, or run.
    pub(super) has_entry: bool,
    /// The lowest major and minor version of Node.js that it says it runs on.
    pub(super) node: Option<(u32, u32)>,
}

/// Reads a text in JSON that is an object.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// Reads a manifest; none where it does not parse.
pub(super) fn package(text: &str) -> Option<PackageFile> {
    let map = object(text)?;
    let names = |key: &str| {
        let table = map.get(key).and_then(Value::as_object);
        table.into_iter().flat_map(Map::keys).cloned()
    };
    let mut shipped: BTreeSet<String> = SHIPPED.iter().flat_map(|key| names(key)).collect();
    for key in ["bundleDependencies", "bundledDependencies"] {
        let list = map.get(key).and_then(Value::as_array);
        let list = list.into_iter().flatten().filter_map(Value::as_str);
        shipped.extend(list.map(str::to_owned));
    }
    shipped.extend(names("peerDependenciesMeta"));
    let engine = map.get("engines").and_then(|all| all.get("node"));
    Some(PackageFile {
        name: map.get("name").and_then(Value::as_str).map(str::to_owned),
        is_private: map.get("private") == Some(&Value::Bool(true)),
        shipped,
        for_developers: names(FOR_DEVELOPERS).collect(),
        imports: map.get("imports").map(entries).unwrap_or_default(),
        exports: map.get("exports").map(exported),
        has_entry: ENTRIES.iter().any(|key| map.contains_key(*key)),
        node: engine.and_then(Value::as_str).and_then(lowest),
    })
}

/// The lowest version that a range of versions allows: its major and minor number.
fn lowest(range: &str) -> Option<(u32, u32)> {
    let alternatives = range.split("||").map(str::trim);
    let version = |text: &str| {
        let clause = text
            .split_whitespace()
            .find(|clause| !clause.starts_with('<'))?;
        let digits = clause.trim_start_matches(['>', '=', '^', '~', 'v']);
        let mut numbers = digits.split('.').map(|part| part.parse::<u32>().ok());
        let major = numbers.next()??;
        Some((major, numbers.next().flatten().unwrap_or(0)))
    };
    // A range that cannot be read may allow anything.
    let all: Option<Vec<(u32, u32)>> = alternatives.map(version).collect();
    all?.into_iter().min()
}

/// What may be taken of a package: a path or conditions alone stand for `.`.
fn exported(value: &Value) -> Vec<Entry> {
    let is_map = value
        .as_object()
        .is_some_and(|map| map.keys().any(|key| key.starts_with('.')));
    match is_map {
        true => entries(value),
        false => vec![(".".to_owned(), files(value))],
    }
}

fn entries(value: &Value) -> Vec<Entry> {
    let map = value.as_object().into_iter().flatten();
    map.map(|(key, value)| (key.clone(), files(value)))
        .collect()
}

/// All files that conditions may come to.
fn files(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(path) => found.push(path.clone()),
            Value::Array(items) => open.extend(items),
            Value::Object(map) => open.extend(map.values()),
            _ => {}
        }
    }
    found
}

/// What a manifest declares; none where it does not parse.
pub(super) fn declared(text: &str) -> Option<ecosystem::Manifest> {
    let map = object(text)?;
    let mut packages = BTreeMap::new();
    for section in SHIPPED.iter().chain([&FOR_DEVELOPERS]) {
        let table = map.get(*section).and_then(Value::as_object);
        for (key, value) in table.into_iter().flatten() {
            let Some(range) = value.as_str() else {
                continue;
            };
            let Wanted { name, source } = wanted(key, range);
            let is_locked = *section != "peerDependencies"
                && matches!(source, Source::Registry | Source::Inherited);
            let package = Package {
                name: name.clone(),
                source,
                is_locked,
            };
            packages.insert(name, package);
        }
    }
    let pnpm = |key: &str| map.get("pnpm").and_then(|own| own.get(key));
    for table in [
        map.get("overrides"),
        map.get("resolutions"),
        pnpm("overrides"),
    ] {
        overridden(table, &mut packages);
    }
    let lists = [
        map.get("trustedDependencies"),
        pnpm("onlyBuiltDependencies"),
    ];
    let lists = lists.into_iter().flatten().filter_map(Value::as_array);
    let trusted = lists.flatten().filter_map(Value::as_str);
    Some(ecosystem::Manifest {
        packages,
        own: map.get("name").and_then(Value::as_str).map(str::to_owned),
        trusted: trusted.map(str::to_owned).collect(),
        ..ecosystem::Manifest::default()
    })
}

/// What is taken in place of a package that something asks for: of interest where it is another one, or from elsewhere.
fn overridden(table: Option<&Value>, packages: &mut BTreeMap<String, Package>) {
    let mut open: Vec<&Map<String, Value>> = table.and_then(Value::as_object).into_iter().collect();
    while let Some(map) = open.pop() {
        for (key, value) in map {
            match value {
                Value::Object(inner) => open.push(inner),
                Value::String(range) => replaced(key, range, packages),
                _ => {}
            }
        }
    }
}

/// Adds what stands for a package, where it is another one, or from elsewhere.
pub(super) fn replaced(key: &str, range: &str, packages: &mut BTreeMap<String, Package>) {
    let Some(last) = last_package(key) else {
        return;
    };
    let Wanted { name, source } = wanted(last, range);
    let is_other = name != last || matches!(source, Source::Elsewhere(_));
    if is_other {
        let package = Package {
            name: name.clone(),
            source,
            is_locked: false,
        };
        packages.insert(name, package);
    }
}

/// The package that a key of overrides ends in: `b` of `a>b@1`, `**/b`, `a/b`.
fn last_package(key: &str) -> Option<&str> {
    let key = key.rsplit('>').next()?.trim();
    let from = match key.rfind('@') {
        Some(at) if at > 0 && !key.get(..at)?.ends_with('/') => key.get(..at)?,
        _ => key,
    };
    let mut parts = from.rsplitn(3, '/');
    let (last, scope) = (parts.next()?, parts.next());
    match scope.filter(|scope| scope.starts_with('@')) {
        Some(scope) => from.get(from.len() - scope.len() - last.len() - 1..),
        None => Some(last),
    }
    .filter(|name| !name.is_empty() && *name != ".")
}

/// What a manifest asks of a package; none where that is no range of versions.
pub(super) fn requirement(text: &str, name: &str) -> Option<String> {
    let map = object(text)?;
    let mut tables = SHIPPED.iter().chain([&FOR_DEVELOPERS]);
    let range = tables.find_map(|key| map.get(*key)?.get(name)?.as_str())?;
    let is_range = wanted(name, range).source == Source::Registry
        && range.contains(|c: char| c.is_ascii_digit())
        && !range.contains(':');
    is_range.then(|| range.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_read() {
        let text = r##"{"name": "shop", "engines": {"node": ">=18.2 <23 || ^20"},
            "dependencies": {"a": "1"}, "devDependencies": {"b": "1"}, "peerDependencies": {"c": "*"},
            "optionalDependencies": {"d": "1"}, "bundledDependencies": ["e"], "imports": {"#x/*": {"node": "./x/*.js"}},
            "exports": {"import": "./m.js", "require": "./c.cjs"}}"##;
        let read = package(text).unwrap();
        assert_eq!(
            read.shipped.iter().collect::<Vec<_>>(),
            ["a", "c", "d", "e"]
        );
        assert_eq!(read.for_developers.iter().collect::<Vec<_>>(), ["b"]);
        assert_eq!(
            read.imports,
            [("#x/*".to_owned(), vec!["./x/*.js".to_owned()])]
        );
        assert_eq!(read.exports.unwrap()[0].0, ".");
        assert_eq!(read.node, Some((18, 2)));
    }

    #[test]
    fn what_is_overridden_counts_where_it_is_another_package() {
        let text = r#"{"overrides": {"a": "2", "b": {"c@1": "npm:d@1"}}, "resolutions": {"**/@s/e": "github:x/e"}}"#;
        let packages = declared(text).unwrap().packages;
        assert_eq!(packages.keys().collect::<Vec<_>>(), ["@s/e", "d"]);
        assert_eq!(last_package("a>@s/b@2"), Some("@s/b"));
    }
}
