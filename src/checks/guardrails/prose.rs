//! Whether an edit of what agents are told is prose and no more: how the code is laid out, named and written. What runs
//! a command, takes a document in, gives a permission, tells somebody to skip, hide or trust something, or takes back
//! a duty, is for a human to read.
//!
//! Does not catch: bad advice in plain words, which the review of the code that follows it has to find.

use std::collections::BTreeMap;

use super::lists::LISTS;
use crate::budget;
use crate::change::{File, Side};
use crate::text::is_invisible;

/// Lines that are added at most: more of them is a text that somebody should read as a whole.
const MOST_LINES: usize = 40;

/// Whether the change of a file is such an edit.
pub(super) fn is_plain(file: &File) -> bool {
    let Some(text) = file.text(Side::Head) else {
        return false;
    };
    let base = file.text(Side::Base).unwrap_or_default();
    let all = text.len() + base.len();
    if !budget::charge_text(all) || file.added_lines().count() > MOST_LINES {
        return false;
    }
    let added = lines(text, file.added_lines());
    let gone = lines(base, file.deleted_lines());
    let changed = || added.iter().chain(&gone);
    if changed().any(|line| line.within.is_some_and(|within| within != Within::Example)) {
        return false;
    }
    let prose = |lines: &'_ [Line<'_>]| {
        let outside = lines.iter().filter(|line| line.within.is_none());
        let text: Vec<&str> = outside.map(|line| line.text).collect();
        text.join(" ").to_lowercase()
    };
    let (new, old) = (prose(&added), prose(&gone));
    let (said, unsaid) = (words(&new), words(&old));
    let more = |here: &BTreeMap<&str, usize>, there: &BTreeMap<&str, usize>, word: &str| {
        here.get(word) > there.get(word)
    };
    let steers = LISTS
        .steering_words
        .iter()
        .any(|word| more(&said, &unsaid, word));
    let phrases = LISTS.steering_phrases.iter();
    let mut steering =
        phrases.filter(|phrase| new.matches(phrase).count() > old.matches(phrase).count());
    let duties = LISTS.duties.iter().any(|word| more(&unsaid, &said, word));
    // A duty that holds under a condition now is half of one.
    let softened = LISTS.duties.iter().any(|word| unsaid.contains_key(word))
        && LISTS
            .qualifiers
            .iter()
            .any(|word| more(&said, &unsaid, word));
    let known = |command: &str| base.contains(command);
    !steers
        && steering.next().is_none()
        && !duties
        && !softened
        && !changed().any(|line| line.text.chars().any(|c| c != '\t' && is_invisible(c)))
        && !added
            .iter()
            .any(|line| takes_in(line.text) || runs(line.text, known))
}

/// What a line of a document stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// What is said of the document itself, at its top.
    Header,
    /// A comment, which nobody sees who reads the page.
    Comment,
    /// Commands.
    Commands,
    /// Code of a language.
    Example,
}

struct Line<'t> {
    text: &'t str,
    within: Option<Within>,
}

/// The lines of a document that are wanted, in their order.
fn lines(text: &str, wanted: impl Iterator<Item = u32>) -> Vec<Line<'_>> {
    let mut wanted = wanted.peekable();
    let mut found = Vec::new();
    let mut within = None;
    for (number, line) in (0u32..).zip(text.lines()) {
        let bare = line.trim();
        let is_rule = bare == "---";
        let is_fence = bare.starts_with("```") || bare.starts_with("~~~");
        let mut here = within;
        match within {
            None if number == 0 && is_rule => within = Some(Within::Header),
            Some(Within::Header) if is_rule => within = None,
            None if is_fence => {
                let language = bare.trim_start_matches(['`', '~']);
                let language = language
                    .split([' ', ',', '{', ':'])
                    .next()
                    .unwrap_or_default();
                let is_code = !language.is_empty() && !LISTS.shells.contains(language);
                within = Some(match is_code {
                    true => Within::Example,
                    false => Within::Commands,
                });
            }
            Some(Within::Commands | Within::Example) if is_fence => within = None,
            None if bare.contains("<!--") => {
                here = Some(Within::Comment);
                within = here.filter(|_| !bare.contains("-->"));
            }
            Some(Within::Comment) if bare.contains("-->") => within = None,
            _ => {}
        }
        let here = here.or(within.filter(|_| !is_fence));
        if wanted.next_if_eq(&number).is_some() {
            found.push(Line {
                text: bare,
                within: here,
            });
        }
    }
    found
}

/// The words of a text, each with its count.
fn words(text: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '’');
    for word in text.split(|c| !is_part(c)).filter(|word| !word.is_empty()) {
        *found.entry(word).or_default() += 1;
    }
    found
}

/// Whether a line takes a document in.
fn takes_in(line: &str) -> bool {
    super::imported::marked(line).next().is_some()
}

/// Whether a line names a command to run that is not known yet.
fn runs(line: &str, is_known: impl Fn(&str) -> bool) -> bool {
    let mut before = "";
    for (at, part) in line.split('`').enumerate() {
        let is_span = at % 2 == 1;
        let first = part.split_whitespace().next().unwrap_or_default();
        let first = first.trim_start_matches('$');
        let is_program = LISTS.starters.contains(first);
        let is_command = match is_span {
            true => {
                let verb = before.trim_end().rsplit(' ').next().unwrap_or_default();
                let is_told = LISTS.run_words.contains(verb.to_lowercase().as_str());
                is_program && part.contains(' ')
                    || part.starts_with("./")
                    || part.ends_with(".sh")
                    || is_told
            }
            false => ["$ ", "./"]
                .iter()
                .any(|start| part.trim_start().starts_with(start)),
        };
        if is_command && !is_known(part) {
            return true;
        }
        before = part;
    }
    false
}
