//! Changed manifests and locks: names a slip away from a much used one, sources other than the public
//! index, and manifest and lock that do not agree.
//!
//! Does not catch: a new name that is far from any much used one and does not exist, unless the registries are
//! asked ([`super::registries`]); versions (the vulnerabilities check reads those).

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;

use super::commands;
use super::found::{Added, Manifests, lookalike, official};
use super::registries::New;
use super::rules;
use crate::budget;
use crate::change::{Change, File, Side};
use crate::finding::{Finding, Level, Place};
use crate::language::ecosystem::lock::Locked;
use crate::language::ecosystem::outdated::lowered;
use crate::language::ecosystem::popular::{Near, normal};
use crate::language::ecosystem::{Ecosystem, FileKind, Source, folders_above};
use crate::language::ecosystems;

/// Whether a path is a manifest, a lock or commands that this module reads.
pub(super) fn reads(path: &str) -> bool {
    kind(path).is_some() || commands::reads(path)
}

/// The ecosystem that a path belongs to, and what it is to that.
fn kind(path: &str) -> Option<(&'static dyn Ecosystem, FileKind)> {
    ecosystems().find_map(|ecosystem| Some((ecosystem, ecosystem.kind(path)?)))
}

/// Examines the changed manifests and locks.
pub(super) fn examine(change: &Change, files: &[&File]) -> Result<Manifests> {
    let mut manifests = Manifests::default();
    let out = &mut manifests;
    for file in files {
        let Some(head) = file.text(Side::Head) else {
            continue;
        };
        let base = file.text(Side::Base).unwrap_or_default();
        match kind(&file.path) {
            Some((of, FileKind::Manifest)) => compare(of, change, file, base, head, out)?,
            Some((of, FileKind::Lock)) => compare_locks(of, change, file, base, head, out)?,
            Some((of, FileKind::Sources)) => sources(of, file, base, head, out),
            None if commands::reads(&file.path) => commands::examine(file, base, head, out),
            None => {}
        }
    }
    Ok(manifests)
}

/// Compares what a manifest declares on both sides, and holds what is new against the lock.
fn compare(
    ecosystem: &'static dyn Ecosystem,
    change: &Change,
    file: &File,
    base: &str,
    head: &str,
    out: &mut Manifests,
) -> Result<()> {
    let Some(now) = ecosystem.manifest(&file.path, head) else {
        return Ok(());
    };
    let was = ecosystem.manifest(&file.path, base).unwrap_or_default();
    let added = Added::of(file, head);
    for index in now.indexes.difference(&was.indexes) {
        if !official(index) {
            let message = format!("packages may now come from {index}");
            let place = added.naming(index);
            out.push(rules::NEW_DEPENDENCY_SOURCE, file, place, message);
        }
    }
    for name in now.trusted.difference(&was.trusted) {
        let message = format!("the code of `{name}` may now run as it is installed");
        installing(ecosystem, file, name, added.naming(name), message, out);
    }
    for (key, package) in &now.packages {
        let place = match was.packages.get(key) {
            Some(before) if before.source == package.source => added.naming(&package.name),
            _ => continue,
        };
        if place == Place::FILE || !budget::charge_text(base.len() + head.len()) {
            continue;
        }
        let asked = |text| ecosystem.requirement(text, key);
        let lower = asked(base).zip(asked(head));
        if let Some((from, to)) = lower.and_then(|(was, now)| lowered(&was, &now)) {
            let name = &package.name;
            let message = format!("`{name}` goes back from {from} to {to}");
            out.push(rules::DEPENDENCY_LOWERED, file, place, message);
        }
    }
    let fresh = |key: &str, source: &Source| {
        let before = was.packages.get(key);
        before.is_none_or(|package| package.source != *source)
    };
    if !now
        .packages
        .iter()
        .any(|(key, package)| fresh(key, &package.source))
    {
        return Ok(());
    }
    let registry = ecosystem.registry();
    let known = ecosystem.declared(change, Side::Base)?;
    let other_source = ecosystem.replacement(change)?.or_else(|| {
        let mut indexes = now.indexes.iter().chain(&known.indexes);
        indexes.find(|index| !official(index)).cloned()
    });
    for (key, package) in &now.packages {
        let name = package.name.as_str();
        let elsewhere = known.packages.get(key).map(|package| &package.source);
        match &package.source {
            source @ Source::Elsewhere(address)
                if fresh(key, source) && elsewhere != Some(source) =>
            {
                let index = registry.index;
                let message = format!("`{name}` now comes from {address}, not from {index}");
                let place = added.naming(name);
                out.push(rules::NEW_DEPENDENCY_SOURCE, file, place, message);
            }
            source @ Source::Registry if elsewhere.is_none() && fresh(key, source) => {
                out.new.push(New {
                    ecosystem,
                    name: name.to_owned(),
                    path: file.path.clone(),
                    place: added.naming(name),
                    other_source: other_source.clone(),
                });
            }
            _ => {}
        }
    }
    for new in out.new.iter().filter(|new| new.path == file.path) {
        let name = normal(&new.name);
        // `tree-sitter-c` beside a `tree-sitter` that was there is one of its family.
        let is_of_family = |near: &Near| {
            let target = normal(near.target);
            was.packages.keys().any(|known| normal(known) == target)
                && name
                    .strip_prefix(target.as_str())
                    .is_some_and(|rest| rest.starts_with(['-', '_', '.']))
        };
        if let Some(meant) = new.ecosystem.meant(&new.name) {
            let message = format!(
                "`{}` is the name of a module; the package that brings it is called `{meant}`",
                new.name
            );
            let finding =
                rules::MODULE_FOR_PACKAGE.finding(Side::Head, &file.path, new.place, message);
            out.findings
                .push(finding.with("dependency", &*new.name).with("meant", meant));
            continue;
        }
        let near = (registry.popular)().near(&name);
        let near = near.filter(|near| !is_of_family(near));
        lookalike(file, &new.name, near, new.place, &mut out.findings);
    }
    let is_new = now
        .packages
        .keys()
        .any(|key| !was.packages.contains_key(key));
    let Some((path, locked)) =
        lock_of(ecosystem, change, file, now.own.as_deref())?.filter(|_| is_new)
    else {
        return Ok(());
    };
    let locked: BTreeSet<String> = locked.iter().map(|package| normal(&package.name)).collect();
    let here = OnceCell::new();
    // What the tree itself holds is in no lock, or only by its folder.
    let is_here = |key: &str| -> bool {
        let read = || ecosystem.declared(change, Side::Head).unwrap_or_default();
        let known = here.get_or_init(read).packages.get(key);
        known.is_some_and(|package| package.source == Source::Own)
    };
    for (key, package) in now.packages.iter().filter(|(_, package)| package.is_locked) {
        let before = was.packages.get(key);
        let is_new =
            before.is_none_or(|package| !package.is_locked && package.source != Source::Inherited);
        if is_new && !locked.contains(&normal(key)) && !is_here(key) {
            let place = added.naming(&package.name);
            missing_from_lock(file, &package.name, &path, place, &mut out.findings);
        }
    }
    Ok(())
}

