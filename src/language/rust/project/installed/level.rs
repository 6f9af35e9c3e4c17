//! The names of one module of a crate, as its text has them: items, and what `use` binds, public or not, under all
//! conditions.
//!
//! Does not catch: what a macro makes. A module in which one is called as an item is open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::budget;
use crate::language::rust::kind;
use crate::language::{Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

/// A module.
#[derive(Default)]
pub(super) struct Level {
    /// What it has.
    pub(super) names: BTreeSet<String>,
    /// Modules whose bodies stand in it.
    pub(super) inline: BTreeMap<String, Vec<Rc<Level>>>,
    /// Modules that are files.
    pub(super) files: BTreeSet<String>,
    /// Modules that are files of another name.
    pub(super) elsewhere: BTreeSet<String>,
    /// The modules that it takes all names of.
    pub(super) stars: Vec<String>,
    /// What names that it imports stand for.
    pub(super) imported: BTreeMap<String, String>,
    /// Whether it may have further names.
    pub(super) is_open: bool,
}

/// Macros that make no item by a call.
const QUIET: [&str; 4] = [
    "compile_error",
    "const_assert",
    "doctest",
    "static_assertions",
];

/// Conditions that hold in the crate's own tests alone.
const FOR_TESTS: [&str; 2] = ["#[cfg(test)]", "#[cfg(doctest)]"];

/// Attributes that make no item.
const PLAIN: [&str; 34] = [
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cfg_attr",
    "clippy",
    "cold",
    "debugger_visualizer",
    "deny",
    "deprecated",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "link",
    "link_name",
    "macro_export",
    "macro_use",
    "must_use",
    "no_mangle",
    "non_exhaustive",
    "path",
    "repr",
    "rustfmt",
    "rustversion",
    "serde",
    "target_feature",
    "test",
    "track_caller",
    "warn",
];

/// What is derived without a further item.
const DERIVED: [&str; 16] = [
    "Arbitrary",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Eq",
    "Error",
    "From",
    "Hash",
    "Into",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Serialize",
];

impl Level {
    /// Reads a file; `None` where it does not parse, or not within bounds.
    pub(super) fn of(text: std::sync::Arc<str>) -> Option<Self> {
        let size = text.len();
        let read = || {
            let parsed = Parsed::new(RUST, text)?;
            let whole = !parsed.root().has_error();
            whole.then(|| Self::read(&parsed, parsed.root()))
        };
        budget::within(budget::of_file(size), read).ok().flatten()
    }

    fn read(parsed: &Parsed, body: Node<'_>) -> Self {
        let mut level = Self::default();
        let mut attributes: Vec<&str> = Vec::new();
        for item in parts(body) {
            if item.kind() == kind::ATTRIBUTE_ITEM {
                attributes.push(parsed.text(item));
                continue;
            }
            // What is built for tests alone is no part of the crate for others.
            if !attributes.iter().any(|text| FOR_TESTS.contains(text)) {
                level.is_open |= attributes.iter().any(|text| makes(text));
                level.item(parsed, item, &attributes);
            }
            attributes.clear();
        }
        level
    }

    fn item(&mut self, parsed: &Parsed, item: Node<'_>, attributes: &[&str]) {
        let name = field(parsed, item, "name").map(|name| name.trim_start_matches("r#"));
        match item.kind() {
            kind::USE_DECLARATION => self.imports(parsed, item),
            kind::EXTERN_CRATE_DECLARATION => {
                let alias = field(parsed, item, "alias");
                self.names.extend(alias.or(name).map(str::to_owned));
            }
            kind::MOD_ITEM => {
                let Some(name) = name else { return };
                self.names.insert(name.to_owned());
                match item.child_by_field_name("body") {
                    Some(body) => {
                        let below = Rc::new(Self::read(parsed, body));
                        self.inline.entry(name.to_owned()).or_default().push(below);
                    }
                    None if attributes.iter().any(|text| text.contains("path")) => {
                        self.elsewhere.insert(name.to_owned());
                    }
                    None => {
                        self.files.insert(name.to_owned());
                    }
                }
            }
            kind::FOREIGN_MOD_ITEM => {
                let body = item.child_by_field_name("body");
                for inner in body.map(parts).unwrap_or_default() {
                    self.is_open |= calls_macro(inner);
                    self.names
                        .extend(field(parsed, inner, "name").map(str::to_owned));
                }
            }
            kind::MACRO_INVOCATION | kind::EXPRESSION_STATEMENT => {
                let call = match item.kind() {
                    kind::MACRO_INVOCATION => Some(item),
                    _ => parts(item).into_iter().next(),
                };
                let called = call.and_then(|call| field(parsed, call, "macro"));
                let called = called.map(|called| called.rsplit("::").next().unwrap_or(called));
                self.is_open |= !called.is_some_and(|called| QUIET.contains(&called));
            }
            _ => self.names.extend(name.map(str::to_owned)),
        }
    }

    fn imports(&mut self, parsed: &Parsed, declaration: Node<'_>) {
        let bytes = declaration.byte_range();
        let imports = &parsed.facts().imports;
        let first = imports.partition_point(|import| import.bytes.start < bytes.start);
        let own = imports.iter().skip(first);
        for import in own.take_while(|import| import.bytes.start < bytes.end) {
            budget::charge(1);
            let last = import.module.rsplit("::").next().unwrap_or_default();
            let (path, name) = match import.name.as_deref() {
                Some("*") => {
                    self.stars.push(import.module.clone());
                    continue;
                }
                Some("self") | None => (import.module.clone(), last),
                Some(name) => (format!("{}::{name}", import.module), name),
            };
            let local = import.alias.as_deref().unwrap_or(name);
            let local = local.trim_start_matches("r#");
            self.names.insert(local.to_owned());
            self.imported.insert(local.to_owned(), path);
        }
    }
}

fn calls_macro(node: Node<'_>) -> bool {
    let mut inner = parts(node).into_iter();
    node.kind() == kind::MACRO_INVOCATION || inner.any(|it| it.kind() == kind::MACRO_INVOCATION)
}

/// Whether an attribute may make a further item.
fn makes(attribute: &str) -> bool {
    let inner = attribute.trim_start_matches(['#', '[', ' ']);
    let inner = inner.strip_prefix("unsafe(").unwrap_or(inner);
    let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_');
    let name = inner.get(..end.unwrap_or(inner.len())).unwrap_or(inner);
    let derives = |rest: &str| {
        let list = rest.split(')').next().unwrap_or(rest);
        let mut all = list.split(',').map(str::trim).filter(|one| !one.is_empty());
        all.any(|one| !DERIVED.contains(&one.rsplit("::").next().unwrap_or(one).trim()))
    };
    !PLAIN.contains(&name) || attribute.split("derive(").skip(1).any(derives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Level {
        Level::of(text.into()).unwrap()
    }

    #[test]
    fn items_and_imports_are_names() {
        let level = read(
            "#[cfg(unix)]\npub use a::{b, c as d, e::{self}};\nmod f;\npub struct G { h: u8 }\nimpl G { pub fn i() {} }\n\
             #[macro_export]\nmacro_rules! j { () => {} }\npub mod k { pub fn l() {} }\npub use m::*;\n",
        );
        let names: Vec<&str> = level.names.iter().map(String::as_str).collect();
        assert_eq!(names, ["G", "b", "d", "e", "f", "j", "k"]);
        assert_eq!(level.stars, ["m"]);
        assert!(!level.is_open);
    }

    #[test]
    fn what_may_make_items_opens_a_module() {
        for text in [
            "cfg_if! { if #[cfg(unix)] { mod a; } }\n",
            "make!(a, b);\n",
            "#[derive(Debug, Builder)]\nstruct A;\n",
            "#[cfg_attr(x, derive(b::Snafu))]\nenum A {}\n",
            "#[bitflags]\nstruct A;\n",
            "include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));\n",
        ] {
            assert!(read(text).is_open, "{text}");
        }
        let plain = "#[derive(Debug, serde::Serialize)]\n#[must_use = \"x\"]\nstruct A;\n";
        assert!(!read(plain).is_open);
    }
}
