//! Code put where most checks do not look: under vendored folders and generated names, and shipped code that
//! takes what it runs from tests, examples or documentation.
//!
//! What the policy or the attributes of base mark is a decision that a human made; there only what judged code
//! takes from a new file is told, and what was judged until now. One finding a folder.
//!
//! Does not catch: code in other languages that is called as a program; a file that was vendored at base and
//! is edited; folders named `tools` or `scripts`, which packages have of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::{line_place, rules};
use crate::change::{Change, File, Side, Status};
use crate::checks::Context;
use crate::finding::{Finding, Place};
use crate::language::conventions::{is_aside, is_code, is_sample, is_test_path, says_generated};
use crate::language::{self, Guard, Parsed, ecosystems};
use crate::policy::Kind;

pub(super) fn check_change(context: &Context<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let change = context.change;
    // Base's tree is walked for nothing where there is no file to place.
    if change.files.is_empty() || change.paths(Side::Base)?.is_empty() {
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
    let mut reported: BTreeMap<&str, (&File, String, usize)> = BTreeMap::new();
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
        reported.entry(unit).or_insert((file, why, 0)).2 += 1;
    }
    for (file, why, count) in reported.into_values() {
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
                    None => folders(path, file.text(side).unwrap_or_default()),
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
            let paths = change.paths(Side::Head)?;
            let is_aside = |path: &str| {
                let is_there = paths.binary_search_by(|known| known.as_str().cmp(path));
                is_milder(path) && is_there.is_ok() && path != file.path
            };
            let target = match wanted {
                Wanted::Path(path) => is_aside(path).then(|| path.clone()),
                Wanted::Name(None, name) if !name.split('.').any(is_aside_name) => None,
                Wanted::Name(folder, name) => named(file, folder.as_deref(), name, &is_aside),
            };
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

/// What one text takes from elsewhere, with the place.
fn wanted(path: &str, parsed: &Parsed) -> Vec<(Place, Wanted)> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let facts = parsed.facts();
    let mut found = Vec::new();
    for import in &facts.imports {
        if import.guard == Some(Guard::TypeChecking) {
            continue;
        }
        let inside = import.inside.and_then(|at| facts.definitions.get(at));
        if inside.is_some_and(|definition| definition.in_test) {
            continue;
        }
        let place = line_place(import.line);
        let name = import.name.as_deref().filter(|name| *name != "*");
        let module = import.module.replace("::", ".");
        let dots = import.module.chars().take_while(|c| *c == '.').count();
        let rest = module.trim_start_matches('.');
        let full = match (rest.is_empty(), name) {
            (false, Some(name)) => format!("{rest}.{name}"),
            (true, Some(name)) => name.to_owned(),
            (_, None) => rest.to_owned(),
        };
        if dots == 0 {
            found.push((place, Wanted::Name(None, full)));
        } else {
            let mut at = folder;
            for _ in 1..dots {
                at = at.rsplit_once('/').map_or("", |(above, _)| above);
            }
            found.push((place, Wanted::Name(Some(at.to_owned()), full)));
        }
    }
    let taken_in = parsed.language.taken_in(path, false, parsed).into_iter();
    found.extend(taken_in.map(|(line, path)| (line_place(line), Wanted::Path(path))));
    found
}

/// The folders that a manifest takes code from.
fn folders(path: &str, text: &str) -> Vec<(Place, Wanted)> {
    let folders = ecosystems().flat_map(|ecosystem| ecosystem.folders(path, text));
    folders
        .map(|folder| (Place::FILE, Wanted::Path(folder)))
        .collect()
}

/// The file that a name in a file stands for, or that holds what it stands for; nothing in languages that declare the
/// files of their modules.
fn named(
    file: &File,
    folder: Option<&str>,
    name: &str,
    has: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let language = language::of(&file.path)?;
    if language.profile().declares_modules {
        return None;
    }
    let dotted: Vec<Rc<str>> = name.split('.').map(Rc::from).collect();
    let found = match folder {
        Some("") => language.module_file("", &dotted, 1, has),
        Some(folder) => language.module_file(&format!("{folder}/"), &dotted, 1, has),
        None => language.module_file(&file.path, &dotted, 0, has),
    };
    let found = found.filter(|found| found.used + 1 >= dotted.len())?;
    Some(found.path)
}

/// The dotted module that a path is.
fn module(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (above, last) = stem.rsplit_once('/').unwrap_or(("", stem));
    let is_folders = |language: &language::Lang| {
        let mut stems = language.profile().folder_stems.iter();
        stems.any(|stem| stem == last)
    };
    let is_folder = !above.is_empty() && language::ALL.iter().any(is_folders);
    let stem = if is_folder { above } else { stem };
    stem.replace('/', ".")
}

/// Whether a dotted name holds another one, at the edges of its segments.
fn has_segments(name: &str, wanted: &str) -> bool {
    format!(".{name}.").contains(&format!(".{wanted}."))
}
