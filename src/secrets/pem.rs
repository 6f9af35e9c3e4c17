//! Private keys in armour and without it, and JSON Web Keys with their private part.
//!
//! The armour may stand in one literal with `\n` in it, over several literals, behind comment marks or
//! indented: what is not base64 around the lines is taken off.
//!
//! Does not catch: a key in raw DER (a binary file), or with lines of it left out; without its armour also one that
//! a passphrase protects.

use std::ops::Range;

use base64::Engine as _;

use super::{STANDARD, Validity};
use crate::budget;

/// A private key in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Armoured {
    /// From `-----BEGIN` to the end of the armour.
    pub(super) range: Range<usize>,
    /// The base64 in between, cleaned.
    pub(super) body: String,
    /// The label says that a passphrase protects it.
    pub(super) encrypted: bool,
}

const LONGEST: usize = 64 * 1024;

/// Reads the armour that begins at `at`; `None` when it is no private key.
pub(super) fn read(text: &str, at: usize) -> Option<Armoured> {
    let rest = text.get(at..)?;
    let label = rest.strip_prefix("-----BEGIN ")?;
    let label_end = label
        .as_bytes()
        .iter()
        .take(48)
        .position(|&byte| byte == b'-')?;
    let label = label.get(..label_end)?;
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let start = at + "-----BEGIN ".len() + label_end;
    let start = start
        + text
            .as_bytes()
            .get(start..)?
            .iter()
            .take_while(|&&byte| byte == b'-')
            .count();
    let longest = (start + LONGEST).min(text.len());
    let end = memchr_dashes(text.as_bytes(), start, longest)?;
    if !text.get(end..)?.starts_with("-----END") {
        return None;
    }
    let inside = text.get(start..end)?;
    let encrypted = label.contains("ENCRYPTED") || inside.contains("ENCRYPTED");
    let tail = text.as_bytes().get(end + 5..)?;
    let close = tail
        .iter()
        .take(64)
        .position(|&byte| byte == b'-')
        .unwrap_or(0);
    let close_dashes = tail
        .get(close..)?
        .iter()
        .take_while(|&&byte| byte == b'-')
        .count();
    Some(Armoured {
        range: at..end + 5 + close + close_dashes,
        body: body(inside),
        encrypted,
    })
}

/// The base64 of a private key that stands without its armour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headless {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// The base64, cleaned.
    pub(super) body: String,
}

/// Reads a private key that begins at `at` in base64, over lines and literals; `None` where it is none, or not whole.
pub(super) fn headless(text: &str, at: usize) -> Option<Headless> {
    const BETWEEN: usize = 24;
    const MOST: usize = 12 * 1024;
    let bytes = text.as_bytes();
    if at
        .checked_sub(1)
        .and_then(|at| bytes.get(at))
        .is_some_and(|&byte| is_base64(byte) && byte != b'=')
    {
        return None;
    }
    let mut body = String::new();
    let (mut cursor, mut end, mut gap) = (at, at, 0);
    let mut wanted = usize::MAX;
    while let Some(&byte) = bytes
        .get(cursor)
        .filter(|_| cursor - at < MOST && body.len() < wanted)
    {
        let escape = byte == b'\\' && matches!(bytes.get(cursor + 1), Some(b'n' | b'r'));
        if escape {
            cursor += 1;
        }
        let joins = byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b',');
        // A `+` between literals joins them.
        let plus =
            byte == b'+' && gap > 0 && bytes.get(cursor + 1).is_some_and(|&next| !is_base64(next));
        if escape || joins || plus {
            gap += 1;
            if gap > BETWEEN {
                break;
            }
        } else if is_base64(byte) {
            body.push(char::from(byte));
            (gap, end) = (0, cursor + 1);
            if body.len() == 24 {
                wanted = base64_length(&STANDARD.decode(&body).ok()?)?;
            }
        } else {
            break;
        }
        cursor += 1;
    }
    let whole = wanted == usize::MAX || body.len() >= wanted;
    if !budget::charge(cursor - at) || !whole {
        return None;
    }
    let key = STANDARD.decode(body.trim_end_matches('=')).ok()?;
    is_private(&key).then_some(Headless {
        range: at..end,
        body,
    })
}

/// How many characters of base64, without padding, the key has whose first bytes these are; `usize::MAX` where they do
/// not say.
fn base64_length(first: &[u8]) -> Option<usize> {
    match first {
        [0x30, ..] => {
            let (inside, length) = element(first, 0x30)?;
            Some((inside + length).saturating_mul(8).div_ceil(6))
        }
        [b'o', b'p', b'e', b'n', b's', b's', b'h', ..] => Some(usize::MAX),
        _ => None,
    }
}

/// Where the inside of a DER element of this tag begins, and its length.
fn element(bytes: &[u8], tag: u8) -> Option<(usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let more = usize::from(length & 0x7f);
    match length & 0x80 {
        _ if first != tag => None,
        0 => Some((2, more)),
        _ if !(1..=3).contains(&more) => None,
        _ => {
            let digits = rest.get(..more)?.iter();
            let length = digits.fold(0, |length, &byte| (length << 8) | usize::from(byte));
            Some((2 + more, length))
        }
    }
}

