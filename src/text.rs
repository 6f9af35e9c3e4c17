//! Small facts about text that several stages share: digests, columns, and what a terminal may see.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use sha2::{Digest, Sha256};
use unicode_width::UnicodeWidthChar;

/// Two hexadecimal digits a byte, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = halves.filter_map(|half| DIGITS.get(usize::from(half)));
    digits.map(|&digit| char::from(digit)).collect()
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// 128 bits from the operating system's source, which seeds the standard library's hash maps.
pub fn unguessable() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("draftgate_{:016x}{:016x}", word(), word())
}

/// The 1-based column, in Unicode scalar values, of a byte offset in a line. An offset inside a
/// character counts as that character; one past the end, as the end.
pub fn column(line: &str, byte: usize) -> u32 {
    let before = line
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= byte);
    u32::try_from(before.count() + 1).unwrap_or(u32::MAX)
}

/// Untrusted text, made safe to show on one line: what [`is_invisible`] names stands as `\u{..}`, and
/// so do combining marks beyond the second on one character, which would pile up over other lines.
///
/// A variation selector after a character beyond ASCII stays: it chooses the shape of an emoji.
///
/// Does not catch: letters of right-to-left scripts, which a terminal may show in another order within
/// the line; letters that look like others.
pub fn visible(text: &str) -> String {
    const MOST_MARKS: usize = 2;
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut marks = 0;
    for c in text.chars() {
        let shapes = matches!(c, '\u{fe0e}' | '\u{fe0f}')
            && before.is_some_and(|other: char| !other.is_ascii() && !is_invisible(other));
        marks = if columns(c) == 0 { marks + 1 } else { 0 };
        let piles_up = marks > MOST_MARKS || (marks > 0 && before.is_none());
        if (is_invisible(c) && !shapes) || piles_up {
            shown.extend(c.escape_unicode());
            marks = 0;
        } else {
            shown.push(c);
        }
        before = Some(c);
    }
    shown
}

/// Columns that a character takes in a terminal: 0, 1 or 2.
pub fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Whether a character could move the cursor, forge a line or hide: controls (tab too), bidirectional
/// controls, line and paragraph separators, and all that Unicode calls default ignorable
/// (`Default_Ignorable_Code_Point`: zero-width, fillers, variation selectors, tags).
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Where the lines of a text begin, to be asked for many places.
#[derive(Debug)]
pub struct LineStarts(Vec<usize>);

impl LineStarts {
    /// Those of a text: its first byte, and each behind a line feed.
    pub fn of(text: &str) -> Self {
        let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self(std::iter::once(0).chain(after).collect())
    }

    /// The 1-based line of a byte.
    pub fn line(&self, byte: usize) -> u32 {
        let before = self.0.partition_point(|&start| start <= byte);
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// The first byte of a 1-based line; none where the text has no such line.
    pub fn start(&self, line: u32) -> Option<usize> {
        self.0.get(line.checked_sub(1)? as usize).copied()
    }

    /// The 1-based line and column, in Unicode scalar values, of a byte of the text that they are of.
    pub fn position(&self, text: &str, byte: usize) -> (u32, u32) {
        let line = self.line(byte);
        let start = self.start(line).unwrap_or(0);
        let rest = text.get(start..).unwrap_or_default();
        (line, column(rest, byte.saturating_sub(start)))
    }
}

/// The words of a command; quoted ones are whole, with their quotes.
pub fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => {
                words.push(String::new());
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A text that is asked for many words. A word is a run of letters, digits and `_`.
pub struct Words<T> {
    /// The text.
    pub text: T,
    asked: Cell<u32>,
    all: OnceCell<HashSet<Box<str>>>,
}

impl<T: AsRef<str>> Words<T> {
    /// Those of a text.
    pub fn of(text: T) -> Self {
        let (asked, all) = Default::default();
        Self { text, asked, all }
    }

    /// Whether the text holds a word; of what is several words, whether it holds each of them.
    pub fn hold(&self, word: &str) -> bool {
        // The first few are looked for in the text itself: that is sooner done than taking all of its words.
        const FEW: u32 = 8;
        let text = self.text.as_ref();
        let mut parts = word.split(|c| !is_in_word(c)).filter(|it| !it.is_empty());
        self.asked.set(self.asked.get().saturating_add(1));
        if self.asked.get() > FEW {
            let split = || text.split(|c| !is_in_word(c)).map(Box::from).collect();
            let all = self.all.get_or_init(split);
            return parts.all(|part| all.contains(part));
        }
        parts.all(|part| stands_in(text, part, is_in_word).is_some())
    }
}

/// The first byte at which a word stands in a text with no character of a word beside it.
pub fn stands_in(text: &str, word: &str, is_in_word: fn(char) -> bool) -> Option<usize> {
    let edge = |c: Option<char>| !c.is_some_and(is_in_word);
    let mut all = text.match_indices(word).map(|(at, _)| at);
    all.find(|at| {
        let before = text.get(..*at).and_then(|it| it.chars().next_back());
        let after = text.get(at + word.len()..);
        edge(before) && edge(after.and_then(|it| it.chars().next()))
    })
}

/// Whether a character is part of a word: a letter, a digit or `_`.
pub fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_held_however_many_were_asked_for() {
        let words = Words::of("from a.b import c_d, é  # a-b");
        for _ in 0..20 {
            for held in ["a", "c_d", "é", "b", "import"] {
                assert!(words.hold(held), "{held}");
            }
            for other in ["c", "d", "_", "impor", "b2", "a.x"] {
                assert!(!words.hold(other), "{other}");
            }
        }
    }

    #[test]
    fn what_could_act_on_a_terminal_stands_as_an_escape() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("a\r\nb\tc"), "a\\u{d}\\u{a}b\\u{9}c");
        assert_eq!(
            visible("\u{9b}31m\u{202e}\u{2066}"),
            "\\u{9b}31m\\u{202e}\\u{2066}"
        );
        assert_eq!(visible("\u{e0041}\u{3164}"), "\\u{e0041}\\u{3164}");
    }

    #[test]
    fn letters_accents_and_emoji_stay_as_they_are() {
        for text in [
            "na\u{ef}ve cafe\u{301}",
            "\u{4f60}\u{597d}",
            "\u{26a0}\u{fe0f} mind",
            "\u{5e9}\u{5dc}",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn a_variation_selector_that_shapes_nothing_is_shown() {
        assert_eq!(visible("a\u{fe0f}"), "a\\u{fe0f}");
        assert_eq!(
            visible("\u{26a0}\u{fe0f}\u{fe0f}"),
            "\u{26a0}\u{fe0f}\\u{fe0f}"
        );
    }

    #[test]
    fn marks_do_not_pile_up() {
        assert_eq!(visible("e\u{301}\u{302}\u{303}"), "e\u{301}\u{302}\\u{303}");
        assert_eq!(visible("\u{301}e"), "\\u{301}e");
    }
}
