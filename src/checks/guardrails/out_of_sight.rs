//! Code put where most checks do not look: under vendored folders and generated names, and shipped code that
//! takes what it runs from tests, examples or documentation.
//!
//! What the policy or the attributes of base mark is a decision that a human made; there only what judged code
//! takes from a new file is told, and what was judged until now. One finding a folder.
//!
//! Does not catch: code in other languages that is called as a program; a file that was vendored at base and
//! is edited; folders named `tools` or `scripts`, which packages have of their own.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{line_place, rules};
use crate::change::{Change, File, Side, Status};
use crate::checks::Context;
use crate::finding::{Finding, Place};
use crate::language::conventions::{is_aside, is_code, is_sample, is_test_path, says_generated};
use crate::language::{DefinitionKind, Parsed, RUST};
use crate::policy::Kind;

pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let change = context.change;
    if change.paths(Side::Base)?.is_empty() {
        return Ok(());
    }
    let taken = Taken::of(context);
    hidden(context, &taken, found)?;
    for (file, place, target) in &taken.out_of_asides(change)? {
        let message = format!(
            "shipped code takes what it runs from `{}`, which checks take for tests or examples",
            crate::text::visible(target)
        );
        let rule = rules::SHIPPED_CODE_FROM_TESTS;
        let finding = rule.finding(Side::Head, &file.path, *place, message);
        found.push(finding.with("target", target.clone()));
    }
    Ok(())
}

/// New files that most checks are not given, one finding a folder.
fn hidden(context: &Context<'_>, taken: &Taken<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let (change, policy) = (context.change, context.policy);
    let mut told: BTreeMap<&str, (&File, String, usize)> = BTreeMap::new();
    for file in change.files.iter().filter(|file| is_code(&file.path)) {
        let (kind, path) = (policy.kind(&file.path), file.path.as_str());
        let Some(text) = file.text(Side::Head).filter(|_| kind != Kind::Own) else {
            continue;
        };
        let written = !made_by_program(path, text);
        let known = policy.well_known_folder(path);
        let unit = known.unwrap_or(path);
        let new = file.status != Status::Modified;
        let moved_here =
            file.status == Status::Renamed && policy.kind(file.base_path()) == Kind::Own;
        let was_generated = file
            .text(Side::Base)
            .is_some_and(|base| made_by_program(path, base));
        let shown = crate::text::visible(unit);
        let why = if new && known.is_some() && !stands_at_base(change, unit)? {
            format!("the folder `{shown}` is new, and code in it is taken for somebody else's")
        } else if moved_here {
            format!("`{shown}` holds code now that was judged before")
        } else if kind == Kind::Generated && written && was_generated {
            format!("`{shown}` was made by a program, and does not look so any more")
        } else if new && kind == Kind::Generated && written && policy.is_named_generated(path) {
            format!("`{shown}` has the name of generated code, and is not made by a program")
        } else if let Some(by) = taken
            .by(path)
            .filter(|_| new && (kind == Kind::Vendored || written))
        {
            let by = crate::text::visible(by);
            format!("`{shown}` has new code that `{by}` runs")
        } else {
            continue;
        };
        told.entry(unit).or_insert((file, why, 0)).2 += 1;
    }
    for (file, why, count) in told.into_values() {
        let message = match count {
            1 => format!("{why}: most checks do not look there"),
            _ => format!("{why}: most checks do not look at its {count} new files"),
        };
        let rule = rules::CODE_PLACED_OUT_OF_SIGHT;
        let finding = rule.finding(Side::Head, &file.path, Place::FILE, message);
        found.push(finding.with("files", count));
    }
    Ok(())
}

/// Whether base has anything below a folder.
fn stands_at_base(change: &Change, folder: &str) -> Result<bool> {
    let below = format!("{folder}/");
    let paths = change.paths(Side::Base)?;
    let at = paths.partition_point(|path| path.as_str() < below.as_str());
    Ok(paths.get(at).is_some_and(|path| path.starts_with(&below)))
}

/// Whether a text looks like what a program writes: it says so, or its lines are as long as no hand makes
/// them. A Python module of protocol buffers defines no functions.
fn made_by_program(path: &str, text: &str) -> bool {
    let functions = path.ends_with("_pb2.py")
        && text
            .lines()
            .any(|line| line.trim_start().starts_with("def "));
    let lines = text.lines().count().max(1);
    !functions && (says_generated(text) || text.len() / lines > 200)
}

