//! What of a change could keep a tool from seeing the rest of it: a build script that runs before the code is read, a stub
//! that is read in place of a module. The tool's silence is no answer then, and a human is told.
//!
//! Does not catch: a part of a file behind a feature or a `cfg` that is off where the tool runs; a procedural macro that was there
//! at base, and libraries of the project that it or a build script uses; a file that a build script of base includes by
//! a path which it computes.

use std::collections::BTreeSet;

use crate::change::{File, Side};
use crate::checks::Context;
use crate::language::Trees;
use crate::language::ecosystem::folders_above;
use crate::policy::Glob;
use crate::tools::adapter::{Adapter, Blind};
use crate::tools::detect::joined;
use crate::tools::diagnostic::{BuildProgram, BuildProgramKind, Packages};
use crate::tools::parse::declares;

/// Files that a change keeps from a tool, each with why.
type Unseen = Vec<(String, String)>;

/// The files of a change that a tool may not have seen, or that may have spoken for it, each with why.
pub(super) fn blinded(adapter: &Adapter, context: &Context<'_>) -> Unseen {
    let mut found = Vec::new();
    for blind in &adapter.blinds {
        // An embedded pattern; a test reads them all.
        let Ok(paths) = Glob::set([blind.path.as_str()]) else {
            continue;
        };
        let files = context.change.files.iter();
        let touched = files.filter(|file| paths.is_match(&file.path));
        let unseen = touched.filter_map(|file| Some((unseen(blind, file, context.trees)?, blind)));
        found.extend(unseen.map(|(path, blind)| (path, blind.why.clone())));
    }
    found
}

/// Programs of the project that ran with the tool and are the change's: those that base did not run, and build scripts
/// of which the change touches a file.
pub(super) fn programs(context: &Context<'_>, programs: &BTreeSet<BuildProgram>) -> Unseen {
    let change = context.change;
    let mut found = Vec::new();
    for program in programs {
        let BuildProgram { kind, manifest, .. } = program;
        let (what, when) = match kind {
            BuildProgramKind::BuildScript => (
                "this build script",
                "before the code is read, and it can change what is read",
            ),
            BuildProgramKind::ProceduralMacro => (
                "this procedural macro",
                "within the compiler, and it can speak for it",
            ),
        };
        let is_new = change.file(manifest).is_some_and(|file| {
            let (folder, _) = manifest.rsplit_once('/').unwrap_or(("", manifest));
            let path = program
                .source
                .strip_prefix(folder)
                .unwrap_or(&program.source);
            let path = path.trim_start_matches('/');
            let at_base = file.text(Side::Base);
            !at_base.is_some_and(|text| declares(text, *kind, path))
        });
        let touched = || {
            let mut files = sources(context, &program.source).into_iter();
            files.find(|path| change.file(path).is_some())
        };
        if is_new {
            let why = format!(
                "the change has cargo run {what} ({}) {when}",
                program.source
            );
            found.push((manifest.clone(), why));
        } else if *kind == BuildProgramKind::BuildScript
            && let Some(path) = touched()
        {
            found.push((path, format!("cargo runs {what} {when}")));
        }
    }
    found
}

/// The files of a program: the one that it begins in, and what that takes in.
fn sources(context: &Context<'_>, first: &str) -> BTreeSet<String> {
    const MOST: usize = 1000;
    let mut found = BTreeSet::new();
    let mut open = vec![first.to_owned()];
    while let Some(path) = open.pop() {
        if found.len() == MOST || found.contains(&path) {
            continue;
        }
        let Ok(Some(blob)) = context.change.read(Side::Head, &path) else {
            continue;
        };
        if let Some(parsed) = context.trees.of(&path, &blob) {
            let taken_in = parsed.language.taken_in(&path, path == first, &parsed);
            open.extend(taken_in.into_iter().map(|(_, path)| path));
        }
        found.insert(path);
    }
    found
}

/// The files that a tool did not look at, each with why: of other packages, or of none of the targets.
pub(super) fn left_out<'f>(
    files: impl Iterator<Item = &'f File>,
    head: &[String],
    packages: &Packages,
) -> Unseen {
    let Packages {
        manifests, sources, ..
    } = packages;
    let is_at_head = |path: &String| head.binary_search(path).is_ok();
    let named = manifests.iter().filter_map(|path| path.rsplit('/').next());
    let names: BTreeSet<&str> = named.collect();
    let nearest = |path: &str| {
        let mut candidates = folders_above(path)
            .flat_map(|folder| names.iter().map(move |name| joined(folder, name)));
        candidates.find(is_at_head)
    };
    let unseen = files.filter_map(|file| {
        let manifest = nearest(&file.path)?;
        let why = if !manifests.contains(&manifest) {
            format!("it looked at no package of {manifest}, which is no member of the workspace")
        } else if !sources.is_empty() && !sources.contains(&file.path) {
            format!("no target of {manifest} that it compiled takes this file in")
        } else {
            return None;
        };
        Some((file.path.clone(), why))
    });
    unseen.collect()
}

/// The file that is not seen where this one is touched so.
fn unseen(blind: &Blind, file: &File, trees: &Trees) -> Option<String> {
    let has_flag = |side| {
        let text = file.text(side)?;
        let parsed = text
            .contains(&blind.flag)
            .then(|| trees.of(&file.path, file.blob(side)?))??;
        Some(parsed.language.has_flag(&parsed, &blind.flag))
    };
    if !blind.flag.is_empty()
        && (has_flag(Side::Head) != Some(true) || has_flag(Side::Base) == Some(true))
    {
        return None;
    }
    if blind.hides.is_empty() {
        return file.head.as_ref().map(|_| file.path.clone());
    }
    let (stem, _) = file.path.rsplit_once('.')?;
    file.base
        .is_none()
        .then(|| format!("{stem}.{}", blind.hides))
}
