//! What pytest and unittest make of a tree: files that they load, modules that tests lean on, names of tests.
//!
//! Does not catch: helpers in installed packages, conftest files that plugins name.

use std::collections::BTreeSet;

use anyhow::Result;

use super::config::Pytest;
use super::{examples, inert, options, read, symbols};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{
    Defined, Deselected, Example, FileModel, Function, Inert, Names, ReadModel, ReadText, Symbol,
    TestFramework, TestProject, Tree,
};
use crate::language::{PYTHON, Parsed, Profile};

/// pytest and unittest.
#[derive(Debug)]
pub(in crate::language) struct Framework;

impl TestProject for Pytest {
    fn model(&self, parsed: &Parsed, path: &str) -> FileModel {
        read(parsed, path, self)
    }
}

impl TestFramework for Framework {
    fn profile(&self) -> &'static Profile {
        PYTHON.profile()
    }

    fn project(&self, paths: &[&str], read: &ReadText<'_>) -> Result<Box<dyn TestProject>> {
        Ok(Box::new(match paths {
            [] => Pytest::default(),
            _ => Pytest::read(read)?,
        }))
    }

    fn symbols(&self, parsed: &Parsed) -> Vec<Symbol> {
        symbols::symbols(parsed)
    }

    fn deselected(&self, path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
        options::deselected(path, sides)
    }

    fn examples(&self, text: &str) -> Vec<Example> {
        examples::examples(text)
    }

    /// The conftest files that pytest loads for a file.
    fn fixture_files(&self, path: &str) -> Vec<String> {
        let mut paths = Vec::new();
        let mut folder = path;
        while let Some((outer, _)) = folder.rsplit_once('/') {
            paths.push(format!("{outer}/conftest.py"));
            folder = outer;
        }
        paths.push("conftest.py".to_owned());
        paths.retain(|conftest| conftest != path);
        paths
    }

    /// Files in test folders, going by the names of modules.
    fn imported_helpers(&self, file: &FileModel) -> Vec<String> {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut paths = Vec::new();
        for import in &file.imports {
            let dots = import.module.chars().take_while(|c| *c == '.').count();
            let rest = import.module.trim_start_matches('.').replace('.', "/");
            let roots: Vec<String> = if dots > 0 {
                let mut base = folder;
                for _ in 1..dots {
                    base = base.rsplit_once('/').map_or("", |(outer, _)| outer);
                }
                vec![base.to_owned()]
            } else {
                vec![folder.to_owned(), String::new()]
            };
            for root in roots {
                let joined = match (root.is_empty(), rest.is_empty()) {
                    (true, _) => rest.clone(),
                    (false, true) => root.clone(),
                    (false, false) => format!("{root}/{rest}"),
                };
                // `from a.b import c`: c may be a module of a.b, or a name in it.
                let module = joined
                    .rsplit_once('/')
                    .map_or("", |(module, _)| module)
                    .to_owned();
                for stem in [joined, module].into_iter().filter(|stem| !stem.is_empty()) {
                    for path in [format!("{stem}.py"), format!("{stem}/__init__.py")] {
                        let beside = path.rsplit_once('/').map_or("", |(f, _)| f) == folder;
                        if in_test_folder(&path) || beside {
                            paths.push(path);
                        }
                    }
                }
            }
        }
        paths
    }

    fn imported_code(
        &self,
        file: &FileModel,
        names: &Names,
        read: &ReadModel<'_>,
    ) -> Result<Vec<String>> {
        const MOST: usize = 24;
        let mut stems = BTreeSet::new();
        for import in &file.imports {
            let path = import.module.trim_start_matches('.').replace('.', "/");
            stems.extend(path.rsplit_once('/').map(|(module, _)| module.to_owned()));
            stems.insert(path);
        }
        let mut found: Vec<String> = Vec::new();
        for stem in stems {
            for path in [
                format!("{stem}.py"),
                format!("src/{stem}.py"),
                format!("{stem}/__init__.py"),
                format!("src/{stem}/__init__.py"),
            ] {
                let Some(model) = read(&path)?.filter(|_| found.len() < MOST) else {
                    continue;
                };
                // A package's names come from its modules.
                if let Some(folder) = path.strip_suffix("/__init__.py") {
                    for import in model.imports.iter().filter(|i| i.module.starts_with('.')) {
                        let inner = import.module.trim_start_matches('.').replace('.', "/");
                        let known = import.name == "*" || names.contains(&import.name);
                        let module = inner.split('/').next().unwrap_or_default();
                        let path = format!("{folder}/{module}.py");
                        if known
                            && !module.is_empty()
                            && !found.contains(&path)
                            && found.len() < MOST
                        {
                            found.push(path);
                        }
                    }
                }
                if !found.contains(&path) {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    fn is_near(&self, file: &FileModel, path: &str) -> bool {
        file.imports.iter().any(|import| {
            let module = import.module.trim_start_matches('.');
            let root = module.split('.').next().unwrap_or_default();
            !root.is_empty()
                && (path.split('/').any(|part| part == root)
                    || path.ends_with(&format!("{root}.py")))
        })
    }

    fn is_plugin(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name == "conftest.py" || name.contains("plugin") || path.contains("pytest_")
    }

    fn id(&self, file: &FileModel, test: &Function) -> String {
        let mut parts = vec![file.path.clone()];
        parts.extend(test.scope.iter().cloned());
        parts.push(test.name.clone());
        parts.join("::")
    }

    fn inert(&self, file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
        inert::inert(file, test, defined)
    }
}
