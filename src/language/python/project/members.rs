//! What code takes from modules by an attribute (`service.pay`) and gives to functions by keyword: held against the
//! module of the tree, or the standard library's names. Only on lines of the change.
//!
//! `lists/stdlib_members.txt` holds the standard library's names; `eval/lists/` renews it.
//!
//! Does not catch: a name that the file binds anew anywhere, or that the module's text holds for another reason; methods;
//! functions behind decorators.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use anyhow::Result;

use super::held::Held;
use super::imports::surroundings;
use super::stdlib::gone;
use crate::budget;
use crate::change::{File, Side};
use crate::language::ecosystem::popular::{lines, near};
use crate::language::ecosystem::{Concern, Problem};
use crate::language::python::kind;
use crate::language::signature::ParameterKind;
use crate::language::{Definition, DefinitionKind, Import, Kinds, PYTHON, Parsed, Trees};
use crate::syntax::Node;
use crate::syntax::walk::{field, parents, parts};

static MEMBERS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let modules = lines(include_str!("lists/stdlib_members.txt")).filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.collect()))
    });
    modules.collect()
});

static ATTRIBUTES: Kinds = Kinds::new(PYTHON, &[kind::ATTRIBUTE]);
static CALLS: Kinds = Kinds::new(PYTHON, &[kind::CALL]);
static IDENTIFIERS: Kinds = Kinds::new(PYTHON, &[kind::IDENTIFIER]);

/// What a name of the file stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Bound {
    /// A module of the standard library.
    Standard(&'static str),
    /// A module of the tree, by its path without the ending.
    Module(String),
    /// A name of a module of the tree.
    Of(String, String),
    /// A module of an installed package, or a name in one, by its dotted name.
    Installed(String),
}

/// Holds what the file takes and gives against the modules that it takes it from.
pub(super) fn check(
    held: &Held<'_>,
    trees: &Trees,
    file: &File,
    parsed: &Parsed,
    found: &mut Vec<Problem>,
) -> Result<()> {
    let bound = bindings(held, trees, &file.path, parsed)?;
    if !bound.is_empty() {
        for node in ATTRIBUTES.nodes(parsed) {
            if is_new(file, node) {
                attribute(held, parsed, &bound, node, found)?;
            }
        }
    }
    for call in CALLS.nodes(parsed) {
        if is_new(file, call) {
            keywords(held, trees, parsed, &bound, call, found)?;
        }
    }
    Ok(())
}

fn is_new(file: &File, node: Node<'_>) -> bool {
    let row = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
    file.touches(Side::Head, row..row + 1)
}

/// What the file's names stand for, where they stand for one thing alone.
fn bindings(
    held: &Held<'_>,
    trees: &Trees,
    path: &str,
    parsed: &Parsed,
) -> Result<BTreeMap<String, Bound>> {
    let mut bound: BTreeMap<String, Option<Bound>> = BTreeMap::new();
    for import in &parsed.facts().imports {
        let local = import.alias.as_ref().or(import.name.as_ref());
        let top = import.module.split('.').next().unwrap_or_default();
        let local = local.map_or(top, String::as_str);
        let meant = match import.guard {
            Some(_) => None,
            None => meant(held, path, import)?.filter(|bound| !is_hidden(held, trees, bound)),
        };
        bound
            .entry(local.to_owned())
            .and_modify(|known| {
                if *known != meant {
                    *known = None;
                }
            })
            .or_insert(meant);
    }
    let bound = bound.into_iter();
    let mut bound: BTreeMap<String, Bound> = bound
        .filter_map(|(local, meant)| Some((local, meant?)))
        .collect();
    if !bound.is_empty() {
        for node in IDENTIFIERS.nodes(parsed) {
            if !is_read(node) {
                bound.remove(parsed.text(node));
            }
        }
    }
    Ok(bound)
}

/// Whether an identifier is surely not bound where it stands.
pub(super) fn is_read(node: Node<'_>) -> bool {
    let Some(above) = node.parent() else {
        return false;
    };
    let is = |name: &str| above.child_by_field_name(name) == Some(node);
    match above.kind() {
        kind::ATTRIBUTE | kind::DOTTED_NAME | kind::ALIASED_IMPORT | kind::CALL => true,
        kind::ARGUMENT_LIST | kind::TYPE | kind::DECORATOR => true,
        kind::RETURN_STATEMENT | kind::BINARY_OPERATOR | kind::COMPARISON_OPERATOR => true,
        kind::KEYWORD_ARGUMENT | kind::SUBSCRIPT | kind::GENERIC_TYPE => true,
        kind::LIST | kind::TUPLE | kind::SET | kind::PAIR | kind::BOOLEAN_OPERATOR => true,
        kind::NOT_OPERATOR | kind::INTERPOLATION | kind::RAISE_STATEMENT => true,
        kind::ASSIGNMENT => is("right"),
        _ => false,
    }
}

