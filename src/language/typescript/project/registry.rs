//! npm: what its registry answers, and the packages that are much used.

use std::sync::LazyLock;

use serde::Deserialize;

use super::requirements::PUBLIC;
use crate::day::Day;
use crate::language::ecosystem::popular::{Popular, lines};
use crate::language::ecosystem::{Entry, Registry, registry_name};

/// The most used packages. The first line of the list says date and source; `eval/lists/` renews it.
pub(super) static PACKAGES: LazyLock<Popular> =
    LazyLock::new(|| Popular::of(lines(include_str!("lists/npm.txt"))));

/// npm. A name has one spelling; `.`, `-` and `_` tell packages apart.
pub(super) static NPM: Registry = Registry {
    title: "npm",
    key: "npm",
    index: "npm's registry",
    surely_holds: "semver",
    addresses: &PUBLIC,
    popular: || &PACKAGES,
    spelt_one_way: true,
    entry,
    read,
};

/// `name`, or `@scope/name`.
fn entry(name: &str) -> Option<String> {
    match name.strip_prefix('@') {
        Some(scoped) => {
            let (scope, inner) = scoped.split_once('/')?;
            let scope = registry_name(scope, "")?;
            Some(format!("@{scope}/{}", registry_name(inner, ".")?))
        }
        None => registry_name(name, ".").map(str::to_owned),
    }
}

/// What the registry says of a package.
#[derive(Deserialize)]
struct Document {
    name: String,
    #[serde(default)]
    time: Times,
    #[serde(default)]
    versions: serde_json::Map<String, serde_json::Value>,
}

#[derive(Default, Deserialize)]
struct Times {
    #[serde(default)]
    created: Option<String>,
}

fn read(name: &str, body: &str) -> Option<Entry> {
    let document: Document = serde_json::from_str(body).ok()?;
    if document.name != name {
        return None;
    }
    // npm holds the names of what was taken down by a version that is nothing.
    let is_empty = document
        .versions
        .keys()
        .all(|version| version.contains("-security"));
    Some(match is_empty {
        true => Entry::Empty,
        false => Entry::Since(Day::earlier(None, document.time.created.as_deref())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_on_which_a_package_was_made_is_read() {
        let body = r#"{"name": "acme-sdk", "time": {"created": "2025-12-31T23:59:59Z"}, "versions": {"1.0.0": {}}}"#;
        let day = Day::try_from("2025-12-31".to_owned()).unwrap();
        assert_eq!(read("acme-sdk", body), Some(Entry::Since(Some(day))));
        assert_eq!(read("other", body), None);
        let held = r#"{"name": "acme-sdk", "versions": {"0.0.1-security": {}}}"#;
        assert_eq!(read("acme-sdk", held), Some(Entry::Empty));
    }

    #[test]
    fn entries_have_the_scope_before_the_name() {
        assert_eq!(entry("@acme/log.js").as_deref(), Some("@acme/log.js"));
        assert_eq!(entry("left-pad").as_deref(), Some("left-pad"));
        assert_eq!(entry("@acme"), None);
        assert_eq!(entry("a/b"), None);
    }
}
