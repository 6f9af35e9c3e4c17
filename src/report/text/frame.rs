//! The code frame of a finding: annotate-snippets draws it, over lines that were made safe, cut to the
//! page and kept in step with the finding's columns.
//!
//! Does not catch: terminals that draw a character in another width than Unicode says.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};

use super::page::width;
use crate::finding::judgement::Excerpt;
use crate::finding::{Finding, Introduced, Level};
use crate::report::Style;
use crate::text::{columns, visible};

/// Columns of code, however narrow the page.
const LEAST: usize = 24;

/// The lines of an excerpt as they are shown.
struct Lines {
    source: String,
    /// For each line: where it begins in `source`, its first shown character, and the byte of each.
    window: Vec<Window>,
    first_line: u32,
    first_column: u32,
}

struct Window {
    start: usize,
    skipped: usize,
    /// Offset in `source` of each shown character, and of the end.
    offsets: Vec<usize>,
}

/// The frame, without a line end; `None` where there are no lines to show. `excerpt` is
/// [`without_blank_ends`].
pub(super) fn frame(finding: &Finding, excerpt: &Excerpt, style: Style) -> Option<String> {
    let digits = gutter(finding, Some(excerpt));
    // " | " and the two columns that a bracket over several lines takes.
    let room = style.width.saturating_sub(digits + 5).max(LEAST);
    let lines = Lines::new(excerpt, finding, room);
    let span = lines.span(
        (finding.line, finding.column),
        (finding.end_line, finding.end_column),
    )?;
    let label = label(finding).filter(|label| lines.has_room(&span, label, room));
    let mut snippet = Snippet::source(lines.source.as_str())
        .line_start(excerpt.first_line as usize)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span.clone()).label(label));
    for (number, step) in (1..).zip(&finding.trace) {
        if step.path != finding.path {
            continue;
        }
        let Some(at) = lines.word(step.line, step.column) else {
            continue;
        };
        let label = format!("{number}: {}", super::page::flat(&step.message));
        if at.start < span.end && span.start < at.end || !lines.has_room(&at, &label, room) {
            continue;
        }
        snippet = snippet.annotation(AnnotationKind::Context.span(at).label(label));
    }
    let level = match finding.level {
        Level::Block => Severity::ERROR,
        Level::Escalate => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let renderer = if style.color {
        Renderer::styled().hyperlink(false)
    } else {
        Renderer::plain()
    };
    // The lines are cut already: the renderer's own trimming is kept out of it.
    let drawn = renderer
        .term_width(4 * (room + digits) + 1000)
        .render(&[Group::with_level(level).element(snippet)]);
    let mut drawn: Vec<&str> = drawn
        .lines()
        .map(|line| line.trim_end_matches(' '))
        .collect();
    // What follows hangs on the frame; the renderer closes it only where lines of code come after.
    let bar = closing_bar(digits, style);
    if drawn.last().is_some_and(|last| *last != bar) {
        drawn.push(&bar);
    }
    Some(drawn.join("\n"))
}

fn closing_bar(digits: usize, style: Style) -> String {
    let indent = " ".repeat(digits + 1);
    if style.color {
        let ansi = annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
        format!("{indent}{ansi}|{ansi:#}")
    } else {
        format!("{indent}|")
    }
}

/// The excerpt without the blank lines at its ends that the finding is not about.
pub(super) fn without_blank_ends(excerpt: &Excerpt, finding: &Finding) -> Excerpt {
    let needed = |at: &usize| {
        let line = u64::from(excerpt.first_line) + *at as u64;
        let blank = excerpt
            .lines
            .get(*at)
            .is_none_or(|line| line.trim().is_empty());
        !blank || (u64::from(finding.line)..=u64::from(finding.end_line)).contains(&line)
    };
    let first = (0..excerpt.lines.len()).find(needed).unwrap_or_default();
    let last = (0..excerpt.lines.len())
        .rev()
        .find(needed)
        .unwrap_or_default();
    let skipped = u32::try_from(first).unwrap_or(u32::MAX);
    Excerpt {
        first_line: excerpt.first_line.saturating_add(skipped),
        first_column: excerpt.first_column,
        lines: excerpt.lines.get(first..=last).unwrap_or_default().to_vec(),
    }
}

/// Columns of the line numbers.
pub(super) fn gutter(finding: &Finding, excerpt: Option<&Excerpt>) -> usize {
    let last = match excerpt {
        Some(excerpt) => u64::from(excerpt.first_line) + excerpt.lines.len().max(1) as u64 - 1,
        None => u64::from(finding.line),
    };
    last.to_string().len()
}

/// What stands at the place, where there is something to say that the message does not.
fn label(finding: &Finding) -> Option<&'static str> {
    match (finding.side, finding.introduced) {
        (crate::change::Side::Base, _) => Some("before the change"),
        (crate::change::Side::Head, Introduced::New) => None,
        (crate::change::Side::Head, Introduced::Elsewhere) => {
            Some("not touched by this change, which causes it")
        }
        (crate::change::Side::Head, Introduced::Worse) => Some("worse than before the change"),
    }
}

