//! Prints in a library that has none.
//!
//! Does not catch: a first print in a package that is new as a whole; packages that print already.

use std::collections::BTreeMap;

use anyhow::Result;

use super::report;
use super::rules;
use crate::change::{Blob, Change, File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::conventions::is_aside;
use crate::language::{self, Known, Lang, PYTHON, Parsed};
use crate::syntax::walk::parents;

/// Which packages of base print already, by top folder; read when first asked.
#[derive(Default)]
pub(super) struct Prints {
    quiet: BTreeMap<(Lang, String), bool>,
}

impl Prints {
    pub(super) fn look(
        &mut self,
        context: &Context<'_>,
        file: &File,
        parsed: &Parsed,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        if is_program(&file.path) || context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        for call in &parsed.facts().calls {
            let name = parsed.slice(&call.callee);
            let prints = match parsed.language.known() {
                Known::Python => {
                    matches!(name, "print" | "pprint" | "pprint.pprint" | "pp") && !call.is_macro
                        || matches!(name, "sys.stdout.write" | "sys.stderr.write")
                }
                Known::Rust => {
                    call.is_macro && matches!(name, "println" | "print" | "eprintln" | "eprint")
                }
                Known::Other => false,
            };
            let row = call.line.saturating_sub(1);
            if !prints || !file.touches(Side::Head, row..row + 1) || excused(parsed, &call.bytes) {
                continue;
            }
            let arguments = parsed.slice(&call.bytes);
            // A stream that a caller gave is no leftover; the two of the process are.
            let to_stream = parsed.language == PYTHON
                && arguments.contains("file=")
                && !arguments.contains("file=sys.std");
            if to_stream || !self.is_quiet(context.change, parsed.language, &file.path)? {
                continue;
            }
            let shown = if call.is_macro {
                format!("{name}!")
            } else {
                name.to_owned()
            };
            let message = format!("`{shown}` in a library that printed nothing so far");
            report(
                file,
                Side::Head,
                rules::PRINT_IN_LIBRARY,
                parsed.place_of(call.bytes.clone()),
                message,
                found,
            )?;
        }
        Ok(())
    }

    /// Whether the package of a path has files at base, and none of them prints.
    fn is_quiet(&mut self, change: &Change, language: Lang, path: &str) -> Result<bool> {
        let package = package(path);
        let key = (language, package.to_owned());
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
                quiet &= !text.lines().any(|line| is_print(language, line));
            }
        }
        let quiet = quiet && files > 0;
        self.quiet.insert(key, quiet);
        Ok(quiet)
    }
}

fn is_print(language: Lang, line: &str) -> bool {
    let line = line.trim_start();
    match language.known() {
        Known::Python => [
            "print(",
            "pprint(",
            "pprint.pprint(",
            "sys.stdout.write(",
            "sys.stderr.write(",
        ]
        .iter()
        .any(|word| line.starts_with(word)),
        Known::Rust => {
            !line.starts_with("//")
                && (line.contains("println!(")
                    || line.contains(" print!(")
                    || line.starts_with("print!("))
        }
        Known::Other => false,
    }
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

/// Whether a call stands where a module is run as a program, in a macro definition or in test code.
fn excused(parsed: &Parsed, bytes: &std::ops::Range<usize>) -> bool {
    let line = parsed.place_of(bytes.clone()).line;
    let definition = parsed.facts().definition_at(line);
    if definition.is_some_and(|definition| {
        definition.in_test
            || matches!(definition.name.as_str(), "main" | "cli" | "_main" | "run")
            || definition.name.contains("print")
    }) {
        return true;
    }
    let Some(node) = parsed.node(bytes) else {
        return true;
    };
    parents(node, parsed.root()).any(|parent| match parent.kind() {
        "if_statement" => parent.child_by_field_name("condition").is_some_and(|c| {
            let text = parsed.text(c).to_lowercase();
            ["__name__", "verbose", "debug", "print", "quiet"]
                .iter()
                .any(|word| text.contains(word))
        }),
        "macro_definition" => true,
        _ => false,
    })
}
