//! Rust patterns.

use crate::language::ir::Pattern;
use crate::language::lower::{DEPTH, Lower, field, named};
use crate::language::rust::kind;
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn rs_pattern(&mut self, node: Node<'_>) -> Pattern {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return Pattern::Wild;
        }
        self.depth += 1;
        let pattern = self.rs_pattern_inner(node);
        self.depth -= 1;
        pattern
    }

    fn rs_pattern_inner(&mut self, node: Node<'_>) -> Pattern {
        let each = |this: &mut Self, nodes: Vec<Node<'_>>| -> Vec<Pattern> {
            nodes.into_iter().map(|n| this.rs_pattern(n)).collect()
        };
        match node.kind() {
            kind::IDENTIFIER | kind::SHORTHAND_FIELD_IDENTIFIER => {
                let text = self.text(node);
                // An upper-case name is a constant or a variant.
                if text.starts_with(|c: char| c.is_ascii_uppercase()) {
                    Pattern::Inside(None, Vec::new())
                } else {
                    Pattern::Bind(self.sym(node), self.span(node))
                }
            }
            kind::TUPLE_PATTERN | kind::SLICE_PATTERN => {
                let parts = each(self, named(node));
                Pattern::Seq(parts)
            }
            kind::TUPLE_STRUCT_PATTERN => {
                let ty = field(node, "type");
                let path = ty.map(|ty| self.rs_expr(ty));
                let rest = named(node).into_iter().filter(|n| Some(*n) != ty).collect();
                Pattern::Inside(path, each(self, rest))
            }
            kind::STRUCT_PATTERN => {
                let mut fields = Vec::new();
                for part in named(node) {
                    if part.kind() != kind::FIELD_PATTERN {
                        continue;
                    }
                    let Some(name) = field(part, "name") else {
                        continue;
                    };
                    let sym = self.sym(name);
                    let inner = match field(part, "pattern") {
                        Some(inner) => self.rs_pattern(inner),
                        None => Pattern::Bind(sym, self.span(name)),
                    };
                    fields.push((sym, inner));
                }
                Pattern::Fields(fields)
            }
            kind::REF_PATTERN
            | kind::MUT_PATTERN
            | kind::REFERENCE_PATTERN
            | kind::MATCH_PATTERN => {
                match named(node)
                    .into_iter()
                    .rfind(|n| n.kind() != kind::MUTABLE_SPECIFIER)
                {
                    Some(inner) => self.rs_pattern(inner),
                    None => Pattern::Wild,
                }
            }
            kind::OR_PATTERN => {
                let parts = each(self, named(node));
                Pattern::Any(parts)
            }
            kind::CAPTURED_PATTERN => {
                let parts = each(self, named(node));
                Pattern::Inside(None, parts)
            }
            kind::STRING_LITERAL
            | kind::RAW_STRING_LITERAL
            | kind::INTEGER_LITERAL
            | kind::BOOLEAN_LITERAL
            | kind::CHAR_LITERAL
            | kind::NEGATIVE_LITERAL
            | kind::FLOAT_LITERAL => Pattern::Equal(self.rs_expr(node)),
            "_" => Pattern::Wild,
            _ => Pattern::Inside(None, Vec::new()),
        }
    }
}