impl Lines {
    fn new(excerpt: &Excerpt, finding: &Finding, room: usize) -> Self {
        let from = window(excerpt, finding, room);
        let mut lines = Lines {
            source: String::new(),
            window: Vec::new(),
            first_line: excerpt.first_line,
            first_column: excerpt.first_column,
        };
        for line in &excerpt.lines {
            if !lines.window.is_empty() {
                lines.source.push('\n');
            }
            lines.push(line, from, room);
        }
        lines
    }

    /// Adds a line, from this display column on, as far as there is room.
    fn push(&mut self, line: &str, from: usize, room: usize) {
        let start = self.source.len();
        let (mut column, mut used, mut skipped) = (0, 0, 0);
        let mut offsets = Vec::new();
        let mut cells = cells(line).peekable();
        while column < from
            && let Some((_, columns)) = cells.next()
        {
            column += columns;
            skipped += 1;
        }
        if skipped > 0 || (self.first_column > 1 && cells.peek().is_some()) {
            self.source.push('\u{2026}');
            used += 1;
        }
        let mut whole = true;
        for (text, columns) in cells {
            // Room for the mark of the cut.
            if used + columns + 1 > room {
                whole = false;
                break;
            }
            offsets.push(self.source.len());
            self.source.push_str(&text);
            used += columns;
        }
        offsets.push(self.source.len());
        if !whole {
            self.source.push('\u{2026}');
        }
        if self.source.len() == start {
            // The renderer leaves out an empty last line.
            self.source.push(' ');
        }
        self.window.push(Window {
            start,
            skipped,
            offsets,
        });
    }

    /// Where a place begins in the source: 1-based line and column.
    fn offset(&self, line: u32, column: u32) -> Option<usize> {
        let window = self.line(line)?;
        let at = (column.saturating_sub(self.first_column) as usize).checked_sub(window.skipped);
        let at = match at {
            Some(at) if column >= self.first_column => at,
            _ => return Some(window.start),
        };
        window.offsets.get(at).or(window.offsets.last()).copied()
    }

    fn line(&self, line: u32) -> Option<&Window> {
        let at = line.checked_sub(self.first_line)?;
        self.window.get(at as usize)
    }

    /// A place in the source, as much of it as is shown; at least where it begins.
    fn span(
        &self,
        (line, column): (u32, u32),
        (end_line, end_column): (u32, u32),
    ) -> Option<Range<usize>> {
        let start = self.offset(line, column)?;
        let last = self
            .first_line
            .saturating_add(u32::try_from(self.window.len()).ok()?)
            - 1;
        let end = if end_line > last {
            *self.line(last)?.offsets.last()?
        } else if end_column <= 1 && end_line > line {
            // The end of the line before: its line end is no part of the frame.
            *self.line(end_line - 1)?.offsets.last()?
        } else {
            self.offset(end_line, end_column)?
        };
        Some(start..end.max(start))
    }

    /// The word that begins at a place.
    fn word(&self, line: u32, column: u32) -> Option<Range<usize>> {
        let start = self.offset(line, column)?;
        let rest = self.source.get(start..)?;
        let length = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        Some(start..start + length)
    }

    /// Whether a label fits beside or under its span.
    fn has_room(&self, span: &Range<usize>, label: &str, room: usize) -> bool {
        let line = self.window.iter().rev().find(|line| line.start <= span.end);
        let before = line.and_then(|line| self.source.get(line.start..span.end));
        before.map_or(0, width) + 1 + width(label) <= room
    }
}

/// The display column from which all lines are shown: 0 unless the place would be out of sight.
fn window(excerpt: &Excerpt, finding: &Finding, room: usize) -> usize {
    let at = finding.line.saturating_sub(excerpt.first_line) as usize;
    let Some(line) = excerpt.lines.get(at) else {
        return 0;
    };
    let column = |column: u32| -> usize {
        let count = column.saturating_sub(excerpt.first_column) as usize;
        cells(line).take(count).map(|(_, columns)| columns).sum()
    };
    let start = column(finding.column);
    let end = if finding.end_line > finding.line {
        start + 1
    } else {
        column(finding.end_column).max(start + 1)
    };
    if end + 2 <= room {
        0
    } else {
        // A third of the page for what stands before.
        start.saturating_sub(room / 3)
    }
}

/// A character as the frame shows it, and its columns. One mark on a character stays on it, and so does
/// what gives an emoji its shape; more stand as escapes.
fn cell(before: Option<char>, c: char) -> (String, usize) {
    if c == '\t' {
        return ("    ".to_owned(), 4);
    }
    let carried = before.is_some_and(|other| columns(other) > 0);
    let pair: String = before.filter(|_| carried).into_iter().chain([c]).collect();
    let text = visible(&pair);
    let text = match before.filter(|_| carried) {
        Some(other) => text.strip_prefix(other).unwrap_or(&text).to_owned(),
        None => text,
    };
    let columns = width(&text);
    (text, columns)
}

/// All characters of a line, as [`cell`]s.
fn cells(line: &str) -> impl Iterator<Item = (String, usize)> {
    let before = std::iter::once(None).chain(line.chars().map(Some));
    before.zip(line.chars()).map(|(before, c)| cell(before, c))
}
