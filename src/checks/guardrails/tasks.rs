//! What CI calls in this tree: scripts, the targets of Makefiles and justfiles, and the named commands of manifests; and
//! such files, with those of tox and nox, where CI does not call them.
//!
//! Does not catch: targets that are made by a pattern, and recipes behind variables.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::ci::{Ci, Surroundings};
use super::lists::LISTS;
use super::shell::{self, Line};
use super::{Compared, named, nox, programs, rules, tox, workflow};
use crate::change::{Blob, Change, File, Side};
use crate::document;
use crate::finding::Finding;

const MAKEFILES: &[&str] = &["Makefile", "makefile", "GNUmakefile"];
const JUSTFILES: &[&str] = &["justfile", "Justfile", ".justfile"];

/// Whether a path could be one that CI calls.
pub(super) fn may_be_called(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_script(path)
        || is_makefile(name)
        || is_justfile(name)
        || LISTS.tox.iter().any(|(file, _)| file == name)
        || LISTS.task_files.contains(name)
        || LISTS.task_programs.contains(name)
        || programs::is_program(path)
}

fn is_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, ending)) => matches!(ending, "sh" | "bash"),
        None => matches!(
            folder,
            "ci" | "scripts" | "script" | "bin" | "tools" | ".ci" | "hack"
        ),
    }
}

fn is_makefile(name: &str) -> bool {
    MAKEFILES.contains(&name)
}

fn is_justfile(name: &str) -> bool {
    JUSTFILES.contains(&name)
}

/// CI with what its commands call, and what that calls.
///
/// # Errors
/// Where the side cannot be read.
pub(super) fn followed(change: &Change, side: Side, mut ci: Ci) -> Result<Ci> {
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    while let Some((command, around)) = ci.commands.pop() {
        let words: Vec<String> = command
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')'))
            .map(|word| word.trim_matches(['"', '\'']).to_owned())
            .filter(|word| !word.is_empty())
            .collect();
        if words.iter().any(|word| word == "tox") {
            run_tox(change, side, &mut ci, &command, &around, &mut seen)?;
        }
        if words.iter().any(|word| word == "nox") {
            run_nox(change, side, &mut ci, &command, &around, &mut seen)?;
        }
        for (file, name) in named::called(&words) {
            run_named(
                change,
                side,
                &mut ci,
                (&command, file, &name),
                &around,
                &mut seen,
            )?;
        }
        for (at, word) in words.iter().enumerate() {
            let path = word.trim_start_matches("./");
            if matches!(word.as_str(), "make" | "just" | "gmake") {
                let targets = targets(words.get(at + 1..).unwrap_or_default());
                let files = if word == "just" { JUSTFILES } else { MAKEFILES };
                let is_lax = words
                    .iter()
                    .any(|word| matches!(word.as_str(), "-i" | "--ignore-errors"));
                let around = Surroundings {
                    ignored: around
                        .ignored
                        .or(is_lax.then_some("make goes on after errors")),
                    ..around.clone()
                };
                let are_known =
                    run_targets(change, side, &mut ci, files, &targets, &around, &mut seen)?;
                let is_all = at == 0 && targets.len() + 1 == words.len();
                if are_known && is_all && !command.contains(['|', ';', '&']) {
                    ci.replace(&command);
                }
            } else if is_script(path)
                && seen.insert((path.to_owned(), String::new()))
                && let Some(text) = text(change, side, path)?
            {
                let here = Surroundings {
                    pipefail: text.contains("pipefail"),
                    ..around.clone()
                };
                ci.called.insert(path.to_owned());
                let stops = at.checked_sub(1).and_then(|before| words.get(before));
                for line in shell::script(&text, stops.is_some_and(|word| shell::has_e(word))) {
                    ci.command(path, &line, &here);
                }
            } else if programs::is_program(path) && programs::is_started(&words, at) {
                run_program(change, side, &mut ci, &command, path, &around, &mut seen)?;
            }
        }
    }
    Ok(ci)
}

