//! What `go test` makes of a tree: test files beside the code, by their names and build constraints.
//!
//! Does not catch: what `-run`, `-skip` and `-tags` of a build choose; `guardrails` reads those.

use anyhow::Result;

use super::{read, symbols};
use crate::language::test_model::{
    Defined, Emptiness, FileModel, Function, Inert, ReadText, Symbol, TestFramework, TestProject,
    holds,
};
use crate::language::{GO, Parsed, Profile};

/// `go test`.
#[derive(Debug)]
pub(in crate::language) struct Framework;

/// Nothing of the tree but a file's own name and text decides whether its tests run.
struct Files;

impl TestProject for Files {
    fn model(&self, parsed: &Parsed, path: &str) -> FileModel {
        read(parsed, path)
    }
}

impl TestFramework for Framework {
    fn profile(&self) -> &'static Profile {
        GO.profile()
    }

    fn project(&self, _: &[&str], _: &ReadText<'_>) -> Result<Box<dyn TestProject>> {
        Ok(Box::new(Files))
    }

    fn symbols(&self, parsed: &Parsed) -> Vec<Symbol> {
        symbols::symbols(parsed)
    }

    /// Files of the package's tests that hold helpers by their usual names.
    fn helper_files(&self, path: &str) -> Vec<String> {
        const NAMES: [&str; 14] = [
            "helper_test",
            "helpers_test",
            "util_test",
            "utils_test",
            "testutil_test",
            "main_test",
            "common_test",
            "setup_test",
            "testing_test",
            "test_helpers_test",
            "export_test",
            "suite_test",
            "testing",
            "testutil",
        ];
        let (folder, own) = path.rsplit_once('/').unwrap_or(("", path));
        let package = folder.rsplit('/').next().unwrap_or(folder);
        let names = NAMES.iter().map(|name| (*name).to_owned());
        let names = names.chain([format!("{package}_test"), format!("{package}_suite_test")]);
        let paths = names.map(|name| match folder {
            "" => format!("{name}.go"),
            folder => format!("{folder}/{name}.go"),
        });
        let is_other = |other: &String| other != path && !own.is_empty();
        paths.filter(is_other).collect()
    }

    /// The package is the folder.
    fn is_near(&self, file: &FileModel, path: &str) -> bool {
        let folder = |path: &str| {
            path.rsplit_once('/')
                .map_or(String::new(), |(folder, _)| folder.to_owned())
        };
        let own = folder(path);
        own == folder(&file.path)
            || file.imports.iter().any(|import| {
                !own.is_empty()
                    && (import.module.ends_with(&format!("/{own}")) || import.module == own)
            })
    }

    fn inert(&self, file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
        let words = file.words();
        let body = &test.body;
        let is_own = |import: &crate::language::test_model::Import| {
            body.names.contains(&import.name) && import.module.contains('.')
        };
        if body.emptiness != Emptiness::Code || body.assertions.is_empty() || !test.cases.is_empty()
        {
            return Inert::No;
        }
        if file.imports.iter().any(is_own) || body.names.iter().any(|name| defined.is_helper(name))
        {
            return Inert::No;
        }
        let mut bound: Vec<&str> = body
            .bindings
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        bound.sort_unstable();
        let imports = |name: &str| file.imports.iter().any(|import| import.name == name);
        let is_known = |name: &str| {
            holds(&words.builtins, name)
                || holds(&words.types, name)
                || imports(name)
                || bound.binary_search(&name).is_ok()
        };
        match body.names.iter().all(is_known) {
            true => Inert::Surely,
            false => Inert::No,
        }
    }
}
