//! `yarn.lock`: the form of yarn 1, which is its own, and that of later ones, which is YAML.
//!
//! Does not catch: a checksum of yarn 2 and later that another way of packing made.

use std::collections::{BTreeMap, BTreeSet};

use super::locks::{PUBLIC, origin, sums};
use super::requirements::versioned;
use crate::document::{self, Item};
use crate::language::ecosystem::lock::Locked;

/// The packages of a lock; none where it is none.
pub(super) fn read(text: &str) -> Option<Vec<Locked>> {
    let is_later = text
        .lines()
        .take(20)
        .any(|line| line.starts_with("__metadata:"));
    match is_later {
        true => later(&document::yaml(text)?),
        false => Some(first(text)),
    }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}

/// The first of the requests that stand before a package.
fn requested(line: &str) -> &str {
    let first = line.split(',').next().unwrap_or(line);
    versioned(unquoted(first.trim_end_matches(':'))).0
}

fn first(text: &str) -> Vec<Locked> {
    let mut found: Vec<Locked> = Vec::new();
    let mut lists_needs = false;
    for line in text.lines() {
        let inner = line.trim_start();
        if inner.is_empty() || inner.starts_with('#') {
            continue;
        }
        let depth = line.len() - inner.len();
        if depth == 0 {
            lists_needs = false;
            found.push(Locked {
                name: requested(inner).to_owned(),
                source: PUBLIC.to_owned(),
                ..Locked::default()
            });
            continue;
        }
        let Some(last) = found.last_mut() else {
            continue;
        };
        let (key, value) = inner.split_once(' ').unwrap_or((inner, ""));
        let value = unquoted(value);
        match (depth, unquoted(key)) {
            (0..=2, "version") => last.version = value.to_owned(),
            (0..=2, "resolved") => last.source = origin(value),
            (0..=2, "integrity") => last.sums = sums(value),
            (0..=2, key) => lists_needs = key.ends_with("ependencies:"),
            (_, key) if lists_needs => {
                last.needs.insert(key.to_owned());
            }
            _ => {}
        }
    }
    found
}

fn later(item: &Item) -> Option<Vec<Locked>> {
    let packing = item
        .get("__metadata")
        .and_then(|data| data.get("cacheKey"))
        .and_then(Item::text);
    let mut found = Vec::new();
    for (key, value) in item.entries() {
        let word = |key: &str| value.get(key).and_then(Item::text).unwrap_or_default();
        let Some(resolution) = value.get("resolution").and_then(Item::text) else {
            continue;
        };
        let (name, place) = versioned(resolution);
        let is_public = place.starts_with("npm:");
        let is_own = ["workspace:", "link:", "portal:", "file:"]
            .iter()
            .any(|word| place.starts_with(word));
        let tables = ["dependencies", "optionalDependencies", "peerDependencies"];
        let tables = tables.iter().filter_map(|key| value.get(key));
        let needs: BTreeSet<String> = tables
            .flat_map(Item::entries)
            .map(|(name, _)| name.clone())
            .collect();
        let sum = word("checksum");
        let kind = sum
            .split_once('/')
            .map_or(packing.unwrap_or_default(), |(kind, _)| kind);
        let sums = (!sum.is_empty()).then(|| (kind.to_owned(), sum.to_owned()));
        let (source, sums) = if is_own {
            (String::new(), BTreeMap::new())
        } else if is_public || place.starts_with("patch:") {
            (PUBLIC.to_owned(), sums.into_iter().collect())
        } else {
            (origin(place), sums.into_iter().collect())
        };
        found.push(Locked {
            name: match is_public {
                true => requested(key).to_owned(),
                false => name.to_owned(),
            },
            source,
            needs,
            version: word("version").to_owned(),
            sums,
            runs: false,
        });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let read = read(text).unwrap();
        let each = read.iter().map(|one| {
            let needs: Vec<&str> = one.needs.iter().map(String::as_str).collect();
            let sums: Vec<&str> = one.sums.values().map(String::as_str).collect();
            format!(
                "{} {} {} [{}] {}",
                one.name,
                one.version,
                one.source,
                needs.join(","),
                sums.join(",")
            )
        });
        each.collect()
    }

    #[test]
    fn both_forms_are_read() {
        let first = "# yarn lockfile v1\n\n\n\"@s/a@^1\", \"@s/a@1.0.0\":\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/@s/a/-/a-1.0.0.tgz#aa\"\n  integrity sha512-x\n  dependencies:\n    b \"^2\"\n\nb@x/b:\n  version \"2.0.0\"\n  resolved \"https://codeload.github.com/x/b/tar.gz/1\"\n";
        assert_eq!(
            shown(first),
            [
                "@s/a 1.0.0 https://registry.npmjs.org/ [b] sha512-x",
                "b 2.0.0 git+x/b [] "
            ]
        );
        let later = "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"@s/a@npm:^1\":\n  version: 1.0.0\n  resolution: \"@s/a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:^2\"\n  checksum: 10c0/aa\n  languageName: node\n\n\"shop@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"shop@workspace:.\"\n  languageName: unknown\n";
        assert_eq!(
            shown(later),
            [
                "@s/a 1.0.0 https://registry.npmjs.org/ [b] 10c0/aa",
                "shop 0.0.0-use.local  [] "
            ]
        );
    }
}
