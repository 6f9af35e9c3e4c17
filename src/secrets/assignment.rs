//! A name and the literal that it is given, read from text in any language: `name = "..."`,
//! `"name": "..."`, `NAME=...`, `<name>...</name>`, `--name ...`, `set("name", "...")`; and what [`beside`] says.
//!
//! Every look ahead is bounded, so a text is read in linear time.
//!
//! Does not catch: a value that is put together at run time; a name more than a line away.

use std::ops::Range;

use super::beside;

/// How the value stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Between quotes, right behind the operator.
    Quoted,
    /// Between quotes, with a call or a conversion before it.
    Wrapped,
    /// Bare, as configuration files and command lines have it.
    Bare,
    /// Between tags.
    Tagged,
    /// In a sentence.
    Said,
}

/// A name and its literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment<'a> {
    /// The whole identifier, dots and dashes included.
    pub(super) name: &'a str,
    /// Where it ends.
    pub(super) name_end: usize,
    /// The literal, without quotes.
    pub(super) value: &'a str,
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// How it stands.
    pub(super) quoting: Quoting,
    /// It is compared with (`==`), not assigned.
    pub(super) compared: bool,
}

const LONGEST_NAME: usize = 64;
/// A longer value is no secret of the kind that a name announces.
pub(super) const LONGEST_VALUE: usize = 400;
const WIDEST_GAP: usize = 64;

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}

/// The identifier around a keyword.
pub(super) fn name_around(text: &str, hit: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut start = hit.start;
    while start > 0 && hit.start - start < LONGEST_NAME {
        match bytes.get(start - 1) {
            Some(&byte) if is_name(byte) => start -= 1,
            _ => break,
        }
    }
    let mut end = hit.end;
    while end - hit.end < LONGEST_NAME {
        match (bytes.get(end), bytes.get(end + 1)) {
            (Some(b'-'), Some(b'>' | b'-')) => break,
            (Some(&byte), _) if is_name(byte) => end += 1,
            _ => break,
        }
    }
    start..end
}

/// A cursor over bytes that never leaves them.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b'\n')
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(with))
    }

    fn skip(&mut self, most: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.at - start < most && self.at < self.bytes.len() && wanted(self.peek()) {
            self.at += 1;
        }
        self.at - start
    }

    fn spaces(&mut self) -> usize {
        self.skip(WIDEST_GAP, |byte| matches!(byte, b' ' | b'\t'))
    }

    /// White space over line ends, bounded.
    fn blanks(&mut self) {
        self.skip(200, |byte| byte.is_ascii_whitespace());
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The assignment whose name holds the keyword at `hit`. `bare` says whether values without quotes are
/// literals in this file.
pub(super) fn parse(text: &str, name: Range<usize>, bare: bool) -> Option<Assignment<'_>> {
    let mut cursor = Cursor {
        bytes: text.as_bytes(),
        at: name.end,
    };
    let before = name
        .start
        .checked_sub(1)
        .and_then(|at| cursor.bytes.get(at).copied())
        .unwrap_or(b'\n');
    let closed = cursor.skip(4, |byte| {
        is_quote(byte) || matches!(byte, b'\\' | b']' | b')' | b'?' | b'!')
    });
    let found = Found {
        text,
        name: name.clone(),
        compared: false,
    };
    // <name>value</name>
    if before == b'<' && cursor.peek() == b'>' {
        cursor.at += 1;
        return found.tagged(&cursor);
    }
    let gap = cursor.spaces();
    // key="name" value="..."
    if closed > 0 && cursor.starts(b"value=") {
        cursor.at += 6;
        return found.quoted(&cursor, Quoting::Quoted);
    }
    // variable "name" { default = "..." }
    if closed > 0 && cursor.peek() == b'{' {
        cursor.at += 1;
        cursor.blanks();
        if cursor.starts(b"default") {
            cursor.at += b"default".len();
            cursor.spaces();
            if cursor.peek() == b'=' {
                cursor.at += 1;
                cursor.spaces();
                return (cursor.peek() == b'"').then(|| found.quoted(&cursor, Quoting::Quoted))?;
            }
        }
        return None;
    }
    // name: NAME, value: ..
    if let Some(at) = beside::value_of_entry(text, &name) {
        cursor.at = at;
        return value(&mut cursor, &found, bare);
    }
    // --name value, -name value, ENV NAME value
    let dashed = text
        .get(name.clone())
        .is_some_and(|name| name.starts_with("--") || name.starts_with('-') && name.len() > 5);
    if (dashed && gap == 1 || gap > 0 && beside::is_commanded(text, &name))
        && closed == 0
        && !matches!(cursor.peek(), b'-' | b'=' | b'|' | b'<' | b'[')
    {
        return match is_quote(cursor.peek()) {
            true => found.quoted(&cursor, Quoting::Quoted),
            false => found.bare(&cursor, true),
        };
    }
    operator(&mut cursor, closed > 0, found, bare)
}