/// Whether bytes are a private key: OpenSSH's, or the DER of PKCS #1, PKCS #8 or SEC 1 (RFC 8017, 5208, 5915).
fn is_private(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"openssh-key-v1\0") {
        return bytes.len() > 120;
    }
    let inside = || {
        let (start, length) = element(bytes, 0x30)?;
        let inside = bytes.get(start..start + length)?;
        // The version: 0 or 1.
        let rest = inside.strip_prefix(&[2, 1])?;
        let (version, rest) = rest.split_first()?;
        (*version <= 1).then_some(rest)
    };
    let Some(rest) = inside() else { return false };
    let behind = |tag| {
        let (start, length) = element(rest, tag)?;
        rest.get(start + length..)
            .map(|rest| (length, rest.first().copied()))
    };
    // The modulus; the algorithm and the key in a string of bytes; the key of a curve.
    behind(0x02).is_some_and(|(length, _)| length >= 64)
        || behind(0x30).is_some_and(|(length, next)| length >= 5 && next == Some(0x04))
        || behind(0x04).is_some_and(|(length, _)| (20..=72).contains(&length))
}

/// Where the next five dashes are.
fn memchr_dashes(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    bytes
        .get(from..to)?
        .windows(5)
        .position(|window| window == b"-----")
        .map(|at| from + at)
}

/// The base64 lines, without what stands around them.
fn body(inside: &str) -> String {
    let mut body = String::new();
    let lines = inside
        .split(['\n', '\r'])
        .flat_map(|line| line.split("\\n"))
        .flat_map(|line| line.split("\\r"));
    for line in lines {
        let bare = line.trim();
        let line = match bare.bytes().all(is_base64) {
            true => bare,
            false => undecorated(bare),
        };
        // Headers (`Proc-Type: ..`) and the checksum line of OpenPGP (`=abcd`).
        if line.contains(':') || line.starts_with('=') {
            continue;
        }
        if line.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            body.push_str(line);
        }
    }
    body
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// A line without quotes, comment marks, commas and the `+` that joins literals.
fn undecorated(line: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || !(c.is_ascii_alphanumeric() || "+/=".contains(c));
    let front = line.trim_start_matches(mark);
    // `// MIIE..` and `+ "MIIE.."`: the marks end at the last one that base64 does not have.
    let marks = front.find(['"', '\'', '`', ' ']).filter(|&at| {
        front
            .get(..at)
            .is_some_and(|before| before.bytes().all(|byte| matches!(byte, b'/' | b'+')))
    });
    let front = marks
        .and_then(|at| front.get(at..))
        .unwrap_or(front)
        .trim_start_matches(mark);
    let end = front
        .find(|c: char| !is_base64(u8::try_from(c).unwrap_or(b' ')))
        .unwrap_or(front.len());
    // A header such as `Proc-Type: 4,ENCRYPTED` stays whole.
    match front.contains(':') {
        true => front,
        false => front.get(..end).unwrap_or_default(),
    }
}

/// Whether the base64 of an armour holds a key.
pub(super) fn verify(body: &str) -> Validity {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if body.len() < 40
        || !body.bytes().all(base64)
        || super::placeholder::longest_run(body.as_bytes()) >= 24
        || super::rarity::entropy(body) < 4.0
    {
        return Validity::Wrong;
    }
    let Ok(bytes) = STANDARD.decode(body) else {
        return Validity::Shaped;
    };
    let key = bytes.starts_with(b"openssh-key-v1\0") || der_fits(&bytes) || openpgp(&bytes);
    if key {
        Validity::Proven
    } else {
        Validity::Shaped
    }
}

/// An outer SEQUENCE whose length is that of the bytes.
fn der_fits(bytes: &[u8]) -> bool {
    element(bytes, 0x30).is_some_and(|(start, length)| start + length == bytes.len())
}

/// A secret key packet (tag 5), old or new format.
fn openpgp(bytes: &[u8]) -> bool {
    bytes
        .first()
        .is_some_and(|&first| first & 0xfc == 0x94 || first == 0xc5)
}

/// The private member of the JSON Web Key around `at` (where `"kty"` stands), and where its value is.
pub(super) fn jwk(text: &str, at: usize) -> Option<Range<usize>> {
    const AROUND: usize = 4096;
    let bytes = text.as_bytes();
    let from = at.saturating_sub(AROUND);
    let open = bytes
        .get(from..at)?
        .iter()
        .rposition(|&byte| matches!(byte, b'{' | b'}'))?;
    if bytes.get(from + open) != Some(&b'{') {
        return None;
    }
    let to = (at + AROUND).min(text.len());
    let close = bytes
        .get(at..to)?
        .iter()
        .position(|&byte| matches!(byte, b'{' | b'}'))?;
    let object = text.get(from + open..at + close)?;
    let symmetric = object.contains("oct");
    let quoted = |name: &str| {
        let at = object.find(name)?;
        let rest = object.get(at + name.len()..)?;
        let start = rest.find('"')? + 1;
        let length = rest.get(start..)?.find(['"', '\\'])?;
        let start = from + open + at + name.len() + start;
        (length >= 20).then_some(start..start + length)
    };
    let range = ["\"d\"", "\\\"d\\\"", "'d'"].into_iter().find_map(quoted);
    let range = range.or_else(|| symmetric.then(|| quoted("\"k\"")).flatten())?;
    let value = text.get(range.clone())?;
    let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (value.bytes().all(url_safe) && super::rarity::entropy(value) > 3.5).then_some(range)
}

