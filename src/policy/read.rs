//! Reading a policy file: syntax, types, and what needs more than one key to see.
//!
//! Does not catch: a rule name that no check has; tools bring rules of their own.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Document, LevelEntry};
use super::error::{PolicyError, Positions, Problem, suggestion};
use super::located::typed;
use super::tools::{BUILT_IN, Environment, Output, Tool};
use crate::embedded::SUPPRESSIONS;

/// Entries that a list of levels, floors or waivers may have: each of them is asked of each finding.
const MOST_ENTRIES: usize = 1_000;
/// Problems that are told at once, the first of the file.
const MOST_PROBLEMS: usize = 100;

/// The byte at which each key of a file stands, by its path (`gate.required`, `levels.0.rule`).
pub(super) type Places = BTreeMap<String, usize>;

/// A policy file as read.
pub(super) struct Read {
    pub(super) document: Document,
    /// The line of each key, by its path.
    pub(super) lines: BTreeMap<String, usize>,
}

/// Reads a policy file; `file` is its name in messages.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Read, PolicyError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            return fail(
                file,
                &valid,
                vec![(valid.len(), "no UTF-8 text".to_owned())],
            );
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problems = errors
            .iter()
            .map(|error| {
                let at = error.span().map_or(text.len(), |span| span.start);
                (at, format!("no valid TOML: {}", error.message()))
            })
            .collect();
        return fail(file, text, problems);
    }
    let mut places = Places::new();
    note_places(table.get_ref(), "", &mut places);
    if let Some(problem) = other_schema(table.get_ref()) {
        return fail(file, text, vec![problem]);
    }
    let document: Document = match typed(table.get_ref()) {
        Ok(document) => document,
        Err(faults) => {
            let problems = faults
                .iter()
                .map(|fault| (fault.at(), fault.message()))
                .collect();
            return fail(file, text, problems);
        }
    };
    let problems = contradictions(&document)
        .into_iter()
        .map(|(path, message)| (place(&places, &path), message))
        .collect::<Vec<_>>();
    if !problems.is_empty() {
        return fail(file, text, problems);
    }
    let positions = Positions::of(text);
    let lines = places
        .into_iter()
        .map(|(path, byte)| (path, positions.line(byte)))
        .collect();
    Ok(Read { document, lines })
}

fn fail<T>(file: &str, text: &str, problems: Vec<(usize, String)>) -> Result<T, PolicyError> {
    let mut problems = problems;
    problems.sort();
    problems.truncate(MOST_PROBLEMS);
    let positions = Positions::of(text);
    let mut problems: Vec<Problem> = problems
        .into_iter()
        .map(|(byte, message)| {
            let (line, column) = positions.of_byte(byte);
            Problem {
                line,
                column,
                message: shown(&message),
            }
        })
        .collect();
    problems.sort();
    problems.dedup();
    Err(PolicyError {
        file: file.to_owned(),
        problems,
    })
}

/// A message that a terminal may show: one line, and short whatever the file holds.
fn shown(message: &str) -> String {
    const LONGEST: usize = 500;
    let mut short: String = message.chars().take(LONGEST).collect();
    if short.len() < message.len() {
        short.push_str("..");
    }
    crate::text::visible(&short)
}

/// A file of another schema is told as such, and not by the keys that we do not know.
fn other_schema(table: &DeTable<'_>) -> Option<(usize, String)> {
    let value = table.get("schema")?;
    match value.get_ref() {
        DeValue::Integer(number) if number.as_str() != "1" || number.radix() != 10 => Some((
            value.span().start,
            format!("schema = {number}: this draftgate reads schema 1"),
        )),
        _ => None,
    }
}

fn note_places(table: &DeTable<'_>, above: &str, places: &mut Places) {
    for (key, value) in table {
        let path = if above.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{above}.{}", key.get_ref())
        };
        note_value(value, &path, places);
        places.insert(path, key.span().start);
    }
}

fn note_value(value: &Spanned<DeValue<'_>>, path: &str, places: &mut Places) {
    match value.get_ref() {
        DeValue::Table(table) => note_places(table, path, places),
        DeValue::Array(array) => {
            for (at, element) in array.iter().enumerate() {
                let path = format!("{path}.{at}");
                note_value(element, &path, places);
                places.insert(path, element.span().start);
            }
        }
        _ => {}
    }
}

/// The place of a path, or of the nearest one above it.
fn place(places: &Places, path: &str) -> usize {
    let mut path = path;
    loop {
        if let Some(at) = places.get(path) {
            return *at;
        }
        match path.rsplit_once('.') {
            Some((above, _)) => path = above,
            None => return 0,
        }
    }
}

/// What is wrong between keys, each with the path where it stands.
fn contradictions(document: &Document) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let gate = &document.gate;
    for name in gate.required.iter().flatten() {
        if gate.disabled.contains(name) {
            let name = name.as_str();
            found.push((
                "gate.disabled".to_owned(),
                format!("`{name}` is both required and disabled: take it out of one of the lists"),
            ));
        }
    }
    let floors = document.floors.as_deref().unwrap_or_default();
    for (list, entries) in [
        ("levels", document.levels.as_slice()),
        ("floors", floors),
        ("provenance.agent.levels", &document.provenance.agent.levels),
    ] {
        unselective(list, entries, &mut found);
        too_many(list, entries.len(), &mut found);
    }
    too_many("waivers", document.waivers.len(), &mut found);
    for (at, environment) in document.environments.iter().enumerate() {
        unnamed_environment(at, environment, &mut found);
    }
    for (name, tool) in &document.tools {
        incomplete_tool(name, tool, &mut found);
    }
    let coverage = &document.checks.coverage;
    if !coverage.base_report.is_empty() && coverage.report.is_empty() {
        found.push((
            "checks.coverage.base-report".to_owned(),
            "`base-report` without `report`: there is nothing to compare it with".to_owned(),
        ));
    } else if !coverage.base_report.is_empty() && !coverage.command.is_empty() {
        found.push((
            "checks.coverage.base-report".to_owned(),
            "`base-report` with `command`: the command measures base too, and writes its `report`"
                .to_owned(),
        ));
    }
    waivers(document, &mut found);
    found
}

