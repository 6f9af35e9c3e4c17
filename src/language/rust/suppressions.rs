//! Attributes that silence the compiler, clippy or rustfmt, and those that raise a lint.
//!
//! Does not catch: attributes that a macro writes, and lint levels on the command line or in `Cargo.toml`
//! (the guardrails check).

use std::ops::Range;

use crate::language::rust::kind;
use crate::language::{Form, Marker, Parsed, RaisedLints, Scope};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

/// Groups that silence so much that naming them names nothing.
const GROUPS: &[&str] = &[
    "warnings",
    "clippy::all",
    "clippy::pedantic",
    "clippy::correctness",
    "clippy::suspicious",
    "unused",
    "future_incompatible",
];

/// The suppressions of a Rust file's attributes.
pub(super) fn attributes(parsed: &Parsed, found: &mut Vec<Marker>) {
    let mut walk = Walk::new(parsed.root());
    // Those that wait for what they are written on: what comes next beside them.
    let mut waiting = found.len();
    while let Some(node) = walk.next() {
        if node.is_comment() {
            walk.skip_children();
            continue;
        }
        if !matches!(
            node.kind(),
            kind::ATTRIBUTE_ITEM | kind::INNER_ATTRIBUTE_ITEM
        ) {
            for marker in found.get_mut(waiting..).unwrap_or_default() {
                marker.reach(node);
            }
            waiting = found.len();
        }
        match node.kind() {
            kind::ATTRIBUTE_ITEM | kind::INNER_ATTRIBUTE_ITEM => walk.skip_children(),
            kind::TOKEN_TREE | kind::MACRO_DEFINITION => {
                walk.skip_children();
                continue;
            }
            _ => continue,
        }
        let inner = node.kind() == kind::INNER_ATTRIBUTE_ITEM;
        let top = inner
            && node
                .parent()
                .is_some_and(|parent| parent.kind() == kind::SOURCE_FILE);
        // `#[ allow ( x ) ]` is `#[allow(x)]`; the words of a reason keep their blanks.
        let text = parsed.text(node);
        let folded: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let folded = folded
            .replace(" (", "(")
            .replace("( ", "(")
            .replace("[ ", "[")
            .replace(" ]", "]");
        let text = folded.as_str();
        let inside = text
            .trim_start_matches(['#', '!', '[', ' '])
            .trim_end_matches(']');
        let scope = if top { Scope::File } else { Scope::Here };
        let marker = |kind, codes: Vec<String>, blanket, has_reason| Marker {
            kind,
            codes,
            blanket,
            scope,
            has_reason,
            form: Form::Attribute {
                lines: lines(node, inner),
                words: words(parsed, node),
            },
            bytes: node.byte_range(),
        };
        if inside.contains("rustfmt::skip") || inside.contains("rustfmt_skip") {
            found.push(marker("format", Vec::new(), false, false));
        } else if inside.contains("coverage(off)") || inside.contains("tarpaulin_include") {
            found.push(marker("no-cover", Vec::new(), false, false));
        } else if let Some((kind, list)) = lints(inside) {
            let mut codes: Vec<String> = list
                .split(',')
                .map(str::trim)
                .filter(|code| !code.is_empty() && !code.contains(['=', '"']))
                .map(|code| code.split_whitespace().collect())
                .collect();
            codes.sort();
            codes.dedup();
            let has_reason = list.contains("reason");
            let blanket = codes
                .iter()
                .any(|code| GROUPS.contains(&code.as_str()) && (code != "unused" || top));
            found.push(marker(kind, codes, blanket, has_reason));
        }
    }
}

/// The lints that attributes of a whole file raise: 1 warned about, 2 denied, 3 forbidden, with the bytes.
pub(super) fn levels(parsed: &Parsed) -> RaisedLints {
    let mut found = RaisedLints::new();
    for node in parts(parsed.root()) {
        if node.kind() != kind::INNER_ATTRIBUTE_ITEM {
            continue;
        }
        let text: String = parsed.text(node).split_whitespace().collect();
        let inside = text.trim_start_matches("#![").trim_end_matches(']');
        for (rank, word) in (1u8..).zip(["warn(", "deny(", "forbid("]) {
            let Some(list) = inside.strip_prefix(word) else {
                continue;
            };
            let lints = list.trim_end_matches(')').split(',');
            for lint in lints.filter(|lint| !lint.is_empty() && !lint.contains('=')) {
                found.insert(lint.to_owned(), (rank, node.byte_range()));
            }
        }
    }
    found
}

