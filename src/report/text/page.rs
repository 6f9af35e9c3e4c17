//! The page that a text report is written on: wrapped lines, painted words, and no way for untrusted
//! text to leave its place.
//!
//! Every line begins with words of ours; a line that goes on does so under the text it belongs to,
//! [`DEEP`] columns in at least, where no line of ours begins. So no text can forge one.
//!
//! Does not catch: a word without spaces that is longer than the line (a path, a command) where it must
//! stay whole to be of use; the terminal wraps it.

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Ansi};

use crate::report::Style;
use crate::text::{columns, visible, words};

/// Columns in which lines that go on begin, at least: beyond the `=` of any frame.
const DEEP: usize = 12;
/// Columns that text is given, however narrow the page.
const LEAST: usize = 24;

/// What a word looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Magenta,
    Blue,
}

impl Paint {
    fn ansi(self) -> Ansi {
        let bold = |color: AnsiColor| color.on_default().effects(Effects::BOLD);
        match self {
            Paint::Plain => Ansi::new(),
            Paint::Bold => Ansi::new().effects(Effects::BOLD),
            Paint::Dim => Ansi::new().effects(Effects::DIMMED),
            Paint::Red => bold(AnsiColor::BrightRed),
            Paint::Yellow => bold(AnsiColor::Yellow),
            Paint::Green => bold(AnsiColor::BrightGreen),
            Paint::Magenta => bold(AnsiColor::BrightMagenta),
            Paint::Blue => bold(AnsiColor::BrightBlue),
        }
    }
}

/// What is being written.
pub(crate) struct Page {
    text: String,
    style: Style,
}

impl Page {
    pub(crate) fn new(style: Style) -> Self {
        Self {
            text: String::new(),
            style,
        }
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// An empty line, unless the page is empty.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// Lines that are safe and fit already.
    pub(crate) fn block(&mut self, lines: &str) {
        self.text.push_str(lines);
        self.text.push('\n');
    }

    /// `lead`, words of ours, and `text`, wrapped under its own beginning.
    pub(crate) fn item(&mut self, lead: &[(&str, Paint)], text: &str, paint: Paint) {
        let indent = self.lead(lead);
        let lines = wrap(text, self.room(indent), self.room(deep(indent)));
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                self.text.push_str(&" ".repeat(deep(indent)));
            }
            self.push(line, paint);
            self.end_line();
        }
    }

    /// `lead` and `text` on one line, which is cut.
    pub(crate) fn line(&mut self, lead: &[(&str, Paint)], text: &str, paint: Paint) {
        let indent = self.lead(lead);
        let shown = flat(text);
        self.push(&cut(&shown, self.room(indent)), paint);
        self.end_line();
    }

    /// `lead` and what is flat and cut already.
    pub(crate) fn uncut(&mut self, lead: &[(&str, Paint)], text: &str) {
        self.lead(lead);
        self.text.push_str(text);
        self.end_line();
    }

    /// `lead` and a place (`path:line:column`), which stays whole unless it holds white space.
    pub(crate) fn place(&mut self, lead: &[(&str, Paint)], place: &str, after: &str) {
        let indent = self.lead(lead);
        let whole = [visible(place), visible(after)].concat();
        if whole.contains(char::is_whitespace) && width(&whole) > self.room(indent) {
            let lines = wrap(&whole, self.room(indent), self.room(deep(indent)));
            self.text
                .push_str(&lines.join(&format!("\n{}", " ".repeat(deep(indent)))));
        } else {
            self.text.push_str(&whole);
        }
        self.end_line();
    }

    /// `lead` and a command, broken where a shell reads on: it can be copied as it stands.
    pub(crate) fn command(&mut self, lead: &[(&str, Paint)], command: &str) {
        let indent = self.lead(lead);
        let (first, rest) = (self.room(indent), self.room(deep(indent)));
        let mut used = 0;
        let mut lines = 0;
        for (at, word) in words(&flat(command)).iter().enumerate() {
            let room = if lines == 0 { first } else { rest };
            // Room for the " \" of a line that goes on.
            if at > 0 && used + 1 + width(word) + 2 > room {
                self.text.push_str(" \\\n");
                self.text.push_str(&" ".repeat(deep(indent)));
                used = 0;
                lines += 1;
            } else if at > 0 {
                self.text.push(' ');
                used += 1;
            }
            self.text.push_str(word);
            used += width(word);
        }
        self.end_line();
    }

    fn lead(&mut self, lead: &[(&str, Paint)]) -> usize {
        for (words, paint) in lead {
            self.push(words, *paint);
        }
        lead.iter().map(|(words, _)| width(words)).sum()
    }

    fn push(&mut self, words: &str, paint: Paint) {
        if self.style.color && paint != Paint::Plain && !words.is_empty() {
            let ansi = paint.ansi();
            self.text.push_str(&format!("{ansi}{words}{ansi:#}"));
        } else {
            self.text.push_str(words);
        }
    }

    fn end_line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    fn room(&self, indent: usize) -> usize {
        self.style.width.saturating_sub(indent).max(LEAST)
    }
}