/// The lock nearest to a manifest, where it is that of the manifest: it stands beside it, or holds the manifest's own
/// package.
fn lock_of(
    ecosystem: &dyn Ecosystem,
    change: &Change,
    file: &File,
    own: Option<&str>,
) -> Result<Option<(String, Vec<Locked>)>> {
    let Some((path, text)) = nearest(change, &file.path, ecosystem.locks_of(&file.path))? else {
        return Ok(None);
    };
    let folder = |path: &'_ str| {
        path.rsplit_once('/')
            .map_or(String::new(), |(at, _)| at.to_owned())
    };
    let is_beside = folder(&path) == folder(&file.path);
    if !is_beside && !ecosystem.covers((&path, &text), &file.path, own) {
        return Ok(None);
    }
    let packages = ecosystem.lock(&path, &text);
    Ok(packages.map(|packages| (path, packages)))
}

fn missing_from_lock(file: &File, name: &str, lock: &str, place: Place, found: &mut Vec<Finding>) {
    let message = format!("`{name}` is declared here, and {lock} does not hold it");
    found.push(
        rules::DEPENDENCY_MISSING_FROM_LOCK
            .finding(Side::Head, &file.path, place, message)
            .with("dependency", name),
    );
}

fn compare_locks(
    ecosystem: &dyn Ecosystem,
    change: &Change,
    file: &File,
    base: &str,
    head: &str,
    out: &mut Manifests,
) -> Result<()> {
    let read = |text| ecosystem.lock(&file.path, text);
    let (Some(now), was) = (read(head), read(base).unwrap_or_default()) else {
        return Ok(());
    };
    let before: BTreeSet<String> = was.iter().map(|package| normal(&package.name)).collect();
    let origins: BTreeSet<&str> = was.iter().map(|package| origin(&package.source)).collect();
    let added = Added::of(file, head);
    let manifests = manifest_texts(change)?;
    let declared = |from: &str| {
        let mut texts = manifests.iter();
        texts.any(|text| budget::charge_text(text.len()) && text.contains(address(from)))
    };
    let mut seen = BTreeSet::new();
    for package in &now {
        let from = origin(&package.source);
        let is_new = !from.is_empty() && !origins.contains(from) && seen.insert(from);
        if is_new && !official(from) && !declared(from) {
            let place = added.naming(address(from));
            let message = format!(
                "the lock now takes `{}` from {from}, which no manifest names",
                package.name
            );
            out.push(rules::NEW_DEPENDENCY_SOURCE, file, place, message);
        }
    }
    if base.is_empty() {
        return Ok(());
    }
    resummed(file, &added, &was, &now, out);
    let ran = was.iter().filter(|package| package.runs);
    let ran: HashSet<&str> = ran.map(|package| package.name.as_str()).collect();
    let runs = now.iter().filter(|package| package.runs);
    let names: BTreeSet<&str> = runs.map(|package| package.name.as_str()).collect();
    for name in names.into_iter().filter(|name| !ran.contains(name)) {
        let message =
            format!("`{name}` is new among the packages whose code runs as they are installed");
        installing(ecosystem, file, name, added.naming(name), message, out);
    }
    let needed: BTreeSet<String> = now
        .iter()
        .filter(|package| ecosystem.vouches(&file.path, package))
        .flat_map(|package| package.needs.iter().map(|name| normal(name)))
        .collect();
    let graph = now.iter().any(|package| !package.needs.is_empty());
    let words = manifests.iter().flat_map(|text| mentioned(text));
    let mentioned: HashSet<String> = words.map(normal).collect();
    for package in now.iter().filter(|_| graph) {
        let name = normal(&package.name);
        let own = ecosystem.is_own(&file.path, package);
        let named = match name.contains('/') {
            true => declared(&package.name),
            false => mentioned.contains(&name),
        };
        if before.contains(&name) || needed.contains(&name) || own || named {
            continue;
        }
        let place = added.naming(&package.name);
        let message = format!(
            "`{}` is new in the lock, and neither a manifest nor another package asks for it",
            package.name
        );
        out.push(rules::LOCK_WITHOUT_MANIFEST, file, place, message);
    }
    Ok(())
}

