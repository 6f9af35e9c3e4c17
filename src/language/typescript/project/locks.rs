//! Locks: `package-lock.json` 1 to 3 and `npm-shrinkwrap.json`, `yarn.lock` of both kinds, `pnpm-lock.yaml` 5 to 9,
//! `bun.lock`.
//!
//! Does not catch: `bun.lockb`, which is no text.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::package::object;
use super::requirements::{is_public, versioned};
use super::yarn;
use crate::document::{self, Item};
use crate::language::ecosystem::lock::Locked;

/// Names of locks, by how sure they are what is installed from.
pub(super) const NAMES: [&str; 5] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
];

/// Where a package comes from whose lock says nothing of that.
pub(super) const PUBLIC: &str = "https://registry.npmjs.org/";

/// Whether a file is a lock.
pub(super) fn is_lock(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    NAMES.contains(&name) && !path.contains("node_modules/")
}

/// The packages of a lock; none where it is none.
pub(super) fn read(path: &str, text: &str) -> Option<Vec<Locked>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "pnpm-lock.yaml" => pnpm(&document::yaml(text)?),
        "yarn.lock" => yarn::read(text),
        "bun.lock" => bun(&document::read("bun.jsonc", text)?),
        _ => npm(&object(text)?),
    }
}

/// Where an address is: the public registry, a repository, a host; nothing of the tree itself.
pub(super) fn origin(address: &str) -> String {
    let bare = address.split(['#', '?']).next().unwrap_or(address);
    let own = ["file:", "link:", "portal:", "workspace:", "."];
    if own.iter().any(|word| bare.starts_with(word)) {
        return String::new();
    }
    if bare.is_empty() || is_public(bare) {
        return PUBLIC.to_owned();
    }
    let repository = [
        "codeload.github.com/",
        "github.com/",
        "github.com:",
        "github:",
    ]
    .iter()
    .find_map(|host| bare.split_once(host));
    if let Some((_, rest)) = repository {
        let mut parts = rest.split('/');
        let (user, name) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        return format!("git+{user}/{}", name.trim_end_matches(".git"));
    }
    let is_of_registry = bare.contains("/-/") || bare.contains("/download/");
    match bare.split_once("://").filter(|_| is_of_registry) {
        Some((scheme, rest)) => format!("{scheme}://{}/", rest.split('/').next().unwrap_or(rest)),
        None => bare.to_owned(),
    }
}

/// Checksums by their kind: `sha512-..`, several with blanks between them.
pub(super) fn sums(integrity: &str) -> BTreeMap<String, String> {
    let each = integrity.split_whitespace();
    each.filter_map(|sum| Some((sum.split_once('-')?.0.to_owned(), sum.to_owned())))
        .collect()
}

/// What a package needs, in the tables of a lock.
const NEEDS: [&str; 4] = [
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "devDependencies",
];

fn npm(map: &Map<String, Value>) -> Option<Vec<Locked>> {
    let mut found = Vec::new();
    if let Some(packages) = map.get("packages").and_then(Value::as_object) {
        for (key, value) in packages {
            let word = |key: &str| value.get(key).and_then(Value::as_str);
            let inner = key.rsplit_once("node_modules/").map(|(_, name)| name);
            let is_link = value.get("link") == Some(&Value::Bool(true));
            let needs = NEEDS
                .iter()
                .filter_map(|table| value.get(*table)?.as_object());
            let tables: BTreeSet<String> = needs.flat_map(Map::keys).cloned().collect();
            let source = match (inner, is_link) {
                (Some(_), false) => origin(word("resolved").unwrap_or_default()),
                _ => String::new(),
            };
            found.push(Locked {
                name: inner.or(word("name")).unwrap_or(key).to_owned(),
                source,
                needs: tables,
                version: word("version").unwrap_or_default().to_owned(),
                sums: sums(word("integrity").unwrap_or_default()),
                runs: value.get("hasInstallScript") == Some(&Value::Bool(true)),
            });
        }
        return Some(found);
    }
    // The first form: a package stands below that which needs a version of its own.
    let mut open: Vec<&Map<String, Value>> = vec![map.get("dependencies")?.as_object()?];
    while let Some(packages) = open.pop() {
        for (name, value) in packages {
            let word = |key: &str| value.get(key).and_then(Value::as_str);
            let version = word("version").unwrap_or_default();
            let is_place = version.contains(':') && !version.starts_with("npm:");
            let address = word("resolved").unwrap_or(if is_place { version } else { "" });
            let requires = value.get("requires").and_then(Value::as_object);
            found.push(Locked {
                name: name.clone(),
                source: origin(address),
                needs: requires.into_iter().flat_map(Map::keys).cloned().collect(),
                version: version.to_owned(),
                sums: sums(word("integrity").unwrap_or_default()),
                runs: false,
            });
            open.extend(value.get("dependencies").and_then(Value::as_object));
        }
    }
    Some(found)
}

