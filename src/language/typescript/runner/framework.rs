//! What the runners make of a tree: which files hold tests, and what these lean on.
//!
//! Does not catch: aliases of imports; what a configuration that is a program computes.

use anyhow::Result;

use super::{config, inert, read, symbols};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{
    Defined, Deselected, FileModel, Function, Inert, Names, PassedOver, ReadModel, ReadText,
    Symbol, TestFramework, TestProject, Tree,
};
use crate::language::{Parsed, Profile, TYPESCRIPT};

/// The runners of JavaScript.
#[derive(Debug)]
pub(in crate::language) struct Framework;

/// What decides which files hold tests.
struct Collected;

impl Collected {
    /// Why a file is none of tests; none where it is one.
    fn passes_over(&self, parsed: &Parsed, path: &str) -> Option<PassedOver> {
        const DATA: [&str; 6] = [
            "fixtures",
            "__fixtures__",
            "fixture",
            "testdata",
            "node_modules",
            "dist",
        ];
        let profile = TYPESCRIPT.profile();
        // What stands there is run by tests of a runner or a tool, if at all.
        if let Some(part) = path.split('/').find(|part| DATA.contains(part)) {
            return Some(PassedOver::because(format!(
                "it stands in a folder {part}, whose files are data"
            )));
        }
        if profile.is_test_name(path.rsplit('/').next().unwrap_or(path)) {
            return None;
        }
        let text: &str = &parsed.source;
        let holds_some = profile
            .test_words
            .iter()
            .any(|word| text.contains(word.as_str()));
        match in_test_folder(path) && holds_some {
            true => None,
            false => Some(PassedOver::because("its name is none of a file of tests")),
        }
    }
}

impl TestProject for Collected {
    fn model(&self, parsed: &Parsed, path: &str) -> FileModel {
        read(parsed, path, self.passes_over(parsed, path))
    }
}

/// Endings that an import may leave out, in the order in which they are looked for.
const ENDINGS: [&str; 6] = ["ts", "js", "tsx", "jsx", "mjs", "mts"];

/// The paths that a relative import of a file may stand for; none of a package.
fn candidates(from: &str, module: &str) -> Vec<String> {
    if !module.starts_with('.') {
        return Vec::new();
    }
    let mut parts: Vec<&str> = match from.rsplit_once('/') {
        Some((folder, _)) => folder.split('/').collect(),
        None => Vec::new(),
    };
    for part in module.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                if parts.pop().is_none() {
                    return Vec::new();
                }
            }
            part => parts.push(part),
        }
    }
    let stem = parts.join("/");
    let known = ENDINGS
        .iter()
        .find_map(|ending| stem.strip_suffix(&format!(".{ending}")));
    match known {
        Some(bare) => vec![stem.clone(), format!("{bare}.ts"), format!("{bare}.tsx")],
        None => {
            let files = ENDINGS.iter().map(|ending| format!("{stem}.{ending}"));
            let folders = ENDINGS
                .iter()
                .take(2)
                .map(|ending| format!("{stem}/index.{ending}"));
            files.chain(folders).collect()
        }
    }
}

impl TestFramework for Framework {
    fn profile(&self) -> &'static Profile {
        TYPESCRIPT.profile()
    }

    fn project(&self, _: &[&str], _: &ReadText<'_>) -> Result<Box<dyn TestProject>> {
        Ok(Box::new(Collected))
    }

    fn symbols(&self, parsed: &Parsed) -> Vec<Symbol> {
        symbols::symbols(parsed)
    }

    fn deselected(&self, path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
        config::deselected(path, sides)
    }

    /// What runners load before the tests is called so by custom.
    fn is_plugin(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.to_ascii_lowercase().contains("setup")
    }

    /// Files in folders of tests, or beside the test.
    fn imported_helpers(&self, file: &FileModel) -> Vec<String> {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let all = file
            .imports
            .iter()
            .flat_map(|import| candidates(&file.path, &import.module));
        let is_beside = |path: &String| path.rsplit_once('/').map_or("", |(f, _)| f) == folder;
        let mut found: Vec<String> = Vec::new();
        for path in all.filter(|path| in_test_folder(path) || is_beside(path) || is_helper(path)) {
            if !found.contains(&path) {
                found.push(path);
            }
        }
        found
    }

    fn imported_code(
        &self,
        file: &FileModel,
        names: &Names,
        read: &ReadModel<'_>,
    ) -> Result<Vec<String>> {
        /// Files that are read.
        const MOST: usize = 24;
        let mut found: Vec<String> = Vec::new();
        for import in file
            .imports
            .iter()
            .filter(|import| names.contains(&import.name))
        {
            for path in candidates(&file.path, &import.module) {
                if found.len() < MOST && !found.contains(&path) && read(&path)?.is_some() {
                    found.push(path);
                    break;
                }
            }
        }
        Ok(found)
    }

    fn is_near(&self, file: &FileModel, path: &str) -> bool {
        let top = |path: &str| {
            path.rsplit_once('/')
                .map_or(String::new(), |(folder, _)| folder.to_owned())
        };
        let folder = top(path);
        file.imports.iter().any(|import| {
            let first = candidates(&file.path, &import.module);
            match first.first() {
                Some(one) => folder.starts_with(&top(one)) || top(one).starts_with(&folder),
                None => !import.module.contains("vitest") && !import.module.starts_with("node:"),
            }
        })
    }

    fn id(&self, file: &FileModel, test: &Function) -> String {
        let mut parts = vec![file.path.as_str()];
        parts.extend(test.scope.iter().map(String::as_str));
        parts.push(&test.name);
        parts.join(" > ")
    }

    fn inert(&self, file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
        inert::inert(test, file, defined)
    }
}

/// Whether a path is one of those in which projects keep what their tests share.
fn is_helper(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [
        "helper",
        "fixture",
        "test-util",
        "testutil",
        "test_util",
        "harness",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