/// Says that code of a package runs as it is installed: of a much used one, for who wants to know.
fn installing(
    ecosystem: &dyn Ecosystem,
    file: &File,
    name: &str,
    place: Place,
    message: String,
    out: &mut Manifests,
) {
    let rule = rules::INSTALL_SCRIPT;
    let mut finding = rule.finding(Side::Head, &file.path, place, message);
    if ecosystem.registry().is_known(name) {
        finding.level = Level::Note;
    }
    out.findings.push(finding.with("dependency", name));
}

/// Files of the same version from the same place whose checksum is another one now.
fn resummed(file: &File, added: &Added<'_>, was: &[Locked], now: &[Locked], out: &mut Manifests) {
    let key = |package: &'_ Locked| {
        (
            package.name.clone(),
            package.version.clone(),
            package.source.clone(),
        )
    };
    let before: HashMap<_, &Locked> = was.iter().map(|package| (key(package), package)).collect();
    for package in now {
        let Some(old) = before.get(&key(package)) else {
            continue;
        };
        let is_other = |(name, sum): &(&String, &String)| {
            old.sums.get(*name).is_some_and(|before| before != *sum)
        };
        if let Some((_, sum)) = package.sums.iter().find(is_other) {
            let Locked { name, version, .. } = package;
            let message = format!(
                "`{name}` {version} has another checksum than before: what is published under a version never changes"
            );
            out.push(
                rules::LOCK_CHECKSUM_CHANGED,
                file,
                added.naming(sum),
                message,
            );
        }
    }
}

/// The texts of all manifests at head.
fn manifest_texts(change: &Change) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in change.paths(Side::Head)? {
        if matches!(kind(path), Some((_, FileKind::Manifest)))
            && let Some(blob) = change.read(Side::Head, path)?
            && let Some(text) = blob.text()
        {
            texts.push(text.to_owned());
        }
    }
    Ok(texts)
}

/// The words of a manifest that may be names of packages.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
}

/// The part of a lock's source that says where it is: without the revision.
fn origin(source: &str) -> &str {
    source.split(['#', '?']).next().unwrap_or(source)
}

fn address(origin: &str) -> &str {
    origin
        .split_once('+')
        .map_or(origin, |(_, address)| address)
}

fn sources(ecosystem: &dyn Ecosystem, file: &File, base: &str, head: &str, out: &mut Manifests) {
    let added = Added::of(file, head);
    for (name, _) in ecosystem.sources(head).difference(&ecosystem.sources(base)) {
        let tool = ecosystem.tool();
        let message = format!("{tool} now takes packages from the source `{name}` of this file");
        let place = added.naming(name);
        out.push(rules::NEW_DEPENDENCY_SOURCE, file, place, message);
    }
}

/// The nearest file of one of these names beside or above a path, at head: path and text.
fn nearest(change: &Change, path: &str, names: &[&str]) -> Result<Option<(String, String)>> {
    for folder in folders_above(path) {
        for name in names {
            let candidate = format!("{folder}/{name}");
            let candidate = candidate.trim_start_matches('/');
            if let Some(blob) = change.read(Side::Head, candidate)?
                && let Some(text) = blob.text()
            {
                return Ok(Some((candidate.to_owned(), text.to_owned())));
            }
        }
    }
    Ok(None)
}