/// What judged code of head takes from elsewhere and base's did not: names and paths.
struct Taken<'c> {
    /// Changed file, place, dotted name or path; a name as the language writes it, from a root.
    names: Vec<(&'c File, Place, Wanted)>,
}

/// What is taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    /// A dotted name; with the folder that it is relative to.
    Name(Option<String>, String),
    /// A path from the root, without `.` and `..`.
    Path(String),
}

impl<'c> Taken<'c> {
    fn of(context: &Context<'c>) -> Self {
        let mut names = Vec::new();
        for file in &context.change.files {
            if context.policy.kind(&file.path) != Kind::Own
                || is_aside(&file.path)
                || is_sample(&file.path)
                || context.policy.is_test_path(&file.path)
            {
                continue;
            }
            let of = |side: Side| -> Vec<(Place, Wanted)> {
                let path = file.path_on(side);
                let tree = file
                    .blob(side)
                    .and_then(|blob| context.trees.of(path, blob));
                match tree {
                    Some(parsed) => wanted(path, &parsed),
                    None if path.ends_with("Cargo.toml") => {
                        crates(path, file.text(side).unwrap_or_default())
                    }
                    None => Vec::new(),
                }
            };
            let base: BTreeSet<Wanted> = of(Side::Base).into_iter().map(|(_, it)| it).collect();
            let new = of(Side::Head)
                .into_iter()
                .filter(|(_, it)| !base.contains(it));
            names.extend(new.map(|(place, it)| (file, place, it)));
        }
        Self { names }
    }

    /// The judged file that takes something from a path.
    fn by(&self, path: &str) -> Option<&'c str> {
        let module = module(path);
        let tail: Vec<&str> = module.rsplit('.').take(2).collect();
        let hit = |wanted: &Wanted| match wanted {
            Wanted::Path(other) => {
                other == path
                    || path
                        .strip_prefix(other.as_str())
                        .is_some_and(|rest| rest.starts_with('/'))
            }
            Wanted::Name(Some(folder), name) => {
                let full = format!("{}.{name}", folder.replace('/', "."));
                let full = full.trim_start_matches('.');
                full == module
                    || full
                        .rsplit_once('.')
                        .is_some_and(|(above, _)| above == module)
            }
            Wanted::Name(None, name) => match tail.as_slice() {
                [stem, folder] => has_segments(name, &format!("{folder}.{stem}")),
                [stem] => name == stem,
                _ => false,
            },
        };
        let mut names = self.names.iter();
        let (file, _, _) = names.find(|(_, _, wanted)| hit(wanted))?;
        Some(&file.path)
    }

    /// What shipped code takes from files that the checks are milder with: file, place, the path at head.
    fn out_of_asides(&self, change: &Change) -> Result<Vec<(&'c File, Place, String)>> {
        let mut found: BTreeMap<String, (&'c File, Place)> = BTreeMap::new();
        for (file, place, wanted) in &self.names {
            let candidates = match wanted {
                Wanted::Path(path) => vec![path.clone()],
                Wanted::Name(folder, name) => {
                    if !name.split('.').any(is_aside_name) && folder.is_none() {
                        continue;
                    }
                    candidates(&file.path, folder.as_deref(), name)
                }
            };
            let paths = change.paths(Side::Head)?;
            let target = candidates.into_iter().find(|path| {
                is_milder(path) && paths.binary_search(path).is_ok() && *path != file.path
            });
            if let Some(target) = target {
                found.entry(target).or_insert((*file, *place));
            }
        }
        let one_each = found.into_iter();
        Ok(one_each
            .map(|(target, (file, place))| (file, place, target))
            .collect())
    }
}

/// Whether a segment of a name can make a path one of tests or examples.
fn is_aside_name(segment: &str) -> bool {
    is_milder(&format!("{segment}/x")) || is_milder(&format!("{segment}.py"))
}

/// Whether checks are milder with a file: tests, their samples, examples, documentation.
fn is_milder(path: &str) -> bool {
    is_test_path(path)
        || is_sample(path)
        || path.split('/').rev().skip(1).any(|part| {
            matches!(
                part,
                "docs"
                    | "doc"
                    | "docs_src"
                    | "examples"
                    | "example"
                    | "demo"
                    | "demos"
                    | "notebooks"
            )
        })
}

