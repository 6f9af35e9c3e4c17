//! Seeing through encodings: base64, hexadecimal, percent, Unicode and byte escapes, lists of numbers ([`numbers`]),
//! Kubernetes Secret data ([`manifest`]). What decodes to text is searched like the file itself.
//!
//! Every run is looked at once, and given up at its first unprintable byte: digests, images and
//! integrity strings cost nothing.
//!
//! Does not catch: compressed or encrypted text; base64 that begins in the middle of a group.

use std::ops::Range;

use base64::Engine as _;

use super::{STANDARD, URL_SAFE, manifest, numbers};

/// A text that stands encoded, or in pieces, in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it says.
    pub(super) text: String,
    /// How it was read.
    pub(super) via: &'static str,
}

const SHORTEST_BASE64: usize = 20;
const SHORTEST_HEX: usize = 32;
const LONGEST_RUN: usize = 1 << 20;

/// All segments of a text, in order.
pub(super) fn segments(text: &str) -> Vec<Segment> {
    let mut segments = runs(text);
    segments.extend(escapes(text));
    segments.extend(manifest::segments(text));
    segments.extend(numbers::segments(text));
    segments
}

/// Which bytes a base64 run holds, either alphabet.
static IN_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        table[byte] = c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    table
};

fn in_run(byte: u8) -> bool {
    IN_RUN[usize::from(byte)]
}

fn runs(text: &str) -> Vec<Segment> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes
            .iter()
            .skip(at)
            .take_while(|&&byte| in_run(byte))
            .count();
        if length < SHORTEST_BASE64 {
            // The byte behind a run is in none.
            at += length + 1;
            continue;
        }
        let (end, joined) = wrapped(bytes, at, at + length);
        let run = joined
            .as_deref()
            .or_else(|| text.get(at..end))
            .unwrap_or_default();
        let padded = bytes
            .iter()
            .skip(end)
            .take(2)
            .take_while(|&&byte| byte == b'=')
            .count();
        if let Some((decoded, via)) = decoded(run) {
            segments.push(Segment {
                range: at..end + padded,
                text: decoded,
                via,
            });
        }
        at = end + padded.max(1);
    }
    segments
}

/// A run that goes on over line ends, as wrapped base64 does: where it ends, and its text without them.
fn wrapped(bytes: &[u8], start: usize, end: usize) -> (usize, Option<String>) {
    let mut joined: Option<String> = None;
    let (mut line, mut end) = (start..end, end);
    while line.len() >= 56 && end - start < LONGEST_RUN {
        let gap = bytes
            .iter()
            .skip(end)
            .take(40)
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let broken = bytes
            .get(end..end + gap)
            .is_some_and(|gap| gap.contains(&b'\n'));
        let next = end + gap;
        let length = bytes
            .iter()
            .skip(next)
            .take_while(|&&byte| in_run(byte))
            .count();
        if !broken || length == 0 || length > line.len() {
            break;
        }
        let whole = joined.get_or_insert_with(|| lossy(bytes.get(line.clone())));
        whole.push_str(&lossy(bytes.get(next..next + length)));
        line = next..next + length;
        end = next + length;
    }
    (end, joined)
}

