//! Commands that a manifest gives names to: the scripts of `package.json`, the tasks of others. A name is called by a
//! package manager (`npm test`, `yarn lint`), or by another script.
//!
//! Does not catch: scripts of a workspace's members that are called from above (`pnpm -r test`).

use super::lists::LISTS;
use super::shell::Line;
use super::{line_place, rules};
use crate::change::{File, Side};
use crate::document;
use crate::finding::{Finding, Level};

/// Managers that run the scripts of a manifest.
const MANAGERS: &[&str] = &["npm", "pnpm", "yarn", "bun"];
/// Programs that run several scripts by name.
const SEVERAL: &[&str] = &["run-s", "run-p", "npm-run-all", "npm-run-all2"];
const MANIFEST: &str = "package.json";

/// The names that the words of a command call, each with the manifest that has it.
pub(super) fn called(words: &[String]) -> Vec<(&'static str, String)> {
    /// Words of a command that are looked at.
    const MOST: usize = 200;
    let words = words.get(..words.len().min(MOST)).unwrap_or_default();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let rest = words.get(at + 1..).unwrap_or_default();
        if SEVERAL.contains(&word.as_str()) {
            let names = rest.iter().filter(|word| !word.starts_with('-'));
            found.extend(names.map(|name| (MANIFEST, name.clone())));
        }
        if !MANAGERS.contains(&word.as_str()) {
            continue;
        }
        let is_of_others = rest.iter().any(|word| {
            matches!(
                word.as_str(),
                "-r" | "--recursive" | "--prefix" | "-C" | "-w" | "--workspaces" | "workspaces"
            ) || word.starts_with("--filter")
                || word.starts_with("--workspace")
        });
        let mut own = rest.iter().filter(|word| !word.starts_with('-')).peekable();
        own.next_if(|word| matches!(word.as_str(), "run" | "run-script"));
        let Some(name) = own.next().filter(|_| !is_of_others) else {
            continue;
        };
        let name = match name.as_str() {
            "t" | "tst" => "test",
            other => other,
        };
        found.extend(["pre", "", "post"].map(|before| (MANIFEST, format!("{before}{name}"))));
    }
    found
}

/// The commands of one name in a manifest.
pub(super) fn lines(path: &str, text: &str, name: &str) -> Vec<Line> {
    let tables = commands(path, text).into_iter();
    let named = tables.filter(|(known, _)| known == name);
    named.map(|(_, line)| line).collect()
}

/// All named commands of a manifest.
pub(super) fn all(path: &str, text: &str) -> Vec<Line> {
    let commands = commands(path, text).into_iter();
    commands.map(|(_, line)| line).collect()
}

fn commands(path: &str, text: &str) -> Vec<(String, Line)> {
    let Some(root) = document::read(path, text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (keys, item) in root.walk() {
        let Some(at) = keys.iter().position(|key| LISTS.task_tables.contains(key)) else {
            continue;
        };
        // The entry points of a package name functions.
        let is_entry = keys.first() == Some(&"project");
        let (Some(command), Some(name), false) = (item.text(), keys.get(at + 1), is_entry) else {
            continue;
        };
        found.push(((*name).to_owned(), Line::plain(command, item.line)));
    }
    found.sort_by_key(|(_, line)| line.number);
    found
}

/// Tasks that are called like a check, did something, and do nothing any more.
pub(super) fn emptied(file: &File, found: &mut Vec<Finding>) {
    let of = |side: Side| commands(file.path_on(side), file.text(side).unwrap_or_default());
    let (was, now) = (of(Side::Base), of(Side::Head));
    for (name, line) in &now {
        let is_check = LISTS.checking_tasks.contains(name);
        let before = was.iter().find(|(known, _)| known == name);
        let worked = before.is_some_and(|(_, line)| !is_idle(&line.text));
        if !is_check || !worked || !is_idle(&line.text) {
            continue;
        }
        let place = line_place(line.number);
        let message = format!("`{name}` does nothing any more, and ends well");
        let rule = rules::CI_CHECK_REMOVED;
        let mut finding = rule.finding(Side::Head, &file.path, place, message);
        finding.level = Level::Escalate;
        found.push(finding);
    }
}

/// Whether a command does nothing but end well.
fn is_idle(command: &str) -> bool {
    let parts = command.split(['&', ';']).map(str::trim);
    parts.filter(|part| !part.is_empty()).all(|part| {
        let mut words = part.split_whitespace();
        match words.next() {
            Some("echo" | "true" | ":" | "printf") => !part.contains('|') || part.ends_with("true"),
            Some("exit") => words.next().is_none_or(|code| code == "0"),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_calls_a_script_by_its_name() {
        let of = |command: &str| -> Vec<String> {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            called(&words).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(of("npm test"), ["pretest", "test", "posttest"]);
        assert_eq!(of("pnpm run lint -- --fix")[1], "lint");
        assert_eq!(of("yarn typecheck")[1], "typecheck");
        assert_eq!(of("run-s lint test"), ["lint", "test"]);
        assert_eq!(of("pnpm -r test"), [""; 0]);
    }

    #[test]
    fn a_task_that_only_speaks_does_nothing() {
        for command in ["echo ok", "true", "exit 0", "echo no tests && exit 0"] {
            assert!(is_idle(command), "{command}");
        }
        for command in [
            "vitest run",
            "echo a && jest",
            "exit 1",
            "echo x | node check.js",
        ] {
            assert!(!is_idle(command), "{command}");
        }
        let text = "{\"scripts\": {\"a\": \"b\"}}";
        assert_eq!(lines("package.json", text, "a")[0].text, "b");
    }
}
