//! Folders of tests inside the folder where a language keeps its code (`code-folder` in its `language.toml`). There a
//! folder's name says nothing, and the file that declares the module does: `#[cfg(test)] mod tests;`.
//!
//! Does not catch: a module that is declared under another name (`#[path = ".."]`), and one that a macro declares.

use std::collections::BTreeSet;

use super::conventions::is_test_folder;
use super::{DefinitionKind, Lang, Trees};
use crate::change::{Change, Side};

/// The folders, of the changed files, that are declared to be test code and nothing else.
pub fn declared(change: &Change, trees: &Trees) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    let mut declared = BTreeSet::new();
    for path in change
        .files
        .iter()
        .flat_map(|file| [file.path.as_str(), file.base_path()])
    {
        let Some(language) = super::of(path) else {
            continue;
        };
        for folder in inner_test_folders(language, path) {
            if asked.insert(folder) && is_declared(change, trees, language, folder) {
                declared.insert(folder.to_owned());
            }
        }
    }
    declared
}

/// Whether a file is a module that is declared to be test code and nothing else, under whatever name.
pub fn is_test_module(change: &Change, trees: &Trees, path: &str) -> bool {
    let Some(language) = super::of(path) else {
        return false;
    };
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_folder = language
        .profile()
        .module_files
        .iter()
        .any(|file| file == name);
    let module = match is_folder {
        true => folder,
        false => path.rsplit_once('.').map_or(path, |(module, _)| module),
    };
    is_declared(change, trees, language, module)
}

/// The folders of a path that tests are called like, below the one where the language keeps its code.
fn inner_test_folders(language: Lang, path: &str) -> impl Iterator<Item = &str> {
    let code = language.profile().code_folder.as_deref();
    let mut inside = false;
    path.match_indices('/').filter_map(move |(end, _)| {
        let folder = path.get(..end)?;
        let name = folder.rsplit('/').next()?;
        let tests = inside && is_test_folder(name);
        inside |= code == Some(name);
        tests.then_some(folder)
    })
}

/// Whether every file that declares the folder, or a file without its ending, as a module declares it as test code, and one does.
fn is_declared(change: &Change, trees: &Trees, language: Lang, folder: &str) -> bool {
    let Some((parent, name)) = folder.rsplit_once('/') else {
        return false;
    };
    let profile = language.profile();
    let inside = profile
        .module_files
        .iter()
        .map(|file| format!("{parent}/{file}"));
    let beside = profile
        .endings
        .iter()
        .map(|ending| format!("{parent}.{ending}"));
    let candidates: Vec<String> = inside.chain(beside).collect();
    let on = |side: Side| -> Vec<bool> {
        let read = |path: &String| trees.of(path, &change.read(side, path).ok().flatten()?);
        let files = candidates.iter().filter_map(read);
        files
            .flat_map(|parsed| {
                let definitions = parsed.facts().definitions.iter();
                let modules = definitions.filter(|definition| {
                    definition.kind == DefinitionKind::Module
                        && definition.body.is_none()
                        && definition.name == name
                });
                modules.map(|module| module.in_test).collect::<Vec<_>>()
            })
            .collect()
    };
    let stated = [Side::Head, Side::Base].map(on);
    let stated = stated.iter().find(|stated| !stated.is_empty());
    stated.is_some_and(|stated| stated.iter().all(|in_test| *in_test))
}
