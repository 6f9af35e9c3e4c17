//! Cargo's `--message-format=json`: one message a line, the compiler's among them.
//!
//! A crate is compiled once as a library and once as a test, so the same diagnostic comes twice: it is kept
//! once. A place inside a macro is followed out to the call that stands in the code.
//!
//! Does not catch: a diagnostic without any place; it is told at `Cargo.toml`.

use anyhow::{Context, Result};
use serde_json::Value;
use toml::Table;

use super::{Parsed, at, placed, position, text};
use crate::tools::diagnostic::{BuildProgram, BuildProgramKind, Diagnostic, Packages, Severity};

pub(super) fn parse(output: &str) -> Result<Parsed> {
    let mut diagnostics = Vec::new();
    let mut checked = 0;
    let mut packages = Packages::default();
    let mut artifacts = Vec::new();
    let mut finished = false;
    for (number, line) in (1..).zip(output.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let message: Value = serde_json::from_str(line)
            .with_context(|| format!("line {number} of its output is no JSON"))?;
        if let Some(manifest) = message.get("manifest_path").and_then(Value::as_str) {
            packages.manifests.insert(manifest.to_owned());
            packages.programs.extend(program(&message, manifest));
        }
        match message.get("reason").and_then(Value::as_str) {
            Some("compiler-message") => diagnostics.extend(diagnostic(&message)),
            Some("compiler-artifact") => {
                checked += 1;
                let made = message.get("filenames").and_then(Value::as_array);
                artifacts.extend(made.into_iter().flatten().map(|path| text(Some(path))));
            }
            Some("build-finished") => {
                finished = true;
                // Of a target that failed nothing says what was read for it.
                if message.get("success").and_then(Value::as_bool) != Some(true) {
                    artifacts.clear();
                }
            }
            _ => {}
        }
    }
    anyhow::ensure!(finished, "its output ends before the build does");
    diagnostics.sort();
    diagnostics.dedup();
    checked += diagnostics.len() as u64;
    Ok(Parsed {
        diagnostics,
        checked: Some(checked),
        packages: Some(packages),
        artifacts,
        ..Parsed::default()
    })
}

/// The kinds of targets that run while others are compiled (cargo's `Target::kind`).
const RUN: [(&str, BuildProgramKind); 2] = [
    ("custom-build", BuildProgramKind::BuildScript),
    ("proc-macro", BuildProgramKind::ProceduralMacro),
];

/// The target of a message, where it runs. A target's first message is written before it can run.
fn program(message: &Value, manifest: &str) -> Option<BuildProgram> {
    let kinds = at(message, "target.kind")?.as_array()?;
    let (_, kind) = RUN
        .into_iter()
        .find(|(name, _)| kinds.iter().any(|kind| kind.as_str() == Some(name)))?;
    Some(BuildProgram {
        kind,
        manifest: manifest.to_owned(),
        source: text(at(message, "target.src_path")),
    })
}

/// The files that rustc read for something that it made, as its dep-info beside it says; none where there is none.
/// `read` gives the text of a file, `list` the names in a folder.
///
/// Source: rustc's `--emit dep-info`, in the form of a makefile; cargo puts it into `deps/`, and beside a build script.
pub fn compiled(
    artifact: &str,
    read: impl Fn(&str) -> Option<String>,
    list: impl Fn(&str) -> Vec<String>,
) -> Vec<String> {
    let Some((folder, name)) = artifact.rsplit_once('/') else {
        return Vec::new();
    };
    let stem = name.split('.').next().unwrap_or(name);
    let own = format!("{folder}/{}.d", stem.strip_prefix("lib").unwrap_or(stem));
    let beside = || {
        let names = list(folder).into_iter().filter(|name| name.ends_with(".d"));
        names
            .filter_map(|name| read(&format!("{folder}/{name}")))
            .collect()
    };
    let notes: Vec<String> = match read(&own) {
        Some(note) => vec![note],
        None if folder.ends_with("/deps") => Vec::new(),
        None => beside(),
    };
    let of = |line: &str| Some(line.split_once(": ")?.1.replace("\\ ", "\0"));
    let lists = notes.iter().flat_map(|note| note.lines()).filter_map(of);
    let paths = lists.flat_map(|list| {
        list.split(' ')
            .map(|path| path.replace('\0', " "))
            .collect::<Vec<_>>()
    });
    paths.filter(|path| !path.is_empty()).collect()
}

/// Whether a manifest names a program of its package; not where it does not parse. `path` is the program's file, seen
/// from the manifest's folder.
pub fn declares(manifest: &str, kind: BuildProgramKind, path: &str) -> bool {
    let Ok(table) = manifest.parse::<Table>() else {
        return false;
    };
    let under = |section: &str, key: &str| table.get(section)?.get(key).cloned();
    let names = |value: &toml::Value, name: &str| {
        let list = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        let mut texts = list.iter().filter_map(toml::Value::as_str);
        texts.any(|text| text.trim_start_matches("./") == name)
    };
    match kind {
        BuildProgramKind::BuildScript => {
            under("package", "build").map_or(path == "build.rs", |value| names(&value, path))
        }
        BuildProgramKind::ProceduralMacro => {
            let is_set = |key| under("lib", key).and_then(|value| value.as_bool()) == Some(true);
            let types = under("lib", "crate-type").or_else(|| under("lib", "crate_type"));
            is_set("proc-macro")
                || is_set("proc_macro")
                || types.is_some_and(|types| names(&types, "proc-macro"))
        }
    }
}

fn diagnostic(message: &Value) -> Option<Diagnostic> {
    let message = message.get("message")?;
    let level = text(message.get("level"));
    let severity = match level.as_str() {
        "failure-note" | "note" | "help" => return None,
        other => Severity::of(other),
    };
    let code = text(at(message, "code.code"));
    let spans = message.get("spans").and_then(Value::as_array);
    let primary = spans
        .into_iter()
        .flatten()
        .find(|span| span.get("is_primary").and_then(Value::as_bool) == Some(true));
    let mut found = match primary {
        Some(span) => {
            let span = outermost(span);
            let number = |key: &str| position(span.get(key), 1);
            placed(
                text(span.get("file_name")),
                (number("line_start"), number("column_start")),
                (number("line_end"), number("column_end")),
            )
        }
        // "aborting due to 2 previous errors", "1 warning emitted": a sum of what was told already.
        None if code.is_empty() && is_sum(message) => return None,
        None => placed(
            text(message.get("manifest_path")),
            (None, None),
            (None, None),
        ),
    };
    found.severity = severity;
    found.message = text(message.get("message"));
    found.docs = match code.strip_prefix("clippy::") {
        Some(lint) => format!("https://rust-lang.github.io/rust-clippy/stable/index.html#{lint}"),
        None if code.len() == 5 && code.starts_with('E') => {
            format!("https://doc.rust-lang.org/error_codes/{code}.html")
        }
        None => String::new(),
    };
    found.rule = code;
    Some(found)
}

/// The call in the code whose expansion holds a span.
fn outermost(mut span: &Value) -> &Value {
    // Expansions nest as deep as the compiler's recursion limit at most.
    for _ in 0..1000 {
        match at(span, "expansion.span") {
            Some(outer) if outer.is_object() => span = outer,
            _ => break,
        }
    }
    span
}

fn is_sum(message: &Value) -> bool {
    let message = text(message.get("message"));
    message.starts_with("aborting due to")
        || message.ends_with("emitted")
        || message.starts_with("Some errors have detailed explanations")
}
