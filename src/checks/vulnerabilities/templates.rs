//! Templates: values that are no longer escaped.
//!
//! A value that base escaped and head does not needs a human; a new one that is not escaped is a note, as such values
//! are often markup that the program itself made.
//!
//! Does not catch: markup that is put together in code; components whose templates stand in strings.

use std::sync::LazyLock;

use regex::Regex;

use crate::budget;
use crate::change::{Blob, File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level, Place};
use crate::rule::built_in::vulnerabilities::ESCAPING_TURNED_OFF;

const ENDINGS: &[&str] = &[
    "html", "htm", "xhtml", "jinja", "jinja2", "j2", "djhtml", "twig", "njk",
];

/// Where all of a block is not escaped.
static BLOCK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{%-?\s*autoescape\s+(?:off|false)\b").ok());

/// A value with filters, the last of which takes it as it is.
static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\{\{-?\s*([^{}|]{1,200}?)\s*((?:\|[^{}|]{1,80})*)\|\s*(?:safe|raw)\s*-?\}\}").ok()
});

/// Filters whose result is markup that nobody outside wrote.
const MADE: &[&str] = &[
    "tojson",
    "markdown",
    "escape",
    "sanitize",
    "bleach",
    "clean",
    "nh3",
    "linebreaks",
    "urlize",
    "json_script",
    "crispy",
    "highlight",
];

/// Whether a file is a template of markup, by its ending.
pub(super) fn is_template(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// What the templates of a change no longer escape.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let files = context.files.iter().filter(|file| is_template(&file.path));
    for file in files.filter(|file| !context.policy.is_test_path(&file.path)) {
        check_file(file, &mut found);
    }
    found
}

fn check_file(file: &File, found: &mut Vec<Finding>) {
    let Some(head) = file.head.as_ref().and_then(Blob::text) else {
        return;
    };
    let (Some(block), Some(value)) = (&*BLOCK, &*VALUE) else {
        return;
    };
    let base = file.base.as_ref().and_then(Blob::text).unwrap_or_default();
    budget::charge_text(head.len());
    for (row, line) in (0..).zip(head.lines()) {
        if !line.contains('{') || !file.touches(Side::Head, row..row + 1) {
            continue;
        }
        let mut tell = |level: Level, message: String| {
            let place = Place {
                line: row + 1,
                column: 1,
                end_line: row + 1,
                end_column: 1,
            };
            let mut finding = ESCAPING_TURNED_OFF.finding(Side::Head, &file.path, place, message);
            finding.level = level;
            found.push(finding);
        };
        if block.is_match(line) {
            tell(
                Level::Escalate,
                "nothing in this block is escaped".to_owned(),
            );
        }
        for values in value.captures_iter(line) {
            let (name, filters) = (&values[1], &values[2]);
            if MADE.iter().any(|made| filters.contains(made)) {
                continue;
            }
            budget::charge_text(base.len());
            let level = match was_escaped(base, name) {
                Some(true) => Level::Escalate,
                Some(false) => continue,
                None => Level::Note,
            };
            tell(
                level,
                format!(
                    "`{}` is written as it is, markup and all",
                    crate::text::visible(name)
                ),
            );
        }
    }
}

/// Whether base escaped a value at all places; `None` where it did not write it.
fn was_escaped(base: &str, name: &str) -> Option<bool> {
    let ends = |rest: &str| rest.trim_start().starts_with(['|', '}', '-']);
    let mut written = base.match_indices(name).filter_map(|(at, _)| {
        let before = base.get(..at)?.trim_end().trim_end_matches('-');
        let rest = base.get(at + name.len()..)?;
        let is_value = before.ends_with("{{") && ends(rest);
        is_value.then(|| rest.split("}}").next().unwrap_or_default())
    });
    let first = written.next()?;
    let passes = |filters: &str| filters.contains("safe") || filters.contains("raw");
    Some(!passes(first) && !written.any(passes))
}

#[cfg(test)]
mod tests {
    use super::was_escaped;

    #[test]
    fn a_value_was_escaped_where_base_wrote_it_without_a_filter_that_lets_it_pass() {
        for (base, escaped) in [
            ("<p>{{ user.name }}</p>", Some(true)),
            ("<p>{{- user.name | upper }}</p>", Some(true)),
            ("<p>{{ user.name|safe }}</p>", Some(false)),
            ("<p>{{ user.name_of }}</p>", None),
            ("<p>user.name</p>", None),
        ] {
            assert_eq!(was_escaped(base, "user.name"), escaped, "{base}");
        }
    }
}
