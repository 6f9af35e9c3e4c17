//! `behaviour`: does the change drop effects, change what others call, or fall into a known trap?
//!
//! Nothing here blocks: what a program is meant to do is for a human to say.
//!
//! Does not catch: whatever syntax cannot see, which is most of it.

mod api;
mod calls;
mod contracts;
mod guards;
mod looser;
mod mounts;
mod protections;
mod traps;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, foreign, head_text};
use crate::budget;
use crate::change::{File, Side};
use crate::language::conventions::{is_aside, is_sample};
use crate::language::{self, Definition, DefinitionKind, Parsed};
use crate::rule::built_in::behaviour as rules;

/// The check.
pub(super) struct Behaviour;

impl Check for Behaviour {
    fn name(&self) -> &'static str {
        "behaviour"
    }

    fn question(&self) -> &'static str {
        "Does the change drop effects, change what others call, or fall into a known trap?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["behaviour"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        let language = language::of(&file.path);
        let is_schema = contracts::reads(&file.path);
        if !is_schema
            && language
                .and_then(|language| language.signatures())
                .is_none()
        {
            return foreign(file, "model of effects");
        }
        if is_sample(&file.path) || is_aside(&file.path) {
            return Applicability::NotApplicable(
                "not shipped: tests, examples, scripts".to_owned(),
            );
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let moved = calls::Totals::of(context);
    let mut elsewhere = protections::Moved::new();
    let added = guards::Added::of(context);
    let tried = traps::Tried::of(context);
    let mounted = mounts::Mounted::of(context);
    context.each(|file, result| {
        if context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        if contracts::reads(&file.path) {
            contracts::check_schema(file, &mut result.head);
            return Ok(());
        }
        let tree = |side: Side| context.trees.of(file.path_on(side), file.blob(side)?);
        let (base, head) = (tree(Side::Base), tree(Side::Head));
        if let Some(head) = &head {
            traps::check_file(file, Side::Head, head, &tried, &mut result.head);
        }
        if let Some(base) = &base {
            traps::check_file(file, Side::Base, base, &tried, &mut result.base);
        }
        if let (Some(base), Some(head)) = (&base, &head) {
            calls::check_file(context, file, base, head, &moved, &mut result.head);
            calls::lost(file, base, head, &mut result.head);
            guards::check_file(file, (base, head), &added, &mut result.head);
            looser::check_file(file, (base, head), &mut result.head);
            mounts::check_file(file, (base, head), &mounted, &mut result.head);
            contracts::check_file(file, base, head, &mut result.head);
            protections::check_file(
                context,
                file,
                (base, head),
                &mut elsewhere,
                &mut result.head,
            );
            api::check_file(context, file, (base, head), &moved, &mut result.head);
        }
        Ok(())
    })
}

/// Whether a changed file defines a name on a side.
fn defines(context: &Context<'_>, side: Side, name: &str) -> bool {
    context.change.files.iter().any(|file| {
        let blob = file.blob(side);
        let tree = blob.and_then(|blob| context.trees.of(file.path_on(side), blob));
        tree.is_some_and(|tree| {
            let definitions = &tree.facts().definitions;
            budget::charge(definitions.len());
            definitions.iter().any(|definition| definition.name == name)
        })
    })
}

/// The functions of a file that are wanted, by qualified name; none of those whose name stands twice.
fn named_once(
    parsed: &Parsed,
    wanted: impl Fn(&Definition) -> bool,
) -> BTreeMap<&str, &Definition> {
    let mut found: BTreeMap<&str, &Definition> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for definition in &parsed.facts().definitions {
        if definition.kind != DefinitionKind::Function || !wanted(definition) {
            continue;
        }
        match found.entry(definition.qualified.as_str()) {
            Entry::Vacant(entry) => {
                entry.insert(definition);
            }
            Entry::Occupied(entry) => {
                twice.insert(*entry.key());
            }
        }
    }
    found.retain(|name, _| !twice.contains(name));
    found
}
