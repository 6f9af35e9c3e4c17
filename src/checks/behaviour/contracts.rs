//! What a declaration asks of the values that it takes, loosened: bounds, lengths, patterns, allowed values, and that
//! nothing else is given. Read from the declarations of types, field by field, and from schemas in JSON and YAML.
//!
//! Does not catch: a validation that is code; constraints of parameters; a field that has another name now.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::document::{self, Item, Value};
use crate::finding::{Finding, Level, Place};
use crate::language::{DefinitionKind, Parsed};
use crate::syntax::walk::{flat, parts};

/// Constraints of a field by the keyword that sets them, and what they keep.
static CONSTRAINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\b(max_length|min_length|pattern|regex|ge|gt|le|lt|multiple_of|max_digits|decimal_places|max_items|min_items|choices|validators|min_value|max_value|extra|unique)\s*=\s*(r?"[^"\n]*"|r?'[^'\n]*'|\[[^\]\n]*\]|[^,()\s]+)"#,
    )
    .ok()
});

/// What schemas call their constraints.
const OF_SCHEMAS: [&str; 16] = [
    "maxLength",
    "minLength",
    "pattern",
    "enum",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "minItems",
    "multipleOf",
    "uniqueItems",
    "additionalProperties",
    "unevaluatedProperties",
    "required",
    "const",
];

/// Words of an attribute of a type that refuses what it does not know.
const REFUSES: [&str; 1] = ["deny_unknown_fields"];

/// Whether a file may be a schema.
pub(super) fn reads(path: &str) -> bool {
    [".json", ".yaml", ".yml"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn say(file: &File, line: u32, message: String, level: Level, found: &mut Vec<Finding>) {
    let place = Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    };
    let rule = rules::CONTRACT_LOOSENED;
    let mut finding = rule.finding(Side::Head, &file.path, place, message);
    finding.level = level;
    found.push(finding);
}

/// Tells what the types of a file ask no more.
pub(super) fn check_file(file: &File, base: &Parsed, head: &Parsed, found: &mut Vec<Finding>) {
    let Some(constraints) = CONSTRAINTS.as_ref() else {
        return;
    };
    let types = |parsed: &'_ Parsed| -> BTreeMap<String, usize> {
        let definitions = parsed.facts().definitions.iter().enumerate();
        let types = definitions.filter(|(_, one)| one.kind == DefinitionKind::Type && !one.in_test);
        types.map(|(at, one)| (one.qualified.clone(), at)).collect()
    };
    let after = types(head);
    for (name, at) in types(base) {
        let before = base.facts().definitions.get(at);
        let now = after
            .get(&name)
            .and_then(|at| head.facts().definitions.get(*at));
        let (Some(before), Some(now)) = (before, now) else {
            continue;
        };
        if base.slice(&before.bytes) == head.slice(&now.bytes) {
            continue;
        }
        let refuses = |marks: &[String], word: &str| marks.iter().any(|mark| mark.contains(word));
        for word in REFUSES {
            if refuses(&before.marks, word) && !refuses(&now.marks, word) {
                let message =
                    format!("`{name}` no longer refuses what it does not know (`{word}`)");
                say(file, now.name_line, message, Level::Escalate, found);
            }
        }
        let text = head.slice(&now.bytes);
        let left = fields(head, now.body.clone());
        for (field, (was, _)) in fields(base, before.body.clone()) {
            let Some((is, line)) = left.get(&field).filter(|(is, _)| *is != was) else {
                continue;
            };
            budget::charge_text(was.len() + is.len());
            let values = |text: &'_ str| -> BTreeMap<String, String> {
                let all = constraints.captures_iter(text);
                all.map(|one| (one[1].to_owned(), one[2].to_owned()))
                    .collect()
            };
            let left = values(is);
            for (key, value) in values(&was) {
                let now = left.get(&key).map(String::as_str);
                let moved = now.is_none() && budget::charge_text(head.source.len()) && {
                    let plain = format!("{key}={value}");
                    head.source.replace(' ', "").contains(&plain) && !text.contains(&plain)
                };
                let Some((what, level)) = loosened(&key, &value, now).filter(|_| !moved) else {
                    continue;
                };
                let message = format!("`{name}.{field}` {what}");
                say(file, *line, message, level, found);
            }
        }
    }
}

