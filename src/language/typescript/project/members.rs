//! Names that are taken from modules of the tree: held against what those export.
//!
//! Does not catch: names of modules that put their exports together, or pass on those of a package.

use std::collections::BTreeSet;
use std::rc::Rc;

use anyhow::Result;

use super::exports::{Exports, exports};
use super::held::{Held, Meaning};
use super::imports::{Form, Import};
use super::problems::{Origin, hint, nearest_of};
use crate::budget;
use crate::change::Side;
use crate::language::ecosystem::{Concern, Problem};
use crate::language::typescript::kind;
use crate::language::{Kinds, Parsed, TYPESCRIPT, Trees};
use crate::syntax::Node;
use crate::syntax::walk::field;

static MEMBERS: Kinds = Kinds::new(TYPESCRIPT, &[kind::MEMBER_EXPRESSION]);
static IDENTIFIERS: Kinds = Kinds::new(
    TYPESCRIPT,
    &[
        kind::IDENTIFIER,
        kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN,
    ],
);

/// Modules that pass on the exports of others, one the next's, at most.
const DEEPEST: usize = 40;

/// What every object has.
const OF_OBJECTS: [&str; 10] = [
    "default",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toString",
    "toLocaleString",
    "valueOf",
    "then",
    "__esModule",
];

impl Held<'_> {
    /// What a module exports by itself; none where it cannot be read.
    fn own_exports(&self, trees: &Trees, path: &str) -> Result<Option<Rc<Exports>>> {
        if let Some(known) = self.exported.borrow().get(path) {
            return Ok(known.clone());
        }
        let is_own = crate::language::of_text(path) == Some(TYPESCRIPT);
        let blob = match is_own {
            true => self.change.read(Side::Head, path)?,
            false => None,
        };
        let parsed = blob.and_then(|blob| trees.of(path, &blob));
        let read = parsed.map(|parsed| Rc::new(exports(path, &parsed)));
        self.exported
            .borrow_mut()
            .insert(path.to_owned(), read.clone());
        Ok(read)
    }

    /// All names that some modules export together; none where that is not known.
    fn exported(&self, trees: &Trees, files: &[String]) -> Result<Option<BTreeSet<String>>> {
        let mut names = BTreeSet::new();
        let mut seen: BTreeSet<String> = files.iter().cloned().collect();
        let mut open: Vec<(String, bool)> = files.iter().map(|file| (file.clone(), true)).collect();
        while let Some((path, is_first)) = open.pop() {
            let Some(read) = self.own_exports(trees, &path)? else {
                return Ok(None);
            };
            if read.is_open || seen.len() > DEEPEST || !budget::charge(read.names.len()) {
                return Ok(None);
            }
            let passes = |name: &&String| is_first || *name != "default";
            names.extend(read.names.iter().filter(passes).cloned());
            for module in &read.passed {
                let Meaning::Files(files) = self.meaning(&path, module) else {
                    return Ok(None);
                };
                let files = files.into_iter().filter(|file| seen.insert(file.clone()));
                let files: Vec<String> = files.collect();
                open.extend(files.into_iter().map(|file| (file, false)));
            }
        }
        Ok(Some(names))
    }

    /// Holds what an import takes of files of the tree against what they export.
    pub(super) fn members(
        &self,
        origin: &Origin<'_>,
        trees: &Trees,
        import: &Import,
        files: &[String],
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        let is_asked_of_loader = import.module.contains(['?', '!']);
        if is_asked_of_loader || import.names.is_empty() && import.whole.is_none() {
            return Ok(());
        }
        let Some(exported) = self.exported(trees, files)? else {
            return Ok(());
        };
        let Some(file) = files.first() else {
            return Ok(());
        };
        let mut wrong = import.names.clone();
        if let Some(whole) = &import.whole {
            wrong.extend(attributes(origin, whole));
        }
        wrong.retain(|(name, _)| {
            let of_object = import.whole.is_some() && OF_OBJECTS.contains(&name.as_str());
            !of_object && !exported.contains(name)
        });
        wrong.retain(|(name, _)| {
            import.form == Form::Static || !OF_OBJECTS.contains(&name.as_str())
        });
        if wrong.is_empty() || self.stands_in(origin, import, file) {
            return Ok(());
        }
        let mut told = BTreeSet::new();
        for (name, place) in wrong {
            let described = files.iter().any(|file| self.describes(file, &name));
            if described || self.texts.adds(&name) || !told.insert(name.clone()) {
                continue;
            }
            let known: Vec<&str> = exported.iter().map(String::as_str).collect();
            let message = match name.as_str() {
                "default" => format!("{file} has no default export"),
                _ => format!(
                    "{file} does not export `{name}`{}",
                    hint(nearest_of(&name, &known))
                ),
            };
            let problem = Problem::new(Concern::MissingLocalName, place, message);
            found.push(problem.with("name", name));
        }
        Ok(())
    }

    /// Whether a stand-in may be there in place of a module.
    fn stands_in(&self, origin: &Origin<'_>, import: &Import, file: &str) -> bool {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stand_in = format!("{folder}/__mocks__/{name}");
        origin.mocks(&import.module) || self.files.has(stand_in.trim_start_matches('/'))
    }

    /// Whether a comment of a module declares a type of this name.
    fn describes(&self, path: &str, name: &str) -> bool {
        let blob = self.change.read(Side::Head, path).ok().flatten();
        let text = blob
            .as_ref()
            .and_then(|blob| blob.text())
            .unwrap_or_default();
        budget::charge_text(2 * text.len());
        let types = ["@typedef", "@callback", "@enum"];
        types.iter().any(|word| text.contains(word)) && text.contains(name)
    }
}

