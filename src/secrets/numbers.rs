//! Lists of numbers that stand for the bytes of a text, or of a key: `[103, 104, ..]`, `{0x67, 0x68}`, `[b'g', b'h']`.
//!
//! Does not catch: numbers that are changed one by one before they are used (`x ^ 42`).

use std::fmt::Write as _;

use super::decode::{Segment, is_printable};

/// Numbers of the shortest list that is read, and of the longest.
const SHORTEST: usize = 12;
const LONGEST: usize = 4096;
/// Lengths of keys in bytes.
const KEYS: [usize; 5] = [16, 24, 32, 48, 64];

/// How a list was read.
const VIA: &str = "a list of bytes";

/// All lists of a text, each as the assignment that it stands in.
pub(super) fn segments(text: &str) -> Vec<Segment> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr3(b'[', b'{', b'(', bytes.get(at..).unwrap_or_default()) {
        let open = at + next;
        at = open + 1;
        let (values, end) = list(bytes, open + 1);
        if values.len() < SHORTEST {
            continue;
        }
        at = end;
        let value = if values.iter().all(|&byte| is_printable(byte)) {
            values.iter().map(|&byte| char::from(byte)).collect()
        } else if KEYS.contains(&values.len()) && is_drawn(&values) {
            values.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        } else {
            continue;
        };
        let quote = if value.contains('"') { '\'' } else { '"' };
        let name = name(text.get(..open).unwrap_or_default());
        segments.push(Segment {
            range: open + 1..end,
            text: format!("{name} = {quote}{value}{quote}"),
            via: VIA,
        });
    }
    segments
}

/// The numbers from `at` on, each of which is a byte, and where they end.
fn list(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut values = Vec::new();
    while values.len() < LONGEST {
        let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
        at += bytes.iter().skip(at).take(80).take_while(blank).count();
        let Some((value, length)) = number(bytes.get(at..).unwrap_or_default()) else {
            break;
        };
        values.push(value);
        at += length;
    }
    (values, at)
}

/// The byte that a text begins with as a number or as a character, and how long it is written.
fn number(text: &[u8]) -> Option<(u8, usize)> {
    let (radix, skip) = match text {
        [b'b', b'\'', byte, b'\'', ..] => return Some((*byte, 4)),
        [b'\'', byte, b'\'', ..] | [b'"', byte, b'"', ..] if *byte != b' ' => {
            return Some((*byte, 3));
        }
        [b'0', b'x' | b'X', ..] => (16, 2),
        _ => (10, 0),
    };
    let digits = text.iter().skip(skip).take(4);
    let digits = digits.map_while(|&byte| char::from(byte).to_digit(radix));
    let digits: Vec<u32> = digits.collect();
    let value = digits.iter().fold(0, |value, digit| value * radix + digit);
    let mut length = skip + digits.len();
    if text
        .get(length..)
        .is_some_and(|rest| rest.starts_with(b"u8"))
    {
        length += 2;
    }
    let ends = text
        .get(length)
        .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b')'));
    let value = u8::try_from(value).ok()?;
    (ends && (1..=3).contains(&digits.len())).then_some((value, length))
}

/// Whether bytes look drawn by lot: most are different, and few follow each other.
fn is_drawn(values: &[u8]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let steps = values.windows(2).filter(|pair| match pair {
        [a, b] => b.abs_diff(*a) <= 1,
        _ => false,
    });
    sorted.len() * 4 >= values.len() * 3 && steps.count() * 4 < values.len()
}

/// The name that a line which ends here assigns to; empty where it does not.
fn name(before: &str) -> &str {
    let from = before.ceil_char_boundary(before.len().saturating_sub(120));
    let line = before.get(from..).unwrap_or_default();
    let line = line.rsplit(['\n', '{', ',']).next().unwrap_or_default();
    let Some(end) = line.find(['=', ':']) else {
        return "";
    };
    let left = line.get(..end).unwrap_or_default();
    let left = left.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    left.rsplit(word).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        segments(text).into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn lists_are_read_as_texts() {
        let plain = "abcd-efgh-ij";
        let decimal: Vec<String> = plain.bytes().map(|byte| byte.to_string()).collect();
        let hex: Vec<String> = plain
            .bytes()
            .map(|byte| format!("0x{byte:02X}u8"))
            .collect();
        let letters: Vec<String> = plain.chars().map(|c| format!("b'{c}'")).collect();
        for text in [
            format!("K = bytes([{}])", decimal.join(", ")),
            format!("const K: [u8; 12] = [\n  {},\n];", hex.join(",\n  ")),
            format!("static K: &[u8] = &[{}];", letters.join(", ")),
            format!("\"K\": [{}]", decimal.join(",")),
        ] {
            assert_eq!(texts(&text), [format!("K = \"{plain}\"")], "{text}");
        }
    }

    #[test]
    fn tables_and_short_lists_are_not() {
        for text in [
            "x = [1, 2, 3]",
            "T = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]",
            "T = [300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312]",
            "f(a, b, c, d, e, f, g, h, i, j, k, l, m)",
        ] {
            assert_eq!(texts(text), Vec::<String>::new(), "{text}");
        }
    }
}
