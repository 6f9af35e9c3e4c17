//! Imports of what exists and is not declared for who uses the project: of interest in what is shipped. In tests and tools
//! it is what the environment of the developers has.
//!
//! Does not catch: what a module of the project imports in base already.

use super::declared::Declared;
use super::distributions::providers;
use super::held::{Held, Origin, accounts};
use super::imports::Import;
use super::{namespaces, stdlib};
use crate::language::conventions::is_aside;
use crate::language::ecosystem::{Certainty, Concern, Problem};

impl Held<'_> {
    /// An import of a part of a namespace that only a distribution brings which is not declared.
    pub(super) fn of_namespace(
        &self,
        path: &str,
        import: &Import,
        new_names: &[&String],
        old_module: bool,
        found: &mut Vec<Problem>,
    ) {
        let module = import.module.clone();
        let whole = (!old_module).then_some(module);
        let parts = new_names
            .iter()
            .map(|name| format!("{}.{name}", import.module));
        for dotted in parts.chain(whole) {
            let Some(distribution) = namespaces::brings(&dotted) else {
                continue;
            };
            let is_here = |all: &Declared| namespaces::accounts(all.names.keys(), &dotted);
            if is_here(&self.declared) || self.tree.imported_at_base(&dotted) {
                continue;
            }
            self.undeclared(path, import, &dotted, distribution, found);
            break;
        }
    }

    /// An import that something stands in for where it fails, of what nobody knows: what stands in is all that ever runs.
    pub(super) fn never_there(
        &self,
        origin: &Origin<'_>,
        import: &Import,
        found: &mut Vec<Problem>,
    ) {
        let top = import.top();
        let is_known = import.level > 0
            || stdlib::module(top).is_some()
            || self.is_of_tree(top)
            || !providers(top).is_empty()
            || self.imports_freely(origin, top);
        if !self.has_manifest || is_aside(origin.path) || is_known {
            return;
        }
        let message = format!(
            "`{top}` is no module of the standard library, of this tree, or of anything that the project declares: what stands in for it is all that ever runs"
        );
        let problem = Problem::new(Concern::UnknownImport, import.place, message);
        found.push(problem.sure(Certainty::Likely).with("module", top));
    }

    /// Whether something of the project accounts for a module that no much used distribution brings.
    fn imports_freely(&self, origin: &Origin<'_>, top: &str) -> bool {
        accounts(&self.declared, top)
            || accounts(&self.locked, top)
            || self.tree.imported_at_base(top)
            || self.tree.builds(top)
            || origin.makes(top)
            || top.starts_with('_')
    }

    /// An import, in what is shipped, of what only developers are said to need.
    pub(super) fn for_developers(&self, path: &str, import: &Import, found: &mut Vec<Problem>) {
        const FOR_TESTS: [&str; 6] = ["test", "dev", "bench", "conftest", "plugin", "setup"];
        let top = import.top();
        let is_for_tests = FOR_TESTS.iter().any(|word| path.contains(word));
        let is_aside = is_aside(path) || is_for_tests || import.lazy;
        if is_aside || accounts(&self.shipped, top) {
            return;
        }
        if self.tree.imported_by_shipped(top) {
            return;
        }
        let message = format!(
            "`{top}` is declared for development alone: who installs the project does not get it"
        );
        let problem = Problem::new(Concern::UndeclaredImport, import.place, message);
        found.push(problem.with("module", top));
    }

    /// A distribution that exists and is not declared: of interest in what is shipped. In tests and
    /// tools it is what the environment of the developers has.
    pub(super) fn undeclared(
        &self,
        path: &str,
        import: &Import,
        module: &str,
        distribution: &str,
        found: &mut Vec<Problem>,
    ) {
        let locked = match module.contains('.') {
            true => self.locked.names.contains_key(distribution),
            false => accounts(&self.locked, module),
        };
        if !self.has_manifest || is_aside(path) || locked && import.lazy {
            return;
        }
        let message = if locked {
            format!(
                "`{module}` is only in the lock file, as a dependency of a dependency: nothing declares `{distribution}`"
            )
        } else {
            format!(
                "`{module}` comes with the distribution `{distribution}`, which nothing in this project declares"
            )
        };
        let certainty = match locked || import.lazy {
            true => Certainty::Possible,
            false => Certainty::Sure,
        };
        let problem = Problem::new(Concern::UndeclaredImport, import.place, message);
        found.push(
            problem
                .sure(certainty)
                .with("module", module)
                .with("distribution", distribution),
        );
    }
}