/// The names in a table of a lock of pnpm: a package, and the one that stands for it (`/other@1.0.0`).
fn needs(item: &Item) -> BTreeSet<String> {
    let tables = NEEDS.iter().filter_map(|key| item.get(key));
    let mut found = BTreeSet::new();
    for (name, version) in tables.flat_map(Item::entries) {
        found.insert(name.clone());
        let version = version.get("version").unwrap_or(version);
        let text = version.text().unwrap_or_default();
        if text.starts_with('/') || text.get(1..).is_some_and(|rest| rest.contains('@')) {
            found.insert(keyed(text).0.to_owned());
        }
    }
    found
}

/// Name and version of a key: `/@s/a/1.0.0_peer` (5), `/a@1.0.0(peer)` (6), `a@1.0.0(peer)` (9).
fn keyed(key: &str) -> (&str, &str) {
    let key = key.trim_start_matches('/');
    let key = key.split('(').next().unwrap_or(key);
    let parts = if key.starts_with('@') { 2 } else { 1 };
    let end = key.match_indices('/').nth(parts - 1).map(|(at, _)| at);
    // What has an `@` before the `/` has its version behind that.
    let is_elder = |at: &usize| !key.get(1..*at).unwrap_or_default().contains('@');
    let elder = end.filter(is_elder).map(|at| key.split_at(at));
    match elder {
        Some((name, version)) => {
            let version = version.trim_start_matches('/');
            (name, version.split('_').next().unwrap_or(version))
        }
        None => versioned(key),
    }
}

fn pnpm(item: &Item) -> Option<Vec<Locked>> {
    let mut found: BTreeMap<(String, String), Locked> = BTreeMap::new();
    for (key, value) in item.get("packages").map(Item::entries).unwrap_or_default() {
        let (name, version) = keyed(key);
        let resolution = value.get("resolution");
        let word = |key: &str| resolution.and_then(|it| it.get(key)).and_then(Item::text);
        let address = word("tarball").or_else(|| word("repo")).unwrap_or_default();
        let is_folder = word("directory").is_some()
            || version.starts_with("file:")
            || version.starts_with("link:");
        found.insert(
            (name.to_owned(), version.to_owned()),
            Locked {
                name: value
                    .get("name")
                    .and_then(Item::text)
                    .unwrap_or(name)
                    .to_owned(),
                source: match is_folder {
                    true => String::new(),
                    false => origin(address),
                },
                needs: needs(value),
                version: version.to_owned(),
                sums: sums(word("integrity").unwrap_or_default()),
                runs: value.get("requiresBuild").and_then(Item::text) == Some("true"),
            },
        );
    }
    for (key, value) in item.get("snapshots").map(Item::entries).unwrap_or_default() {
        let (name, version) = keyed(key);
        if let Some(known) = found.get_mut(&(name.to_owned(), version.to_owned())) {
            known.needs.extend(needs(value));
        }
    }
    item.get("lockfileVersion")?;
    Some(found.into_values().collect())
}

