//! Repair evidence: did a production symbol that a test reaches change behaviour in the same change?
//!
//! An expected value rewritten with nothing in production to explain it is the commonest cheat; with
//! such a change it is ordinary work. Reach is by name: directly, through one function that the test
//! names, or through the modules that its file imports.
//!
//! Does not catch: an edit made to a symbol that the test reaches only to have this evidence.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::change::Side;
use crate::language::{Known, PYTHON};

use super::extract::Symbol;
use super::model::{FileModel, Function, Role};
use super::production::{Production, Touched, of_file};
use super::sides::{Sides, conftests};

/// What was found, weakest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Nothing that the test reaches changed.
    None,
    /// Something in the package that the test imports changed.
    Package(String),
    /// Something that a function named by the test calls changed.
    OneDeep(String),
    /// Something that the test names changed.
    Direct(String),
}

impl Evidence {
    /// Whether it explains an edit of the test by itself.
    pub(super) fn explains(&self) -> bool {
        matches!(self, Evidence::Direct(_) | Evidence::OneDeep(_))
    }

    /// As a message says it.
    pub(super) fn sentence(&self) -> String {
        match self {
            Evidence::None => "no production code that the test reaches changed with it".to_owned(),
            Evidence::Package(what) => {
                format!("{what} changed, in the package that the test imports, but nothing nearer")
            }
            Evidence::OneDeep(what) => format!("{what} changed, one call away from the test"),
            Evidence::Direct(what) => format!("{what} changed, which the test names"),
        }
    }
}

/// Answers for the tests of a change.
pub(super) struct Witness<'s> {
    sides: &'s Sides<'s>,
    production: &'s Production,
    /// Symbols of unchanged modules, read when first asked for.
    modules: RefCell<BTreeMap<String, Vec<Symbol>>>,
}

impl<'s> Witness<'s> {
    /// For a change.
    pub(super) fn new(sides: &'s Sides<'s>, production: &'s Production) -> Self {
        Self {
            sides,
            production,
            modules: RefCell::default(),
        }
    }

    /// The evidence for a test of a file, at head where it is still there.
    pub(super) fn of(&self, side: Side, file: &FileModel, test: &Function) -> Result<Evidence> {
        if self.production.is_untouched() {
            return Ok(Evidence::None);
        }
        let names = self.reach(side, file, test)?;
        let touched = || {
            self.production
                .changed
                .iter()
                .chain(&self.production.deleted)
        };
        if let Some(found) = touched().find(|t| names_it(&names, &t.symbol)) {
            return Ok(Evidence::Direct(found.name()));
        }
        // What calls a changed symbol of its own file changed with it.
        let effective: Vec<&Touched> =
            touched()
                .chain(self.production.all.iter().filter(|t| {
                    touched().any(|c| c.path == t.path && mentions(&t.symbol, &c.symbol))
                }))
                .collect();
        let through = |symbol: &Symbol| {
            names_it(&names, symbol)
                .then(|| {
                    effective
                        .iter()
                        .find(|t| mentions(symbol, &t.symbol))
                        .copied()
                })
                .flatten()
        };
        if let Some(found) = self.production.all.iter().find_map(|t| through(&t.symbol)) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        if let Some(found) = touched().find(|t| names.contains(&t.symbol.owner)) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        for path in self.imported(file, &names)? {
            self.load(&path)?;
            let modules = self.modules.borrow();
            let found = modules.get(&path).into_iter().flatten().find_map(through);
            if let Some(found) = found {
                return Ok(Evidence::OneDeep(found.name()));
            }
        }
        if let Some(found) = effective.iter().find(|t| names_it(&names, &t.symbol)) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        Ok(match self.package(file) {
            Some(what) => Evidence::Package(what),
            None => Evidence::None,
        })
    }

    /// Names that a test reaches by itself, its fixtures and its helpers.
    fn reach(&self, side: Side, file: &FileModel, test: &Function) -> Result<BTreeSet<String>> {
        let mut names = test.body.names.clone();
        let helpers = if file.language == PYTHON {
            conftests(&file.path)
                .into_iter()
                .map(|path| self.sides.model_of(side, &path))
                .collect::<Result<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect()
        } else {
            Vec::new()
        };
        let functions: Vec<&Function> = std::iter::once(file)
            .chain(&helpers)
            .flat_map(|f| &f.functions)
            .filter(|f| f.role != Role::Test)
            .collect();
        // Two rounds: a fixture's fixture, a helper's helper.
        for _ in 0..2 {
            let more: Vec<&Function> = functions
                .iter()
                .copied()
                .filter(|f| {
                    names.contains(&f.name)
                        || test.parameters.contains(&f.name)
                        || (f.role == Role::Fixture && !f.scope.is_empty() && f.scope == test.scope)
                })
                .collect();
            for function in more {
                names.extend(function.body.names.iter().cloned());
            }
        }
        Ok(names)
    }

    /// Files of the project that a Python test's file imports.
    fn imported(&self, file: &FileModel, names: &BTreeSet<String>) -> Result<Vec<String>> {
        const MOST: usize = 24;
        if file.language != PYTHON {
            return Ok(Vec::new());
        }
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
                let Some(model) = self
                    .sides
                    .model_of(Side::Head, &path)?
                    .filter(|_| found.len() < MOST)
                else {
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

    fn load(&self, path: &str) -> Result<()> {
        if self.modules.borrow().contains_key(path) {
            return Ok(());
        }
        let blob = self.sides.change.read(Side::Head, path)?;
        let symbols = blob
            .and_then(|blob| self.sides.trees.of(path, &blob))
            .map(|parsed| of_file(&parsed))
            .unwrap_or_default();
        self.modules.borrow_mut().insert(path.to_owned(), symbols);
        Ok(())
    }

    /// A change in the package that the test's file imports, or in its crate.
    fn package(&self, file: &FileModel) -> Option<String> {
        let touched = || {
            self.production
                .changed
                .iter()
                .chain(&self.production.deleted)
        };
        let near = |path: &str| match file.language.known() {
            Known::Python => file.imports.iter().any(|import| {
                let root = import
                    .module
                    .trim_start_matches('.')
                    .split('.')
                    .next()
                    .unwrap_or_default();
                !root.is_empty()
                    && (path.split('/').any(|part| part == root)
                        || path.ends_with(&format!("{root}.py")))
            }),
            Known::Rust => true,
        };
        touched()
            .find(|t| near(&t.path))
            .map(Touched::name)
            .or_else(|| self.production.opaque.first().cloned())
    }
}

/// Whether a symbol's text names another one, or its class.
fn mentions(symbol: &Symbol, other: &Symbol) -> bool {
    other.name.len() > 2 && symbol.names.contains(&other.name)
        || !other.owner.is_empty() && symbol.names.contains(&other.owner)
}

/// Whether the names reach a symbol: by its name, or for what has no name of its own by its class.
fn names_it(names: &BTreeSet<String>, symbol: &Symbol) -> bool {
    let special = symbol.name.starts_with("__")
        || matches!(symbol.name.as_str(), "new" | "default" | "fmt" | "from");
    if special {
        return names.contains(&symbol.owner);
    }
    symbol.name.len() > 1 && names.contains(&symbol.name)
}
