//! `dependencies`: does everything that the change imports or declares exist, and is it what it seems?
//!
//! Language models invent names: of modules, of packages, of modules in this very tree. And a name that is
//! invented often enough is registered by somebody. Imports are held against the standard library, the tree
//! and what the project declares; new dependencies against lists of much used names, and against the lock.
//! Everything is offline, unless base's policy has the registries asked ([`registries`]).
//!
//! Does not catch: see [`python`], [`rust`], [`manifests`] and [`registries`].

mod commands;
mod found;
mod manifests;
mod python;
mod registries;
mod rust;

use anyhow::Result;

use self::python::Python;
use self::rust::Rust;
use super::{Check, Context, Examined, Sight, foreign, head_text, is_told_apart};
use crate::change::File;
use crate::inputs::Inputs;
use crate::language::conventions::is_sample;
use crate::language::{self, Lang, PYTHON, RUST};
use crate::policy::Policy;
use crate::rule::built_in::dependencies as rules;

/// The check.
pub(super) struct Dependencies;

impl Check for Dependencies {
    fn name(&self) -> &'static str {
        "dependencies"
    }

    fn question(&self) -> &'static str {
        "Does everything that is imported or declared exist, and is it what it seems?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["dependencies"]
    }

    fn sight(&self, file: &File) -> Sight {
        if !is_told_apart(&file.path) && !manifests::reads(&file.path) {
            return foreign(file, "model of projects");
        }
        if is_sample(&file.path) {
            return Sight::NotApplicable("sample code: input of tests".to_owned());
        }
        head_text(file)
    }

    /// Who has the registries asked wants to know when they did not answer.
    fn is_asked_for(&self, _: &Inputs, policy: &Policy) -> bool {
        policy.checks().dependencies.online
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        examine(context).unwrap_or_else(Examined::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    let mut examined = Examined::default();
    let of = |language: Lang| {
        let files = context
            .files
            .iter()
            .filter(move |file| language::of(&file.path) == Some(language));
        files.copied().collect::<Vec<&File>>()
    };
    let (python, rust) = (of(PYTHON), of(RUST));
    if !python.is_empty() {
        let project = Python::read(context.change)?;
        for file in python {
            project.examine(context, file, &mut examined.head)?;
        }
    }
    if !rust.is_empty() {
        let project = Rust::read(context.change)?;
        for file in rust {
            project.examine(context, file, &mut examined.head)?;
        }
    }
    let manifests = manifests::examine(context.change, &context.files)?;
    examined.head.extend(manifests.findings);
    if context.policy.checks().dependencies.online {
        registries::examine(context, &manifests.new, &mut examined)?;
    }
    Ok(examined)
}
