//! Rust macros whose arguments are expressions: a token tree has no structure, so the arguments are
//! parsed again as those of a call.
//!
//! Does not catch: macros with a grammar of their own.

use std::sync::Arc;

use crate::language::ir::{Arg, Const, Expr, ExprId, Span, Stmt};
use crate::language::lower::{Lower, field, named};
use crate::language::rust::kind;
use crate::language::{Parsed, RUST};
use crate::syntax::{Node, Walk};

/// Macros within macros that are followed.
const NESTED: u32 = 4;
/// Longest arguments that are parsed again.
const LONGEST: usize = 20_000;
const PREFIX: &str = "fn m(){m(";

/// Macros whose first text is a format.
const FORMATS: &[&str] = &[
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "info",
    "warn",
    "error",
    "debug",
    "trace",
    "log",
    "format_args",
    "anyhow",
    "bail",
    "ensure",
    "event",
];

impl Lower<'_> {
    pub(super) fn rs_macro(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let name = field(node, "macro").map_or("", |name| self.text(name));
        let tokens = named(node)
            .into_iter()
            .find(|child| child.kind() == kind::TOKEN_TREE);
        let last = name.rsplit("::").next().unwrap_or(name);
        let args = match tokens {
            Some(tokens) => self.macro_arguments(tokens, last == "vec"),
            None => Vec::new(),
        };
        let repeated = last == "vec" && tokens.is_some_and(|list| self.text(list).contains(';'));
        if repeated
            && let [value, _] = args.as_slice()
            && let Some(callee) = self.rs_path("vec_repeat!", span)
        {
            let list = self.add(Expr::Seq(vec![value.value]), span);
            let call = self.add(Expr::Call(callee, args), span);
            return self.add(Expr::Block(vec![Stmt::Expr(call)], Some(list)), span);
        }
        if last == "vec" {
            return self.add(
                Expr::Seq(args.into_iter().map(|arg| arg.value).collect()),
                span,
            );
        }
        let args = if FORMATS.contains(&last) {
            self.formatted(args)
        } else {
            args
        };
        if matches!(last, "format" | "format_args")
            && let Some(first) = args.first()
        {
            return first.value;
        }
        // `write!(text, ..)` is a method of the text.
        if matches!(last, "write" | "writeln")
            && let [place, text, ..] = args.as_slice()
        {
            let method = self.names.intern("write_str");
            let text = text.clone();
            let callee = self.add(Expr::Attr(place.value, method), span);
            return self.add(Expr::Call(callee, vec![text]), span);
        }
        let path = format!("{name}!");
        match self.rs_path(&path, span) {
            Some(callee) => self.add(Expr::Call(callee, args), span),
            None => self.add(Expr::Unknown(Vec::new()), span),
        }
    }

    /// Of `[value; count]` both, where the macro is one of those.
    fn macro_arguments(&mut self, tokens: Node<'_>, repeats: bool) -> Vec<Arg> {
        let text = self.text(tokens);
        let inner = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        if self.macros >= NESTED || inner.len() > LONGEST {
            self.unit.too_deep = true;
            return Vec::new();
        }
        if inner.trim().is_empty() {
            return Vec::new();
        }
        let mut inner = inner.to_owned();
        if repeats && let Some(at) = inner.rfind(';') {
            inner.replace_range(at..=at, ",");
        }
        let whole: Arc<str> = format!("{PREFIX}{inner});}}").into();
        let Some(parsed) = Parsed::new(RUST, whole) else {
            return Vec::new();
        };
        let start = self.span(tokens).start.saturating_add(1);
        let mut inside = Lower {
            parsed: &parsed,
            names: &mut *self.names,
            unit: std::mem::take(&mut self.unit),
            depth: self.depth,
            shift: (u32::try_from(PREFIX.len()).unwrap_or(0), start),
            macros: self.macros + 1,
            inside: self.inside + 1,
        };
        let args = match first_arguments(parsed.root()) {
            Some(list) => inside.rs_args(list),
            None => Vec::new(),
        };
        self.unit = inside.unit;
        args
    }

    /// The first text and the values that it takes in, as one argument.
    fn formatted(&mut self, args: Vec<Arg>) -> Vec<Arg> {
        let format = args.iter().take(3).position(|arg| {
            arg.name.is_none() && matches!(self.unit.expr(arg.value), Expr::Const(Const::Text(_)))
        });
        let Some(at) = format else {
            return args;
        };
        let mut before: Vec<Arg> = args;
        let rest = before.split_off(at);
        let Some((first, values)) = rest.split_first() else {
            return before;
        };
        let span = self.unit.span(first.value);
        let text = match self.unit.expr(first.value) {
            Expr::Const(Const::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        let parts = self.format_parts(&text, values, span);
        let value = self.add(Expr::Format(parts), span);
        before.push(Arg {
            name: None,
            spread: false,
            mutable: false,
            value,
        });
        before
    }

    fn format_parts(&mut self, text: &str, values: &[Arg], span: Span) -> Vec<ExprId> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut next = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if (c == '{' || c == '}') && chars.peek().is_some_and(|(_, d)| *d == c) {
                chars.next();
                literal.push(c);
                continue;
            }
            if c != '{' {
                literal.push(c);
                continue;
            }
            let rest = text.get(at + 1..).unwrap_or_default();
            let Some(end) = rest.find('}') else {
                break;
            };
            let inside = rest.get(..end).unwrap_or_default();
            while chars.peek().is_some_and(|(i, _)| *i <= at + 1 + end) {
                chars.next();
            }
            if !literal.is_empty() {
                parts.push(self.text_const(&literal, span));
                literal.clear();
            }
            let name = inside.split(':').next().unwrap_or_default().trim();
            let value = if name.is_empty() {
                next += 1;
                values
                    .iter()
                    .filter(|arg| arg.name.is_none())
                    .nth(next - 1)
                    .map(|arg| arg.value)
            } else if let Ok(index) = name.parse::<usize>() {
                values.get(index).map(|arg| arg.value)
            } else {
                let sym = self.names.intern(name);
                let given = values
                    .iter()
                    .find(|arg| arg.name == Some(sym))
                    .map(|arg| arg.value);
                Some(given.unwrap_or_else(|| self.add(Expr::Name(sym), span)))
            };
            parts.push(value.unwrap_or_else(|| self.none(span)));
        }
        if !literal.is_empty() || parts.is_empty() {
            parts.push(self.text_const(&literal, span));
        }
        parts
    }
}

/// The arguments of the first call in a snippet.
fn first_arguments(root: Node<'_>) -> Option<Node<'_>> {
    Walk::new(root).find(|node| node.kind() == kind::ARGUMENTS)
}
