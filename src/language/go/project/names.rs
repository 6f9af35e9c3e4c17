//! Names of packages in the lines of a change: `pkg.Name`, of the standard library or of the tree.
//!
//! Does not catch: fields and methods; names of a package in whose folder something writes files at build time; names
//! behind a variable that is called as the package is.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::imports::{Stands, Tree};
use super::standard;
use crate::change::{File, Side};
use crate::language::ecosystem::{Certainty, Concern, Problem};
use crate::language::go::kind;
use crate::language::{GO, Kinds, Parsed, Trees};
use crate::syntax::Node;
use crate::syntax::walk::parts;

/// What a folder exports.
#[derive(Default)]
pub(super) struct Exported {
    /// What its files call the package; `None` where they do not agree, or there are none.
    package: Option<String>,
    /// The names at the top of its files.
    names: BTreeSet<String>,
    /// Whether all of it could be read, and nothing is written into it at build time.
    is_whole: bool,
}

/// Files of a package that are read at most, and their bytes.
const MOST: (usize, usize) = (400, 8 * 1024 * 1024);

static DECLARED: Kinds = Kinds::new(
    GO,
    &[
        kind::FUNCTION_DECLARATION,
        kind::TYPE_SPEC,
        kind::TYPE_ALIAS,
        kind::CONST_SPEC,
        kind::VAR_SPEC,
        kind::BLOCK,
    ],
);

/// What a folder exports to a file, read once: to the tests beside it, what they open to themselves as well.
fn exported(tree: &Tree<'_>, trees: &Trees, folder: &str, to: &str) -> Result<Rc<Exported>> {
    let is_beside = to.rsplit_once('/').map_or("", |(above, _)| above) == folder;
    let key = (folder.to_owned(), is_beside);
    if let Some(known) = tree.exported.borrow().get(&key) {
        return Ok(Rc::clone(known));
    }
    let mut found = Exported {
        is_whole: true,
        ..Exported::default()
    };
    let mut packages = BTreeSet::new();
    let files = tree.files_in(folder).iter();
    let files: Vec<_> = files
        .filter(|path| is_beside || !path.ends_with("_test.go"))
        .collect();
    // What a generator writes may be in the tree, or in no commit.
    let (mut generates, mut is_generated) = (false, false);
    let mut bytes = 0;
    for path in files.iter().take(MOST.0) {
        let blob = tree.change.read(Side::Head, path)?;
        let text = blob
            .as_ref()
            .and_then(|blob| blob.text())
            .unwrap_or_default();
        bytes += text.len();
        generates |= text.contains("//go:generate");
        is_generated |= text.starts_with("// Code generated");
        if bytes > MOST.1 || text.contains("import \"C\"") {
            found.is_whole = false;
            break;
        }
        let parsed = blob.as_ref().and_then(|blob| trees.of(path, blob));
        let Some(parsed) = parsed.filter(|parsed| !parsed.root().has_error()) else {
            found.is_whole = false;
            break;
        };
        declared(&parsed, &mut found.names);
        if !path.ends_with("_test.go") {
            packages.extend(package_name(&parsed));
        }
    }
    found.is_whole &= !generates || is_generated;
    found.is_whole &= files.len() <= MOST.0 && !is_written_into(tree, folder)?;
    packages.remove("main");
    if let (1, Some(only)) = (packages.len(), packages.pop_first()) {
        found.package = Some(only);
    }
    let found = Rc::new(found);
    tree.exported.borrow_mut().insert(key, Rc::clone(&found));
    Ok(found)
}

/// Whether a folder holds what a generator makes Go of.
fn is_written_into(tree: &Tree<'_>, folder: &str) -> Result<bool> {
    const SOURCES: [&str; 7] = [".proto", ".y", ".rl", ".thrift", ".fbs", ".capnp", ".templ"];
    let inside = format!("{folder}/");
    let paths = tree.change.paths(Side::Head)?;
    Ok(paths.iter().any(|path| {
        let inner = path.strip_prefix(&inside);
        inner.is_some_and(|name| {
            !name.contains('/') && SOURCES.iter().any(|end| name.ends_with(end))
        })
    }))
}

fn package_name(parsed: &Parsed) -> Option<String> {
    let clause = parsed
        .root()
        .named_children()
        .find(|node| node.kind() == kind::PACKAGE_CLAUSE)?;
    let name = clause.named_child(0)?;
    Some(parsed.text(name).to_owned())
}

/// The names at the top of a file.
fn declared(parsed: &Parsed, names: &mut BTreeSet<String>) {
    let mut nodes = DECLARED.nodes(parsed);
    while let Some(node) = nodes.next() {
        match node.kind() {
            kind::BLOCK => nodes.skip_children(),
            _ => names.extend(
                node.children_by_field_name("name")
                    .map(|name| parsed.text(name).to_owned()),
            ),
        }
    }
}

static USES: Kinds = Kinds::new(
    GO,
    &[
        kind::SELECTOR_EXPRESSION,
        kind::QUALIFIED_TYPE,
        kind::PARAMETER_DECLARATION,
        kind::VARIADIC_PARAMETER_DECLARATION,
        kind::SHORT_VAR_DECLARATION,
        kind::RANGE_CLAUSE,
        kind::VAR_SPEC,
        kind::CONST_SPEC,
        kind::TYPE_SPEC,
        kind::FUNCTION_DECLARATION,
        kind::ASSIGNMENT_STATEMENT,
        kind::TYPE_SWITCH_STATEMENT,
    ],
);

