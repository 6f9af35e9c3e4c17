//! crates.io: its sparse index, and the crates that are much used.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::day::Day;
use crate::language::ecosystem::popular::{Popular, lines, normal};
use crate::language::ecosystem::{Entry, Registry, registry_name};

/// The most used crates, by number of dependents. The first line of the list says date and source; `eval/lists/`
/// renews it.
pub(super) static CRATES: LazyLock<Popular> =
    LazyLock::new(|| Popular::of(lines(include_str!("lists/crates.txt"))));

/// crates.io. Cargo takes no other spelling of a crate than its own.
pub(super) static CRATES_IO: Registry = Registry {
    title: "crates.io",
    key: "crates-io",
    index: "crates.io",
    surely_holds: "serde",
    addresses: &[
        "https://github.com/rust-lang/crates.io-index",
        "https://index.crates.io",
    ],
    popular: || &CRATES,
    spelt_one_way: true,
    entry,
    read,
};

fn entry(name: &str) -> Option<String> {
    let name = registry_name(name, "")?.to_ascii_lowercase();
    let part = |range| name.get(range).unwrap_or_default();
    Some(match name.len() {
        1 | 2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", part(0..1)),
        _ => format!("{}/{}/{name}", part(0..2), part(2..4)),
    })
}

/// One version of a crate, in a line of the index.
#[derive(Deserialize)]
struct Version {
    name: String,
    #[serde(default)]
    pubtime: Option<String>,
}

fn read(name: &str, body: &str) -> Option<Entry> {
    let mut since: Option<Day> = None;
    let mut versions = 0;
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        let version: Version = serde_json::from_str(line).ok()?;
        if normal(&version.name) != normal(name) {
            return None;
        }
        versions += 1;
        since = Day::earlier(since, version.pubtime.as_deref());
    }
    (versions > 0).then_some(Entry::Since(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_of_a_crate_says_since_when_it_is_there() {
        let body = "{\"name\":\"acme_sdk\",\"vers\":\"2.0.0\",\"pubtime\":\"2026-03-01T10:00:00Z\"}\n\
                    {\"name\":\"acme_sdk\",\"vers\":\"1.0.0\",\"pubtime\":\"2025-12-31T23:59:59Z\"}\n";
        let day = Day::try_from("2025-12-31".to_owned()).unwrap();
        assert_eq!(read("acme_sdk", body), Some(Entry::Since(Some(day))));
        let untold = "{\"name\":\"acme_sdk\",\"vers\":\"1.0.0\"}";
        assert_eq!(read("acme_sdk", untold), Some(Entry::Since(None)));
    }

    #[test]
    fn entries_stand_where_the_index_puts_them() {
        assert_eq!(entry("a").as_deref(), Some("1/a"));
        assert_eq!(entry("cc").as_deref(), Some("2/cc"));
        assert_eq!(entry("Syn").as_deref(), Some("3/s/syn"));
        assert_eq!(entry("serde_json").as_deref(), Some("se/rd/serde_json"));
    }
}
