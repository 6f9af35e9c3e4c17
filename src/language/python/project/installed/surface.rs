//! The names that the text of a module makes at its own level, in all branches.
//!
//! More names are taken than a module has: each word that stands at its level, and each short text there. What is
//! missing among these is missing.
//!
//! Does not catch: what another module puts into it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::opening::{by_attribute, by_call, lists_its_names};
use crate::budget;
use crate::language::facts::Guard;
use crate::language::python::kind;
use crate::language::python::project::members::is_read;
use crate::language::{Import, PYTHON, Parsed};
use crate::syntax::Walk;
use crate::syntax::walk::field;

/// What a module's text says of its names.
pub(super) struct Surface {
    /// The module.
    pub(super) parsed: Arc<Parsed>,
    /// Words at its level.
    pub(super) names: BTreeSet<String>,
    /// Names that are given a value at its level, by other means than a definition or an import.
    pub(super) assigned: BTreeSet<String>,
    /// The modules that it takes all names of, as it writes them.
    pub(super) stars: Vec<String>,
    /// Whether it makes names as it runs.
    pub(super) is_open: bool,
    /// Whether modules may be found below it that are no files there.
    pub(super) makes_modules: bool,
}

impl Surface {
    /// Reads a module; `None` where it cannot be read within bounds, or does not parse.
    pub(super) fn of(text: Arc<str>) -> Option<Self> {
        let size = text.len();
        let read = || {
            let parsed = Parsed::new(PYTHON, text)?;
            let whole = !parsed.root().has_error();
            whole.then(|| Self::read(&Arc::new(parsed)))
        };
        budget::within(budget::of_file(size), read).ok().flatten()
    }

    fn read(parsed: &Arc<Parsed>) -> Self {
        let mut surface = Self {
            parsed: Arc::clone(parsed),
            names: BTreeSet::new(),
            assigned: BTreeSet::new(),
            stars: Vec::new(),
            is_open: false,
            makes_modules: ["__path__", "meta_path", "path_hooks"]
                .iter()
                .any(|sign| parsed.source.contains(sign)),
        };
        let mut inner = 0;
        for node in Walk::new(parsed.root()) {
            let is_inner = node.start_byte() < inner;
            match node.kind() {
                kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION | kind::LAMBDA if !is_inner => {
                    let name = field(parsed, node, "name");
                    surface.names.extend(name.map(str::to_owned));
                    inner = node.end_byte();
                }
                kind::GLOBAL_STATEMENT => {
                    for name in node.named_children() {
                        surface.names.insert(parsed.text(name).to_owned());
                        surface.assigned.insert(parsed.text(name).to_owned());
                    }
                }
                kind::CALL => surface.is_open |= by_call(parsed, node, is_inner),
                kind::ATTRIBUTE => surface.is_open |= by_attribute(parsed, node, is_inner),
                _ if is_inner => {}
                kind::IDENTIFIER => {
                    let name = parsed.text(node);
                    surface.names.insert(name.to_owned());
                    if !is_read(node) {
                        surface.assigned.insert(name.to_owned());
                    }
                }
                kind::STRING_CONTENT => {
                    let text = parsed.text(node);
                    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_');
                    if is_name && text.len() < 80 {
                        surface.names.insert(text.to_owned());
                    }
                }
                kind::WILDCARD_IMPORT => {
                    let statement = node.parent();
                    let module = statement.and_then(|it| field(parsed, it, "module_name"));
                    surface.stars.extend(module.map(str::to_owned));
                }
                _ => {}
            }
        }
        if surface.names.contains("__getattr__") {
            surface.asks(parsed);
        }
        surface
    }

    /// Takes the names that its `__getattr__` lists; where it may answer for others, they are open.
    fn asks(&mut self, parsed: &Parsed) {
        let mut all = parsed.facts().definitions.iter();
        let asked = all.find(|one| one.qualified == "__getattr__");
        let Some(asked) = asked.filter(|asked| lists_its_names(parsed, asked)) else {
            self.is_open = true;
            return;
        };
        let Some(function) = parsed.node(&asked.bytes) else {
            self.is_open = true;
            return;
        };
        for node in Walk::new(function).filter(|node| node.kind() == kind::STRING_CONTENT) {
            self.names.insert(parsed.text(node).to_owned());
        }
    }

    /// The imports at its level that bind a name as it runs.
    pub(super) fn imports<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Import> {
        let imports = self.parsed.facts().imports.iter();
        imports.filter(move |import| {
            budget::charge(1);
            let local = import.alias.as_ref().or(import.name.as_ref());
            let top = || import.module.split('.').next().unwrap_or_default();
            let runs = import.inside.is_none() && import.guard != Some(Guard::TypeChecking);
            runs && local.map_or_else(top, String::as_str) == name
        })
    }

    /// Whether it binds a name to something else than the module of that name below it.
    pub(super) fn hides(&self, name: &str, own: &str) -> bool {
        let is_other = |import: &Import| {
            let module = import.module.as_str();
            import.name.as_deref() != Some(name) || module != "." && module != own
        };
        self.assigned.contains(name) || self.defines(name) || self.imports(name).any(is_other)
    }

    /// Whether it defines a function or class of this name.
    pub(super) fn defines(&self, name: &str) -> bool {
        let definitions = &self.parsed.facts().definitions;
        budget::charge(definitions.len());
        definitions.iter().any(|one| one.qualified == name)
    }

    /// Whether it binds a name by itself.
    pub(super) fn binds(&self, name: &str) -> bool {
        self.assigned.contains(name) || self.defines(name) || self.imports(name).next().is_some()
    }
}
