//! Attributes that silence the compiler, clippy or rustfmt.
//!
//! Does not catch: attributes that a macro writes, and lint levels on the command line or in `Cargo.toml`
//! (the guardrails check).

use super::markers::{Marker, Scope};
use crate::syntax::Parsed;
use crate::syntax::walk::Walk;

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
    while let Some(node) = walk.next() {
        match node.kind() {
            "attribute_item" | "inner_attribute_item" => walk.skip_children(),
            "token_tree" | "macro_definition" => {
                walk.skip_children();
                continue;
            }
            _ => continue,
        }
        let inner = node.kind() == "inner_attribute_item";
        let top = inner
            && node
                .parent()
                .is_some_and(|parent| parent.kind() == "source_file");
        let text = parsed.text(node);
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
            bytes: node.byte_range(),
        };
        if inside.contains("rustfmt::skip") || inside.contains("rustfmt_skip") {
            found.push(marker("format", Vec::new(), false, false));
        } else if inside.contains("coverage(off)") {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Language;

    fn read(source: &str) -> Vec<(&'static str, String, bool, bool)> {
        let parsed = Parsed::new(Language::Rust, source.into()).unwrap();
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