/// Where a line goes on that began with a lead of this width. A lead of half a page is no measure.
fn deep(lead: usize) -> usize {
    if lead > 50 { DEEP } else { lead.max(DEEP) }
}

/// Columns of a text that is visible already.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Untrusted text on one line: line ends and tabs are spaces, the rest is made visible.
pub(crate) fn flat(text: &str) -> String {
    let spaced: Vec<&str> = text
        .split(['\n', '\r', '\t'])
        .map(|part| part.trim_matches(' '))
        .filter(|part| !part.is_empty())
        .collect();
    visible(&spaced.join(" "))
}

/// At most so many columns of a text that is visible already.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|&c| {
            used += columns(c);
            used < room
        })
        .collect();
    format!("{}\u{2026}", kept.trim_end_matches(' '))
}

/// Untrusted text in lines: its own, wrapped at spaces, words longer than a line broken.
fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in visible(&paragraph.replace('\t', " ")).split(' ') {
            let mut word = word;
            loop {
                let room = if lines.is_empty() { first } else { rest };
                let space = usize::from(!line.is_empty());
                if used + space + width(word) <= room {
                    if space == 1 {
                        line.push(' ');
                    }
                    line.push_str(word);
                    used += space + width(word);
                    break;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                    continue;
                }
                let at = fits(word, room);
                let (start, end) = word.split_at(at);
                lines.push(start.to_owned());
                word = end;
            }
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// How many bytes of a word fit; one character at least, and no character is cut.
fn fits(word: &str, room: usize) -> usize {
    let mut used = 0;
    let mut end = 0;
    for (at, c) in word.char_indices() {
        used += columns(c);
        if used > room && end > 0 {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces_and_long_words_are_broken() {
        assert_eq!(wrap("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3, 4), ["abc", "defg", "h"]);
        assert_eq!(wrap("a\n\nb", 9, 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9, 9), [""]);
        assert_eq!(
            wrap("\u{4f60}\u{597d}\u{4f60}", 4, 4),
            ["\u{4f60}\u{597d}", "\u{4f60}"]
        );
    }

    #[test]
    fn a_wrapped_command_is_the_same_command_to_a_shell() {
        let style = Style {
            width: 40,
            ..Style::PLAIN
        };
        let mut page = Page::new(style);
        page.command(
            &[("= again: ", Paint::Plain)],
            "draftgate check 'a b'..HEAD --only vulnerabilities",
        );
        assert_eq!(
            page.into_text(),
            "= again: draftgate check 'a b'..HEAD \\\n            --only vulnerabilities\n"
        );
    }

    #[test]
    fn what_goes_on_begins_where_no_line_of_ours_does() {
        let style = Style {
            width: 40,
            ..Style::PLAIN
        };
        let mut page = Page::new(style);
        page.item(
            &[("= why: ", Paint::Plain)],
            "x\n= fix: run this",
            Paint::Plain,
        );
        assert_eq!(page.into_text(), "= why: x\n            = fix: run this\n");
    }
}
