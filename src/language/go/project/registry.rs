//! The module proxy, by its protocol (<https://go.dev/ref/mod#goproxy-protocol>).
//!
//! Does not catch: a module that is called nearly as a much used one: paths of one owner differ by a letter often.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::day::Day;
use crate::language::ecosystem::popular::Popular;
use crate::language::ecosystem::{Entry, Registry};

static NONE: LazyLock<Popular> = LazyLock::new(|| Popular::of(std::iter::empty()));

/// The module proxy.
pub(super) static PROXY: Registry = Registry {
    title: "the module proxy",
    key: "go-proxy",
    index: "the module's own path",
    surely_holds: "golang.org/x/text",
    addresses: &["https://proxy.golang.org"],
    popular: || &NONE,
    spelt_one_way: true,
    entry,
    read,
};

/// `<module>/@latest`, each capital letter as `!` and the small one.
fn entry(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
    let is_safe = name.chars().all(is_plain) && name.len() <= 200 && !name.contains("..");
    let has_host = name.split('/').next()?.contains('.');
    if !is_safe || !has_host || name.split('/').any(str::is_empty) {
        return None;
    }
    let mut escaped = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    Some(format!("{escaped}/@latest"))
}

/// The newest version of a module.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Latest {
    version: String,
    #[serde(default)]
    time: Option<String>,
}

/// The time of the newest version says how young a module is only where it is the first: a pseudo-version.
fn read(_: &str, body: &str) -> Option<Entry> {
    let latest: Latest = serde_json::from_str(body).ok()?;
    let is_first = latest.version.starts_with("v0.0.0-");
    let time = latest.time.as_deref().filter(|_| is_first);
    Some(Entry::Since(Day::earlier(None, time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_stands_under_its_escaped_path() {
        let text = entry("github.com/BurntSushi/toml");
        assert_eq!(
            text.as_deref(),
            Some("github.com/!burnt!sushi/toml/@latest")
        );
        assert_eq!(entry("fmt"), None);
        assert_eq!(entry("example.com/../x"), None);
        assert_eq!(entry("example.com//x"), None);
    }

    #[test]
    fn an_answer_is_a_module_and_no_other_text_is() {
        let body = "{\"Version\":\"v1.2.3\",\"Time\":\"2024-01-02T03:04:05Z\"}";
        assert_eq!(read("x", body), Some(Entry::Since(None)));
        let body = "{\"Version\":\"v0.0.0-20260102030405-abcdef123456\",\"Time\":\"2026-01-02T03:04:05Z\"}";
        let day = Day::try_from("2026-01-02".to_owned()).unwrap();
        assert_eq!(read("x", body), Some(Entry::Since(Some(day))));
        assert_eq!(read("x", "not found"), None);
    }
}