/// The list of an `allow` or `expect`, as an attribute of its own or under `cfg_attr`.
fn lints(inside: &str) -> Option<(&'static str, &str)> {
    let conditional = inside.starts_with("cfg_attr");
    for (word, kind) in [("allow(", "allow"), ("expect(", "expect")] {
        let at = if conditional {
            inside
                .find(&format!(" {word}"))
                .map(|at| at + 1)
                .or_else(|| inside.find(&format!(",{word}")).map(|at| at + 1))
        } else {
            inside.starts_with(word).then_some(0)
        };
        if let Some(at) = at {
            let list = inside.get(at + word.len()..)?;
            return Some((kind, list.split(')').next().unwrap_or(list)));
        }
    }
    None
}

impl Marker {
    /// Lets an attribute before a node reach to its end; an inner one does so already.
    fn reach(&mut self, node: Node<'_>) {
        if let Form::Attribute { lines, .. } = &mut self.form {
            lines.1 = lines.1.max(number(node.end_position().row));
        }
    }
}

/// The first and the last line, 1-based, of what an attribute is known to be written on.
fn lines(node: Node<'_>, inner: bool) -> (u32, u32) {
    let body = node.parent().filter(|_| inner);
    let item = body.and_then(|body| body.parent().or(Some(body)));
    let item = item.unwrap_or(node);
    (
        number(item.start_position().row),
        number(item.end_position().row),
    )
}

/// The 1-based number of a row.
fn number(row: usize) -> u32 {
    u32::try_from(row + 1).unwrap_or(u32::MAX)
}

/// The bytes that silence: all of the attribute, or of a `cfg_attr` that says more than that, the one part with
/// the comma before it.
fn words(parsed: &Parsed, node: Node<'_>) -> Range<usize> {
    let (start, text) = (node.start_byte(), parsed.text(node));
    let is_lint = |part: &str| {
        let part = part.trim_start();
        part.starts_with("allow(") || part.starts_with("expect(")
    };
    let Some(open) = text.find("cfg_attr(").map(|at| at + "cfg_attr(".len()) else {
        return node.byte_range();
    };
    let mut parts: Vec<Range<usize>> = Vec::new();
    let (mut depth, mut quoted, mut from) = (0_usize, false, open);
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth == 0 => {
                parts.push(from..at);
                break;
            }
            b')' | b']' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let mut stated = parts.iter().skip(1);
    if stated
        .clone()
        .all(|range| is_lint(part(range)) || part(range).trim().is_empty())
    {
        return node.byte_range();
    }
    let lint = stated.find(|range| is_lint(part(range)));
    lint.map_or(node.byte_range(), |range| {
        start + range.start.saturating_sub(1)..start + range.end
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::RUST;

    fn read(source: &str) -> Vec<(&'static str, String, bool, bool)> {
        let parsed = Parsed::new(RUST, source.into()).unwrap();
        let mut found = Vec::new();
        attributes(&parsed, &mut found);
        found
            .into_iter()
            .map(|marker| {
                (
                    marker.kind,
                    marker.codes.join(","),
                    marker.blanket,
                    marker.has_reason,
                )
            })
            .collect()
    }

    #[test]
    fn an_attribute_reaches_to_the_end_of_what_it_is_written_on() {
        let source = "#![allow(a)]\nmod m {\n    #![allow(b)]\n    #[allow(c)]\n    /// Text.\n    #[inline]\n    fn f() {\n    }\n}\nfn g() {}\n";
        let parsed = Parsed::new(RUST, source.into()).unwrap();
        let mut found = Vec::new();
        attributes(&parsed, &mut found);
        let lines: Vec<_> = found
            .iter()
            .map(|marker| match marker.form {
                Form::Attribute { lines, .. } => lines,
                Form::Comment => (0, 0),
            })
            .collect();
        assert_eq!(lines, [(1, 11), (2, 9), (4, 8)]);
    }

    #[test]
    fn attributes_are_read_with_their_lints() {
        assert_eq!(
            read("#[allow(dead_code, unused)] fn f() {}"),
            [("allow", "dead_code,unused".into(), false, false)]
        );
        assert_eq!(
            read("#![allow(clippy::all)]\nfn f() {}"),
            [("allow", "clippy::all".into(), true, false)]
        );
        assert_eq!(
            read("#[expect(dead_code, reason = \"soon\")] fn f() {}"),
            [("expect", "dead_code".into(), false, true)]
        );
        assert_eq!(
            read("#[cfg_attr(test, allow(dead_code))] fn f() {}"),
            [("allow", "dead_code".into(), false, false)]
        );
        assert_eq!(
            read("#[rustfmt::skip] fn f() {}"),
            [("format", String::new(), false, false)]
        );
        assert_eq!(read("#[derive(Debug)] struct S;"), []);
    }
}
