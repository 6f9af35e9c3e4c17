//! A comment at the top of a file that says in which encoding it is (PEP 263; Emacs and Ruby know it too). The checks,
//! and a reader, take every file as UTF-8; an interpreter that believes the comment may run another text.
//!
//! Does not catch: an encoding that is given on the command line of the interpreter.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

#[expect(clippy::expect_used, reason = "a constant, which every test compiles")]
static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t\x0c]*#.*?coding[:=][ \t]*([-\w.]+)").expect("a regular expression")
});

/// Encodings in which ASCII is ASCII, and every other byte a letter.
const PLAIN: &[&str] = &[
    "utf-8",
    "utf8",
    "u8",
    "utf-8-sig",
    "utf8-sig",
    "ascii",
    "us-ascii",
    "latin-1",
    "latin1",
    "koi8-r",
    "koi8-u",
    "iso8859",
    "binary",
    "undecided",
];
/// Beginnings of such encodings' names.
const PLAIN_FAMILIES: &[&str] = &[
    "iso-8859-",
    "iso8859-",
    "latin-",
    "cp125",
    "windows-125",
    "cp437",
    "cp85",
    "mac-",
];
/// Encodings in which a text of ASCII alone is itself, and another is not.
const PLAIN_IN_ASCII: &[&str] = &[
    "gbk",
    "gb2312",
    "gb18030",
    "big5",
    "cp936",
    "cp932",
    "cp949",
    "cp950",
    "euc-jp",
    "euc-kr",
    "euc-tw",
    "shift-jis",
    "sjis",
    "ms932",
];

/// What a file says of itself.
pub(super) struct Declared<'t> {
    /// The encoding, as it is written.
    pub(super) name: &'t str,
    /// The line, from 1.
    pub(super) line: u32,
    /// The columns of the name, from 1.
    pub(super) columns: Range<u32>,
}

/// What the first two lines say.
pub(super) fn declared(text: &str) -> Option<Declared<'_>> {
    // Python ends a line at a carriage return as well.
    let mut lines = (1..).zip(text.split(['\n', '\r']));
    let (number, line) = lines.next()?;
    let blank = |line: &str| {
        let rest = line.trim_matches([' ', '\t', '\x0c', '\u{feff}']);
        rest.is_empty() || rest.starts_with('#')
    };
    let found = find(number, line);
    if found.is_some() || !blank(line) {
        return found;
    }
    lines.next().and_then(|(number, line)| find(number, line))
}

fn find(number: u32, line: &str) -> Option<Declared<'_>> {
    let name = DECLARATION
        .captures(line.trim_start_matches('\u{feff}'))?
        .get(1)?;
    let line = line.trim_start_matches('\u{feff}');
    Some(Declared {
        name: name.as_str(),
        line: number,
        columns: crate::text::column(line, name.start())..crate::text::column(line, name.end()),
    })
}

impl Declared<'_> {
    /// Whether the text is another one in this encoding.
    pub(super) fn hides(&self, text: &str) -> bool {
        let name = self.name.to_lowercase().replace('_', "-");
        // Emacs' own endings.
        let name = ["-unix", "-dos", "-mac"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .unwrap_or(&name);
        let plain =
            PLAIN.contains(&name) || PLAIN_FAMILIES.iter().any(|family| name.starts_with(family));
        let itself = plain || (text.is_ascii() && PLAIN_IN_ASCII.contains(&name));
        !itself
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> bool {
        declared(text).is_some_and(|declared| declared.hides(text))
    }

    #[test]
    fn an_encoding_that_makes_another_text_hides() {
        assert!(hidden("# -*- coding: utf-7 -*-\n"));
        assert!(hidden(
            "#!/usr/bin/python\n# vim: set fileencoding=unicode_escape :\n"
        ));
        assert!(hidden("\n# coding: utf_16\n"));
        assert!(hidden("# coding: gbk\nx = '\u{e9}'\n"));
        assert!(hidden("# fine\r# coding: hz\n"));
    }

    #[test]
    fn one_in_which_the_text_is_itself_does_not() {
        assert!(!hidden("# -*- coding: utf-8 -*-\n"));
        assert!(!hidden("# coding: UTF-8-unix\n"));
        assert!(!hidden("# -*- coding: iso-8859-15 -*-\nx = '\u{e9}'\n"));
        assert!(!hidden("# coding: gbk\nx = 1\n"));
        assert!(!hidden("x = 1\n# coding: utf-7\n"));
        assert!(!hidden("#\n#\n# coding: utf-7\n"));
        assert!(!hidden("# how encoding works\n"));
    }
}
