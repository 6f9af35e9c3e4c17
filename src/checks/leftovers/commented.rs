//! Code that was commented out in bulk, and code under a condition that never holds.
//!
//! Does not catch: fewer than [`LEAST`] lines, and code among prose; a string that holds code, which may be data.

use super::report;
use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::language::{Comment, Lang, Parsed};

/// Lines in a row from which on it is told.
const LEAST: usize = 5;
/// Lines in a row over which nobody looks.
const MOST: usize = 400;

pub(super) fn check_file(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) {
    let profile = parsed.language.profile();
    let is_prose = |comment: &&Comment| !comment.is_doc;
    let comments = || parsed.facts().comments.iter().filter(is_prose);
    let mut run: Vec<(u32, &str)> = Vec::new();
    let lines = comments().filter_map(|comment| {
        let text = parsed.slice(&comment.bytes);
        let text = text.strip_prefix(profile.line_comment.as_deref()?)?;
        let start = comment.bytes.start;
        let before = parsed.source.get(..start)?.rsplit('\n').next()?;
        before.trim().is_empty().then_some((comment.line, text))
    });
    for (line, text) in lines {
        if run.last().is_some_and(|(last, _)| last + 1 != line) {
            stretch(file, side, parsed.language, &run, found);
            run.clear();
        }
        run.push((line, text));
    }
    stretch(file, side, parsed.language, &run, found);
    if let Some(block) = &profile.block_comment {
        for comment in comments() {
            let text = parsed.slice(&comment.bytes);
            if let Some(inside) = text.strip_prefix(block.before.as_str()) {
                let inside = inside.trim_end_matches(block.behind.as_str());
                let lines: Vec<(u32, &str)> = (comment.line..).zip(inside.lines()).collect();
                stretch(file, side, parsed.language, &lines, found);
            }
        }
    }
    never_runs(file, side, parsed, found);
}

/// Code that is as dead as in a comment, and compiled or not as it likes.
fn never_runs(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) {
    let facts = parsed.facts();
    let branches = facts.dead.iter().map(|bytes| (bytes.clone(), "if"));
    let profile = parsed.language.profile();
    let definitions = facts.definitions.iter().filter_map(|definition| {
        let mut marks = definition.marks.iter();
        let off = marks.find(|mark| {
            let mark: String = mark.split_whitespace().collect();
            profile.never_marks.contains(&mark)
        })?;
        let how = off.split('(').next().unwrap_or(off);
        (!definition.in_test).then_some((definition.bytes.clone(), how))
    });
    for (bytes, how) in branches.chain(definitions) {
        let message = format!("this code never runs: its `{how}` does not hold whatever happens");
        let place = parsed.place_of(bytes);
        report(file, side, rules::COMMENTED_OUT_CODE, place, message, found);
    }
}

fn stretch(file: &File, side: Side, language: Lang, run: &[(u32, &str)], found: &mut Vec<Finding>) {
    let (Some((first, _)), Some((last, text))) = (run.first(), run.last()) else {
        return;
    };
    let mut added = run
        .iter()
        .map(|(line, _)| *line)
        .filter(|line| file.touches(side, line - 1..*line));
    let touched = added.next();
    if added.count() + 1 < LEAST || run.len() > MOST || !is_code(language, run) {
        return;
    }
    let place = Place {
        line: touched.unwrap_or(*first),
        column: 1,
        end_line: *last,
        end_column: u32::try_from(text.chars().count() + 2).unwrap_or(u32::MAX),
    };
    let message = format!("{} lines of code stand in comments", run.len());
    report(file, side, rules::COMMENTED_OUT_CODE, place, message, found);
}

/// Whether the lines, without their marks, are a program: no error, and mostly statements that prose does not make.
fn is_code(language: Lang, run: &[(u32, &str)]) -> bool {
    let blanks = |text: &str| text.len() - text.trim_start().len();
    let lines = run.iter().map(|(_, text)| *text);
    let written = lines.clone().filter(|text| !text.trim().is_empty());
    let dedent = written.map(blanks).min().unwrap_or(0);
    let lines = lines.flat_map(|text| [text.get(dedent..).unwrap_or_default(), "\n"]);
    let text: String = lines.collect();
    language
        .statements_in(&text)
        .is_some_and(|telling| telling * 2 >= run.len())
}
