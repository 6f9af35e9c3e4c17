//! Changed manifests and locks: names a slip away from a much used one, sources other than the public
//! index, and manifest and lock that do not agree.
//!
//! Does not catch: a new name that is far from any much used one and does not exist, unless the registries are
//! asked ([`super::registries`]); versions (the vulnerabilities check reads those).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::commands;
use super::found::{Manifests, lookalike, naming, official};
use super::registries::{New, Registry};
use super::rules;
use crate::change::{Blob, Change, File, Side};
use crate::finding::{Finding, Place};
use crate::language::popular::normal;
use crate::language::python::project::declared::{self, Declared};
use crate::language::python::project::distributions::PYPI;
use crate::language::rust::project::CRATES;
use crate::language::rust::project::cargo::{self, Source};

/// Whether a path is a manifest or lock that this module reads.
pub(super) fn reads(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "Cargo.toml" | "Cargo.lock")
        || is_cargo_config(path)
        || declared::is_source(path)
        || declared::is_lock(path)
        || commands::reads(path)
}

fn is_cargo_config(path: &str) -> bool {
    path.ends_with(".cargo/config.toml") || path.ends_with(".cargo/config")
}

/// Examines the changed manifests and locks.
pub(super) fn examine(change: &Change, files: &[&File]) -> Result<Manifests> {
    let mut manifests = Manifests::default();
    for file in files {
        let Some(head) = file.text(Side::Head) else {
            continue;
        };
        let base = file.text(Side::Base).unwrap_or_default();
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if name == "Cargo.toml" {
            cargo_manifest(change, file, base, head, &mut manifests)?;
        } else if name == "Cargo.lock" || declared::is_lock(&file.path) {
            lock(change, file, base, head, &mut manifests)?;
        } else if is_cargo_config(&file.path) {
            cargo_config(file, base, head, &mut manifests)?;
        } else if declared::is_source(&file.path) {
            python_manifest(change, file, base, head, &mut manifests)?;
        } else if commands::reads(&file.path) {
            commands::examine(file, base, head, &mut manifests)?;
        }
    }
    Ok(manifests)
}

fn cargo_manifest(
    change: &Change,
    file: &File,
    base: &str,
    head: &str,
    out: &mut Manifests,
) -> Result<()> {
    let Some(now) = cargo::manifest(head) else {
        return Ok(());
    };
    let was = cargo::manifest(base).unwrap_or_default().dependencies;
    let fresh: Vec<(&String, &Source)> = now
        .dependencies
        .iter()
        .filter(|(name, source)| was.get(*name) != Some(source))
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let elsewhere = cargo_dependencies(change, Side::Base)?;
    let lock = nearest(change, &file.path, &["Cargo.lock"])?
        .filter(|(path, text)| covers(path, text, &file.path, head));
    let locked: Option<BTreeSet<String>> = lock
        .as_ref()
        .and_then(|(_, text)| cargo::lock(text))
        .map(|packages| {
            packages
                .into_iter()
                .map(|package| normal(&package.name))
                .collect()
        });
    let other_source = crates_io_replacement(change)?;
    for (name, source) in fresh {
        let place = naming(file, head, name);
        let known = elsewhere.get(name);
        match source {
            Source::Git(address) | Source::OtherRegistry(address) if known != Some(source) => {
                let message = format!("`{name}` now comes from {address}, not from crates.io");
                out.findings.push(rules::NEW_DEPENDENCY_SOURCE.finding(
                    Side::Head,
                    &file.path,
                    place,
                    message,
                ));
            }
            Source::Registry if known.is_none() => {
                lookalike(
                    file,
                    name,
                    CRATES.near(&normal(name)),
                    place,
                    &mut out.findings,
                )?;
                out.new.push(New {
                    registry: Registry::CratesIo,
                    name: name.clone(),
                    path: file.path.clone(),
                    place,
                    other_source: other_source.clone(),
                });
            }
            _ => {}
        }
        if let (Some((path, _)), Some(locked)) = (&lock, &locked)
            && !was.contains_key(name)
            && !locked.contains(&normal(name))
            && *source != Source::Workspace
        {
            missing_from_lock(file, name, path, place, &mut out.findings)?;
        }
    }
    Ok(())
}

/// What cargo's configuration at head takes in place of crates.io.
fn crates_io_replacement(change: &Change) -> Result<Option<String>> {
    for path in [".cargo/config.toml", ".cargo/config"] {
        let blob = change.read(Side::Head, path)?;
        let table = blob.as_ref().and_then(Blob::text).map(str::parse);
        if let Some(Ok::<toml::Table, _>(table)) = table
            && let Some(source) = table.get("source").and_then(|all| all.get("crates-io"))
            && let Some(other) = source.get("replace-with").and_then(toml::Value::as_str)
        {
            return Ok(Some(other.to_owned()));
        }
    }
    Ok(None)
}

