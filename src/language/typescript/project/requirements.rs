//! What a manifest writes behind the name of a package: a range of versions, another name, or a place.
//!
//! Does not catch: an address behind a variable of the environment.

use crate::language::ecosystem::Source;

/// The package that is taken, and from where.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) source: Source,
}

/// Beginnings of what is of the tree itself.
const OWN: [&str; 8] = [
    "workspace:",
    "file:",
    "link:",
    "portal:",
    "patch:",
    "./",
    "../",
    "~/",
];
/// Hosts that a short form names.
const HOSTS: [&str; 4] = ["github:", "gitlab:", "bitbucket:", "gist:"];
/// Beginnings of addresses.
const ADDRESSES: [&str; 6] = ["git+", "git:", "git@", "ssh:", "http:", "https:"];

/// What `key: range` of a table of dependencies asks for.
pub(super) fn wanted(key: &str, range: &str) -> Wanted {
    let range = range.trim();
    let begins = |words: &[&str]| words.iter().any(|word| range.starts_with(word));
    if let Some(alias) = range.strip_prefix("npm:") {
        let (name, _) = versioned(alias);
        return Wanted {
            name: name.to_owned(),
            source: Source::Registry,
        };
    }
    let (is_public, address) = (is_public(range), range.split('#').next());
    let elsewhere = || Source::Elsewhere(address.unwrap_or(range).to_owned());
    let source = if begins(&OWN) {
        Source::Own
    } else if range.starts_with("catalog:") {
        Source::Inherited
    } else if begins(&ADDRESSES) && is_public {
        Source::Registry
    } else if begins(&ADDRESSES) || begins(&HOSTS) || range.starts_with("jsr:") || is_of_host(range)
    {
        elsewhere()
    } else {
        Source::Registry
    };
    Wanted {
        name: key.to_owned(),
        source,
    }
}

/// Addresses of npm's registry.
pub(super) const PUBLIC: [&str; 2] = ["registry.npmjs.org", "registry.yarnpkg.com"];

/// Whether an address is one of the public registry.
pub(super) fn is_public(address: &str) -> bool {
    let host = address.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    PUBLIC.contains(&host)
}

/// `user/repository`, a repository of GitHub.
fn is_of_host(range: &str) -> bool {
    let range = range.split('#').next().unwrap_or(range);
    let is_plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    range
        .split_once('/')
        .is_some_and(|(user, repository)| is_plain(user) && is_plain(repository))
}

/// A name and what stands behind its `@`: `@s/a@1` is `@s/a` and `1`.
pub(super) fn versioned(text: &str) -> (&str, &str) {
    let from = usize::from(text.starts_with('@'));
    let at = text.get(from..).and_then(|rest| rest.find('@'));
    match at.map(|at| text.split_at(at + from)) {
        Some((name, version)) => (name, version.trim_start_matches('@')),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_package_comes_from_is_read_from_what_stands_behind_it() {
        let source = |range: &str| wanted("a", range).source;
        let elsewhere = |text: &str| Source::Elsewhere(text.to_owned());
        for range in [
            "^1.2.3",
            "*",
            "latest",
            "",
            "1.x || >=2",
            ">=1.0.0 <2",
            "https://registry.npmjs.org/a/-/a-1.tgz",
        ] {
            assert_eq!(source(range), Source::Registry, "{range}");
        }
        for range in ["workspace:*", "file:../a", "link:./a", "./a"] {
            assert_eq!(source(range), Source::Own, "{range}");
        }
        assert_eq!(source("catalog:react"), Source::Inherited);
        assert_eq!(source("x/a#main"), elsewhere("x/a"));
        assert_eq!(
            source("git+ssh://git@host/x/a.git#1"),
            elsewhere("git+ssh://git@host/x/a.git")
        );
        assert_eq!(wanted("a", "npm:@s/b@^1").name, "@s/b");
        assert_eq!(versioned("@s/b@1"), ("@s/b", "1"));
    }
}
