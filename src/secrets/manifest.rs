//! Values of a Kubernetes Secret: under `data:` in base64, under `stringData:` as they are, each read as an assignment
//! to a secret of the name of its key.
//!
//! Does not catch: a Secret in the templates of a chart whose keys are made by a loop.

use base64::Engine as _;

use super::STANDARD;
use super::decode::{Segment, is_printable};

/// How a value was read.
const VIA: &str = "Kubernetes Secret data";

/// A block of values that is being read.
struct Block {
    /// The indent of its own key.
    indent: usize,
    /// Its values are in base64.
    encoded: bool,
}

/// A value over several lines (`key: |`) that is being read.
struct Scalar<'t> {
    key: &'t str,
    indent: usize,
    start: usize,
    end: usize,
    text: String,
}

/// All values of all Secrets of a text.
pub(super) fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let is_secret = |line: &str| {
        let line = line
            .trim()
            .trim_end_matches(',')
            .replace(['"', '\'', ' '], "");
        line == "kind:Secret"
    };
    if !text.contains("Secret") || !text.lines().any(is_secret) {
        return segments;
    }
    let mut at = 0;
    // Each document of a stream is an object of its own.
    for document in text.split_inclusive("\n---") {
        if document.lines().any(is_secret) {
            values(document, at, &mut segments);
        }
        at += document.len();
    }
    segments
}

fn values(document: &str, offset: usize, segments: &mut Vec<Segment>) {
    let mut block: Option<Block> = None;
    let mut scalar: Option<Scalar<'_>> = None;
    let mut at = offset;
    for line in document.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end().trim_end_matches(',');
        let indent = bare.len() - bare.trim_start().len();
        if let Some(open) = &mut scalar {
            if bare.trim().is_empty() || indent > open.indent {
                if open.text.is_empty() {
                    open.start = start + indent;
                }
                open.text.push_str(bare.trim());
                open.end = start + bare.len();
                continue;
            }
            let encoded = block.as_ref().is_some_and(|block| block.encoded);
            segments.extend(scalar.take().and_then(|scalar| scalar.segment(encoded)));
        }
        let Some((key, value)) = bare.trim_start().split_once(':') else {
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let value = value.trim();
        if matches!(key, "data" | "stringData") && matches!(value, "" | "{") {
            let encoded = key == "data";
            block = Some(Block { indent, encoded });
            continue;
        }
        let Some(outer) = &block else { continue };
        if indent <= outer.indent {
            block = None;
            continue;
        }
        let folded = value.starts_with(['|', '>']) && value.len() <= 3;
        let value = value.trim_matches(['"', '\'']);
        let start = start + line.rfind(value).unwrap_or(0);
        let one = Scalar {
            key,
            indent,
            start,
            end: start + value.len(),
            text: if folded {
                String::new()
            } else {
                value.to_owned()
            },
        };
        if folded {
            scalar = Some(one);
        } else {
            segments.extend(one.segment(outer.encoded));
        }
    }
    let encoded = block.as_ref().is_some_and(|block| block.encoded);
    segments.extend(scalar.and_then(|scalar| scalar.segment(encoded)));
}

impl Scalar<'_> {
    fn segment(self, encoded: bool) -> Option<Segment> {
        let plain = match encoded {
            true => String::from_utf8(STANDARD.decode(&self.text).ok()?).ok()?,
            false => self.text,
        };
        if plain.len() < 6 || !plain.bytes().all(is_printable) {
            return None;
        }
        let plain = plain.trim_end();
        let quote = if plain.contains('"') { '\'' } else { '"' };
        Some(Segment {
            range: self.start..self.end,
            text: format!("secret_{}: {quote}{plain}{quote}", self.key),
            via: VIA,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let segments = segments(text).into_iter();
        segments
            .map(|one| (one.text, text[one.range].to_owned()))
            .collect()
    }

    #[test]
    fn values_are_read_as_they_stand() {
        let value = STANDARD.encode("s3cr-et9!");
        let plain = "secret_db-password: \"s3cr-et9!\"".to_owned();
        let head = "apiVersion: v1\nkind: Secret\n";
        for text in [
            format!("{head}data:\n  db-password: {value}\ntype: Opaque\n"),
            format!("{head}data:\n  db-password: |\n    {value}\ntype: Opaque\n"),
        ] {
            assert_eq!(read(&text), [(plain.clone(), value.clone())], "{text}");
        }
        let text = format!("{head}stringData:\n  db-password: \"s3cr-et9!\"\n");
        assert_eq!(read(&text), [(plain, "s3cr-et9!".to_owned())]);
    }

    #[test]
    fn other_objects_of_the_stream_are_not() {
        let text = "kind: Secret\nstringData:\n  a: ${A}-from-there\n---\nkind: ConfigMap\ndata:\n  b: abcdefgh\n";
        let texts: Vec<String> = read(text).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["secret_a: \"${A}-from-there\""]);
    }
}
