//! The keywords that a function or class of an installed module takes.
//!
//! Does not catch: what a decorator changes, a metaclass, `__new__`, `**more`, classes whose makers are made (they are
//! unknown, and nothing is said of them).

use std::collections::BTreeSet;

use super::Site;
use super::resolve::Module;
use crate::budget;
use crate::language::python::project::is_standard;
use crate::language::python::project::members::accepted;
use crate::language::{Definition, DefinitionKind};

/// Decorators behind which a function takes what it says.
const TRANSPARENT: [&str; 9] = [
    "asynccontextmanager",
    "cache",
    "contextmanager",
    "deprecated",
    "final",
    "lru_cache",
    "no_type_check",
    "override",
    "runtime_checkable",
];

/// Classes of the standard library that say nothing of how those below them are made.
const PLAIN: [&str; 4] = ["object", "ABC", "Generic", "Protocol"];

/// Classes above one another that are gone through.
const HIGHEST: usize = 12;

/// The last name of a decorator or base, without what it is given.
fn leaf(text: &str) -> &str {
    let callee = text.split(['(', '[']).next().unwrap_or(text).trim();
    callee.rsplit('.').next().unwrap_or(callee)
}

/// What a class takes its maker from, where it has none: of its bases, the first that says anything.
struct Above {
    /// That base, where it is a class of an installed module.
    first: Option<(Module, String)>,
    /// Whether it is the only one.
    is_alone: bool,
}

impl Site {
    /// The keywords that a name of a module takes when it is called; `None` where that is not known.
    pub(super) fn takes(&self, dotted: &str, name: &str) -> Option<BTreeSet<String>> {
        let (module, name) = self.definition(dotted, name)?;
        let one = single(&module, &name)?;
        match one.kind {
            DefinitionKind::Function => {
                let mut marks = one.marks.iter();
                let is_plain = marks.all(|mark| TRANSPARENT.contains(&leaf(mark)));
                is_plain
                    .then(|| accepted(&module.code.as_ref()?.parsed, &one))
                    .flatten()
            }
            DefinitionKind::Type => self.made(&module, &name, 0),
            _ => None,
        }
    }

    /// The keywords with which a class is made.
    fn made(&self, module: &Module, name: &str, height: usize) -> Option<BTreeSet<String>> {
        let above = self.above(module, name, height)?;
        let maker = format!("{name}.__init__");
        let parsed = &module.code.as_ref()?.parsed;
        budget::charge(parsed.facts().definitions.len());
        let mut all = parsed.facts().definitions.iter();
        if all.any(|one| one.qualified == maker) {
            let maker = single(module, &maker)?;
            let is_plain = maker.marks.is_empty();
            return is_plain.then(|| accepted(parsed, &maker)).flatten();
        }
        // Something else may be its maker: a name that is given a value in its body.
        let text = parsed.slice(&single(module, name)?.bytes);
        let (module, name) = above.first.filter(|_| !text.contains("__init__"))?;
        let is_sure = above.is_alone || has_maker(&module, &name);
        is_sure
            .then(|| self.made(&module, &name, height + 1))
            .flatten()
    }

    /// What stands above a class; `None` where the class, or one above it, may be made in another way than by `__init__`.
    fn above(&self, module: &Module, name: &str, height: usize) -> Option<Above> {
        if height > HIGHEST || !budget::charge(1) {
            return None;
        }
        let class = single(module, name)?;
        let parsed = &module.code.as_ref()?.parsed;
        let mut marks = class.marks.iter();
        let is_marked = marks.any(|mark| !TRANSPARENT.contains(&leaf(mark)));
        let anew = format!("{name}.__new__");
        budget::charge(parsed.facts().definitions.len());
        let mut all = parsed.facts().definitions.iter();
        let is_type = class.bases.iter().any(|base| leaf(base) == "type");
        if is_marked || is_type || all.any(|one| one.qualified == anew) {
            return None;
        }
        let mut found = Vec::new();
        for base in &class.bases {
            if let Some((key, value)) = base.split_once('=') {
                let is_plain = key.trim() == "metaclass" && leaf(value) == "ABCMeta";
                if !is_plain {
                    return None;
                }
                continue;
            }
            if PLAIN.contains(&leaf(base)) {
                continue;
            }
            let written = base.split('[').next().unwrap_or(base).trim();
            let is_built_in = is_built_in(written) && !is_known(module, written);
            if is_built_in || is_of_standard(module, written) {
                found.push(None);
                continue;
            }
            if written.contains('.') {
                return None;
            }
            let (module, name) = self.definition(&module.dotted, written)?;
            self.above(&module, &name, height + 1)?;
            found.push(Some((module, name)));
        }
        let is_alone = found.len() == 1;
        let first = found.into_iter().next().flatten();
        Some(Above { first, is_alone })
    }
}

/// Whether the body of a class has a maker.
fn has_maker(module: &Module, name: &str) -> bool {
    single(module, &format!("{name}.__init__")).is_some()
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "dict" | "list" | "set")
        || name.ends_with("Error")
        || name.ends_with("Exception")
        || name.ends_with("Warning")
}

/// Classes of the standard library whose metaclass changes how those below them are made.
const MAKING: [&str; 10] = [
    "Enum",
    "Flag",
    "IntEnum",
    "IntFlag",
    "StrEnum",
    "NamedTuple",
    "Structure",
    "Type",
    "TypedDict",
    "Union",
];

/// Whether a base is a class of the standard library that is made as classes are.
fn is_of_standard(module: &Module, written: &str) -> bool {
    let head = written.split('.').next().unwrap_or(written);
    let Some(code) = &module.code else {
        return false;
    };
    let mut imports = code.imports(head);
    let (Some(import), None) = (imports.next(), imports.next()) else {
        return false;
    };
    let top = import.module.split('.').next().unwrap_or_default();
    is_standard(top) && !code.assigned.contains(head) && !MAKING.contains(&leaf(written))
}

fn is_known(module: &Module, name: &str) -> bool {
    module.surfaces().any(|surface| {
        let mut all = surface.parsed.facts().definitions.iter();
        surface.imports(name).next().is_some() || all.any(|one| one.qualified == name)
    })
}

/// The one definition of a name that runs: declarations of further signatures stand beside it.
fn single(module: &Module, qualified: &str) -> Option<Definition> {
    let definitions = &module.code.as_ref()?.parsed.facts().definitions;
    budget::charge(definitions.len());
    let is_said_only = |one: &&Definition| one.marks.iter().any(|mark| leaf(mark) == "overload");
    let named = definitions.iter().filter(|one| one.qualified == qualified);
    let mut running = named.filter(|one| !is_said_only(one));
    let (one, other) = (running.next()?, running.next());
    other.is_none().then(|| one.clone())
}