fn bun(item: &Item) -> Option<Vec<Locked>> {
    let mut found = Vec::new();
    for (key, value) in item.get("packages")?.entries() {
        let parts = value.items();
        let (name, version) = versioned(parts.first()?.text().unwrap_or_default());
        let is_place = version.contains(':');
        let registry = parts.get(1).and_then(Item::text).unwrap_or_default();
        let info = parts.iter().find(|part| !part.entries().is_empty());
        let sum = parts
            .last()
            .and_then(Item::text)
            .filter(|sum| sum.starts_with("sha"));
        // `a/b` is the `b` that `a` has for itself.
        let called = match key.rsplit_once('/') {
            Some((scope, _)) if scope.starts_with('@') && !scope.contains('/') => key.as_str(),
            _ => name,
        };
        found.push(Locked {
            name: called.to_owned(),
            source: origin(if is_place { version } else { registry }),
            needs: info.map(needs).unwrap_or_default(),
            version: version.to_owned(),
            sums: sums(sum.unwrap_or_default()),
            runs: false,
        });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let mut all: Vec<String> = read(path, text)
            .unwrap()
            .iter()
            .map(|one| {
                let needs: Vec<&str> = one.needs.iter().map(String::as_str).collect();
                let sums: Vec<&str> = one.sums.values().map(String::as_str).collect();
                format!(
                    "{} {} {} [{}] {} {}",
                    one.name,
                    one.version,
                    one.source,
                    needs.join(","),
                    sums.join(","),
                    one.runs
                )
            })
            .collect();
        all.sort();
        all
    }

    #[test]
    fn locks_of_npm_are_read() {
        let third = r#"{"lockfileVersion": 3, "packages": {"": {"name": "shop", "dependencies": {"a": "1"}},
            "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "integrity": "sha512-x", "hasInstallScript": true, "dependencies": {"@s/b": "2"}},
            "node_modules/a/node_modules/@s/b": {"version": "2.0.0", "resolved": "git+ssh://git@github.com/s/b.git#1"}, "packages/c": {"version": "0.0.0"}, "node_modules/c": {"resolved": "packages/c", "link": true}}}"#;
        assert_eq!(
            shown("package-lock.json", third),
            [
                "@s/b 2.0.0 git+s/b []  false",
                "a 1.0.0 https://registry.npmjs.org/ [@s/b] sha512-x true",
                "c   []  false",
                "packages/c 0.0.0  []  false",
                "shop   [a]  false",
            ]
        );
        let first = r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "integrity": "sha1-y", "requires": {"b": "2"}, "dependencies": {"b": {"version": "2.0.0", "resolved": "https://npm.example/b/-/b-2.0.0.tgz"}}}}}"#;
        assert_eq!(
            shown("npm-shrinkwrap.json", first),
            [
                "a 1.0.0 https://registry.npmjs.org/ [b] sha1-y false",
                "b 2.0.0 https://npm.example/ []  false"
            ]
        );
    }

    #[test]
    fn locks_of_pnpm_are_read() {
        let fifth = "lockfileVersion: 5.4\npackages:\n  /@s/a/1.0.0_b@2.0.0:\n    resolution: {integrity: sha512-x}\n    requiresBuild: true\n    dependencies:\n      b: 2.0.0\n  /b/2.0.0:\n    resolution: {integrity: sha512-y}\n";
        assert_eq!(
            shown("pnpm-lock.yaml", fifth),
            [
                "@s/a 1.0.0 https://registry.npmjs.org/ [b] sha512-x true",
                "b 2.0.0 https://registry.npmjs.org/ [] sha512-y false"
            ]
        );
        let ninth = "lockfileVersion: '9.0'\npackages:\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n  c@https://codeload.github.com/x/c/tar.gz/1:\n    resolution: {tarball: https://codeload.github.com/x/c/tar.gz/1}\nsnapshots:\n  '@s/a@1.0.0(b@2.0.0)':\n    dependencies:\n      b: 2.0.0\n";
        assert_eq!(
            shown("pnpm-lock.yaml", ninth),
            [
                "@s/a 1.0.0 https://registry.npmjs.org/ [b] sha512-x false",
                "c https://codeload.github.com/x/c/tar.gz/1 git+x/c []  false"
            ]
        );
    }

    #[test]
    fn a_lock_of_bun_is_read() {
        let text = "{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"name\": \"shop\"}}, \"packages\": {\n\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"2\"}}, \"sha512-x\"],\n\"a/b\": [\"b@2.0.0\", \"\", {}, \"sha512-y\"],\n\"c\": [\"c@workspace:packages/c\"],\n}}";
        assert_eq!(
            shown("bun.lock", text),
            [
                "a 1.0.0 https://registry.npmjs.org/ [b] sha512-x false",
                "b 2.0.0 https://registry.npmjs.org/ [] sha512-y false",
                "c workspace:packages/c  []  false"
            ]
        );
    }
}
