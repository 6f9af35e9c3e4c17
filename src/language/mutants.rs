//! Mutants: small edits of code that a good test notices, in no language's words.
//!
//! What makes none (logs, prints, assertions, what a program looks like) is left out by the languages, after Petrović
//! and Ivanković, "State of Mutation Testing at Google" (2018).
//!
//! Does not catch: an edit that changes nothing which can be seen (a boundary that no value reaches): such a mutant
//! survives every test.

use std::collections::BTreeMap;
use std::ops::Range;

use super::facts::row;
use super::{Definition, DefinitionKind, Parsed};
use crate::budget;
use crate::syntax::Node;

/// What makes the mutants of the lines that are asked for, in the order of the text; none of a file that does not parse.
pub type Mutating = fn(&Parsed, &dyn Fn(u32) -> bool) -> Vec<Mutant>;

/// An edit of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The bytes that are replaced.
    pub bytes: Range<usize>,
    /// What stands there instead.
    pub with: String,
    /// The 1-based line that it is about: the one on which the replaced code begins.
    pub line: u32,
    /// The qualified name of the function around; empty where it stands in none.
    pub function: String,
    /// What kind of edit it is.
    pub operator: Operator,
    /// What was done, for a reader: "`<` became `<=`".
    pub says: String,
}

/// Kinds of edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// A condition is turned round.
    Condition,
    /// A comparison takes in its boundary, or leaves it out.
    Boundary,
    /// And for or, or for and.
    Logic,
    /// Another operation on numbers.
    Arithmetic,
    /// Another constant.
    Constant,
    /// The default of its type in place of an answer.
    Answer,
    /// A call is left out.
    Call,
    /// A failure is not raised or passed on.
    Failure,
    /// What runs otherwise, or in one case, is left out.
    Branch,
    /// A whole body gives a default of its type.
    Body,
}

impl Operator {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Boundary => "boundary",
            Self::Logic => "logic",
            Self::Arithmetic => "arithmetic",
            Self::Constant => "constant",
            Self::Answer => "answer",
            Self::Call => "call",
            Self::Failure => "failure",
            Self::Branch => "branch",
            Self::Body => "body",
        }
    }
}

impl Mutant {
    /// The file with the edit; `None` where it is the same, or does not parse any more.
    pub fn applied(&self, parsed: &Parsed) -> Option<String> {
        let source = &parsed.source;
        let before = source.get(..self.bytes.start)?;
        let behind = source.get(self.bytes.end..)?;
        let text = format!("{before}{}{behind}", self.with);
        let differs = text != **source;
        let anew = parsed.anew(text.as_str().into())?;
        (differs && !anew.root().has_error()).then_some(text)
    }

    /// The edit as lines that go and lines that come, each with its mark. A long stretch is cut in its middle.
    pub fn patch(&self, parsed: &Parsed) -> String {
        /// Lines of each side that are shown.
        const SHOWN: usize = 3;
        let source = &parsed.source;
        let before = source.get(..self.bytes.start).unwrap_or_default();
        let behind = source.get(self.bytes.end..).unwrap_or_default();
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let end = self.bytes.end + behind.find('\n').unwrap_or(behind.len());
        let old = source.get(begin..end).unwrap_or_default();
        let head = source.get(begin..self.bytes.start).unwrap_or_default();
        let tail = source.get(self.bytes.end..end).unwrap_or_default();
        let new = format!("{head}{}{tail}", self.with);
        let mut patch = String::new();
        for (mark, text) in [('-', old), ('+', new.as_str())] {
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let is_cut = lines.len() > SHOWN && at + 1 < lines.len() && at + 2 > SHOWN;
                let line = if is_cut { "    ..." } else { line };
                if is_cut && at + 1 > SHOWN {
                    continue;
                }
                if !line.trim().is_empty() {
                    patch.push_str(&format!("{mark} {}\n", line.trim_end()));
                }
            }
        }
        patch
    }
}

/// Gathers the mutants of a file.
pub(super) struct Gathering<'p> {
    pub(super) parsed: &'p Parsed,
    wanted: &'p dyn Fn(u32) -> bool,
    /// How many there are of a line.
    of_line: BTreeMap<u32, usize>,
    found: Vec<Mutant>,
}

/// Mutants of one line that are gathered: one of them is tried.
const OF_A_LINE: usize = 24;
/// Mutants of a file that are gathered.
const OF_A_FILE: usize = 10_000;