/// What the change takes from a module by an attribute of the name that stands for all of it; nothing where the name may
/// stand for something else, or is asked for what it has.
fn attributes(origin: &Origin<'_>, whole: &str) -> Vec<(String, crate::place::Place)> {
    let parsed = origin.parsed;
    let is_bound = |node: &Node<'_>| {
        parsed.text(*node) == whole && node.parent().is_some_and(|above| binds(&above, *node))
    };
    if IDENTIFIERS.nodes(parsed).filter(is_bound).count() > 1 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in MEMBERS.nodes(parsed) {
        let row = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
        let is_of_it = field(parsed, node, "object") == Some(whole);
        if !is_of_it || !origin.file.touches(Side::Head, row..row + 1) {
            continue;
        }
        let named = node.child_by_field_name("property");
        let is_read = node.parent().is_some_and(|above| is_read(&above, node));
        let Some(named) = named.filter(|_| is_read) else {
            continue;
        };
        let name = parsed.text(named);
        if named.kind() == kind::PROPERTY_IDENTIFIER && !is_asked_for(parsed, name) {
            found.push((name.to_owned(), parsed.place(named)));
        }
    }
    found
}

/// Whether a node binds the name that stands in it.
fn binds(above: &Node<'_>, node: Node<'_>) -> bool {
    let is = |name: &str| above.child_by_field_name(name) == Some(node);
    match above.kind() {
        kind::NAMESPACE_IMPORT
        | kind::OBJECT_PATTERN
        | kind::ARRAY_PATTERN
        | kind::FORMAL_PARAMETERS => true,
        kind::REQUIRED_PARAMETER | kind::OPTIONAL_PARAMETER | kind::REST_PATTERN => true,
        kind::CATCH_CLAUSE => is("parameter"),
        kind::VARIABLE_DECLARATOR | kind::FUNCTION_DECLARATION | kind::CLASS_DECLARATION => {
            is("name")
        }
        kind::ARROW_FUNCTION => is("parameter"),
        kind::ASSIGNMENT_EXPRESSION | kind::FOR_IN_STATEMENT => is("left"),
        kind::PAIR_PATTERN => is("value"),
        kind::IMPORT_CLAUSE | kind::IMPORT_REQUIRE_CLAUSE => true,
        _ => false,
    }
}

/// Whether an attribute is used as if it were there.
fn is_read(above: &Node<'_>, node: Node<'_>) -> bool {
    let is = |name: &str| above.child_by_field_name(name) == Some(node);
    match above.kind() {
        kind::CALL_EXPRESSION => is("function"),
        kind::NEW_EXPRESSION => is("constructor"),
        kind::MEMBER_EXPRESSION => {
            is("object")
                && !above
                    .children()
                    .any(|child| child.kind() == kind::OPTIONAL_CHAIN)
        }
        kind::ARGUMENTS
        | kind::RETURN_STATEMENT
        | kind::PAIR
        | kind::SPREAD_ELEMENT
        | kind::ARRAY => true,
        kind::VARIABLE_DECLARATOR => is("value"),
        kind::ASSIGNMENT_EXPRESSION => is("right"),
        _ => false,
    }
}

/// Whether the text asks for a name as a text, or expects that it may not be there.
fn is_asked_for(parsed: &Parsed, name: &str) -> bool {
    let asked = [format!("'{name}'"), format!("\"{name}\"")];
    !budget::charge_text(3 * parsed.source.len())
        || asked
            .iter()
            .any(|text| parsed.source.contains(text.as_str()))
        || parsed.source.contains("toBeUndefined")
}
