//! Text that a reader does not see as it is: characters without width, characters that reorder the
//! line, copies of ASCII that are never shown, control characters, and letters that pass for others. Asked of
//! added lines, of new paths, and of the messages of the commits. A file that says it is of an encoding in which
//! it is another text ([`encoding`]) is one of them.
//!
//! How bad one is depends on where it stands: in code and comments it has no use and blocks; in a
//! string literal it may be data, and a human decides.
//!
//! Does not catch: what an escape sequence makes at run time (`"\u202e"`); text in a colour that
//! nobody sees; hidden text in files that are no text.

mod characters;
mod encoding;
mod margin;
mod paths;
mod scripts;
mod surroundings;

use std::sync::Arc;

use anyhow::Result;

use self::characters::{Class, Run};
use self::scripts::Disguised;
use self::surroundings::Kind;
use super::{Check, CheckResult, Context};
use crate::budget;
use crate::change::{Change, File, Side};
use crate::finding::{Finding, Level, Place};
use crate::language::conventions::{is_bundle, is_manifest, is_test_path};
use crate::language::{self, Parsed, Position};
use crate::rule::Rule;
use crate::rule::built_in::hidden_text as rules;
use crate::text::{is_in_word, stands_in, visible};

/// Findings of one file, rule and level that are told one by one.
const MOST_REPORTED: usize = 40;
/// Runs of one class, and disguised words, that are looked at on one line.
const MOST_IN_LINE: usize = 20;
/// Characters of hidden text that a message shows.
const LONGEST_SHOWN: usize = 200;
/// Characters without width in a row that nobody types by mistake.
const LONG_RUN: usize = 8;

/// The check.
pub(super) struct HiddenText;

impl Check for HiddenText {
    fn name(&self) -> &'static str {
        "hidden-text"
    }

    fn question(&self) -> &'static str {
        "Does the change add text that a reader does not see as it is?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["hidden-text"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        match examine(context) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(error),
        }
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut result = context.each(|file, result| {
        paths::look(file, &mut result.head)?;
        look_at_encoding(file, &mut result.head);
        // The lines that went are asked as well: a line that moved is not new.
        for (side, found) in [
            (Side::Head, &mut result.head),
            (Side::Base, &mut result.base),
        ] {
            look_at_lines(context, file, side, found)?;
            margin::look(context, file, side, found);
        }
        Ok(())
    })?;
    paths::collisions(context.change, &mut result.head)?;
    look_at_messages(context.change, &mut result.head)?;
    Ok(result)
}

/// A file that is read as another text than it is. Whatever of it changed, nobody saw it.
fn look_at_encoding(file: &File, found: &mut Vec<Finding>) {
    let Some(text) = file.text(Side::Head).filter(|_| !file.hunks.is_empty()) else {
        return;
    };
    if Kind::of(&file.path) != Kind::Source {
        return;
    }
    let Some(declared) = encoding::declared(text).filter(|one| one.hides(text)) else {
        return;
    };
    let place = Place {
        line: declared.line,
        column: declared.columns.start,
        end_line: declared.line,
        end_column: declared.columns.end,
    };
    let message = format!(
        "The file says that it is written in `{}`: what runs is another text than the one that is shown and checked",
        visible(declared.name)
    );
    let rule = rules::DECLARED_ENCODING;
    found.push(rule.finding(Side::Head, &file.path, place, message));
}

fn look_at_lines(
    context: &Context<'_>,
    file: &File,
    side: Side,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let Some(text) = file.text(side).filter(|text| characters::may_hide(text)) else {
        return Ok(());
    };
    let path = file.path_on(side);
    let mut text = Text {
        context,
        file,
        side,
        kind: Kind::of(path),
        is_bundle: is_bundle(path, text),
        text,
        parsed: None,
        reported: Vec::new(),
        searches: 0,
    };
    let mut changed = file.hunks.iter().map(|hunk| hunk.on(side)).peekable();
    let mut offset = 0;
    for (number, line) in (0u32..).zip(text.text.split('\n')) {
        while changed.next_if(|lines| lines.end <= number).is_some() {}
        let Some(lines) = changed.peek() else {
            break;
        };
        budget::charge_text(line.len());
        if number >= lines.start && characters::may_hide(line) {
            let runs = characters::runs(line, number == 0);
            for class in Class::ALL {
                let of_class = runs.iter().filter(|run| run.class == class);
                text.judge_runs(of_class.take(MOST_IN_LINE), line, offset, number, found)?;
            }
            for word in scripts::disguised(line).into_iter().take(MOST_IN_LINE) {
                text.judge_word(&word, line, offset, number, found)?;
            }
        }
        offset += line.len() + 1;
    }
    for (_, last, count) in text.reported {
        if let Some(finding) = found.get_mut(last).filter(|_| count > MOST_REPORTED) {
            let more = count - MOST_REPORTED;
            finding
                .message
                .push_str(&format!("; and {more} more in this file"));
        }
    }
    Ok(())
}

