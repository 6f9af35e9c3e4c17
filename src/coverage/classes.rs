//! The twelve classes of differential coverage: what became of each executable line of base and head.
//!
//! The classes and their names are those of lcov 2's `genhtml` (its manual, "differential coverage").
//! A line of base and a line of head are the same line where no hunk touches either of their
//! statements; whatever a hunk touches is gone at base and new at head. So each executable line of head
//! is in one class, and each of base in one, and the two views meet in the lines that stayed.
//!
//! Does not catch: moved code; it is gone in one place and new in the other.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::report::{Line, Lines};
use crate::change::{Hunk, LineMap, Side};
use crate::language::statements::Statements;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Class {
    /// New, and no test ran it.
    Unc,
    /// New, and run.
    Gnc,
    /// There before but not measured; now measured, and not run.
    Uic,
    /// There before but not measured; now measured, and run.
    Gic,
    /// Run before, run now.
    Cbc,
    /// Run before, and no more.
    Lbc,
    /// Not run before, not run now.
    Ubc,
    /// Not run before, run now.
    Gbc,
    /// Run before; there still, and not measured any more.
    Ecb,
    /// Not run before; there still, and not measured any more.
    Eub,
    /// Run before, and gone.
    Dcb,
    /// Not run before, and gone.
    Dub,
}

/// A line and its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Classed {
    /// 1-based; of base for [`Class::Dcb`] and [`Class::Dub`], of head for all others.
    pub line: u32,
    /// The class.
    pub class: Class,
}

/// One side of a file, for the comparison.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What was measured of it.
    pub lines: &'a Lines,
    /// Its statements.
    pub statements: &'a Statements,
    /// 1-based lines, end exclusive, that are test code and no part of the figures; in order.
    pub tests: &'a [Range<u32>],
}

impl View<'_> {
    /// Executable lines that count.
    fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        let all = self.lines.executable.iter().copied();
        all.filter(|line| !self.is_test(line.number))
    }

    /// Executable lines that count, and those of them that ran.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.lines().for_each(|line| tally.count(line.hits > 0));
        tally
    }

    fn is_test(&self, line: u32) -> bool {
        let at = self.tests.partition_point(|test| test.start <= line);
        at.checked_sub(1)
            .and_then(|at| self.tests.get(at))
            .is_some_and(|test| line < test.end)
    }

    /// Hits of a line that counts.
    fn hits(&self, line: u32) -> Option<u32> {
        self.lines.hits(line).filter(|_| !self.is_test(line))
    }

    /// Whether a hunk touches the statement that begins on a 1-based line.
    fn is_touched(&self, side: Side, hunks: &[Hunk], line: u32) -> bool {
        let own = self.statements.lines(line);
        let (start, end) = (own.start - 1, own.end - 1);
        let at = hunks.partition_point(|hunk| hunk.on(side).end <= start);
        hunks.get(at).is_some_and(|hunk| {
            let changed = hunk.on(side);
            match changed.is_empty() {
                true => start < changed.start && changed.start < end,
                false => changed.start < end && start < changed.end,
            }
        })
    }
}

/// The classes of the lines of one file, in the order of head's lines, then of base's. `base` is none
/// where base was not measured at all: then only what is new has a class.
pub fn classify(base: Option<View<'_>>, head: View<'_>, hunks: &[Hunk]) -> Vec<Classed> {
    let mut classed = Vec::new();
    if base.is_none() && hunks.is_empty() {
        return classed;
    }
    let map = LineMap::new(hunks);
    let mut put = |line: u32, class: Class| classed.push(Classed { line, class });
    // The line of base that a line of head is, where neither of the two was touched.
    let stayed = |line: u32| -> Option<u32> {
        if hunks.is_empty() {
            return Some(line);
        }
        if head.is_touched(Side::Head, hunks, line) {
            return None;
        }
        let there = map.to_base(line - 1)? + 1;
        let touched = base.is_some_and(|base| base.is_touched(Side::Base, hunks, there));
        (!touched).then_some(there)
    };
    for line in head.lines() {
        let ran = line.hits > 0;
        let Some(there) = stayed(line.number) else {
            put(line.number, if ran { Class::Gnc } else { Class::Unc });
            continue;
        };
        let Some(base) = base else {
            continue;
        };
        let class = match (base.hits(there), ran) {
            (Some(0), true) => Class::Gbc,
            (Some(0), false) => Class::Ubc,
            (Some(_), true) => Class::Cbc,
            (Some(_), false) => Class::Lbc,
            (None, true) => Class::Gic,
            (None, false) => Class::Uic,
        };
        put(line.number, class);
    }
    let Some(base) = base else {
        return classed;
    };
    let mut gone = Vec::new();
    for line in base.lines() {
        let ran = line.hits > 0;
        let here = match hunks.is_empty() {
            true => Some(line.number),
            false if base.is_touched(Side::Base, hunks, line.number) => None,
            false => map
                .to_head(line.number - 1)
                .map(|here| here + 1)
                .filter(|here| !head.is_touched(Side::Head, hunks, *here)),
        };
        match here {
            None => gone.push(Classed {
                line: line.number,
                class: if ran { Class::Dcb } else { Class::Dub },
            }),
            Some(here) if head.hits(here).is_none() && !head.is_test(here) => {
                put(here, if ran { Class::Ecb } else { Class::Eub });
            }
            Some(_) => {}
        }
    }
    classed.sort_by_key(|classed| classed.line);
    classed.extend(gone);
    classed
}

