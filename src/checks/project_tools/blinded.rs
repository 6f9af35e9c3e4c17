//! What of a change could keep a tool from seeing the rest of it: a build script that runs before the code is read, a stub
//! that is read in place of a module. The tool's silence is no answer then, and a human is told.
//!
//! Does not catch: code behind a feature or a `cfg` that is off where the tool runs; a procedural macro that was there
//! at base.

use std::collections::BTreeSet;

use crate::change::{File, Side};
use crate::language::ecosystem::folders_above;
use crate::policy::Glob;
use crate::tools::adapter::{Adapter, Blind};
use crate::tools::detect::joined;

/// The files of a change that a tool may not have seen, or that may have spoken for it, each with why.
pub(super) fn blinded(adapter: &Adapter, files: &[File]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for blind in &adapter.blinds {
        // An embedded pattern; a test reads them all.
        let Ok(paths) = Glob::set([blind.path.as_str()]) else {
            continue;
        };
        let touched = files.iter().filter(|file| paths.is_match(&file.path));
        found.extend(touched.filter_map(|file| Some((unseen(blind, file)?, blind.why.clone()))));
    }
    found
}

/// The files of packages that a tool did not look at, each with why.
pub(super) fn of_other_packages<'f>(
    files: impl Iterator<Item = &'f File>,
    head: &[String],
    manifests: &BTreeSet<String>,
) -> Vec<(String, String)> {
    let is_at_head = |path: &String| head.binary_search(path).is_ok();
    let named = manifests.iter().filter_map(|path| path.rsplit('/').next());
    let names: BTreeSet<&str> = named.collect();
    let nearest = |path: &str| {
        let mut candidates = folders_above(path)
            .flat_map(|folder| names.iter().map(move |name| joined(folder, name)));
        candidates.find(is_at_head)
    };
    let unseen = files.filter_map(|file| {
        let manifest = nearest(&file.path).filter(|path| !manifests.contains(path))?;
        let why =
            format!("it looked at no package of {manifest}, which is no member of the workspace");
        Some((file.path.clone(), why))
    });
    unseen.collect()
}

/// The file that is not seen where this one is touched so.
fn unseen(blind: &Blind, file: &File) -> Option<String> {
    let holds = |side| {
        file.text(side)
            .is_some_and(|text| text.contains(&blind.adds))
    };
    if !blind.adds.is_empty() && (!holds(Side::Head) || holds(Side::Base)) {
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
