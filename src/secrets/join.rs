//! Literals that stand in pieces: `"ab" + "cd"`, adjacent literals, `concat!("ab", "cd")`, over lines.
//!
//! Read from the text, so it holds for every language whose literals have quotes (Python and Rust are read by
//! their trees, in [`super::fold`]): a closing quote, glue, an opening quote. Comments between the pieces are glue as well.
//!
//! Does not catch: pieces in variables, or joined by a call with anything between them.

use super::decode::Segment;

const LONGEST_PIECE: usize = 2048;
const WIDEST_GLUE: usize = 240;
const MOST_PIECES: usize = 64;

/// Joined literals of two pieces and more, each with the text of its line before it.
pub(super) fn segments(text: &str) -> Vec<Segment> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let mut at = 0;
    let mut line = 0;
    // The last quote seen on this line: what may open the first piece.
    let mut quotes: [Option<usize>; 3] = [None; 3];
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' {
            line = at + 1;
            quotes = [None; 3];
        }
        let slot = match byte {
            b'"' => 0,
            b'\'' => 1,
            b'`' => 2,
            _ => {
                at += 1;
                continue;
            }
        };
        let opened = quotes
            .get_mut(slot)
            .and_then(|last: &mut Option<usize>| last.replace(at));
        let Some(open) = opened.filter(|open| at - open <= LONGEST_PIECE && at - open > 1) else {
            at += 1;
            continue;
        };
        let listed = is_listed(bytes, open);
        let Some(mut next) = glue(bytes, at, listed) else {
            at += 1;
            continue;
        };
        let mut joined = text.get(open + 1..at).unwrap_or_default().to_owned();
        let mut end = at + 1;
        for _ in 0..MOST_PIECES {
            let Some(close) = closing(bytes, next) else {
                break;
            };
            joined.push_str(text.get(next + 1..close).unwrap_or_default());
            end = close + 1;
            let Some(after) = glue(bytes, close, listed) else {
                break;
            };
            next = after;
        }
        if end > at + 1 && joined.len() >= 12 {
            let prefix = text.get(floor(text, line.max(open.saturating_sub(120)))..open);
            let quote = char::from(byte);
            segments.push(Segment {
                range: open + 1..end - 1,
                text: format!("{}{quote}{joined}{quote}", prefix.unwrap_or_default()),
                via: super::fold::VIA,
            });
            at = end;
            quotes = [None; 3];
        } else {
            at += 1;
        }
    }
    segments
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Whether the first piece opens a list whose elements are put together.
fn is_listed(bytes: &[u8], open: usize) -> bool {
    let before = bytes.get(open.saturating_sub(60)..open).unwrap_or_default();
    let before = before.trim_ascii_end();
    before.ends_with(b"concat!(")
        || before.ends_with(b".join([")
        || before.ends_with(b".join((")
        || before.ends_with(b".concat(")
}

/// From a closing quote over glue to the opening quote of the next piece.
fn glue(bytes: &[u8], close: usize, listed: bool) -> Option<usize> {
    let mut at = close + 1;
    let limit = at + WIDEST_GLUE;
    let (mut operators, mut blanks) = (0, 0);
    while at < limit {
        match bytes.get(at)? {
            b'+' | b'.' | b'&' | b'\\' if operators == 0 => operators += 1,
            b',' if listed && operators == 0 => operators += 1,
            byte if byte.is_ascii_whitespace() => blanks += 1,
            b'#' if blanks > 0 => at = line_end(bytes, at, limit)?,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at, limit)?,
            b'"' | b'\'' | b'`' => return (operators + blanks > 0).then_some(at),
            // A prefix: b"..", f"..".
            b'b' | b'f' | b'r' | b'u' | b'B' | b'F' | b'R' | b'U'
                if matches!(bytes.get(at + 1), Some(b'"' | b'\'')) && operators + blanks > 0 =>
            {
                return Some(at + 1);
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

fn line_end(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    let rest = bytes.get(at..limit.min(bytes.len()))?;
    rest.iter()
        .position(|&byte| byte == b'\n')
        .map(|end| at + end)
}

/// The quote that closes the piece opened at `open`, on the same line.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = *bytes.get(open)?;
    let mut escaped = false;
    for (at, &byte) in bytes.iter().enumerate().skip(open + 1).take(LONGEST_PIECE) {
        match byte {
            b'\n' => return None,
            b'\\' => escaped = !escaped,
            _ if byte == quote && !escaped => return Some(at),
            _ => escaped = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> Vec<String> {
        segments(text)
            .into_iter()
            .map(|segment| segment.text)
            .collect()
    }

    #[test]
    fn pieces_are_put_together() {
        for (text, whole) in [
            ("k = \"abcdef\" + \"ghijkl\"", "k = \"abcdefghijkl\""),
            ("k = (\"abcdef\"\n     \"ghijkl\")", "k = (\"abcdefghijkl\""),
            ("k = 'abcdef' . 'ghijkl';", "k = 'abcdefghijkl'"),
            (
                "k = concat!(\"abc\", \"defg\", \"hijkl\");",
                "k = concat!(\"abcdefghijkl\"",
            ),
            ("k = \"abcdef\" \\\n    \"ghijkl\"", "k = \"abcdefghijkl\""),
            (
                "k = \"abcdef\" +  // why\n    \"ghijkl\"",
                "k = \"abcdefghijkl\"",
            ),
            ("k = \"abcdef\" + f\"ghijkl\"", "k = \"abcdefghijkl\""),
        ] {
            assert_eq!(joined(text), [whole], "{text}");
        }
    }

    #[test]
    fn lists_and_calls_are_not_put_together() {
        for text in [
            "[\"abcdefgh\", \"ijklmnop\"]",
            "f(\"abcdefgh\", \"ijklmnop\")",
            "\"abcdefgh\": \"ijklmnop\"",
        ] {
            assert_eq!(joined(text), Vec::<String>::new(), "{text}");
        }
    }
}