/// The private member of a JSON Web Key that is written without quotes around its names: as YAML, or as the arguments
/// of a call (`kty="oct", k=".."`).
pub(super) fn loose_jwk(text: &str, at: usize) -> Option<Range<usize>> {
    const AROUND: usize = 2048;
    let from = text.ceil_char_boundary(at.saturating_sub(AROUND));
    let to = text.floor_char_boundary(text.len().min(at.saturating_add(AROUND)));
    let (before, after) = (text.get(from..at)?, text.get(at..to)?);
    let ends = ["(", ")", "{", "}", "\n\n", "\n---"];
    let begin = ends.iter().filter_map(|end| before.rfind(end)).max();
    let begin = begin.map_or(from, |begin| from + begin + 1);
    // The next entry of a list ends this one.
    let item = before
        .rfind("\n")
        .map(|line| before.get(line..).unwrap_or_default());
    let item = item.filter(|line| line.trim_start().starts_with("- "));
    let next = item.and_then(|line| after.find(line.get(..line.find('-')? + 2)?));
    let close = ends
        .iter()
        .filter_map(|end| after.find(end))
        .chain(next)
        .min();
    let whole = text.get(begin..close.map_or(to, |close| at + close))?;
    let symmetric = whole.contains("oct");
    let member = |name: &str| {
        whole.match_indices(name).find_map(|(found, _)| {
            let open = whole.get(..found)?.chars().next_back();
            let value = whole
                .get(found + name.len()..)?
                .trim_start_matches([' ', '"', '\'']);
            let length =
                value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
            let length = length.unwrap_or(value.len());
            let start = begin + whole.len() - value.len();
            let free = open.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '('));
            (free && length >= 20).then_some(start..start + length)
        })
    };
    let range = ["d:", "d="].into_iter().find_map(member);
    let range = range.or_else(|| {
        symmetric
            .then(|| ["k:", "k="].into_iter().find_map(member))
            .flatten()
    })?;
    (super::rarity::entropy(text.get(range.clone())?) > 3.5).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_key_is_read_out_of_literals_and_comments() {
        let pem = sample::expand("{{secret:pem}}");
        for text in [
            pem.clone(),
            pem.replace('\n', "\\n"),
            pem.lines()
                .map(|line| format!("    \"{line}\\n\" +\n"))
                .collect::<String>(),
            pem.lines()
                .map(|line| format!("# {line}\n"))
                .collect::<String>(),
        ] {
            let at = text.find("-----BEGIN").unwrap();
            let key = read(&text, at).expect(&text);
            assert_eq!(verify(&key.body), Validity::Proven, "{text}");
        }
    }

    #[test]
    fn a_key_without_its_armour_is_read() {
        // Version 0, a modulus of 257 bytes, and what follows.
        let mut der = vec![0x30, 0x82, 0x04, 0x10, 2, 1, 0, 2, 0x82, 1, 1];
        der.extend((0u32..1033).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8));
        let whole = STANDARD.encode(&der);
        let lines: Vec<&str> = whole
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        for text in [
            format!("k = \"{whole}\";\nlet x = 1;"),
            lines.join("\n") + "\nother: x",
            lines
                .iter()
                .map(|line| format!("  \"{line}\" +\n"))
                .collect(),
            lines.join("\\n"),
        ] {
            let at = text.find("MII").unwrap();
            let key = headless(&text, at).expect(&text);
            assert_eq!(
                key.body.trim_end_matches('='),
                whole.trim_end_matches('='),
                "{text}"
            );
        }
        assert_eq!(headless(&lines[..5].join("\n"), 0), None);
        // A certificate and a public key: a sequence comes first, or no version.
        for start in [
            [0x30, 0x82, 0x04, 0x10, 0x30, 0x82, 1],
            [0x30, 0x82, 0x04, 0x10, 2, 0x82, 1],
        ] {
            der[..7].copy_from_slice(&start);
            assert_eq!(headless(&STANDARD.encode(&der), 0), None);
        }
    }

    #[test]
    fn certificates_public_keys_and_stubs_are_none() {
        for text in [
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        ] {
            assert_eq!(read(text, 0), None);
        }
        let stub = format!(
            "-----BEGIN {} KEY-----\n...\n-----END {0} KEY-----",
            "PRIVATE"
        );
        assert_eq!(verify(&read(&stub, 0).unwrap().body), Validity::Wrong);
    }
}
