//! What files of a change make programs do unasked, from `told.toml`: commands that run when a folder is opened, entered
//! or installed, and settings by which a check checks less. A row is data; what it knows of names stands there.
//!
//! Does not catch: what a script does that such a command names.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{filters, line_place, rules};
use crate::budget;
use crate::change::{BySide, File, Side};
use crate::document::Item;
use crate::finding::{Finding, Level};
use crate::language;
use crate::rule::Rule;
use crate::rule::expression::Expression;

/// A row of the file, which says what each field means.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    files: Vec<String>,
    keys: Vec<String>,
    lines: Option<String>,
    matches: Option<String>,
    but: Option<String>,
    whole: bool,
    first: bool,
    rule: String,
    level: Option<Level>,
    says: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    told: Vec<Row>,
}

/// A row with its expressions.
struct Told {
    row: Row,
    rule: &'static Rule,
    lines: Option<Expression>,
    matches: Option<Expression>,
    but: Option<Expression>,
}

/// What a file says on each side, read when a row first asks.
type Documents = BySide<OnceCell<Option<Item>>>;

const TEXT: &str = include_str!("told.toml");
/// Bytes of a line or a value beyond which it is not looked at.
const LONGEST: usize = 4_000;

static TOLD: LazyLock<Vec<Told>> = LazyLock::new(|| {
    let rows: Rows = toml::from_str(TEXT).unwrap_or_default();
    rows.told.into_iter().filter_map(told).collect()
});

fn told(row: Row) -> Option<Told> {
    let known = [
        rules::RUNS_UNASKED,
        rules::INSTALL_RUNS_PROGRAM,
        rules::CHECKER_LOOSENED,
    ];
    let rule = known.into_iter().find(|rule| rule.id == row.rule)?;
    let expression = |text: &Option<String>| text.clone().map(Expression::new);
    Some(Told {
        lines: expression(&row.lines),
        matches: expression(&row.matches),
        but: expression(&row.but),
        rule,
        row,
    })
}

/// Tells what a changed file makes programs do that it did not before.
pub(super) fn check_file(file: &File, found: &mut Vec<Finding>) {
    if file.head.is_none()
        || file.hunks.is_empty() && file.old_path.is_none() && file.base.is_some()
    {
        return;
    }
    let mut said: BTreeSet<u32> = BTreeSet::new();
    let documents = Documents::default();
    for told in TOLD.iter().rev() {
        if !told.may_cover(&file.path) || !filters::covers(&told.row.files, &file.path) {
            continue;
        }
        let Some(line) = told.brought_in(file, &documents) else {
            continue;
        };
        // One line, one word: the graver row stands further below.
        if !said.insert(line) {
            continue;
        }
        let place = line_place(line);
        let mut finding = told
            .rule
            .finding(Side::Head, &file.path, place, told.row.says.clone());
        finding.level = told.row.level.unwrap_or(Level::Escalate);
        found.push(finding);
    }
}

impl Told {
    /// A cheap look: whether a pattern ends with the name of the file, or with any.
    fn may_cover(&self, path: &str) -> bool {
        let own = name_of(path);
        let mut files = self.row.files.iter().map(|pattern| name_of(pattern));
        files.any(|pattern| pattern == own || pattern.contains('*'))
    }

    /// The line of head that does it, where base had none that did.
    fn brought_in(&self, file: &File, documents: &Documents) -> Option<u32> {
        if self.row.whole {
            let first = file.hunks.first();
            return Some(first.map_or(1, |hunk| hunk.head.start + 1));
        }
        if self.lines.is_some() {
            return self.added_line(file);
        }
        let of = |side: Side| -> Vec<(String, String, u32)> {
            let read = || language::document(file.path_on(side), file.text(side)?);
            let Some(root) = documents.on(side).get_or_init(read) else {
                return Vec::new();
            };
            let mut all = Vec::new();
            for (keys, item) in root.walk() {
                let (Some(text), true) = (item.text(), self.is_key(&keys)) else {
                    continue;
                };
                budget::charge_text(text.len());
                if self.tells(text) {
                    all.push((keys.join("."), text.to_owned(), item.line));
                }
            }
            all
        };
        let was = of(Side::Base);
        if self.row.first && !was.is_empty() {
            return None;
        }
        let known = |key: &str, text: &str| {
            was.iter()
                .any(|(other, before, _)| other == key && before == text)
        };
        let now = of(Side::Head).into_iter();
        let new = now.filter(|(key, text, _)| budget::charge(was.len()) && !known(key, text));
        new.map(|(_, _, line)| line).min()
    }

    fn added_line(&self, file: &File) -> Option<u32> {
        let lines = self.lines.as_ref()?;
        let text = file.text(Side::Head)?;
        let mut numbered = (0u32..).zip(text.lines());
        let (number, _) = numbered.find(|(number, line)| {
            let bare = line.trim_start();
            let is_comment =
                bare.starts_with('#') || bare.starts_with("//") || bare.starts_with(';');
            budget::charge_text(line.len())
                && !is_comment
                && file.touches(Side::Head, *number..*number + 1)
                && lines.is_match(start_of(line))
                && !self.is_excepted(line)
        })?;
        Some(number + 1)
    }

    fn tells(&self, value: &str) -> bool {
        let matches = self.matches.as_ref();
        matches.is_none_or(|matches| matches.is_match(start_of(value))) && !self.is_excepted(value)
    }

    /// Whether the row lets a whole text be; one that is too long to be looked at is not.
    fn is_excepted(&self, text: &str) -> bool {
        let but = self.but.as_ref().filter(|_| text.len() <= LONGEST);
        but.is_some_and(|but| but.is_match(text))
    }

    /// Whether keys end as the row says: with a key, a part of one, or with any key below a table (`table.*`).
    fn is_key(&self, keys: &[&str]) -> bool {
        let bytes = keys.iter().map(|key| key.len()).sum();
        if bytes > LONGEST || !budget::charge_text(bytes) {
            return false;
        }
        let path = keys.join(".");
        let mut wanted = self.row.keys.iter();
        wanted.any(|key| match key.strip_suffix(".*") {
            Some(table) => {
                let above = path.rsplit_once('.').map_or("", |(above, _)| above);
                above == table || above.ends_with(&format!(".{table}"))
            }
            None => path.ends_with(key.as_str()),
        })
    }
}

/// As much of a text as is looked at.
fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST))
        .unwrap_or(text)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_compiles() {
        let rows: Rows = toml::from_str(TEXT).unwrap();
        assert_eq!(rows.told.len(), TOLD.len());
        for told in TOLD.iter() {
            for expression in [&told.lines, &told.matches, &told.but] {
                expression.iter().for_each(|one| one.verify().unwrap());
            }
            let ways = [
                told.row.whole,
                told.lines.is_some(),
                !told.row.keys.is_empty(),
            ];
            assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{:?}", told.row);
        }
    }
}
