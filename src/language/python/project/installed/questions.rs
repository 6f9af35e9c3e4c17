//! What is asked of installed modules: names that an import takes, attributes, keywords.
//!
//! Does not catch: a name that the file asks for by its text as well (`hasattr(module, "name")`), and what stands under a
//! `try` or a question about versions.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::resolve::{Answer, Found, Module};
use super::{Environment, HOSTS, Site, Source, Tried};
use crate::budget;
use crate::language::Parsed;
use crate::language::ecosystem::popular::near;
use crate::language::ecosystem::{Certainty, Concern, Problem};
use crate::language::python::kind;
use crate::language::python::project::held::Held;
use crate::language::python::project::imports::Import;
use crate::language::python::project::members::is_careful;
use crate::place::Place;
use crate::syntax::Node;
use crate::syntax::walk::parents;

/// Words in a condition that asks what is there.
const ASKING: [&str; 5] = ["version", "VERSION", "hasattr", "getattr", "find_spec"];

/// One question that may be asked.
struct Asked<'e> {
    site: &'e Site,
    source: Rc<Source>,
}

impl Environment {
    /// Whether anything is to be said of a top-level module, be it only that it could not be looked at.
    pub(in crate::language::python::project) fn knows(&self, held: &Held<'_>, top: &str) -> bool {
        !matches!(self.source(held, top), Tried::None)
    }

    fn asked(&self, held: &Held<'_>, dotted: &str) -> Option<Asked<'_>> {
        let top = dotted.split('.').next().unwrap_or(dotted);
        match self.source(held, top) {
            Tried::Source(source) => {
                let site = self.sites.get(source.site)?;
                let mut consulted = self.consulted.borrow_mut();
                consulted.asked.insert(format!(
                    "{} {} ({})",
                    source.name, source.version, site.root.title
                ));
                Some(Asked { site, source })
            }
            Tried::PassedOver(why) => {
                let mut consulted = self.consulted.borrow_mut();
                consulted.passed_over.insert(why.to_string());
                None
            }
            Tried::None => None,
        }
    }

    /// Holds an import against the installed module: the module itself where it is new, and the names that are new.
    pub(in crate::language::python::project) fn imported(
        &self,
        held: &Held<'_>,
        import: &Import,
        new_names: &[&String],
        is_old: bool,
        found: &mut Vec<Problem>,
    ) {
        if import.by_name {
            return;
        }
        let Some(asked) = self.asked(held, &import.module) else {
            return;
        };
        match asked.site.find(&import.module) {
            Found::Unknown => {}
            Found::Missing { within, segment } => {
                if !is_old {
                    let message = format!(
                        "there is no module `{segment}` in `{within}` of {}",
                        asked.shown()
                    );
                    let problem = asked.problem(Concern::MissingPackageName, import.place, message);
                    found.push(problem.with("name", import.module.as_str()));
                }
            }
            Found::Written(module) => {
                for name in new_names {
                    found.extend(asked.lacks(&module, name, import.place));
                }
            }
        }
    }

    /// Holds `name` of what a dotted name stands for against it, where that is a module.
    pub(in crate::language::python::project) fn attribute(
        &self,
        held: &Held<'_>,
        parsed: &Parsed,
        object: &str,
        named: Node<'_>,
        found: &mut Vec<Problem>,
    ) {
        let name = parsed.text(named);
        let Some(asked) = self
            .asked(held, object)
            .filter(|_| !is_asking(parsed, named, name))
        else {
            return;
        };
        if let Some(module) = asked.site.reached(object) {
            found.extend(asked.lacks(&module, name, parsed.place(named)));
        }
    }

    /// Holds keywords against what the name of a module takes.
    pub(in crate::language::python::project) fn keywords(
        &self,
        held: &Held<'_>,
        parsed: &Parsed,
        callee: &str,
        given: &[Node<'_>],
        found: &mut Vec<Problem>,
    ) {
        let Some((module, name)) = callee.rsplit_once('.') else {
            return;
        };
        let Some(asked) = self.asked(held, callee) else {
            return;
        };
        if asked.site.reached(module).is_none() {
            return;
        }
        let Some(takes) = asked.site.takes(module, name) else {
            return;
        };
        for one in given {
            let Some(word) = one.child_by_field_name("name") else {
                continue;
            };
            let key = parsed.text(word);
            if takes.contains(key) || is_asking(parsed, *one, key) {
                continue;
            }
            let hint = hint(key, &takes);
            let message = format!("`{name}` of {} takes no `{key}`{hint}", asked.shown());
            let place = parsed.place(word);
            let problem = asked.problem(Concern::MissingPackageParameter, place, message);
            found.push(problem.with("name", callee).with("parameter", key));
        }
    }
}

impl Asked<'_> {
    /// The distribution in words.
    fn shown(&self) -> String {
        let Source { name, version, .. } = self.source.as_ref();
        format!("{name} {version} ({})", self.site.root.title)
    }

    fn problem(&self, concern: Concern, place: Place, message: String) -> Problem {
        let Source { name, version, .. } = self.source.as_ref();
        let problem = Problem::new(concern, place, message).sure(self.source.certainty);
        problem
            .with("package", name.as_str())
            .with("version", version.as_str())
    }

    /// What is said where a module has no such name.
    fn lacks(&self, module: &Module, name: &str, place: Place) -> Option<Problem> {
        let is_plain = name != "*" && !name.starts_with("__");
        if !is_plain || self.site.has(module, name) != Answer::Lacks {
            return None;
        }
        let dotted = &module.dotted;
        let hint = hint(name, &self.site.names(module));
        let message = format!("`{dotted}` of {} has no `{name}`{hint}", self.shown());
        let mut problem = self.problem(Concern::MissingPackageName, place, message);
        if HOSTS.contains(&dotted.as_str()) {
            problem.certainty = Certainty::Likely;
        }
        Some(problem.with("name", format!("{dotted}.{name}")))
    }
}

impl Site {
    /// The module that code reaches by a dotted name: nothing on the way stands for something else.
    fn reached(&self, dotted: &str) -> Option<Module> {
        let mut above = String::new();
        for segment in dotted.split('.') {
            if !above.is_empty() {
                let Found::Written(package) = self.find(&above) else {
                    return None;
                };
                let mut surfaces = package.surfaces();
                if surfaces.any(|it| it.is_open || it.hides(segment, &above)) {
                    return None;
                }
                above.push('.');
            }
            above.push_str(segment);
        }
        match self.find(dotted) {
            Found::Written(module) => Some(module),
            Found::Missing { .. } | Found::Unknown => None,
        }
    }
}

/// The name that was meant, as the end of a sentence.
fn hint(name: &str, names: &BTreeSet<String>) -> String {
    let near = near(name, names.iter().map(String::as_str));
    near.map_or(String::new(), |near| format!("; it has `{near}`"))
}

/// Whether what stands here may be missing without harm, or its condition asks what is there.
fn is_asking(parsed: &Parsed, node: Node<'_>, name: &str) -> bool {
    let asks = |above: Node<'_>| {
        let is_choice = matches!(
            above.kind(),
            kind::IF_STATEMENT | kind::ELIF_CLAUSE | kind::CONDITIONAL_EXPRESSION
        );
        let text = parsed.text(above);
        let head = match above.child_by_field_name("condition") {
            Some(condition) => parsed.text(condition),
            None => text.get(..text.len().min(200)).unwrap_or_default(),
        };
        is_choice
            && budget::charge_text(head.len())
            && ASKING.iter().any(|word| head.contains(word))
    };
    is_careful(parsed, node, name) || parents(node, parsed.root()).any(asks)
}