/// One side of a file on which something was seen.
struct Text<'a> {
    context: &'a Context<'a>,
    file: &'a File,
    side: Side,
    kind: Kind,
    /// Whether nobody reads it line by line.
    is_bundle: bool,
    text: &'a str,
    parsed: Option<Option<Arc<Parsed>>>,
    /// Rule and level, index of the last finding, how often it was seen.
    reported: Vec<((&'static Rule, Level), usize, usize)>,
    /// How many words were looked for in the whole text.
    searches: usize,
}

impl Text<'_> {
    /// What the byte belongs to: by the tree where there is one, otherwise by the line.
    fn position(&mut self, line: &str, offset: usize, column: usize) -> Position {
        let byte = line
            .char_indices()
            .nth(column)
            .map_or(line.len(), |(at, _)| at);
        let path = self.file.path_on(self.side);
        let parsed = self.parsed.get_or_insert_with(|| {
            language::of_text(path)?;
            self.context.trees.of(path, self.file.blob(self.side)?)
        });
        match parsed {
            Some(parsed) => parsed.facts().position(offset + byte),
            None => surroundings::position(line, byte),
        }
    }

    /// Tells the worst of the runs of one class on a line.
    fn judge_runs<'r>(
        &mut self,
        runs: impl Iterator<Item = &'r Run>,
        line: &str,
        offset: usize,
        number: u32,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let mut worst: Option<(Level, &Run, Option<Position>)> = None;
        for run in runs {
            let position = match self.kind {
                Kind::Source => Some(self.position(line, offset, run.start)),
                Kind::Prose | Kind::Translation | Kind::Instructions | Kind::Data => None,
            };
            let mut level = level(run, line, self.kind, position);
            // Without a grammar nobody knows that it is code: it may be what a program printed.
            if run.class == Class::Control && self.parsed.as_ref().is_none_or(Option::is_none) {
                level = level.map(|level| level.min(Level::Escalate));
            }
            let recorded = run.class == Class::Control
                && is_test_path(self.file.path_on(self.side))
                && characters::is_colour(run, line);
            if self.is_bundle || recorded {
                level = level.map(|level| level.min(Level::Note));
            }
            if level > worst.map(|(level, _, _)| level) {
                worst = level.map(|level| (level, run, position));
            }
        }
        let Some((level, run, position)) = worst else {
            return Ok(());
        };
        let holder = position.map_or("The line", place_name);
        let message = format!("{holder} holds {}", described(run));
        let width = run.text.chars().count();
        let rule = rule_of(run.class);
        self.say(rule, level, message, number, (run.start, width), found)
    }

    /// Whether the text has the word, as a word. Asked a few times only: it reads the whole text.
    fn has_word(&mut self, word: &str) -> bool {
        self.searches += 1;
        self.searches <= MOST_REPORTED
            && budget::charge_text(self.text.len())
            && stands_in(self.text, word, is_in_word).is_some()
    }

    fn judge_word(
        &mut self,
        word: &Disguised,
        line: &str,
        offset: usize,
        number: u32,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let level = match self.kind {
            Kind::Source => {
                if self.position(line, offset, word.start) != Position::Code {
                    return Ok(());
                }
                if word.mixed {
                    Level::Block
                } else if word.folds && word.seen.len() >= 2
                    || word.seen.len() >= 3 && self.has_word(&word.seen)
                {
                    Level::Escalate
                } else {
                    return Ok(());
                }
            }
            // The name of a package.
            Kind::Data | Kind::Prose if word.mixed && is_manifest(&self.file.path) => {
                Level::Escalate
            }
            Kind::Data | Kind::Prose | Kind::Translation | Kind::Instructions => return Ok(()),
        };
        let message = format!("The code holds {}", passes_for(word));
        let place = (word.start, word.word.chars().count());
        self.say(
            rules::MIXED_SCRIPT_IDENTIFIER,
            level,
            message,
            number,
            place,
            found,
        )
    }

    fn say(
        &mut self,
        rule: &'static Rule,
        level: Level,
        message: String,
        number: u32,
        (start, width): (usize, usize),
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let count = match self
            .reported
            .iter_mut()
            .find(|(key, _, _)| *key == (rule, level))
        {
            Some((_, last, count)) => {
                *count += 1;
                if *count <= MOST_REPORTED {
                    *last = found.len();
                }
                *count
            }
            None => {
                self.reported.push(((rule, level), found.len(), 1));
                1
            }
        };
        if count > MOST_REPORTED {
            return Ok(());
        }
        let column = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        let place = Place {
            line: number + 1,
            column: column(start),
            end_line: number + 1,
            end_column: column(start + width),
        };
        let path = self.file.path_on(self.side);
        let mut finding = rule.finding(self.side, path, place, message);
        finding.level = level;
        found.push(finding);
        Ok(())
    }
}