/// Executable lines, and those that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Lines that ran.
    pub covered: u64,
    /// Lines that can run.
    pub executable: u64,
}

impl Tally {
    /// Counts one more line.
    pub fn count(&mut self, ran: bool) {
        self.executable += 1;
        self.covered += u64::from(ran);
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Tally) {
        self.covered += other.covered;
        self.executable += other.executable;
    }

    /// Whether its share is less than another's, compared without rounding. The share of nothing is
    /// neither less nor more than any.
    pub fn is_less_than(self, other: Tally) -> bool {
        let cross = |a: u64, b: u64| u128::from(a) * u128::from(b);
        self.executable > 0
            && other.executable > 0
            && cross(self.covered, other.executable) < cross(other.covered, self.executable)
    }

    /// The share in hundredths of a percent, rounded down; `None` of nothing.
    pub fn hundredths(self) -> Option<u64> {
        let share = u128::from(self.covered) * 10_000;
        let share = share.checked_div(u128::from(self.executable))?;
        u64::try_from(share).ok()
    }
}

impl std::fmt::Display for Tally {
    /// `7 of 12 (58.33 %)`, rounded down; `no executable line`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.hundredths() {
            None => f.write_str("no executable line"),
            Some(share) => write!(
                f,
                "{} of {} ({}.{:02} %)",
                self.covered,
                self.executable,
                share / 100,
                share % 100
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::lines::hunks;

    fn measured(lines: &[(u32, u32)]) -> Lines {
        let lines = lines.iter().map(|&(number, hits)| Line { number, hits });
        Lines::of(lines.collect())
    }

    fn classes(
        base: &str,
        base_hits: &[(u32, u32)],
        head: &str,
        head_hits: &[(u32, u32)],
    ) -> Vec<(u32, Class)> {
        let (base_lines, head_lines) = (measured(base_hits), measured(head_hits));
        let statements = Statements::default();
        let view = |lines| View {
            lines,
            statements: &statements,
            tests: &[],
        };
        classify(
            Some(view(&base_lines)),
            view(&head_lines),
            &hunks(base, head),
        )
        .into_iter()
        .map(|classed| (classed.line, classed.class))
        .collect()
    }

    #[test]
    fn each_of_the_twelve_classes() {
        use Class::*;
        let base = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        let head = "a\nb\nc\nd\ne\nf\ng\nh\nnew\nnewer\n";
        let at_base = [
            (1, 1),
            (2, 1),
            (3, 0),
            (4, 0),
            (5, 1),
            (6, 0),
            (9, 1),
            (10, 0),
        ];
        let at_head = [
            (1, 2),
            (2, 0),
            (3, 0),
            (4, 1),
            (7, 0),
            (8, 1),
            (9, 0),
            (10, 1),
        ];
        assert_eq!(
            classes(base, &at_base, head, &at_head),
            [
                (1, Cbc),
                (2, Lbc),
                (3, Ubc),
                (4, Gbc),
                (5, Ecb),
                (6, Eub),
                (7, Uic),
                (8, Gic),
                (9, Unc),
                (10, Gnc),
                (9, Dcb),
                (10, Dub),
            ]
        );
    }

    #[test]
    fn deleted_lines_are_not_lost() {
        use Class::*;
        let got = classes(
            "a\nb\nc\n",
            &[(1, 1), (2, 1), (3, 1)],
            "a\nc\n",
            &[(1, 1), (2, 1)],
        );
        assert_eq!(got, [(1, Cbc), (2, Cbc), (2, Dcb)]);
    }

    #[test]
    fn an_edit_inside_a_statement_makes_the_statement_new() {
        use crate::language::{Parsed, named};
        let (base, head) = (
            "x = f(\n    1,\n)\ny = 2\n",
            "x = f(\n    1,\n    2,\n)\ny = 2\n",
        );
        let statements = |text: &str| {
            let python = named("python").unwrap();
            python.statements(&Parsed::new(python, text.into()).unwrap())
        };
        let (old, new) = (statements(base), statements(head));
        let (old_lines, new_lines) = (measured(&[(1, 1), (4, 1)]), measured(&[(1, 1), (5, 1)]));
        let got = classify(
            Some(View {
                lines: &old_lines,
                statements: &old,
                tests: &[],
            }),
            View {
                lines: &new_lines,
                statements: &new,
                tests: &[],
            },
            &hunks(base, head),
        );
        let got: Vec<(u32, Class)> = got.iter().map(|c| (c.line, c.class)).collect();
        assert_eq!(got, [(1, Class::Gnc), (5, Class::Cbc), (1, Class::Dcb)]);
    }

    #[test]
    fn test_code_is_in_no_class() {
        let lines = measured(&[(1, 1), (2, 0), (3, 1)]);
        let statements = Statements::default();
        let tests = [2..3, 3..4];
        let view = View {
            lines: &lines,
            statements: &statements,
            tests: &tests,
        };
        assert_eq!(
            classify(Some(view), view, &[]),
            [Classed {
                line: 1,
                class: Class::Cbc
            }]
        );
    }

    #[test]
    fn shares_are_exact_and_shown_rounded_down() {
        let tally = |covered, executable| Tally {
            covered,
            executable,
        };
        assert_eq!(
            tally(99_996, 100_000).to_string(),
            "99996 of 100000 (99.99 %)"
        );
        assert_eq!(tally(2, 3).to_string(), "2 of 3 (66.66 %)");
        assert_eq!(tally(0, 0).to_string(), "no executable line");
        assert!(tally(999_999_999, 1_000_000_000).is_less_than(tally(1, 1)));
        assert!(!tally(1, 3).is_less_than(tally(2, 6)));
        assert!(!tally(0, 0).is_less_than(tally(1, 1)));
    }

    fn side() -> impl Strategy<Value = (String, Vec<(u32, u32)>)> {
        let text = "([abc]\n){0,12}";
        let hits = proptest::collection::vec((1u32..13, 0u32..2), 0..12);
        (text, hits)
    }

    proptest! {
        #[test]
        fn deleting_functions_loses_no_line(
            functions in proptest::collection::vec((0usize..3, any::<bool>(), any::<bool>()), 1..8),
        ) {
            // Bodies that are alike, each function run or not, each kept or not.
            let bodies = ["    return x\n", "    y = 1\n    return x\n", "    if x:\n        return x\n    return x\n"];
            let side = |kept_only: bool| {
                let (mut text, mut hits, mut line) = (String::new(), Vec::new(), 0);
                for (at, (body, ran, kept)) in functions.iter().enumerate() {
                    if kept_only && !kept {
                        continue;
                    }
                    text.push_str(&format!("def f{at}(x):\n{}\n\n", bodies[*body]));
                    hits.push((line + 1, 1));
                    let count = bodies[*body].lines().count() as u32;
                    hits.extend((0..count).map(|row| (line + 2 + row, u32::from(*ran))));
                    line += count + 3;
                }
                (text, hits)
            };
            let ((base, at_base), (head, at_head)) = (side(false), side(true));
            let got = classes(&base, &at_base, &head, &at_head);
            let lost: Vec<_> = got.iter().filter(|(_, class)| matches!(class, Class::Lbc | Class::Unc)).collect();
            prop_assert!(lost.is_empty(), "{lost:?}\n{base}---\n{head}");
        }

        #[test]
        fn each_line_is_in_one_class_of_its_side((base, at_base) in side(), (head, at_head) in side()) {
            use Class::*;
            let within = |text: &str, hits: &[(u32, u32)]| -> Vec<(u32, u32)> {
                let count = text.lines().count() as u32;
                hits.iter().copied().filter(|(line, _)| *line <= count).collect()
            };
            let (at_base, at_head) = (within(&base, &at_base), within(&head, &at_head));
            let got = classes(&base, &at_base, &head, &at_head);
            let of_head: Vec<u32> = got
                .iter()
                .filter(|(_, class)| !matches!(class, Ecb | Eub | Dcb | Dub))
                .map(|(line, _)| *line)
                .collect();
            let lines = |lines: Lines| -> Vec<u32> { lines.executable.iter().map(|l| l.number).collect() };
            prop_assert_eq!(of_head, lines(measured(&at_head)));
            let of_base = got
                .iter()
                .filter(|(_, class)| matches!(class, Cbc | Lbc | Ubc | Gbc | Ecb | Eub | Dcb | Dub))
                .count();
            prop_assert_eq!(of_base, lines(measured(&at_base)).len());
        }
    }
}
