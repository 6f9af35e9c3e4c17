//! Prints in a library that has none, and calls that end the program.
//!
//! Does not catch: a first one in a package that is new as a whole; packages that do so already.

use std::collections::BTreeMap;

use anyhow::Result;

use super::report;
use super::rules;
use crate::change::{Blob, Change, File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::conventions::is_aside;
use crate::language::{self, Call, Lang, Parsed, shape};

/// What a library leaves to the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Prints,
    Exits,
}

impl Deed {
    /// The calls that do it.
    fn calls(self, language: Lang) -> &'static [String] {
        let profile = language.profile();
        match self {
            Self::Prints => &profile.prints,
            Self::Exits => &profile.exits,
        }
    }
}

/// Which packages of base do neither so far, by top folder; read when first asked.
#[derive(Default)]
pub(super) struct Prints {
    quiet: BTreeMap<(Lang, Deed, String), bool>,
}

impl Prints {
    pub(super) fn check_file(
        &mut self,
        context: &Context<'_>,
        file: &File,
        parsed: &Parsed,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        if is_program(&file.path) || context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        for deed in [Deed::Prints, Deed::Exits] {
            self.check_calls(context, file, parsed, deed, found)?;
        }
        Ok(())
    }

    fn check_calls(
        &mut self,
        context: &Context<'_>,
        file: &File,
        parsed: &Parsed,
        deed: Deed,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let profile = parsed.language.profile();
        for call in &parsed.facts().calls {
            let words = deed.calls(parsed.language);
            let name = call.among(parsed.slice(&call.callee), words);
            let row = call.line.saturating_sub(1);
            let Some(name) = name.filter(|_| file.touches(Side::Head, row..row + 1)) else {
                continue;
            };
            // A stream that a caller gave is no leftover; those of the process are.
            if excused(parsed, call)
                || profile.prints_elsewhere(parsed.slice(&call.bytes))
                || !self.is_quiet(context.change, parsed.language, deed, &file.path)?
            {
                continue;
            }
            let (what, rule) = match deed {
                Deed::Prints => ("printed nothing", rules::PRINT_IN_LIBRARY),
                Deed::Exits => ("ended no program", rules::EXIT_IN_LIBRARY),
            };
            let message = format!("`{name}` in a library that {what} so far");
            let place = parsed.place_of(call.bytes.clone());
            report(file, Side::Head, rule, place, message, found);
        }
        Ok(())
    }

    /// Whether the package of a path has files at base, and none of them does it.
    fn is_quiet(
        &mut self,
        change: &Change,
        language: Lang,
        deed: Deed,
        path: &str,
    ) -> Result<bool> {
        let package = package(path);
        let key = (language, deed, package.to_owned());
        if let Some(known) = self.quiet.get(&key) {
            return Ok(*known);
        }
        let (mut files, mut quiet) = (0, true);
        for other in change.paths(Side::Base)? {
            if language::of(other) != Some(language)
                || self::package(other) != package
                || is_program(other)
            {
                continue;
            }
            if let Some(blob) = change.read(Side::Base, other)?
                && let Some(text) = Blob::text(&blob)
            {
                files += 1;
                quiet &= !text.lines().any(|line| does(language, deed, line));
            }
        }
        let quiet = quiet && files > 0;
        self.quiet.insert(key, quiet);
        Ok(quiet)
    }
}

/// Whether a statement of a line, as far as the line tells, does it.
fn does(language: Lang, deed: Deed, line: &str) -> bool {
    let profile = language.profile();
    let line = line.trim_start();
    let comment = profile.line_comment.as_deref();
    !comment.is_some_and(|mark| line.starts_with(mark))
        && deed.calls(language).iter().any(|word| {
            line.match_indices(word.as_str()).any(|(at, _)| {
                let (before, behind) = line.split_at(at);
                let begins = before.trim_end();
                let begins = begins.is_empty() || begins.ends_with(['{', '>', '|', '(', ';']);
                begins
                    && behind
                        .strip_prefix(word.as_str())
                        .is_some_and(|rest| rest.starts_with('('))
            })
        })
}
/// The folder that a package's code stands under: the first one, past `src` or a workspace's folder.
fn package(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('/') {
        let next = end + part.len() + 1;
        if next > path.len() {
            break;
        }
        end = next;
        if !matches!(
            part,
            "src" | "crates" | "packages" | "lib" | "libs" | "python"
        ) {
            break;
        }
    }
    path.get(..end).unwrap_or_default()
}

/// Files whose business it is to print: programs, scripts, build scripts.
fn is_program(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    is_aside(path)
        || matches!(
            stem,
            "main"
                | "__main__"
                | "build"
                | "setup"
                | "manage"
                | "noxfile"
                | "tasks"
                | "run"
                | "console"
                | "conf"
        )
        || [
            "cli", "command", "script", "print", "report", "display", "debug", "demo", "example",
            "log", "shell",
        ]
        .iter()
        .any(|word| stem.contains(word))
        || path.split('/').any(|part| {
            matches!(
                part,
                "bin" | "cli" | "commands" | "management" | "xtask" | "cmd"
            )
        })
        || !path.contains('/')
}

/// Whether a call stands where a module is run as a program, or where it is asked for, or in test code.
fn excused(parsed: &Parsed, call: &Call) -> bool {
    let definition = parsed.facts().definition_at(call.line);
    if definition.is_some_and(|definition| {
        definition.in_test
            || matches!(definition.name.as_str(), "main" | "cli" | "_main" | "run")
            || definition.name.contains("print")
    }) {
        return true;
    }
    let Some(node) = parsed.node(&call.bytes) else {
        return true;
    };
    let program = parsed.language.profile().program_condition.as_deref();
    let words = ["verbose", "debug", "print", "quiet"];
    shape::conditions(parsed, node).any(|condition| {
        let condition = condition.to_lowercase();
        let asked = words.iter().any(|word| condition.contains(word));
        asked || program.is_some_and(|program| condition.contains(program))
    })
}