/// Whether the package of a module may hold something else under the module's name: `from .glob import glob` in its
/// `__init__`.
fn is_hidden(held: &Held<'_>, trees: &Trees, bound: &Bound) -> bool {
    let Bound::Module(stem) = bound else {
        return false;
    };
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let init = format!("{folder}/__init__");
    if name == "__init__" || !held.is_package(folder) {
        return false;
    }
    // What cannot be read may hold anything.
    let Ok(Some(package)) = held.parsed(trees, init.trim_start_matches('/')) else {
        return true;
    };
    let facts = package.facts();
    budget::charge(facts.imports.len() + facts.definitions.len());
    let binds = facts.imports.iter().any(|import| {
        let local = import.alias.as_ref().or(import.name.as_ref());
        local.is_some_and(|local| local == name) && import.module != "."
    });
    let assigned = package.source.contains(&format!("\n{name} ="));
    binds || assigned || facts.definitions.iter().any(|one| one.qualified == name)
}

fn meant(held: &Held<'_>, path: &str, import: &Import) -> Result<Option<Bound>> {
    let dots = import.module.chars().take_while(|c| *c == '.').count();
    let module = import.module.get(dots..).unwrap_or_default();
    let standard = |name: &str| {
        MEMBERS
            .get_key_value(name)
            .map(|(name, _)| Bound::Standard(name))
    };
    let top = module.split('.').next().unwrap_or_default();
    if dots == 0 && MEMBERS.contains_key(top) && !held.is_of_tree(top) {
        return Ok(match (&import.name, &import.alias) {
            (Some(name), _) => standard(&format!("{module}.{name}")),
            (None, Some(_)) => standard(module),
            (None, None) => standard(top),
        });
    }
    let Some((folder, rest)) = held.folder_of(path, dots, module) else {
        let is_own = dots > 0 || held.is_of_tree(top) || super::is_standard(top);
        let full = match (&import.name, &import.alias) {
            (Some(name), _) => format!("{module}.{name}"),
            (None, Some(_)) => module.to_owned(),
            (None, None) => top.to_owned(),
        };
        let is_installed = !is_own && held.installed.knows(held, top);
        return Ok(is_installed.then_some(Bound::Installed(full)));
    };
    let own = |dotted: &str| held.stem(&folder, dotted);
    Ok(match (&import.name, &import.alias) {
        (Some(name), _) => {
            let within = format!("{rest}.{name}");
            let inner = own(within.trim_matches('.')).map(Bound::Module);
            inner.or_else(|| own(&rest).map(|stem| Bound::Of(stem, name.clone())))
        }
        (None, Some(_)) => own(&rest).map(Bound::Module),
        // `import a.b` binds `a`, whose names are many.
        (None, None) => own(&rest)
            .filter(|_| !module.contains('.'))
            .map(Bound::Module),
    })
}

/// Whether what stands here may be missing without harm, or is asked for by its name somewhere.
pub(super) fn is_careful(parsed: &Parsed, node: Node<'_>, name: &str) -> bool {
    let (guarded, _) = surroundings(parsed, node);
    let tries = || {
        parents(node, parsed.root()).any(|above| {
            let mut handlers = above.children();
            above.kind() == kind::TRY_STATEMENT
                && handlers.any(|child| child.kind() == kind::EXCEPT_CLAUSE)
        })
    };
    let named = || {
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        !budget::charge_text(2 * parsed.source.len())
            || quoted.iter().any(|quoted| parsed.source.contains(quoted))
    };
    guarded || tries() || named()
}

/// `module.name`, where the module has no such name.
fn attribute(
    held: &Held<'_>,
    parsed: &Parsed,
    bound: &BTreeMap<String, Bound>,
    node: Node<'_>,
    found: &mut Vec<Problem>,
) -> Result<()> {
    let (Some(object), Some(named)) = (
        field(parsed, node, "object"),
        node.child_by_field_name("attribute"),
    ) else {
        return Ok(());
    };
    let (head, rest) = object.split_once('.').unwrap_or((object, ""));
    let bound = match bound.get(head) {
        Some(Bound::Installed(full)) => Bound::Installed(dotted(full, rest)),
        Some(bound) if rest.is_empty() => bound.clone(),
        _ => return Ok(()),
    };
    let name = parsed.text(named);
    let is_set = node.parent().is_some_and(|above| {
        let is_left = above.child_by_field_name("left") == Some(node);
        above.kind() == kind::DELETE_STATEMENT || above.kind() == kind::ASSIGNMENT && is_left
    });
    if name.starts_with('_') || is_set {
        return Ok(());
    }
    let place = parsed.place(named);
    match &bound {
        Bound::Standard(module) => {
            let problem = unknown(module, name, place);
            found.extend(problem.filter(|_| !is_careful(parsed, node, name)));
        }
        Bound::Module(stem) => {
            if held.lacks(stem, name)? && !is_careful(parsed, node, name) {
                let message = format!("`{name}` stands nowhere in {stem}.py");
                let problem = Problem::new(Concern::MissingLocalName, place, message);
                found.push(problem.with("name", name));
            }
        }
        Bound::Installed(object) => held.installed.attribute(held, parsed, object, named, found),
        Bound::Of(..) => {}
    }
    Ok(())
}