/// The words after `make` that are targets.
fn targets(words: &[String]) -> Vec<String> {
    let is_target = |word: &&String| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        !word.starts_with('-') && word.chars().all(plain)
    };
    words
        .iter()
        .take_while(|word| !word.contains('$'))
        .filter(is_target)
        .cloned()
        .collect()
}

fn text(change: &Change, side: Side, path: &str) -> Result<Option<String>> {
    if change
        .paths(side)?
        .binary_search_by(|known| known.as_str().cmp(path))
        .is_err()
    {
        return Ok(None);
    }
    let blob = change.read(side, path)?;
    Ok(blob.as_ref().and_then(Blob::text).map(str::to_owned))
}

/// Takes in what a run of tox comes to, in place of the run.
fn run_tox(
    change: &Change,
    side: Side,
    ci: &mut Ci,
    command: &str,
    around: &Surroundings,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<()> {
    if !seen.insert(("tox".to_owned(), counted(around, command))) {
        return Ok(());
    }
    for (name, table) in &LISTS.tox {
        let file = text(change, side, name)?;
        let file = file.and_then(|text| tox::read(name, table, &text));
        if let Some(lines) = file.and_then(|file| tox::run(command, &file)) {
            take_in(ci, command, (name, lines), around);
            break;
        }
    }
    Ok(())
}

/// The same of nox: of the sessions that the command runs, or of all of them where it chooses in another way.
fn run_nox(
    change: &Change,
    side: Side,
    ci: &mut Ci,
    command: &str,
    around: &Surroundings,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<()> {
    if !seen.insert(("nox".to_owned(), counted(around, command))) {
        return Ok(());
    }
    let file = text(change, side, nox::FILE)?;
    let sessions = file.as_deref().and_then(nox::read);
    match sessions.and_then(|sessions| nox::run(command, &sessions)) {
        Some(lines) => {
            take_in(ci, command, (nox::FILE, lines), around);
            Ok(())
        }
        None => run_program(change, side, ci, command, nox::FILE, around, seen),
    }
}

/// Takes in the lines of a file in place of the command that leads to them, where they check something.
fn take_in(ci: &mut Ci, command: &str, (file, lines): (&str, Vec<Line>), around: &Surroundings) {
    ci.called.insert(file.to_owned());
    let known_runs = ci.runs.len();
    for line in lines {
        ci.command(file, &line, around);
    }
    if ci.runs.len() > known_runs {
        ci.replace(command);
    }
}

/// A name as it is called: once where a failure counts, once where it does not.
fn counted(around: &Surroundings, name: &str) -> String {
    match around.ignored {
        Some(_) => format!("-{name}"),
        None => name.to_owned(),
    }
}

/// Takes in the programs that a program of the tree starts, in place of its own run.
fn run_program(
    change: &Change,
    side: Side,
    ci: &mut Ci,
    command: &str,
    path: &str,
    around: &Surroundings,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<()> {
    if !seen.insert((path.to_owned(), counted(around, ""))) {
        return Ok(());
    }
    let Some(text) = text(change, side, path)? else {
        return Ok(());
    };
    ci.called.insert(path.to_owned());
    let known_runs = ci.runs.len();
    for line in programs::started(&text) {
        ci.command(path, &line, around);
    }
    if ci.runs.len() > known_runs && path == nox::FILE {
        ci.replace(command);
    }
    Ok(())
}

/// Takes in a named command of a manifest, in place of the call.
fn run_named(
    change: &Change,
    side: Side,
    ci: &mut Ci,
    (command, path, name): (&str, &str, &str),
    around: &Surroundings,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<()> {
    if !seen.insert((path.to_owned(), counted(around, name))) {
        return Ok(());
    }
    let Some(text) = text(change, side, path)? else {
        return Ok(());
    };
    let lines = named::lines(path, &text, name);
    let is_new = !lines.is_empty();
    if is_new && !command.contains(['|', ';', '&']) {
        take_in(ci, command, (path, lines), around);
    } else if is_new {
        ci.called.insert(path.to_owned());
        for line in lines {
            ci.command(path, &line, around);
        }
    }
    Ok(())
}

/// Takes in what targets do; whether they are all known, and check something.
fn run_targets(
    change: &Change,
    side: Side,
    ci: &mut Ci,
    names: &[&str],
    targets: &[String],
    around: &Surroundings,
    seen: &mut BTreeSet<(String, String)>,
) -> Result<bool> {
    let mut are_known = false;
    let known_runs = ci.runs.len();
    for name in names {
        let Some(text) = text(change, side, name)? else {
            continue;
        };
        ci.called.insert((*name).to_owned());
        let recipes = recipes(&text);
        let mut open: Vec<String> = targets.to_vec();
        are_known |= !open.is_empty()
            && open.iter().all(|target| {
                let known = recipes.by_target.get(target);
                known.is_some_and(|(needs, lines)| !needs.is_empty() || !lines.is_empty())
            });
        if open.is_empty() {
            open.extend(recipes.first.clone());
        }
        while let Some(target) = open.pop() {
            let Some((needs, lines)) = recipes.by_target.get(&target) else {
                continue;
            };
            if !seen.insert(((*name).to_owned(), target)) {
                continue;
            }
            open.extend(needs.iter().cloned());
            for line in lines {
                ci.command(name, line, around);
            }
        }
    }
    Ok(are_known && ci.runs.len() > known_runs)
}

/// The targets of a Makefile or a justfile: what each needs, and its commands.
#[derive(Default)]
struct Recipes {
    first: Option<String>,
    by_target: BTreeMap<String, (Vec<String>, Vec<Line>)>,
}

fn recipes(text: &str) -> Recipes {
    let mut found = Recipes::default();
    let mut target: Option<String> = None;
    let mut lax: BTreeSet<String> = BTreeSet::new();
    let mut all: Option<&'static str> = None;
    for (number, line) in (1u32..).zip(text.lines()) {
        all = all.or_else(|| of_all(line));
        if line.starts_with([' ', '\t']) {
            let command = line.trim();
            let bare = command.trim_start_matches(['@', '+', '-']);
            let marks = command
                .get(..command.len() - bare.len())
                .unwrap_or_default();
            let Some((_, lines)) = target
                .as_ref()
                .and_then(|name| found.by_target.get_mut(name))
            else {
                continue;
            };
            if !bare.starts_with('#') {
                lines.push(Line {
                    text: bare.trim().to_owned(),
                    number,
                    ignored: marks.contains('-').then_some("a `-` before the command"),
                });
            }
            continue;
        }
        let Some((head, needs)) = line.split_once(':').filter(|(head, needs)| {
            !head.starts_with('#') && !head.contains('=') && !needs.starts_with('=')
        }) else {
            continue;
        };
        let Some(name) = head
            .split_whitespace()
            .next()
            .map(|name| name.trim_start_matches('@'))
        else {
            continue;
        };
        if name == ".IGNORE" {
            let targets = needs.split_whitespace().map(str::to_owned);
            lax.extend(targets);
            all = all.or(needs.trim().is_empty().then_some(".IGNORE"));
        }
        if !name.starts_with('.') {
            found.first.get_or_insert_with(|| name.to_owned());
        }
        let needs = needs
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace();
        let entry = found.by_target.entry(name.to_owned()).or_default();
        entry.0.extend(needs.map(str::to_owned));
        target = Some(name.to_owned());
    }
    for (name, (_, lines)) in &mut found.by_target {
        let why = lax.contains(name).then_some(".IGNORE").or(all);
        for line in lines {
            line.ignored = line.ignored.or(why);
        }
    }
    found
}

/// Why the failure of no recipe counts, as a line at the top of the file says.
fn of_all(line: &str) -> Option<&'static str> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_end_matches([':', '?', '+']).trim();
    let name = name.trim_start_matches("export ").trim();
    let words =
        || value.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '\'' | ','));
    let program = words().find(|word| !word.is_empty()).unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or(program);
    match name {
        "SHELL" | "set shell" if matches!(program, "true" | ":" | "echo" | "cat") => {
            Some("its shell runs nothing")
        }
        "MAKEFLAGS" if words().any(|word| matches!(word, "-i" | "i" | "--ignore-errors")) => {
            Some("make goes on after errors")
        }
        _ => None,
    }
}

/// Changed task files that CI does not call, each compared with itself: a human is asked.
pub(super) fn uncalled(change: &Change, base: &Ci, found: &mut Vec<Finding>) -> Result<()> {
    for file in &change.files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let is_task_file = LISTS.task_files.contains(name);
        let is_read = is_makefile(name)
            || is_justfile(name)
            || name == tox::FILE
            || is_task_file
            || LISTS.task_programs.contains(name);
        if !is_read || file.head.is_none() {
            continue;
        }
        if !base.called.contains(file.base_path()) {
            let of = |side: Side| local(file, name, side);
            workflow::runs(change, &of(Side::Base), &of(Side::Head), name, found)?;
        }
        if is_task_file {
            named::emptied(file, found);
        }
        if name == tox::FILE {
            environments(file, found)?;
        }
    }
    Ok(())
}