/// What a run does where it stands; `None` where it is nothing to speak of.
fn level(run: &Run, line: &str, kind: Kind, position: Option<Position>) -> Option<Level> {
    let long = run.text.chars().count() >= LONG_RUN;
    if run.class == Class::Bidi
        && position != Some(Position::Code)
        && kind != Kind::Instructions
        && characters::has_right_to_left(line)
        && characters::is_balanced(line)
    {
        return None;
    }
    Some(match (kind, position, run.class) {
        (Kind::Source, Some(Position::Literal), _) => Level::Escalate,
        (Kind::Source, Some(Position::Comment), Class::ZeroWidth) if !long => Level::Escalate,
        (Kind::Source, _, _) => Level::Block,
        (Kind::Instructions, _, Class::ZeroWidth) if !long => Level::Escalate,
        (Kind::Instructions, _, _) => Level::Block,
        (Kind::Prose | Kind::Translation, _, Class::ZeroWidth) if run.text == "\u{ad}" => {
            return None;
        }
        (_, _, Class::ZeroWidth) if !long => Level::Note,
        (Kind::Prose, _, Class::Control) if run.text.chars().all(is_separator) => Level::Note,
        // What a program printed, kept to be compared with.
        (Kind::Data | Kind::Translation, _, Class::Control) => Level::Note,
        (Kind::Prose, _, Class::Tag | Class::Selector) => Level::Block,
        (Kind::Prose | Kind::Translation | Kind::Data, _, _) => Level::Escalate,
    })
}

/// Whether a character begins a line for some programs, and is shown as nothing.
fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn rule_of(class: Class) -> &'static Rule {
    match class {
        Class::Bidi => rules::BIDI_CONTROL,
        Class::ZeroWidth => rules::ZERO_WIDTH,
        Class::Tag => rules::TAG_CHARACTER,
        Class::Selector => rules::VARIATION_SELECTOR_RUN,
        Class::Control => rules::CONTROL_CHARACTER,
    }
}

fn place_name(position: Position) -> &'static str {
    match position {
        Position::Code => "The code",
        Position::Comment => "A comment",
        Position::Literal => "A string literal",
    }
}

/// A run in words, with what it spells.
fn described(run: &Run) -> String {
    let count = run.text.chars().count();
    let first = run.text.chars().next().unwrap_or_default();
    let number = format!("U+{:04X}", u32::from(first));
    let name = match run.class {
        Class::Bidi => format!(
            "{number} ({}), which changes the order in which the line is shown",
            characters::bidi_name(first)
        ),
        Class::Control if first == '\r' => format!(
            "{number}, a carriage return inside the line: what follows is a line of its own to some programs, and overwrites the line in a terminal"
        ),
        Class::Control if is_separator(first) => format!(
            "{number}, which ends the line for JavaScript and others: what follows is a line of its own to them"
        ),
        Class::Control => {
            format!("{number}, a control character, with which a terminal shows another text")
        }
        Class::ZeroWidth if count == 1 => format!("{number}, a character without width"),
        Class::ZeroWidth => format!("{count} characters without width in a row"),
        Class::Tag if count == 1 => format!("{number}, a tag character, which is never shown"),
        Class::Tag => format!("{count} tag characters in a row, which are never shown"),
        Class::Selector if count == 1 => {
            format!("{number}, a variation selector with nothing to select")
        }
        Class::Selector => format!("{count} variation selectors in a row"),
    };
    match characters::decoded(run).filter(|_| count > 1) {
        Some(text) => {
            let shown: String = text.chars().take(LONGEST_SHOWN).collect();
            format!("{name}; they spell: {}", visible(&shown))
        }
        None => name,
    }
}

fn passes_for(word: &Disguised) -> String {
    let shown = |text: &str| -> String { text.chars().take(LONGEST_SHOWN).collect() };
    let letters: Vec<&str> = word.letters.iter().take(5).map(String::as_str).collect();
    format!(
        "`{}`, which is not `{}`: {}",
        shown(&word.word),
        shown(&word.seen),
        letters.join(", ")
    )
}

/// The path that stands for the message of a commit: git keeps it in a file of this name.
const MESSAGE: &str = "COMMIT_EDITMSG";

fn look_at_messages(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    for commit in change
        .commits
        .iter()
        .filter(|commit| characters::may_hide(&commit.message))
    {
        for (number, line) in (1u32..).zip(commit.message.lines()).take(1000) {
            let Some(run) = characters::runs(line, number == 1).into_iter().next() else {
                continue;
            };
            let Some(level) = level(&run, line, Kind::Prose, None) else {
                continue;
            };
            let rule = rule_of(run.class);
            let column = u32::try_from(run.start + 1).unwrap_or(u32::MAX);
            let place = Place {
                line: number,
                column,
                end_line: number,
                end_column: column + 1,
            };
            let message = format!("The commit message holds {}", described(&run));
            let mut finding = rule.finding(Side::Head, MESSAGE, place, message);
            finding.level = level;
            finding.commit = Some(commit.id.clone());
            finding.anchor = Some(line.to_owned());
            found.push(finding);
        }
    }
    Ok(())
}
