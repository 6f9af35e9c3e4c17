//! Lines of a cell that the shell of notebooks takes for itself: `%matplotlib inline`, `!pip install x`, `frame?`.
//!
//! A line is one only where a statement may begin: `% name` on the second line of an expression is code.
//!
//! Does not catch: `files = !ls` as anything but a blank line, and what a magic defines.

use std::borrow::Cow;

/// Magics of a whole cell under which its other lines are code of the language.
const OVER_CODE: [&str; 7] = [
    "time", "timeit", "capture", "prun", "memit", "python", "python3",
];

/// What the lines before the one at hand leave open.
#[derive(Default)]
pub(super) struct Magics {
    begun: bool,
    /// The rest of the cell is in another language.
    foreign: bool,
    /// The line before it was a magic that goes on.
    goes_on: bool,
    statement: Statement,
}

impl Magics {
    /// The next line of the cell, blank where it is no code.
    pub(super) fn blanked<'c>(&mut self, code: &'c str) -> Cow<'c, str> {
        let first = !self.begun;
        self.begun |= !code.trim().is_empty();
        let goes_on = std::mem::take(&mut self.goes_on);
        if let Some(magic) = code.strip_prefix("%%").filter(|_| first) {
            let name = magic.split_whitespace().next().unwrap_or_default();
            self.foreign = !OVER_CODE.contains(&name);
            return Cow::Borrowed("");
        }
        if self.foreign {
            return Cow::Borrowed("");
        }
        if goes_on || !self.statement.is_open() && is_magic(code) {
            self.goes_on = code.ends_with('\\');
            // A block whose only line it is must not be empty.
            let indent = code.len() - code.trim_start().len();
            return match code.get(..indent) {
                Some(indent) if !indent.is_empty() && !goes_on => format!("{indent}pass").into(),
                _ => Cow::Borrowed(""),
            };
        }
        self.statement.read(code);
        Cow::Borrowed(code)
    }
}

/// Whether a line on which a statement may begin is a magic.
fn is_magic(code: &str) -> bool {
    let code = code.trim();
    let assigned = code.split_once('=').map(|(_, value)| value.trim_start());
    let is_line_magic = |text: &str| {
        let name = text
            .strip_prefix('%')
            .map(|text| text.trim_start_matches('%'));
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    };
    let is_name = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || "_.*%".contains(c))
    };
    code.starts_with(['!', '?'])
        || is_line_magic(code)
        || assigned.is_some_and(|value| value.starts_with('!') || is_line_magic(value))
        || code
            .strip_suffix('?')
            .is_some_and(|of| is_name(of.trim_end_matches('?')))
}

/// What of a statement is open at the end of a line.
#[derive(Default)]
struct Statement {
    brackets: usize,
    /// The quote of a text over several lines.
    text: Option<char>,
    goes_on: bool,
}

impl Statement {
    fn is_open(&self) -> bool {
        self.brackets > 0 || self.text.is_some() || self.goes_on
    }

    fn read(&mut self, code: &str) {
        self.goes_on = code.ends_with('\\');
        let mut rest = code.chars();
        while let Some(c) = rest.next() {
            let triple = |quote: char| {
                let mut after = rest.clone();
                after.next() == Some(quote) && after.next() == Some(quote)
            };
            match (self.text, c) {
                (_, '\\') => {
                    rest.next();
                }
                (Some(quote), _) if c == quote && triple(quote) => {
                    self.text = None;
                    rest.nth(1);
                }
                (Some(_), _) => {}
                (None, '"' | '\'') if triple(c) => {
                    self.text = Some(c);
                    rest.nth(1);
                }
                (None, '"' | '\'') => skip_text(&mut rest, c),
                (None, '(' | '[' | '{') => self.brackets += 1,
                (None, ')' | ']' | '}') => self.brackets = self.brackets.saturating_sub(1),
                (None, '#') => {
                    self.goes_on = false;
                    return;
                }
                (None, _) => {}
            }
        }
    }
}

/// Goes behind the end of a text on one line.
fn skip_text(rest: &mut std::str::Chars<'_>, quote: char) {
    while let Some(c) = rest.next() {
        if c == '\\' {
            rest.next();
        } else if c == quote {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magics_are_blank_and_code_that_looks_like_them_is_not() {
        for (cell, code) in [
            ("%matplotlib inline\nimport os", "\nimport os"),
            ("!pip install \\\n  shop\nx = 1", "\n\nx = 1"),
            ("x = !ls\ny = %time f()\nz = a % b", "\n\nz = a % b"),
            ("frame.head?\n?frame\nx = a", "\n\nx = a"),
            ("if x:\n    !ls\ny", "if x:\n    pass\ny"),
            ("%%bash\nrm -rf x", "\n"),
            ("%%time\nf()", "\nf()"),
            ("q = (\"a %s\"\n%name)", "q = (\"a %s\"\n%name)"),
            ("q = a \\\n%name", "q = a \\\n%name"),
            (
                "q = \"\"\"\n%s ' (\n\"\"\"\n%pwd",
                "q = \"\"\"\n%s ' (\n\"\"\"\n",
            ),
            ("q = '(' # (\n%pwd", "q = '(' # (\n"),
            ("if a == '!': pass", "if a == '!': pass"),
        ] {
            let mut magics = Magics::default();
            let lines: Vec<Cow<'_, str>> =
                cell.split('\n').map(|line| magics.blanked(line)).collect();
            assert_eq!(lines.join("\n"), code, "{cell}");
        }
    }
}