/// A dotted name with what follows it.
fn dotted(full: &str, rest: &str) -> String {
    match rest {
        "" => full.to_owned(),
        rest => format!("{full}.{rest}"),
    }
}

/// What is wrong with a name of a module of the standard library; nothing where the module has it, or had it.
pub(super) fn unknown(module: &str, name: &str, place: crate::place::Place) -> Option<Problem> {
    let members = MEMBERS.get(module)?;
    let full = format!("{module}.{name}");
    let inner = || MEMBERS.keys().any(|other| *other == full);
    if name.starts_with('_') || name == "*" || members.contains(&name) {
        return None;
    }
    if gone(&full).is_some() || inner() {
        return None;
    }
    let near = near(name, members.iter().copied());
    let hint = near.map_or(String::new(), |near| format!("; it has `{near}`"));
    let message = format!("the module `{module}` of the standard library has no `{name}`{hint}");
    let problem = Problem::new(Concern::UnknownStdlibName, place, message);
    Some(problem.with("name", full))
}

/// Keywords that the function which is called does not take.
fn keywords(
    held: &Held<'_>,
    trees: &Trees,
    parsed: &Parsed,
    bound: &BTreeMap<String, Bound>,
    call: Node<'_>,
    found: &mut Vec<Problem>,
) -> Result<()> {
    let arguments = call.child_by_field_name("arguments").map(parts);
    let mut given = arguments.unwrap_or_default();
    given.retain(|one| one.kind() == kind::KEYWORD_ARGUMENT);
    let Some(function) = call
        .child_by_field_name("function")
        .filter(|_| !given.is_empty())
    else {
        return Ok(());
    };
    let text = parsed.text(function);
    let (head, rest) = text.split_once('.').unwrap_or((text, ""));
    if let Some(Bound::Installed(full)) = bound.get(head) {
        let callee = dotted(full, rest);
        held.installed
            .keywords(held, parsed, &callee, &given, found);
        return Ok(());
    }
    let (stem, name) = match function.kind() {
        kind::IDENTIFIER => match bound.get(parsed.text(function)) {
            Some(Bound::Of(stem, name)) => (stem.as_str(), name.as_str()),
            _ => return Ok(()),
        },
        kind::ATTRIBUTE => {
            let object = field(parsed, function, "object").unwrap_or_default();
            let name = field(parsed, function, "attribute").unwrap_or_default();
            match bound.get(object) {
                Some(Bound::Module(stem)) => (stem.as_str(), name),
                _ => return Ok(()),
            }
        }
        _ => return Ok(()),
    };
    let Some(module) = held.parsed(trees, stem)? else {
        return Ok(());
    };
    let Some(takes) = taken(&module, name) else {
        return Ok(());
    };
    for one in given {
        let Some(word) = one.child_by_field_name("name") else {
            continue;
        };
        let key = parsed.text(word);
        if takes.contains(key) || is_careful(parsed, call, key) {
            continue;
        }
        let message = format!("`{name}` of {stem}.py takes no `{key}`");
        let problem = Problem::new(Concern::MissingParameter, parsed.place(word), message);
        found.push(problem.with("name", name).with("parameter", key));
    }
    Ok(())
}

/// The names of what a function or class of a module may be given; `None` where that is not known.
fn taken(module: &Arc<Parsed>, name: &str) -> Option<BTreeSet<String>> {
    let rebound = [
        format!("\n{name} ="),
        format!("\n{name}:"),
        format!("import {name}"),
    ];
    let facts = module.facts();
    let mut own = facts.definitions.iter().filter(|one| one.qualified == name);
    let (one, other) = (own.next()?, own.next());
    budget::charge(facts.definitions.len());
    let is_other = rebound
        .iter()
        .any(|text| module.source.contains(text.as_str()));
    if other.is_some() || is_other || !one.marks.is_empty() {
        return None;
    }
    let function = match one.kind {
        DefinitionKind::Function => one,
        DefinitionKind::Type if one.bases.is_empty() => {
            let qualified = format!("{name}.__init__");
            let mut makers = facts.definitions.iter();
            let maker = makers.find(|it| it.qualified == qualified);
            // `__new__` has parameters of its own.
            let makes_anew = format!("{name}.__new__");
            let mut all = facts.definitions.iter();
            maker.filter(|maker| {
                maker.marks.is_empty() && !all.any(|it| it.qualified == makes_anew)
            })?
        }
        _ => return None,
    };
    accepted(module, function)
}

/// The names of what a function may be given; `None` where it takes others too.
pub(super) fn accepted(module: &Parsed, function: &Definition) -> Option<BTreeSet<String>> {
    let signatures = module.language.signatures()?;
    let signature = (signatures.of)(module, function);
    let mut taken = BTreeSet::new();
    for parameter in signature.parameters {
        if parameter.kind == ParameterKind::NamedRest {
            return None;
        }
        taken.insert(parameter.name);
    }
    Some(taken)
}
