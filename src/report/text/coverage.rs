//! Coverage in the terminal report: the new lines first, a bar for each changed file with both sides'
//! shares and the new lines that no test ran, then the total.
//!
//! Does not catch: a change of very many files; the fullest [`MOST`] are drawn, the JSON report has all.

use super::page::{Page, Paint, cut, width};
use crate::coverage::classes::{Class, Tally};
use crate::coverage::summary::{Summary, SummaryFile, listed};
use crate::finding::judgement::Judgement;
use crate::text::visible;

/// Files that are drawn.
const MOST: usize = 20;
/// Columns of a bar.
const BAR: usize = 10;
/// Columns of a path.
const PATH: usize = 32;

pub(super) fn section(page: &mut Page, judged: &Judgement) {
    let Some(shown) = &judged.coverage else {
        return;
    };
    page.gap();
    let new = match shown.patch.executable {
        0 => "no executable line added".to_owned(),
        _ => format!("tests run {} of the new executable lines", shown.patch),
    };
    page.item(&[("coverage: ", Paint::Bold)], &new, Paint::Plain);
    let mut files: Vec<&SummaryFile> = shown
        .files
        .iter()
        .filter(|file| file.head.executable + file.base.executable > 0)
        .collect();
    let all = files.len();
    // The files with most to look at, in the order of their paths.
    files.sort_by_key(|file| std::cmp::Reverse(file.patch.executable - file.patch.covered));
    files.truncate(MOST);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let longest = files.iter().map(|file| width(&visible(&file.path))).max();
    let longest = longest.unwrap_or_default().min(PATH);
    for file in &files {
        draw(page, shown, file, longest);
    }
    if all > files.len() {
        let more = format!("{} more files", all - files.len());
        page.item(&[("  ", Paint::Plain)], &more, Paint::Dim);
    }
    page.item(&[("  ", Paint::Plain)], &total(shown), Paint::Dim);
}

/// One file: path, bar, base and head, what is new and not run.
fn draw(page: &mut Page, shown: &Summary, file: &SummaryFile, longest: usize) {
    let name = tail(&visible(&file.path), longest);
    let pad = " ".repeat(longest.saturating_sub(width(&name)));
    let lead = format!("  {name}{pad}  ");
    let missed = file.lines.get(&Class::Unc);
    let filled = file.head.hundredths().unwrap_or_default() * BAR as u64 / 10_000;
    let filled = usize::try_from(filled).unwrap_or(BAR).min(BAR);
    let paint = if missed.is_some() {
        Paint::Yellow
    } else {
        Paint::Green
    };
    let (full, empty) = ("#".repeat(filled), ".".repeat(BAR - filled));
    let share = match shown.has_base {
        true => format!("{} -> {}", percent(file.base), percent(file.head)),
        false => percent(file.head),
    };
    let mut text = share;
    if let Some(missed) = missed {
        text = format!("{text}, new and not run: {}", listed(missed));
    }
    if let Some(lost) = file.lines.get(&Class::Lbc) {
        text = format!("{text}, run no more: {}", listed(lost));
    }
    page.item(
        &[
            (&lead, Paint::Plain),
            (&full, paint),
            (&empty, Paint::Dim),
            ("  ", Paint::Plain),
        ],
        &text,
        Paint::Plain,
    );
}

/// The end of a path that is too long: the name says more than the first folders.
fn tail(path: &str, room: usize) -> String {
    if width(path) <= room {
        return path.to_owned();
    }
    let backwards: String = path.chars().rev().collect();
    cut(&backwards, room).chars().rev().collect()
}

fn total(shown: &Summary) -> String {
    let by = &shown.producer;
    if !shown.has_base {
        return format!(
            "in all {}, by {by}; base was not measured, so nobody knows which lines lost their tests",
            shown.head
        );
    }
    let difference = match (shown.base_kept.hundredths(), shown.head.hundredths()) {
        (Some(base), Some(head)) => {
            let sign = if head < base { '-' } else { '+' };
            let by = head.abs_diff(base);
            format!(", {sign}{}.{:02} points", by / 100, by % 100)
        }
        _ => String::new(),
    };
    let deleted = match shown.base == shown.base_kept {
        true => "",
        false => " without what the change deletes",
    };
    format!(
        "in all {}, at base {}{deleted}{difference}, by {by}",
        shown.head, shown.base_kept
    )
}

fn percent(tally: Tally) -> String {
    match tally.hundredths() {
        Some(share) => format!("{}.{:02} %", share / 100, share % 100),
        None => "none".to_owned(),
    }
}
