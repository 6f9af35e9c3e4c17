//! Words of production texts that the change adds or takes away: a message that is worded anew has its expectation
//! worded anew.
//!
//! Does not catch: a word that production only happens to say too.

use std::collections::BTreeSet;

use crate::change::{File, Side};
use crate::text::is_in_word;

use super::production::is_production;
use super::sides::Sides;

/// What the texts of the changed production files say.
pub(super) struct Wording<'s> {
    files: Vec<Worded<'s>>,
}

/// What the texts of a file say on the lines that the change adds, and said on those that it takes away.
struct Worded<'s> {
    path: &'s str,
    added: BTreeSet<&'s str>,
    gone: BTreeSet<&'s str>,
}

impl<'s> Wording<'s> {
    /// Of a change.
    pub(super) fn of(sides: &'s Sides<'_>) -> Self {
        let pairs = sides.pairs.iter();
        let files = pairs.filter(|pair| is_production(pair, Side::Head));
        let worded = |file: &'s File| Worded {
            path: &file.path,
            added: said(file, Side::Head, file.added_lines()),
            gone: said(file, Side::Base, file.deleted_lines()),
        };
        Self {
            files: files.map(|pair| worded(pair.file)).collect(),
        }
    }

    /// Whether the texts of a file near the test changed as an expected text did: most words that are new in it are new
    /// there, or most that it lost went there.
    pub(super) fn follows(
        &self,
        before: &str,
        after: &str,
        is_near: impl Fn(&str) -> bool,
    ) -> bool {
        let (old, new) = (words(before), words(after));
        let fresh: Vec<&str> = new.difference(&old).copied().collect();
        let lost: Vec<&str> = old.difference(&new).copied().collect();
        let most = |asked: &[&str], known: &BTreeSet<&str>| {
            let known = asked.iter().filter(|word| known.contains(**word)).count();
            !asked.is_empty() && known * 3 >= asked.len() * 2
        };
        let mut files = self.files.iter().filter(|file| is_near(file.path));
        files.any(|file| match fresh.is_empty() {
            true => most(&lost, &file.gone),
            false => most(&fresh, &file.added),
        })
    }
}

/// The words of quoted texts on lines of a side, each from its first quote to its last.
fn said(file: &File, side: Side, lines: impl Iterator<Item = u32>) -> BTreeSet<&str> {
    let text: Vec<&str> = file.text(side).unwrap_or_default().lines().collect();
    let lines = lines.filter_map(|line| text.get(line as usize).copied());
    let quoted = lines.filter_map(|line| {
        let quote = ['"', '\'', '`'];
        let (start, end) = (line.find(quote)?, line.rfind(quote)?);
        let code = line.get(..start)?;
        let is_comment = ["#", "//"].iter().any(|mark| code.contains(mark));
        line.get(start..end).filter(|_| !is_comment)
    });
    quoted.flat_map(words).collect()
}

/// The words of a text: runs of letters, digits and `_` with at least three letters.
fn words(text: &str) -> BTreeSet<&str> {
    const LETTERS: usize = 3;
    let tells = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS;
    text.split(|c| !is_in_word(c)).filter(tells).collect()
}