struct Found<'a> {
    text: &'a str,
    name: Range<usize>,
    compared: bool,
}

fn operator<'a>(
    cursor: &mut Cursor<'a>,
    closed: bool,
    mut found: Found<'a>,
    bare: bool,
) -> Option<Assignment<'a>> {
    let two: [&[u8]; 7] = [b":=", b"=>", b"->", b"==", b"!=", b"?=", b"||"];
    if let Some(long) = two.into_iter().find(|long| cursor.starts(long)) {
        found.compared = matches!(long, b"==" | b"!=");
        cursor.at += 2;
        cursor.skip(1, |byte| byte == b'=');
    } else {
        match cursor.peek() {
            b'=' => cursor.at += 1,
            b':' if cursor.starts(b"::") => return None,
            b':' => {
                cursor.at += 1;
                annotation(cursor);
            }
            b',' if closed => cursor.at += 1,
            // `the password is ..`: for people, so what follows must be no word.
            _ if !closed && (cursor.starts(b"is ") || cursor.starts(b"was ")) => {
                cursor.skip(3, |byte| byte != b' ');
                cursor.spaces();
                return found.said(cursor);
            }
            byte if !closed && byte.is_ascii_alphabetic() => {
                // `apiKey string = "..."`: a type between name and operator.
                let start = cursor.at;
                cursor.skip(24, |byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*' | b'[' | b']' | b'.')
                });
                cursor.spaces();
                if cursor.peek() != b'=' || cursor.starts(b"==") {
                    cursor.at = start;
                    return None;
                }
                cursor.at += 1;
            }
            b'(' if !closed => cursor.at += 1,
            _ => return None,
        }
    }
    value(cursor, &found, bare)
}

/// `: &'static str =`, `: Optional[str] =`: passes a type and stands behind the `=`; stays where it is
/// when there is none.
fn annotation(cursor: &mut Cursor<'_>) {
    let start = cursor.at;
    cursor.skip(WIDEST_GAP, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'&' | b'\'' | b'_' | b'[' | b']' | b'<' | b'>' | b'.' | b'|' | b'?' | b':'
            )
    });
    if cursor.peek() == b'=' && !cursor.starts(b"==") && cursor.at > start {
        cursor.at += 1;
    } else {
        cursor.at = start;
    }
}

fn value<'a>(cursor: &mut Cursor<'a>, found: &Found<'a>, bare: bool) -> Option<Assignment<'a>> {
    let here = cursor.at;
    cursor.blanks();
    if let Some(assignment) = literal(cursor, found) {
        return Some(assignment);
    }
    // The first thing behind the operator is no literal.
    cursor.at = here;
    cursor.spaces();
    if matches!(cursor.peek(), b'\n' | b'\r') {
        return None;
    }
    let start = cursor.at;
    cursor.skip(WIDEST_GAP, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'_' | b'.' | b'(' | b':' | b'&' | b'!' | b'@' | b'[' | b' ' | b'?' | b'|'
            )
    });
    let called = cursor.bytes.get(start..cursor.at).is_some_and(|between| {
        between
            .iter()
            .any(|&byte| matches!(byte, b'(' | b'[' | b'|' | b'&'))
    });
    if called && is_quote(cursor.peek()) {
        return found.quoted(cursor, Quoting::Wrapped);
    }
    cursor.at = start;
    found.bare(cursor, bare)
}

