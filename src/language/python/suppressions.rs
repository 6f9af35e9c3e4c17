//! Decorators that switch a type checker off.

use crate::language::{Form, Marker, Parsed, Scope};

/// Decorators that switch a type checker off.
pub(super) fn decorators(parsed: &Parsed, found: &mut Vec<Marker>) {
    for definition in &parsed.facts().definitions {
        let off = definition
            .marks
            .iter()
            .find(|mark| mark.rsplit('.').next() == Some("no_type_check"));
        if let Some(mark) = off {
            let text = parsed.slice(&definition.bytes);
            let at = definition.bytes.start + text.find(mark.as_str()).unwrap_or(0);
            let bytes = at..at + mark.len();
            found.push(Marker {
                kind: "type-ignore",
                codes: Vec::new(),
                blanket: true,
                scope: Scope::Here,
                has_reason: false,
                form: Form::Attribute {
                    lines: (parsed.place_of(bytes.clone()).line, definition.last_line),
                    words: at.saturating_sub(1)..bytes.end,
                },
                bytes,
            });
        }
    }
}