fn lossy(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

fn decoded(run: &str) -> Option<(String, &'static str)> {
    if run.len() >= SHORTEST_HEX && run.len().is_multiple_of(2) && is_hex(run) {
        return Some((printable(&unhex(run)?)?, "hexadecimal"));
    }
    // The first bytes tell text from noise.
    let standard = run.contains(['+', '/']) || !run.contains(['-', '_']);
    let engine = if standard { &STANDARD } else { &URL_SAFE };
    let head = run.get(..16)?;
    let first = engine.decode(head).ok()?;
    let text = first.iter().all(|&byte| is_printable(byte));
    let wide = !text
        && first
            .chunks_exact(2)
            .all(|pair| is_printable(pair[0]) && pair[1] == 0);
    if !text && !wide {
        return None;
    }
    // A length of one over a multiple of four cannot be decoded: the last character is not of it.
    let whole = if run.len() % 4 == 1 {
        run.get(..run.len() - 1)?
    } else {
        run
    };
    let bytes = engine.decode(whole).ok()?;
    if wide {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        return Some((String::from_utf16(&units).ok()?, "base64 of UTF-16"));
    }
    Some((printable(&bytes)?, "base64"))
}

fn is_hex(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn unhex(run: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(run.len() / 2);
    for pair in run.as_bytes().chunks_exact(2) {
        let byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        if !is_printable(byte) {
            return None;
        }
        bytes.push(byte);
    }
    Some(bytes)
}

/// Whether a byte stands in a text.
pub(super) fn is_printable(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte) || matches!(byte, b'\n' | b'\r' | b'\t')
}

/// The bytes as text, when nearly all of them are printable.
fn printable(bytes: &[u8]) -> Option<String> {
    let odd = bytes.iter().filter(|&&byte| !is_printable(byte)).count();
    (bytes.len() >= 8 && odd * 20 <= bytes.len())
        .then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Tokens with `%41`, `\x41`, `\u0041`, `\u{41}`, `\101` or `&#65;` in them, decoded.
fn escapes(text: &str) -> Vec<Segment> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(next) = bytes
        .iter()
        .skip(at)
        .position(|byte| matches!(byte, b'%' | b'\\' | b'&'))
    {
        let found = at + next;
        at = found + 1;
        if escape(bytes, found).is_none() {
            continue;
        }
        let breaks = |byte: &u8| {
            byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>')
        };
        let floor = done.max(found.saturating_sub(512));
        let back = bytes.get(floor..found).unwrap_or_default();
        let start = back
            .iter()
            .rposition(breaks)
            .map_or(floor, |at| floor + at + 1);
        let mut decoded = Vec::from(bytes.get(start..found).unwrap_or_default());
        let mut cursor = found;
        while let Some(&byte) = bytes.get(cursor) {
            if let Some((character, length)) = escape(bytes, cursor) {
                let mut buffer = [0; 4];
                decoded.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                cursor += length;
            } else if breaks(&byte) {
                break;
            } else {
                decoded.push(byte);
                cursor += 1;
            }
        }
        (done, at) = (cursor, cursor.max(at));
        if decoded.len() >= 12 {
            segments.push(Segment {
                range: start..cursor,
                text: String::from_utf8_lossy(&decoded).into_owned(),
                via: "escapes",
            });
        }
    }
    segments
}

/// The printable ASCII character that an escape at `at` stands for, and its length.
fn escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let digits = |from: usize, radix: u32, most: usize| -> (u32, usize) {
        let mut value = 0u32;
        let mut count = 0;
        for &byte in bytes.iter().skip(from).take(most) {
            let Some(digit) = char::from(byte).to_digit(radix) else {
                break;
            };
            value = value * radix + digit;
            count += 1;
        }
        (value, count)
    };
    let fixed = |skip: usize, count: usize| {
        let (value, seen) = digits(at + skip, 16, count);
        (seen == count).then_some((value, skip + count))
    };
    let closed = |skip: usize, radix: u32, close: u8| {
        let (value, seen) = digits(at + skip, radix, 6);
        (seen > 0 && bytes.get(at + skip + seen) == Some(&close))
            .then_some((value, skip + seen + 1))
    };
    let (value, length) = match (bytes.get(at)?, bytes.get(at + 1)?) {
        (b'%', _) => fixed(1, 2)?,
        (b'\\', b'x') => fixed(2, 2)?,
        (b'\\', b'u') if bytes.get(at + 2) == Some(&b'{') => closed(3, 16, b'}')?,
        (b'\\', b'u') => fixed(2, 4)?,
        (b'\\', b'U') => fixed(2, 8)?,
        (b'\\', b'0' | b'1') => match digits(at + 1, 8, 3) {
            (value, 3) => (value, 4),
            _ => return None,
        },
        (b'&', b'#') if matches!(bytes.get(at + 2), Some(b'x' | b'X')) => closed(3, 16, b';')?,
        (b'&', b'#') => closed(2, 10, b';')?,
        _ => return None,
    };
    let character = char::from_u32(value)?;
    (character.is_ascii_graphic() || character == ' ').then_some((character, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        segments(text)
            .into_iter()
            .map(|segment| segment.text)
            .collect()
    }

    #[test]
    fn encodings_are_seen_through() {
        let plain = "token for the service: abcdef";
        let base64 = STANDARD.encode(plain);
        assert_eq!(texts(&format!("x = \"{base64}\"")), [plain]);
        let hex = crate::text::hex(plain.as_bytes());
        assert_eq!(texts(&hex), [plain]);
        assert_eq!(texts("k=%74%6f%6b%65%6e%5fabcd"), ["k=token_abcd"]);
        assert_eq!(texts("'\\u0074\\x6f\\u{6b}en_abcdef'"), ["token_abcdef"]);
        let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(texts(&STANDARD.encode(wide)), [plain]);
    }

    #[test]
    fn wrapped_base64_is_one_run() {
        let plain =
            "line after line of a file that somebody wrapped at seventy-six columns, as mail does";
        let base64 = STANDARD.encode(plain);
        let wrapped: Vec<&str> = vec![base64.get(..76).unwrap(), base64.get(76..).unwrap()];
        assert_eq!(texts(&wrapped.join("\n  ")), [plain]);
    }

    #[test]
    fn digests_and_images_are_not_text() {
        let digest = crate::text::digest(b"x");
        assert_eq!(texts(&digest), Vec::<String>::new());
        assert_eq!(
            texts(concat!(
                "iVBORw0KGgoAAAANSUhEUgAA",
                "AAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            )),
            Vec::<String>::new()
        );
    }
}