/// The dependencies of all Cargo manifests of a side.
fn cargo_dependencies(change: &Change, side: Side) -> Result<BTreeMap<String, Source>> {
    let mut found = BTreeMap::new();
    for path in change
        .paths(side)?
        .iter()
        .filter(|path| path.ends_with("Cargo.toml"))
    {
        let blob = change.read(side, path)?;
        if let Some(manifest) = blob.as_ref().and_then(Blob::text).and_then(cargo::manifest) {
            found.extend(manifest.dependencies);
        }
    }
    Ok(found)
}

fn python_manifest(
    change: &Change,
    file: &File,
    base: &str,
    head: &str,
    out: &mut Manifests,
) -> Result<()> {
    let now = declared::declared(&file.path, &by_hand(&file.path, head));
    let was = declared::declared(&file.path, &by_hand(&file.path, base));
    let fresh: Vec<(&String, &String)> = now
        .names
        .iter()
        .filter(|(name, _)| !was.names.contains_key(*name))
        .collect();
    for index in now
        .indexes
        .difference(&was.indexes)
        .filter(|index| !official(index))
    {
        let place = naming(file, head, index);
        let message = format!("packages may now come from {index}");
        out.findings.push(rules::NEW_DEPENDENCY_SOURCE.finding(
            Side::Head,
            &file.path,
            place,
            message,
        ));
    }
    for (name, source) in &now.sources {
        if was.sources.get(name) != Some(source) && source.contains("://") {
            let written = now.names.get(name).unwrap_or(name);
            let message =
                format!("`{written}` now comes from {source}, not from the package index");
            let place = naming(file, head, written);
            out.findings.push(rules::NEW_DEPENDENCY_SOURCE.finding(
                Side::Head,
                &file.path,
                place,
                message,
            ));
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let mut elsewhere = Declared::default();
    for path in change
        .paths(Side::Base)?
        .iter()
        .filter(|path| declared::is_manifest(path))
    {
        let blob = change.read(Side::Base, path)?;
        if let Some(text) = blob.as_ref().and_then(Blob::text) {
            elsewhere.extend(declared::declared(path, text));
        }
    }
    let other_source = now
        .indexes
        .iter()
        .chain(&elsewhere.indexes)
        .find(|index| !official(index));
    for (name, written) in &fresh {
        if elsewhere.names.contains_key(*name)
            || now.sources.contains_key(*name)
            || *name == "python"
        {
            continue;
        }
        let place = naming(file, head, written);
        lookalike(file, written, PYPI.near(name), place, &mut out.findings)?;
        out.new.push(New {
            registry: Registry::Pypi,
            name: (*written).clone(),
            path: file.path.clone(),
            place,
            other_source: other_source.cloned(),
        });
    }
    if file.path.ends_with("pyproject.toml") {
        not_locked(change, file, base, head, out)?;
    }
    Ok(())
}

/// A program's text without what is no requirement: only lists after a word like `install_requires`.
fn by_hand(path: &str, text: &str) -> String {
    if !path.ends_with(".py") {
        return text.to_owned();
    }
    let mut within = false;
    text.lines()
        .filter(|line| {
            let starts = line.contains("requir") || line.contains("install(");
            let taken = within || starts;
            within = taken && !line.contains([']', ')']);
            taken
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Dependencies that the lock beside a `pyproject.toml` would hold, and does not.
fn not_locked(
    change: &Change,
    file: &File,
    base: &str,
    head: &str,
    out: &mut Manifests,
) -> Result<()> {
    let names = ["uv.lock", "poetry.lock", "pdm.lock"];
    let lock = nearest(change, &file.path, &names)?
        .filter(|(path, text)| covers(path, text, &file.path, head));
    let Some((path, text)) = lock else {
        return Ok(());
    };
    let locked = declared::declared(&path, &text).names;
    let was = lockable(base);
    for (name, written) in lockable(head) {
        if !was.contains_key(&name) && !locked.contains_key(&name) && name != "python" {
            missing_from_lock(
                file,
                &written,
                &path,
                naming(file, head, &written),
                &mut out.findings,
            )?;
        }
    }
    Ok(())
}

/// Whether a lock is that of a manifest: it stands beside it, or holds the manifest's own package.
fn covers(lock: &str, text: &str, manifest: &str, manifest_text: &str) -> bool {
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or(String::new(), |(at, _)| at.to_owned())
    };
    if folder(lock) == folder(manifest) {
        return true;
    }
    let table: toml::Table = manifest_text.parse().unwrap_or_default();
    let own = ["package", "project"]
        .iter()
        .find_map(|key| table.get(*key)?.get("name")?.as_str());
    own.is_some_and(|own| text.contains(&format!("name = \"{own}\"\n")))
}

/// What a project's lock covers of a `pyproject.toml`: not the build system, nor other tools' tables.
fn lockable(text: &str) -> BTreeMap<String, String> {
    let Ok(mut table) = text.parse::<toml::Table>() else {
        return BTreeMap::new();
    };
    table.retain(|key, _| matches!(key, "project" | "dependency-groups" | "tool"));
    if let Some(tools) = table.get_mut("tool").and_then(toml::Value::as_table_mut) {
        tools.retain(|key, _| matches!(key, "poetry" | "pdm" | "uv"));
        if let Some(uv) = tools.get_mut("uv").and_then(toml::Value::as_table_mut) {
            uv.retain(|key, _| key == "dev-dependencies");
        }
        if let Some(pdm) = tools.get_mut("pdm").and_then(toml::Value::as_table_mut) {
            pdm.retain(|key, _| key == "dev-dependencies");
        }
    }
    declared::declared("pyproject.toml", &table.to_string()).names
}

fn missing_from_lock(
    file: &File,
    name: &str,
    lock: &str,
    place: Place,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let message = format!("`{name}` is declared here, and {lock} does not hold it");
    found.push(
        rules::DEPENDENCY_MISSING_FROM_LOCK
            .finding(Side::Head, &file.path, place, message)
            .with("dependency", name),
    );
    Ok(())
}

fn lock(change: &Change, file: &File, base: &str, head: &str, out: &mut Manifests) -> Result<()> {
    let (Some(now), was) = (cargo::lock(head), cargo::lock(base).unwrap_or_default()) else {
        return Ok(());
    };
    let before: BTreeSet<String> = was.iter().map(|package| normal(&package.name)).collect();
    let origins: BTreeSet<&str> = was.iter().map(|package| origin(&package.source)).collect();
    let manifests = manifest_texts(change)?;
    let mut told = BTreeSet::new();
    for package in &now {
        let from = origin(&package.source);
        let declared_there = manifests.iter().any(|text| text.contains(address(from)));
        if !from.is_empty()
            && !official(from)
            && !origins.contains(from)
            && !declared_there
            && told.insert(from)
        {
            let place = naming(file, head, address(from));
            let message = format!(
                "the lock now takes `{}` from {from}, which no manifest names",
                package.name
            );
            out.findings.push(rules::NEW_DEPENDENCY_SOURCE.finding(
                Side::Head,
                &file.path,
                place,
                message,
            ));
        }
    }
    if base.is_empty() {
        return Ok(());
    }
    let needed: BTreeSet<String> = now
        .iter()
        .filter(|package| !package.source.is_empty() || !file.path.ends_with("Cargo.lock"))
        .flat_map(|package| package.needs.iter().map(|name| normal(name)))
        .collect();
    let graph = now.iter().any(|package| !package.needs.is_empty());
    for package in now.iter().filter(|_| graph) {
        let name = normal(&package.name);
        let own = package.source.is_empty() && !file.path.ends_with("poetry.lock");
        let named = || manifests.iter().any(|text| mentions(text, &package.name));
        if before.contains(&name) || needed.contains(&name) || own || named() {
            continue;
        }
        let place = naming(file, head, &package.name);
        let message = format!(
            "`{}` is new in the lock, and neither a manifest nor another package asks for it",
            package.name
        );
        out.findings.push(rules::LOCK_WITHOUT_MANIFEST.finding(
            Side::Head,
            &file.path,
            place,
            message,
        ));
    }
    Ok(())
}

/// The texts of all hand-written manifests at head.
fn manifest_texts(change: &Change) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in change.paths(Side::Head)? {
        if (path.ends_with("Cargo.toml") || declared::is_source(path))
            && let Some(blob) = change.read(Side::Head, path)?
            && let Some(text) = blob.text()
        {
            texts.push(text.to_owned());
        }
    }
    Ok(texts)
}

fn mentions(text: &str, name: &str) -> bool {
    let wanted = normal(name);
    text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
        .any(|word| normal(word) == wanted)
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

fn cargo_config(file: &File, base: &str, head: &str, out: &mut Manifests) -> Result<()> {
    let sources = |text: &str| -> BTreeSet<(String, String)> {
        let table: toml::Table = text.parse().unwrap_or_default();
        ["source", "registries"]
            .iter()
            .filter_map(|key| table.get(*key)?.as_table())
            .flatten()
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect()
    };
    for (name, _) in sources(head).difference(&sources(base)) {
        let message = format!("cargo now takes packages from the source `{name}` of this file");
        let place = naming(file, head, name);
        out.findings.push(rules::NEW_DEPENDENCY_SOURCE.finding(
            Side::Head,
            &file.path,
            place,
            message,
        ));
    }
    Ok(())
}

/// The nearest file of one of these names beside or above a path, at head: path and text.
fn nearest(change: &Change, path: &str, names: &[&str]) -> Result<Option<(String, String)>> {
    let mut at = path;
    loop {
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
        for name in names {
            let candidate = if at.is_empty() {
                (*name).to_owned()
            } else {
                format!("{at}/{name}")
            };
            if let Some(blob) = change.read(Side::Head, &candidate)?
                && let Some(text) = blob.text()
            {
                return Ok(Some((candidate, text.to_owned())));
            }
        }
        if at.is_empty() {
            return Ok(None);
        }
    }
}