/// The paths that a Python name may stand for, seen from a file.
fn candidates(path: &str, folder: Option<&str>, name: &str) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    match folder {
        Some(folder) => roots.push(folder.to_owned()),
        None => {
            let mut at = path;
            while let Some((above, _)) = at.rsplit_once('/') {
                roots.push(above.to_owned());
                at = above;
            }
            roots.push(String::new());
            roots.push("src".to_owned());
        }
    }
    let mut found = Vec::new();
    let above = name.rsplit_once('.').map(|(above, _)| above);
    for root in &roots {
        for name in [Some(name), above].into_iter().flatten() {
            let stem = join(root, &name.replace('.', "/"));
            found.push(format!("{stem}.py"));
            found.push(format!("{stem}/__init__.py"));
        }
    }
    found
}

/// What one text takes from elsewhere, with the place.
fn wanted(path: &str, parsed: &Parsed) -> Vec<(Place, Wanted)> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let facts = parsed.facts();
    let mut found = Vec::new();
    for import in &facts.imports {
        if import.guard == Some(crate::language::Guard::TypeChecking) {
            continue;
        }
        let inside = import.inside.and_then(|at| facts.definitions.get(at));
        if inside.is_some_and(|definition| definition.in_test) {
            continue;
        }
        let place = line_place(import.line);
        let name = import.name.as_deref().filter(|name| *name != "*");
        let module = import.module.replace("::", ".");
        let dots = module.chars().take_while(|c| *c == '.').count();
        let rest = module.trim_start_matches('.');
        let full = match (rest.is_empty(), name) {
            (false, Some(name)) => format!("{rest}.{name}"),
            (true, Some(name)) => name.to_owned(),
            (_, None) => rest.to_owned(),
        };
        if dots == 0 || parsed.language == RUST {
            found.push((place, Wanted::Name(None, full)));
        } else {
            let mut at = folder;
            for _ in 1..dots {
                at = at.rsplit_once('/').map_or("", |(above, _)| above);
            }
            found.push((place, Wanted::Name(Some(at.to_owned()), full)));
        }
    }
    if parsed.language == RUST {
        modules(path, folder, parsed, &mut found);
    }
    found
}

/// The files of a Rust file's modules, and those that it includes.
fn modules(path: &str, folder: &str, parsed: &Parsed, found: &mut Vec<(Place, Wanted)>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let below = match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    for definition in &parsed.facts().definitions {
        let conditional = definition.in_test
            || definition.marks.iter().any(|mark| {
                mark.starts_with("cfg(") && (mark.contains("test") || mark.contains("feature"))
            });
        if definition.kind != DefinitionKind::Module || definition.body.is_some() || conditional {
            continue;
        }
        let place = line_place(definition.name_line);
        let given = definition.marks.iter().find_map(|mark| {
            let value = mark.strip_prefix("path")?.trim_start().strip_prefix('=')?;
            Some(value.trim().trim_matches('"').to_owned())
        });
        match given {
            Some(given) => found.push((place, Wanted::Path(join(folder, &given)))),
            None => {
                let stem = join(&below, &definition.name);
                found.push((place, Wanted::Path(format!("{stem}.rs"))));
                found.push((place, Wanted::Path(format!("{stem}/mod.rs"))));
            }
        }
    }
    for call in &parsed.facts().calls {
        let inside = call
            .inside
            .and_then(|at| parsed.facts().definitions.get(at));
        let in_test = inside.is_some_and(|definition| definition.in_test);
        if !call.is_macro || parsed.slice(&call.name) != "include" || in_test {
            continue;
        }
        let given = parsed.slice(&call.bytes).split('"').nth(1);
        if let Some(given) = given {
            found.push((line_place(call.line), Wanted::Path(join(folder, given))));
        }
    }
}

/// The folders of the path dependencies of a Cargo manifest that are built into what is shipped.
fn crates(path: &str, text: &str) -> Vec<(Place, Wanted)> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let table: toml::Table = text.parse().unwrap_or_default();
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
    let given = dependencies.into_iter().flatten();
    let paths = given.filter_map(|(_, value)| value.get("path")?.as_str());
    paths
        .map(|given| (Place::FILE, Wanted::Path(join(folder, given))))
        .collect()
}

/// A path below a folder, without `.` and `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The dotted module that a path is.
fn module(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem
        .strip_suffix("/__init__")
        .or_else(|| stem.strip_suffix("/mod"))
        .unwrap_or(stem);
    stem.replace('/', ".")
}

/// Whether a dotted name holds another one, at the edges of its segments.
fn has_segments(name: &str, wanted: &str) -> bool {
    format!(".{name}.").contains(&format!(".{wanted}."))
}
