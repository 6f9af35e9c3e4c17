//! What cargo and libtest make of a tree: targets, features, and where the helpers of tests stand.
//!
//! Does not catch: other runners (`nextest` collects the same; `harness = false` is read).

use anyhow::Result;

use super::cargo::{self, Cargo};
use super::{examples, inert, orphans, read, splice, symbols};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{
    Defined, Deselected, Example, FileModel, Function, Inert, Orphan, ReadText, Symbol,
    TestFramework, TestProject, Tree,
};
use crate::language::{Parsed, Profile, RUST};

/// libtest, as cargo runs it.
#[derive(Debug)]
pub(in crate::language) struct Framework;

impl TestProject for Cargo {
    fn model(&self, parsed: &Parsed, path: &str) -> FileModel {
        read(parsed, path, self)
    }
}

impl TestFramework for Framework {
    fn profile(&self) -> &'static Profile {
        RUST.profile()
    }

    fn project(&self, paths: &[&str], read: &ReadText<'_>) -> Result<Box<dyn TestProject>> {
        Ok(Box::new(Cargo::read(paths, read)?))
    }

    fn symbols(&self, parsed: &Parsed) -> Vec<Symbol> {
        symbols::symbols(parsed)
    }

    fn deselected(&self, path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
        if path.rsplit('/').next() != Some(cargo::MANIFEST) {
            return Ok(Vec::new());
        }
        let (base, head) = ((sides.base)(path)?, (sides.head)(path)?);
        let both = base.zip(head);
        Ok(both.map_or_else(Vec::new, |(base, head)| cargo::deselected(&base, &head)))
    }

    fn orphans(&self, path: &str, base: &str, head: &str, sides: &Tree<'_>) -> Result<Vec<Orphan>> {
        orphans::orphans(path, base, head, sides)
    }

    fn examples(&self, text: &str) -> Vec<Example> {
        examples::examples(text)
    }

    /// Files that may hold helpers and macros.
    fn helper_files(&self, path: &str) -> Vec<String> {
        const NAMES: [&str; 17] = [
            "macros",
            "util",
            "utils",
            "common",
            "common/mod",
            "util/mod",
            "utils/mod",
            "helpers",
            "helpers/mod",
            "test_util",
            "test_utils",
            "testutil",
            "support/mod",
            "mod",
            "lib",
            "main",
            "tests",
        ];
        let mut paths: Vec<String> = Vec::new();
        let mut at = path.rsplit_once('/').map(|(folder, _)| folder);
        while let Some(folder) = at {
            if in_test_folder(&format!("{folder}/x")) || folder == "src" || folder.ends_with("/src")
            {
                paths.extend(NAMES.iter().map(|name| format!("{folder}/{name}.rs")));
            }
            at = folder.rsplit_once('/').map(|(outer, _)| outer);
        }
        paths
    }

    /// The path in its crate; of another target than the library or a program, behind the target's file.
    fn run_name(&self, file: &FileModel, test: &Function) -> String {
        let mut parts = test.scope.clone();
        parts.push(test.name.clone());
        let own = parts.join("::");
        let path = format!("/{}", file.path);
        let Some((_, below)) = path.rsplit_once("/src/") else {
            let target = path.find("/tests/").and_then(|at| path.get(at + 1..));
            return match target {
                Some(target) => format!("{target} :: {own}"),
                None => own,
            };
        };
        let module = below.strip_suffix(".rs").unwrap_or(below);
        let module = match module.rsplit_once('/') {
            Some((folder, "mod")) => folder,
            None if matches!(module, "lib" | "main" | "mod") => "",
            _ => module,
        };
        match module {
            "" => own,
            module => format!("{}::{own}", module.replace('/', "::")),
        }
    }

    fn spliced(&self, code: &Parsed, tests: &Parsed) -> Option<String> {
        splice::spliced(code, tests)
    }

    fn inert(&self, file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
        inert::inert(file, test, defined)
    }
}