fn local(file: &File, name: &str, side: Side) -> Ci {
    let mut ci = Ci::default();
    let text = file.text(side).unwrap_or_default();
    let path = file.path_on(side);
    let lines: Vec<Line> = if name == tox::FILE {
        let root = document::read(path, text);
        let sections = root.iter().flat_map(document::Item::entries);
        sections
            .filter(|(name, _)| name.starts_with("testenv"))
            .flat_map(|(_, section)| tox::lines(section))
            .collect()
    } else if LISTS.task_files.contains(name) {
        named::all(path, text)
    } else if LISTS.task_programs.contains(name) {
        programs::started(text)
    } else {
        let recipes = recipes(text).by_target.into_values();
        recipes.flat_map(|(_, lines)| lines).collect()
    };
    for line in &lines {
        ci.command(path, line, &Surroundings::default());
    }
    ci
}

/// Environments that tox ran by itself, still has, and runs no more.
fn environments(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let read = |side: Side| document::read(file.path_on(side), file.text(side)?);
    let (Some(base), Some(head)) = (read(Side::Base), read(Side::Head)) else {
        return Ok(());
    };
    let list = |root: &document::Item| -> BTreeMap<String, u32> {
        let names = ["envlist", "env_list"].iter();
        let items = names.filter_map(|name| root.at(&["tox", name]));
        items.flat_map(document::Item::words).collect()
    };
    let now = list(&head);
    for (name, line) in list(&base) {
        let defined = head.get(&format!("testenv:{name}")).is_some();
        if defined && !now.contains_key(&name) {
            let message = format!("tox no longer runs `{name}` by itself");
            Compared { file, found }.is_gone(rules::CHECKER_LOOSENED, line, message);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_are_read_with_what_they_need_and_ignore() {
        let read = recipes(
            "X := 1\n.PHONY: test\ntest: build lint\n\t@pytest -q\n\t-ruff check\n\n@lint a='b':\n    ruff\n",
        );
        assert_eq!(read.first.as_deref(), Some("test"));
        let (needs, lines) = &read.by_target["test"];
        assert_eq!(needs, &["build", "lint"]);
        assert_eq!(lines[0], Line::plain("pytest -q", 4));
        assert!(lines[1].ignored.is_some());
        assert_eq!(
            targets(&["-j4".to_owned(), "test".to_owned(), "V=1".to_owned()]),
            ["test"]
        );
    }
}
