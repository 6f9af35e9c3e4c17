//! Hunks, computed from the two texts, and the map between their lines.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Token};

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
    Comparison::default().hunks(base, head)
}

/// Pairs of lines that a comparison of trees looks at, at most, in search of the hunks that read best.
const MOST_PAIRS: u64 = 400_000_000;

/// Compares the texts of a change, one after the other.
///
/// The search for hunks that read well takes time with the square of what is rewritten, where lines come again and
/// again. What is left of its budget depends on nothing but the texts before; where it is used up, git's own
/// search is taken, which gives up on the shortest answer and is linear then.
pub(super) struct Comparison {
    pairs: u64,
}

impl Default for Comparison {
    fn default() -> Self {
        Self { pairs: MOST_PAIRS }
    }
}

impl Comparison {
    /// The hunks between two texts, in order.
    pub(super) fn hunks(&mut self, base: &str, head: &str) -> Vec<Hunk> {
        let input = InternedInput::new(base, head);
        let pairs = rewritten_pairs(&input);
        match self.pairs.checked_sub(pairs) {
            Some(left) => {
                self.pairs = left;
                readable(&input)
            }
            None => linear(base, head).unwrap_or_else(|| {
                // All of it is new, then: nothing is taken for unchanged.
                let all = |lines: usize| 0..u32::try_from(lines).unwrap_or(u32::MAX);
                vec![Hunk {
                    base: all(input.before.len()),
                    head: all(input.after.len()),
                }]
            }),
        }
    }
}

/// Pairs of lines between what both texts begin with and what they end in.
fn rewritten_pairs(input: &InternedInput<&str>) -> u64 {
    let (before, after) = (input.before.as_slice(), input.after.as_slice());
    let same = |pairs: &mut dyn Iterator<Item = (&Token, &Token)>| {
        pairs.take_while(|(one, other)| one == other).count()
    };
    let start = same(&mut before.iter().zip(after));
    let (before, after) = (
        before.get(start..).unwrap_or_default(),
        after.get(start..).unwrap_or_default(),
    );
    let end = same(&mut before.iter().rev().zip(after.iter().rev()));
    let left = |lines: &[Token]| (lines.len() - end) as u64;
    left(before).saturating_mul(left(after))
}

/// Git's search, as libgit2 has it; none where it fails.
fn linear(base: &str, head: &str) -> Option<Vec<Hunk>> {
    let mut options = git2::DiffOptions::new();
    options
        .force_text(true)
        .context_lines(0)
        .interhunk_lines(0)
        .indent_heuristic(true);
    let (base, head) = (base.as_bytes(), head.as_bytes());
    let patch = git2::Patch::from_buffers(base, None, head, None, Some(&mut options)).ok()?;
    // Of no lines, the line before is named.
    let range = |start: u32, count: u32| match count {
        0 => start..start,
        count => start - 1..start - 1 + count,
    };
    (0..patch.num_hunks())
        .map(|at| {
            let (hunk, _) = patch.hunk(at).ok()?;
            Some(Hunk {
                base: range(hunk.old_start(), hunk.old_lines()),
                head: range(hunk.new_start(), hunk.new_lines()),
            })
        })
        .collect()
}

/// The hunks that read best.
fn readable(input: &InternedInput<&str>) -> Vec<Hunk> {
    let mut diff = Diff::compute(Algorithm::Histogram, input);
    diff.postprocess_lines(input);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts of few different lines, so that there is much to confuse; with and without a last line end.
    fn text() -> impl Strategy<Value = String> {
        r"([abc]{0,1}\r?\n){0,12}[abc]{0,2}"
    }

    fn split(text: &str) -> Vec<&str> {
        text.split_inclusive('\n').collect()
    }

    proptest! {
        #[test]
        fn hunks_rebuild_head_from_base(base in text(), head in text()) {
            let (old, new) = (split(&base), split(&head));
            let mut rebuilt = String::new();
            let mut at = 0;
            for hunk in hunks(&base, &head) {
                prop_assert!(!hunk.base.is_empty() || !hunk.head.is_empty());
                rebuilt.extend(old[at..hunk.base.start as usize].iter().copied());
                rebuilt.extend(new[hunk.head.start as usize..hunk.head.end as usize].iter().copied());
                at = hunk.base.end as usize;
            }
            rebuilt.extend(old[at..].iter().copied());
            prop_assert_eq!(rebuilt, head);
        }

        #[test]
        fn the_hunks_of_the_linear_search_rebuild_head_too(base in text(), head in text()) {
            let (old, new) = (split(&base), split(&head));
            let mut rebuilt = String::new();
            let mut at = 0;
            for hunk in linear(&base, &head).unwrap() {
                prop_assert!(!hunk.base.is_empty() || !hunk.head.is_empty());
                rebuilt.extend(old[at..hunk.base.start as usize].iter().copied());
                rebuilt.extend(new[hunk.head.start as usize..hunk.head.end as usize].iter().copied());
                at = hunk.base.end as usize;
            }
            rebuilt.extend(old[at..].iter().copied());
            prop_assert_eq!(rebuilt, head);
        }

        #[test]
        fn the_map_leads_there_and_back_over_equal_lines(base in text(), head in text()) {
            let (old, new) = (split(&base), split(&head));
            let hunks = hunks(&base, &head);
            let map = LineMap::new(&hunks);
            for (at, line) in (0..).zip(&old) {
                match map.to_head(at) {
                    Some(there) => {
                        prop_assert_eq!(new[there as usize], *line);
                        prop_assert_eq!(map.to_base(there), Some(at));
                    }
                    None => prop_assert!(hunks.iter().any(|hunk| hunk.base.contains(&at))),
                }
            }
            for at in 0..new.len() as u32 {
                let gone = map.to_base(at).is_none();
                prop_assert_eq!(gone, hunks.iter().any(|hunk| hunk.head.contains(&at)));
            }
        }
    }

    #[test]
    fn lines_that_come_again_and_again_are_compared_within_the_budget() {
        let (base, head) = ("a\nb\n".repeat(30_000), "b\na\nc\n".repeat(20_000));
        let mut comparison = Comparison::default();
        let found = comparison.hunks(&base, &head);
        assert_eq!(comparison.pairs, MOST_PAIRS, "the budget is for others");
        let added: usize = found.iter().map(|hunk| hunk.head.len()).sum();
        assert!(added < 40_000, "{added}");
        assert_eq!(comparison.hunks("a\nb\n", "a\nc\n").len(), 1);
        assert_eq!(comparison.pairs, MOST_PAIRS - 1);
    }

    #[test]
    fn a_line_end_is_part_of_its_line() {
        let one = |base: Range<u32>, head: Range<u32>| vec![Hunk { base, head }];
        assert_eq!(hunks("a\nb", "a\nb\n"), one(1..2, 1..2));
        assert_eq!(hunks("a\r\n", "a\n"), one(0..1, 0..1));
        assert_eq!(hunks("", "a"), one(0..0, 0..1));
        assert_eq!(hunks("a", ""), one(0..1, 0..0));
    }
}
