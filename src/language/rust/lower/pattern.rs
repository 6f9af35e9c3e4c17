//! Rust patterns.

use crate::language::ir::Pattern;
use crate::language::lower::{DEPTH, Lower, field, named};
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
            "identifier" | "shorthand_field_identifier" => {
                let text = self.text(node);
                // An upper-case name is a constant or a variant.
                if text.starts_with(|c: char| c.is_ascii_uppercase()) {
                    Pattern::Inside(None, Vec::new())
                } else {
                    Pattern::Bind(self.sym(node), self.span(node))
                }
            }
            "tuple_pattern" | "slice_pattern" => {
                let parts = each(self, named(node));
                Pattern::Seq(parts)
            }
            "tuple_struct_pattern" => {
                let ty = field(node, "type");
                let path = ty.map(|ty| self.rs_expr(ty));
                let rest = named(node).into_iter().filter(|n| Some(*n) != ty).collect();
                Pattern::Inside(path, each(self, rest))
            }
            "struct_pattern" => {
                let mut fields = Vec::new();
                for part in named(node) {
                    if part.kind() != "field_pattern" {
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
            "ref_pattern" | "mut_pattern" | "reference_pattern" | "match_pattern" => {
                match named(node)
                    .into_iter()
                    .rfind(|n| n.kind() != "mutable_specifier")
                {
                    Some(inner) => self.rs_pattern(inner),
                    None => Pattern::Wild,
                }
            }
            "or_pattern" => {
                let parts = each(self, named(node));
                Pattern::Any(parts)
            }
            "captured_pattern" => {
                let parts = each(self, named(node));
                Pattern::Inside(None, parts)
            }
            "string_literal" | "raw_string_literal" | "integer_literal" | "boolean_literal"
            | "char_literal" | "negative_literal" | "float_literal" => {
                Pattern::Equal(self.rs_expr(node))
            }
            "_" => Pattern::Wild,
            _ => Pattern::Inside(None, Vec::new()),
        }
    }
}