fn too_many(list: &str, entries: usize, found: &mut Vec<(String, String)>) {
    if entries > MOST_ENTRIES {
        let message = format!("{entries} entries of [[{list}]]: at most {MOST_ENTRIES} are read");
        found.push((format!("{list}.{MOST_ENTRIES}"), message));
    }
}

fn unselective(list: &str, entries: &[LevelEntry], found: &mut Vec<(String, String)>) {
    for (at, entry) in entries.iter().enumerate() {
        if entry.rule.is_none() && entry.check.is_none() && entry.paths.is_empty() {
            found.push((
                format!("{list}.{at}"),
                format!("[[{list}]] that matches everything: name a `rule`, a `check` or `paths`"),
            ));
        }
    }
}

fn unnamed_environment(at: usize, environment: &Environment, found: &mut Vec<(String, String)>) {
    let key = format!("environments.{at}");
    let path = std::path::Path::new(&environment.path);
    match &environment.digest {
        Some(digest) => {
            let number = digest.strip_prefix("sha256:").unwrap_or_default();
            if number.len() != 64 || !number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let message = "`digest` is `sha256:` and 64 hexadecimal digits".to_owned();
                found.push((format!("{key}.digest"), message));
            }
        }
        None if !path.is_absolute() => found.push((
            key,
            "[[environments]] without `digest`: a folder of the tree may be the change's, so it is named by what is in it; \
             `draftgate check` says the digest where a tool is only there"
                .to_owned(),
        )),
        None => {}
    }
}

fn incomplete_tool(name: &str, tool: &Tool, found: &mut Vec<(String, String)>) {
    let mut say = |key: &str, message: String| found.push((format!("tools.{name}{key}"), message));
    let own = !BUILT_IN.contains(&name);
    if own && tool.check.is_none() && tool.command.is_empty() && tool.output.is_none() {
        let near = suggestion(name, &BUILT_IN);
        say(
            "",
            format!(
                "`{name}` is no built-in tool, and a tool of your own needs `check`, `command` and \
                 `output`; {near}"
            ),
        );
        return;
    }
    if own {
        for (missing, key) in [
            (tool.check.is_none(), "check"),
            (tool.command.is_empty(), "command"),
            (tool.output.is_none(), "output"),
        ] {
            if missing {
                say("", format!("[tools.{name}] without `{key}`"));
            }
        }
    }
    match (&tool.pattern, tool.output) {
        (None, Some(Output::Regex)) => {
            say(".output", "output = \"regex\" without `pattern`".to_owned());
        }
        (Some(_), output) if output != Some(Output::Regex) => say(
            ".pattern",
            "`pattern` is read only with output = \"regex\"".to_owned(),
        ),
        (Some(pattern), _) => {
            let groups: Vec<&str> = pattern.regex().capture_names().flatten().collect();
            for wanted in ["path", "line", "message"] {
                if !groups.contains(&wanted) {
                    say(
                        ".pattern",
                        format!("no group `(?P<{wanted}>..)` in the pattern"),
                    );
                }
            }
        }
        (None, _) => {}
    }
    if tool.output == Some(Output::JsonLines) && !tool.fields.contains_key("path") {
        say(
            ".output",
            "output = \"json-lines\" without `fields.path`".to_owned(),
        );
    }
    for kind in tool.silencers.iter().flatten() {
        if !SUPPRESSIONS.contains(&kind.as_str()) {
            let near = suggestion(kind, &SUPPRESSIONS);
            say(
                ".silencers",
                format!("`{kind}` is no kind of suppression; {near}"),
            );
        }
    }
    for key in tool.fields.keys() {
        if !Tool::FIELDS.contains(&key.as_str()) {
            let near = suggestion(key, &Tool::FIELDS);
            say(
                &format!(".fields.{key}"),
                format!("unknown field `{key}` in [tools.{name}.fields]; {near}"),
            );
        }
    }
}

fn waivers(document: &Document, found: &mut Vec<(String, String)>) {
    let mut seen = BTreeSet::new();
    for (at, waiver) in document.waivers.iter().enumerate() {
        let mut say = |key: &str, message: String| {
            found.push((format!("waivers.{at}.{key}"), message));
        };
        for (key, value) in [
            ("fingerprint", &waiver.fingerprint),
            ("rule", &waiver.rule),
            ("reason", &waiver.reason),
            ("approved-by", &waiver.approved_by),
        ] {
            if value.trim().is_empty() {
                say(key, format!("[[waivers]] with an empty `{key}`"));
            }
        }
        let print = waiver.fingerprint.as_bytes();
        let hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if !print.is_empty() && (print.len() != 12 || !print.iter().all(hex)) {
            say(
                "fingerprint",
                "a fingerprint is 12 hexadecimal digits, as the report shows it".to_owned(),
            );
        }
        if !seen.insert((&waiver.fingerprint, &waiver.rule)) {
            say(
                "fingerprint",
                format!(
                    "a second waiver for `{}` of `{}`: keep one",
                    waiver.fingerprint, waiver.rule
                ),
            );
        }
    }
}