/// Tells of names that packages do not have, on lines of the change.
pub(super) fn check(
    tree: &Tree<'_>,
    trees: &Trees,
    file: &File,
    parsed: &Parsed,
    found: &mut Vec<Problem>,
) -> Result<()> {
    let Some(module) = tree.module_of(&file.path) else {
        return Ok(());
    };
    let mut bound: BTreeMap<String, (&str, Stands)> = BTreeMap::new();
    for import in &parsed.facts().imports {
        let stands = tree.stands_for(&import.module, module);
        let name = match (&import.alias, &stands) {
            (Some(alias), _) => Some(alias.clone()),
            (None, Stands::Local(folder)) => {
                exported(tree, trees, folder, &file.path)?.package.clone()
            }
            (None, Stands::Standard(_)) => standard_name(&import.module),
            (None, Stands::Required | Stands::Nothing(_)) => None,
        };
        if let Some(name) = name.filter(|_| import.name.is_none()) {
            bound.insert(name, (&import.module, stands));
        }
    }
    if bound.is_empty() {
        return Ok(());
    }
    let uses: Vec<Node<'_>> = USES.nodes(parsed).collect();
    let tops: Vec<usize> = parsed
        .root()
        .named_children()
        .map(|top| top.start_byte())
        .collect();
    // A name that a function binds is a variable in it, and one at the top of the file everywhere.
    let top_of = |node: Node<'_>| tops.partition_point(|start| *start <= node.start_byte());
    let mut variables = BTreeSet::new();
    for node in &uses {
        if !matches!(
            node.kind(),
            kind::SELECTOR_EXPRESSION | kind::QUALIFIED_TYPE
        ) {
            let is_inner = parsed
                .facts()
                .definition_at(parsed.place(*node).line)
                .is_some();
            for name in binds(*node) {
                let name = parsed.text(name);
                match is_inner {
                    true => drop(variables.insert((top_of(*node), name))),
                    false => drop(bound.remove(name)),
                }
            }
        }
    }
    let go = tree.release_of(&file.path, parsed);
    let mut told = BTreeSet::new();
    for node in uses {
        let (object, member) = match node.kind() {
            kind::SELECTOR_EXPRESSION => ("operand", "field"),
            kind::QUALIFIED_TYPE => ("package", "name"),
            _ => continue,
        };
        let (Some(object), Some(member)) = (
            node.child_by_field_name(object),
            node.child_by_field_name(member),
        ) else {
            continue;
        };
        let (package, name) = (parsed.text(object), parsed.text(member));
        let Some((path, stands)) = bound.get(package) else {
            continue;
        };
        if variables.contains(&(top_of(node), package)) {
            continue;
        }
        let place = parsed.place(member);
        let is_new = file.touches(Side::Head, place.line.saturating_sub(1)..place.line);
        if !is_new || told.contains(&(package, name)) {
            continue;
        }
        let problem = match stands {
            Stands::Standard(package) => of_standard(package, path, name, go),
            Stands::Local(folder) => {
                of_folder(&*exported(tree, trees, folder, &file.path)?, path, name)
            }
            Stands::Required | Stands::Nothing(_) => None,
        };
        if let Some((concern, certainty, message)) = problem {
            told.insert((package, name));
            let problem = Problem::new(concern, place, message).sure(certainty);
            found.push(problem.with("name", format!("{path}.{name}")));
        }
    }
    Ok(())
}

/// What a package of the standard library is called: the last part of its path that is no version.
fn standard_name(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|rest| rest.parse::<u32>().is_ok())
    };
    parts.find(|part| !is_version(part)).map(str::to_owned)
}

/// The names that a declaration binds.
fn binds(node: Node<'_>) -> Vec<Node<'_>> {
    let list = ["left", "alias"]
        .iter()
        .find_map(|field| node.child_by_field_name(field));
    match list {
        Some(list) if list.kind() == kind::EXPRESSION_LIST => parts(list),
        Some(list) => vec![list],
        None => node.children_by_field_name("name").collect(),
    }
}

type Wrong = Option<(Concern, Certainty, String)>;

fn of_standard(package: &standard::Package, path: &str, name: &str, go: Option<u32>) -> Wrong {
    let names = package.names.as_ref()?;
    let known = names.iter().find(|(known, _)| *known == name);
    if let Some((_, since)) = known {
        let asked = go.filter(|go| go < since)?;
        let message = format!("`{path}` has `{name}` since Go 1.{since}; go.mod says 1.{asked}");
        return Some((Concern::StdlibOutsideRange, Certainty::Likely, message));
    }
    if go.is_some_and(|go| go > standard::NEWEST) {
        return None;
    }
    let hint = near(names.iter().map(|(known, _)| *known), name);
    let message = format!("the package `{path}` of the standard library has no `{name}`{hint}");
    Some((Concern::UnknownStdlibName, Certainty::Sure, message))
}

fn of_folder(exported: &Exported, path: &str, name: &str) -> Wrong {
    if !exported.is_whole || exported.names.contains(name) {
        return None;
    }
    let hint = near(exported.names.iter().map(String::as_str), name);
    let message = format!("the package `{path}` of this tree has no `{name}`{hint}");
    Some((Concern::MissingLocalName, Certainty::Sure, message))
}

fn near<'n>(known: impl Iterator<Item = &'n str>, name: &str) -> String {
    let known = known.map(|known| (strsim::damerau_levenshtein(known, name), known));
    match known.min() {
        Some((0..=2, near)) => format!("; it has `{near}`"),
        _ => String::new(),
    }
}