/// A quoted literal, with a prefix of at most two letters.
fn literal<'a>(cursor: &mut Cursor<'a>, found: &Found<'a>) -> Option<Assignment<'a>> {
    let start = cursor.at;
    cursor.skip(1, |byte| byte == b'@' || byte == b'\\');
    let letters = cursor.skip(2, |byte| {
        matches!(byte | 0x20, b'b' | b'r' | b'u' | b'f' | b'l')
    });
    cursor.skip(3, |byte| byte == b'#' && letters > 0 || byte == b'\\');
    if is_quote(cursor.peek()) {
        return found.quoted(cursor, Quoting::Quoted);
    }
    cursor.at = start;
    None
}

impl<'a> Found<'a> {
    fn assignment(&self, range: Range<usize>, quoting: Quoting) -> Option<Assignment<'a>> {
        Some(Assignment {
            name: self.text.get(self.name.clone())?,
            name_end: self.name.end,
            value: self.text.get(range.clone())?,
            range,
            quoting,
            compared: self.compared,
        })
    }

    /// From an opening quote to the same quote on the same line.
    fn quoted(&self, cursor: &Cursor<'a>, quoting: Quoting) -> Option<Assignment<'a>> {
        let quote = cursor.peek();
        let mut start = cursor.at + 1;
        // """...""" and '''...'''
        let triple = [quote; 2];
        if cursor.bytes.get(start..start + 2) == Some(triple.as_slice()) {
            start += 2;
        }
        let rest = cursor.bytes.get(start..)?;
        let escaped_quotes = cursor.at > 0 && cursor.bytes.get(cursor.at - 1) == Some(&b'\\');
        let mut escaped = false;
        for (length, &byte) in rest.iter().take(LONGEST_VALUE).enumerate() {
            match byte {
                b'\n' | b'\r' => return None,
                b'\\' if escaped_quotes => return self.assignment(start..start + length, quoting),
                b'\\' => escaped = !escaped,
                _ if byte == quote && !escaped => {
                    return self.assignment(start..start + length, quoting);
                }
                _ => escaped = false,
            }
        }
        None
    }

    /// A bare value in a sentence, without the mark that ends it.
    fn said(&self, cursor: &Cursor<'a>) -> Option<Assignment<'a>> {
        let mut found = self.bare(cursor, true)?;
        found.value = found.value.trim_end_matches(['.', '!', '?', ')', ':']);
        found.range.end = found.range.start + found.value.len();
        found.quoting = Quoting::Said;
        Some(found)
    }

    fn tagged(&self, cursor: &Cursor<'a>) -> Option<Assignment<'a>> {
        let rest = cursor.bytes.get(cursor.at..)?;
        let length = rest
            .iter()
            .take(LONGEST_VALUE)
            .position(|&byte| matches!(byte, b'<' | b'\n'))?;
        self.assignment(cursor.at..cursor.at + length, Quoting::Tagged)
    }

    /// A value without quotes: to white space or a mark that ends it.
    fn bare(&self, cursor: &Cursor<'a>, allowed: bool) -> Option<Assignment<'a>> {
        let rest = cursor.bytes.get(cursor.at..)?;
        let length = rest
            .iter()
            .take(LONGEST_VALUE)
            .position(|&byte| {
                byte.is_ascii_whitespace()
                    || matches!(byte, b'"' | b'\'' | b'`' | b';' | b',' | b'<' | b'>' | b'&')
            })
            .unwrap_or(rest.len().min(LONGEST_VALUE));
        let range = cursor.at..cursor.at + length;
        let value = self.text.get(range.clone())?;
        // In code a bare word is an expression, unless it can be none: letters and digits mixed.
        let ends = rest.get(length).copied().unwrap_or(b'\n');
        let expression = value.contains(['(', '[', '{', '.']) || ends == b'<';
        if value.is_empty() {
            return None;
        }
        let quoting = match beside::is_of_connection(self.text, &self.name, range.end) {
            true => Quoting::Quoted,
            false => Quoting::Bare,
        };
        if quoting == Quoting::Bare && !allowed && expression {
            return None;
        }
        self.assignment(range, quoting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, keyword: &str) -> Option<(String, String, Quoting)> {
        let at = text.find(keyword).unwrap();
        let name = name_around(text, at..at + keyword.len());
        parse(text, name, true).map(|a| (a.name.to_owned(), a.value.to_owned(), a.quoting))
    }

    #[test]
    fn assignments_of_many_languages_are_read() {
        use Quoting::*;
        for (text, name, value, quoting) in [
            ("db_password = \"v1\"", "db_password", "v1", Quoted),
            ("{\"password\": \"v2\"}", "password", "v2", Quoted),
            ("PASSWORD=v3", "PASSWORD", "v3", Bare),
            ("password: v4", "password", "v4", Bare),
            (
                "const password: &'static str = \"v5\";",
                "password",
                "v5",
                Quoted,
            ),
            ("password: Optional[str] = 'v6'", "password", "v6", Quoted),
            ("<password>v7</password>", "password", "v7", Tagged),
            (
                "<add key=\"password\" value=\"v8\"/>",
                "password",
                "v8",
                Quoted,
            ),
            ("curl --password v9 x", "--password", "v9", Bare),
            ("setenv(\"PASSWORD\", \"va\")", "PASSWORD", "va", Quoted),
            ("define('PASSWORD', 'vb');", "PASSWORD", "vb", Quoted),
            ("password = String::from(\"vc\")", "password", "vc", Wrapped),
            ("password := \"vd\"", "password", "vd", Quoted),
            ("'password' => 've'", "password", "ve", Quoted),
            ("var password string = \"vf\"", "password", "vf", Quoted),
            ("{\\\"password\\\": \\\"vg\\\"}", "password", "vg", Quoted),
            ("password =\n    b\"vh\"", "password", "vh", Quoted),
            ("x.password(\"vi\")", "x.password", "vi", Quoted),
            ("config[\"password\"] = \"vj\"", "password", "vj", Quoted),
            (
                "variable \"password\" {\n  default = \"vl\"\n}",
                "password",
                "vl",
                Quoted,
            ),
            ("Server=db;Password=vk;Timeout=3", "Password", "vk", Bare),
            (
                "c = \"Server=db;Password=vm;Timeout=3\"",
                "Password",
                "vm",
                Quoted,
            ),
            ("ENV PASSWORD vn", "PASSWORD", "vn", Bare),
            ("the password is vq.", "password", "vq", Said),
            ("keytool -storepassword vo", "-storepassword", "vo", Bare),
            ("- name: PASSWORD\n  value: vp", "PASSWORD", "vp", Bare),
        ] {
            let keyword = if text.contains("PASS") {
                "PASSWORD"
            } else if text.contains("Password") {
                "Password"
            } else {
                "password"
            };
            assert_eq!(
                parsed(text, keyword),
                Some((name.to_owned(), value.to_owned(), quoting)),
                "{text}"
            );
        }
    }

    #[test]
    fn no_value_is_no_assignment() {
        for text in [
            "password",
            "fn password()",
            "password::new",
            "password =\n\nother = 1",
        ] {
            assert_eq!(
                parsed(text, "password").filter(|(_, value, _)| value != ")"),
                None,
                "{text}"
            );
        }
    }
}