impl<'p> Gathering<'p> {
    pub(super) fn new(parsed: &'p Parsed, wanted: &'p dyn Fn(u32) -> bool) -> Self {
        Self {
            parsed,
            wanted,
            of_line: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'p str {
        self.parsed.slice(&node.byte_range())
    }

    /// Puts another text in the place of a node.
    pub(super) fn replace(
        &mut self,
        node: Node<'_>,
        operator: Operator,
        with: impl Into<String>,
        says: impl Into<String>,
    ) {
        let line = row(node.start_position().row);
        self.replace_bytes(node.byte_range(), line, operator, with.into(), says.into());
    }

    /// Puts one word in the place of another.
    pub(super) fn swap(&mut self, node: Node<'_>, operator: Operator, with: &str) {
        let says = format!("`{}` became `{with}`", self.shown(node));
        self.replace(node, operator, with, says);
    }

    /// Puts another text in the place of some bytes that begin on a line.
    pub(super) fn replace_bytes(
        &mut self,
        bytes: Range<usize>,
        line: u32,
        operator: Operator,
        with: String,
        says: String,
    ) {
        let count = self.of_line.entry(line).or_default();
        let is_full = *count >= OF_A_LINE || self.found.len() >= OF_A_FILE;
        if is_full || !(self.wanted)(line) || self.parsed.slice(&bytes) == with {
            return;
        }
        *count += 1;
        let function = function_at(self.parsed, bytes.start);
        self.found.push(Mutant {
            bytes,
            with,
            line,
            function: function.map_or_else(String::new, |function| function.qualified.clone()),
            operator,
            says,
        });
    }

    /// The text of a node as messages show it: one line, not too long.
    pub(super) fn shown(&self, node: Node<'_>) -> String {
        /// Characters that are shown.
        const LONGEST: usize = 40;
        let text = crate::syntax::walk::flat(self.parsed, node);
        match text.char_indices().nth(LONGEST) {
            Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
            None => text,
        }
    }

    /// What was gathered, in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Mutant> {
        self.found.sort_by(|a, b| {
            let key = |it: &Mutant| (it.bytes.start, it.bytes.end, it.operator);
            key(a).cmp(&key(b)).then_with(|| a.with.cmp(&b.with))
        });
        self.found
            .dedup_by(|a, b| a.bytes == b.bytes && a.with == b.with);
        self.found
    }
}

/// The text of a file in which a function fails as soon as it is called: the tests that fail then are those that run it.
/// `None` where it has no body.
pub fn stopped(parsed: &Parsed, function: &Definition) -> Option<String> {
    let stop = parsed.language.profile().stop.as_deref()?;
    let body = function.body.as_ref()?;
    let source = &parsed.source;
    let begins_with_bracket = parsed.slice(body).starts_with('{');
    let at = body.start + usize::from(begins_with_bracket);
    let (before, behind) = (source.get(..at)?, source.get(at..)?);
    let line = before
        .rfind('\n')
        .map_or(before, |end| before.get(end + 1..).unwrap_or_default());
    let between = match line.trim().is_empty() {
        true => format!("{stop}\n{line}"),
        false if begins_with_bracket => format!(" {stop} "),
        false => format!("{stop}; "),
    };
    Some(format!("{before}{between}{behind}"))
}

/// The innermost function that holds a byte.
pub fn function_at(parsed: &Parsed, byte: usize) -> Option<&Definition> {
    let facts = parsed.facts();
    let before = facts
        .definitions
        .partition_point(|definition| definition.bytes.start <= byte);
    let mut around = facts.with_parents(before.checked_sub(1));
    around.find(|definition| {
        budget::charge(1);
        definition.kind == DefinitionKind::Function && definition.bytes.contains(&byte)
    })
}

/// Whether a byte stands in a test.
pub(super) fn is_test_code(parsed: &Parsed, byte: usize) -> bool {
    function_at(parsed, byte).is_some_and(|function| function.in_test)
}

/// The number that follows, or goes before where that may not fit in its type.
pub(super) fn other_number(digits: &str) -> Option<String> {
    /// The largest of the small types.
    const FULL: [u64; 6] = [127, 255, 32_767, 65_535, 2_147_483_647, 4_294_967_295];
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let number: u64 = plain.parse().ok()?;
    let other = match FULL.contains(&number) {
        true => number - 1,
        false => number.checked_add(1)?,
    };
    Some(other.to_string())
}
