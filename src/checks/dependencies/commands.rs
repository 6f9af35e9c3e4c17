//! What commands of CI, images and scripts install: names that look like a much used one, and other sources.
//!
//! Does not catch: names behind variables, commands that go on over several lines, and a name that nobody ever
//! published, which is not to be known offline.

use std::collections::BTreeSet;

use super::found::{Added, Manifests, lookalike, official};
use super::rules;
use crate::budget;
use crate::change::File;
use crate::language::ecosystem::Registry;
use crate::language::ecosystem::popular::normal;
use crate::language::ecosystems;

/// Whether a path is a text of commands that this module reads.
pub(super) fn reads(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    yaml && (path.starts_with(".github/") || path.contains("gitlab") || name == "action.yml")
        || name.starts_with("Dockerfile")
        || name == "Containerfile"
        || name == "Makefile"
        || [".dockerfile", ".sh", ".bash"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// Options with a value that is no name of a package.
const WITH_VALUE: &[&str] = &[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--python",
    "-p",
    "--find-links",
    "-f",
    "--version",
    "--git",
    "--path",
    "--features",
    "-F",
    "--branch",
    "--tag",
    "--rev",
    "--only-binary",
    "--no-binary",
    "--platform",
    "--cache-dir",
    "--group",
    "--extra",
    "--config",
    "--profile",
    "--timeout",
    "--retries",
    "--trusted-host",
    "-j",
    "--jobs",
    "--vers",
];
const INDEXES: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "--registry",
];

/// Examines the lines that the change adds.
pub(super) fn examine(file: &File, base: &str, head: &str, out: &mut Manifests) {
    let added = Added::of(file, head);
    let mut reported = BTreeSet::new();
    for line in added.lines() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let commands = ecosystems().flat_map(|ecosystem| {
            let verbs = ecosystem.installs().iter();
            verbs.map(move |verb| (*verb, ecosystem.registry()))
        });
        for (verb, registry) in commands {
            let Some((_, rest)) = line.split_once(verb) else {
                continue;
            };
            let end = ["&&", ";", "|", " #"]
                .iter()
                .filter_map(|mark| rest.find(mark))
                .min();
            let rest = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            installed(&added, base, rest, registry, &mut reported, out);
        }
    }
}

fn installed(
    added: &Added<'_>,
    base: &str,
    arguments: &str,
    registry: &Registry,
    reported: &mut BTreeSet<String>,
    out: &mut Manifests,
) {
    let file = added.file;
    let is_old = |text: &str| !budget::charge_text(base.len()) || base.contains(text);
    let mut words = arguments
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', ',', ']', '`']));
    while let Some(word) = words.next() {
        let (option, given) = word
            .split_once('=')
            .map_or((word, None), |(option, value)| (option, Some(value)));
        if INDEXES.contains(&option) {
            let address = given
                .map(str::to_owned)
                .or_else(|| words.next().map(str::to_owned));
            let address = address.unwrap_or_default();
            let known = address.is_empty()
                || official(&address)
                || address.contains('$')
                || is_old(&address);
            if !known && reported.insert(address.clone()) {
                let place = added.naming(&address);
                let message = format!(
                    "a command takes packages from {}",
                    crate::text::visible(&address)
                );
                out.push(rules::NEW_DEPENDENCY_SOURCE, file, place, message);
            }
        } else if WITH_VALUE.contains(&option) {
            if given.is_none() {
                words.next();
            }
        } else if !word.starts_with('-') {
            let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            let name = word.get(..end.unwrap_or(word.len())).unwrap_or(word);
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && !word.contains(['/', '$', '\\'])
                && ![".whl", ".txt", ".toml", ".gz", ".zip"]
                    .iter()
                    .any(|ending| name.ends_with(ending));
            if is_name && !reported.contains(name) && !is_old(name) {
                reported.insert(name.to_owned());
                let near = (registry.popular)().near(&normal(name));
                let place = added.naming(name);
                lookalike(file, name, near, place, &mut out.findings);
            }
        }
    }
}
