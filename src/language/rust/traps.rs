//! Traps of Rust.
//!
//! Does not catch: narrowing whose range was checked before is told all the same.

use std::collections::BTreeSet;

use super::edges::edges;
use crate::language::Parsed;
use crate::language::rust::kind;
use crate::language::traps::{Trap, TrapKind, is_inexact};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field};

pub(super) fn traps(parsed: &Parsed) -> Vec<Trap<'_>> {
    let nodes = Walk::new(parsed.root());
    let traps = nodes.filter_map(|node| match node.kind() {
        kind::TYPE_CAST_EXPRESSION => cast(parsed, node),
        kind::BINARY_EXPRESSION => comparison(parsed, node),
        _ => None,
    });
    let mut found: Vec<Trap<'_>> = traps.collect();
    let mut open = Vec::new();
    edges(parsed, &mut open);
    // What is told as likely need not be told as possible too.
    let likely: BTreeSet<usize> = open.iter().map(|trap| trap.node.id()).collect();
    found.retain(|trap| !likely.contains(&trap.node.id()));
    found.append(&mut open);
    found
}

fn cast<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Trap<'t>> {
    let to = field(parsed, node, "type")?;
    if !matches!(to, "u8" | "i8" | "u16" | "i16") {
        return None;
    }
    let value = node.child_by_field_name("value")?;
    let text = parsed.text(value);
    let fits = value.kind().ends_with("literal")
        || ["&", "%", ">>", "b'", "len_utf"]
            .iter()
            .any(|sign| text.contains(sign))
        || text.starts_with("Self::")
        || text.chars().next().is_some_and(char::is_uppercase);
    (!fits).then(|| Trap {
        node,
        kind: TrapKind::NarrowingCast,
        message: format!("`as {to}` drops what does not fit, without a word"),
        is_likely: false,
    })
}

fn comparison<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Trap<'t>> {
    if !matches!(field(parsed, node, "operator")?, "==" | "!=") {
        return None;
    }
    let sides = [
        node.child_by_field_name("left")?,
        node.child_by_field_name("right")?,
    ];
    let number = sides
        .into_iter()
        .find(|side| side.kind() == kind::FLOAT_LITERAL && is_inexact(parsed.text(*side)))?;
    Some(Trap::float_equality(node, parsed.text(number)))
}