/// What a constraint asks no more, and how much that is; `None` where it asks as much.
fn loosened(key: &str, was: &str, now: Option<&str>) -> Option<(String, Level)> {
    let Some(now) = now else {
        let gone = (
            format!("no longer asks for `{key}` (it was {was})"),
            Level::Escalate,
        );
        return Some(gone);
    };
    let plain = |text: &'_ str| {
        text.trim_start_matches('r')
            .trim_matches(['"', '\''])
            .to_owned()
    };
    let numbers = || Some((was.parse::<f64>().ok()?, now.parse::<f64>().ok()?));
    let wider = |most: bool| {
        let (was, now) = numbers()?;
        let is_wider = if most { now > was } else { now < was };
        let crosses = !most && was >= 0.0 && now < 0.0;
        is_wider.then_some(match crosses {
            true => Level::Escalate,
            false => Level::Note,
        })
    };
    let level = match key {
        "max_length" | "le" | "lt" | "max_digits" | "max_items" | "max_value" => wider(true)?,
        "min_length" | "ge" | "gt" | "min_items" | "min_value" => wider(false)?,
        "pattern" | "regex" => {
            let any = [".*", "^.*$", ".+", "^.+$", ""].contains(&plain(now).as_str());
            any.then_some(Level::Escalate)?
        }
        "extra" => (plain(was) == "forbid" || was.ends_with(".forbid"))
            .then_some(Level::Escalate)
            .filter(|_| was != now)?,
        "unique" => (was == "True" && now != "True").then_some(Level::Escalate)?,
        _ => return None,
    };
    Some((
        format!("asks for less: `{key}` was {was}, and is {now}"),
        level,
    ))
}

type Fields = BTreeMap<String, (String, u32)>;

/// The statements of the body of a type, by the name that each begins with: as one line, and its row.
fn fields(parsed: &Parsed, body: Option<std::ops::Range<usize>>) -> Fields {
    let body = body.and_then(|body| parsed.node(&body));
    let statements = body.map(parts).unwrap_or_default().into_iter();
    let mut open: Vec<_> = statements.collect();
    let mut found = Fields::new();
    while let Some(statement) = open.pop() {
        // The settings of a type may stand in a type of their own.
        if let Some(inner) = statement.child_by_field_name("body") {
            let is_settings = statement.child_by_field_name("name");
            let settings =
                is_settings.is_some_and(|name| ["Config", "Meta"].contains(&parsed.text(name)));
            if settings {
                open.extend(parts(inner));
            }
            continue;
        }
        let text = flat(parsed, statement);
        let end = text.find(|c: char| !crate::text::is_in_word(c));
        let name = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        let row = u32::try_from(statement.start_position().row).unwrap_or(u32::MAX);
        if !name.is_empty() {
            found.insert(name.to_owned(), (text.clone(), row.saturating_add(1)));
        }
    }
    found
}

/// Tells what a schema asks no more.
pub(super) fn check_schema(file: &File, found: &mut Vec<Finding>) {
    let (Some(base), Some(head)) = (file.text(Side::Base), file.text(Side::Head)) else {
        return;
    };
    let speaks = |text: &str| {
        ["\"properties\"", "properties:", "$schema"]
            .iter()
            .any(|it| text.contains(it))
    };
    if !speaks(base) || !speaks(head) {
        return;
    }
    let read = |text| document::read(&file.path, text);
    let (Some(base), Some(head)) = (read(base), read(head)) else {
        return;
    };
    let mut open = vec![(String::new(), &base, &head)];
    while let Some((path, was, now)) = open.pop() {
        if !budget::charge(1) {
            break;
        }
        let is_names = path.ends_with("properties") || path.ends_with("definitions");
        for (key, old) in was.entries() {
            let new = now.get(key);
            let is_constraint = OF_SCHEMAS.contains(&key.as_str()) && !is_names;
            if is_constraint && let Some(what) = asks_less(key, old, new, now) {
                let line = new.unwrap_or(now).line;
                let at = if path.is_empty() { "the schema" } else { &path };
                say(file, line, format!("{at} {what}"), Level::Escalate, found);
            } else if let Some(new) = new {
                let below = match path.as_str() {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                open.push((below, old, new));
            }
        }
    }
}

/// What a constraint of a schema asks no more.
fn asks_less(key: &str, old: &Item, new: Option<&Item>, now: &Item) -> Option<String> {
    let closed = |item: &Item| item.text() == Some("false");
    match key {
        "additionalProperties" | "unevaluatedProperties" => {
            let opens = closed(old) && !new.is_some_and(closed);
            opens.then(|| {
                format!("takes properties that it does not know: `{key}` is no longer false")
            })
        }
        "required" => {
            let left: Vec<&str> = new
                .map(Item::items)
                .unwrap_or_default()
                .iter()
                .filter_map(Item::text)
                .collect();
            let known = now.get("properties");
            let mut lost = old.items().iter().filter_map(Item::text);
            let lost = lost.find(|name| {
                !left.contains(name) && known.is_none_or(|known| known.get(name).is_some())
            })?;
            Some(format!("no longer asks for `{lost}`"))
        }
        _ if matches!(old.value, Value::Map(_)) => None,
        _ => new.is_none().then(|| format!("no longer has `{key}`")),
    }
}
