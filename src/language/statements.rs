//! Statements over several lines: which line of a file stands for which.
//!
//! Some producers of coverage name a statement by its first line, so an edit on a later line is on no line of
//! the report. Here each line of a file leads to the first line of its statement (of a compound statement: of its
//! header). In languages whose producers count each line, a line stands for itself.
//!
//! Does not catch: a file that does not parse; its lines stand for themselves there.

use std::ops::Range;

/// Lines to the first lines of their statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// By 0-based line: the 0-based first line of its statement.
    first: Vec<u32>,
    /// 0-based first lines of what holds other statements, sorted.
    headers: Vec<u32>,
}

impl Statements {
    /// What is known of a file of `count` lines: the rows of each statement's own code, what is inside after what
    /// it is in, and the first rows of those that hold others.
    pub(super) fn new(
        count: usize,
        own: impl IntoIterator<Item = Range<u32>>,
        mut headers: Vec<u32>,
    ) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut first: Vec<u32> = (0..count).collect();
        for rows in own.into_iter().filter(|rows| rows.end - rows.start > 1) {
            let start = rows.start;
            // What is inside comes later, and takes its own lines back.
            for row in rows {
                if let Some(slot) = first.get_mut(row as usize) {
                    *slot = start;
                }
            }
        }
        headers.sort_unstable();
        Self { first, headers }
    }

    /// Whether a function, a class, a branch or a loop begins on a 1-based line: that it ran says nothing of
    /// what is in it.
    pub fn is_header(&self, line: u32) -> bool {
        self.headers.binary_search(&line.saturating_sub(1)).is_ok()
    }

    /// The 1-based first line of the statement that holds a 1-based line.
    pub fn first(&self, line: u32) -> u32 {
        let at = line.saturating_sub(1) as usize;
        self.first.get(at).map_or(line, |first| first + 1)
    }

    /// The 1-based lines, end exclusive, of the statement that begins on a 1-based line. Lines of
    /// statements inside it are none of its own, so this stops before the first of them.
    pub fn lines(&self, first: u32) -> Range<u32> {
        let mut end = first + 1;
        while self.first.get(end as usize - 1) == Some(&(first - 1)) {
            end += 1;
        }
        first..end
    }
}
