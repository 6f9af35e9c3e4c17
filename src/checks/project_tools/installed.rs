//! Findings that say only that a package is not installed where the tool runs, though the project declares it.
//!
//! Does not catch: a package that is installed in another version than the one that is declared.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use regex::Regex;

use crate::change::{Change, Side};
use crate::finding::Introduced;
use crate::language;
use crate::tools::adapter::{Adapter, NotInstalled};
use crate::tools::diagnostic::Diagnostic;

type Told = Vec<(Diagnostic, Introduced)>;
/// By path, the modules that are missing.
type Missing = BTreeMap<String, BTreeSet<String>>;

/// Tells what a tool could not look at from what it found: the findings that stay, and why files were not seen.
///
/// # Errors
/// Where head's manifests cannot be read.
pub(super) fn told_apart(
    adapter: &Adapter,
    change: &Change,
    told: Told,
) -> Result<(Told, Vec<(String, String)>)> {
    let Some(how) = &adapter.not_installed else {
        return Ok((told, Vec::new()));
    };
    let mut known: BTreeMap<(&str, String), bool> = BTreeMap::new();
    let missing = missing(how, &told, |path, module| {
        let Some((language, ecosystem)) =
            language::of(path).and_then(|language| Some((language, language.ecosystem()?)))
        else {
            return Ok(false);
        };
        let key = (language.name(), module.to_owned());
        if let Some(brought) = known.get(&key) {
            return Ok(*brought);
        }
        let declared = ecosystem.declared(change, Side::Head)?.packages;
        let mut packages = declared.keys();
        let brought = packages.any(|package| ecosystem.may_bring(package, module));
        known.insert(key, brought);
        Ok(brought)
    })?;
    let stays = |found: &Diagnostic| {
        let Some(modules) = missing.get(&found.path) else {
            return true;
        };
        let follows = how.follow.iter().any(|rule| is_of(&found.rule, rule));
        !(follows || module(how, found).is_some_and(|module| modules.contains(&module)))
    };
    let kept = told.into_iter().filter(|(found, _)| stays(found)).collect();
    let whys = missing.iter().map(|(path, modules)| {
        let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
        let why = format!(
            "{}: the project declares what brings `{}`, and it is not installed here",
            adapter.name,
            modules.join("`, `")
        );
        (path.clone(), why)
    });
    Ok((kept, whys.collect()))
}

/// The modules that are not found, and that something which is declared brings.
fn missing(
    how: &NotInstalled,
    told: &Told,
    mut is_declared: impl FnMut(&str, &str) -> Result<bool>,
) -> Result<Missing> {
    let mut found = Missing::new();
    for (one, _) in told {
        if let Some(module) = module(how, one)
            && is_declared(&one.path, &module)?
        {
            found.entry(one.path.clone()).or_default().insert(module);
        }
    }
    Ok(found)
}

/// The top of the module that a finding says is not found.
fn module(how: &NotInstalled, found: &Diagnostic) -> Option<String> {
    if found.rule != how.rule {
        return None;
    }
    let named = Regex::new(&how.module)
        .ok()?
        .captures(&found.message)?
        .get(1)?;
    named.as_str().split('.').next().map(str::to_owned)
}

fn is_of(rule: &str, listed: &str) -> bool {
    match listed.strip_suffix('*') {
        Some(beginning) => rule.starts_with(beginning),
        None => rule == listed,
    }
}
