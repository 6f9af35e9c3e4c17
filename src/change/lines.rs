//! Hunks, computed from the two texts, and the map between their lines.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::Side;

/// One changed stretch: 0-based half-open line ranges on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Lines of base that are gone.
    pub base: Range<u32>,
    /// Lines of head that are new.
    pub head: Range<u32>,
}

impl Hunk {
    /// The lines on a side.
    pub fn on(&self, side: Side) -> Range<u32> {
        match side {
            Side::Base => self.base.clone(),
            Side::Head => self.head.clone(),
        }
    }
}

/// The hunks between two texts, in order. A line ends at `\n`.
pub fn hunks(base: &str, head: &str) -> Vec<Hunk> {
    let input = InternedInput::new(base, head);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    diff.hunks()
        .map(|hunk| Hunk {
            base: hunk.before,
            head: hunk.after,
        })
        .collect()
}

/// Lines of base to lines of head and back, 0-based.
#[derive(Clone, Copy, Debug)]
pub struct LineMap<'a> {
    hunks: &'a [Hunk],
}

impl<'a> LineMap<'a> {
    /// A map over hunks in order.
    pub fn new(hunks: &'a [Hunk]) -> Self {
        Self { hunks }
    }

    /// The line of head that is this unchanged line of base.
    pub fn to_head(self, line: u32) -> Option<u32> {
        self.across(line, Side::Base, Side::Head)
    }

    /// The line of base that is this unchanged line of head.
    pub fn to_base(self, line: u32) -> Option<u32> {
        self.across(line, Side::Head, Side::Base)
    }

    fn across(self, line: u32, from: Side, to: Side) -> Option<u32> {
        let at = self
            .hunks
            .partition_point(|hunk| hunk.on(from).start <= line);
        let Some(last) = at.checked_sub(1).and_then(|last| self.hunks.get(last)) else {
            return Some(line);
        };
        let (from, to) = (last.on(from), last.on(to));
        if line < from.end {
            return None;
        }
        Some(to.end + (line - from.end))
    }
}
