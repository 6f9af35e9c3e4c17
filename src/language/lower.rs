//! Lowers syntax trees to the engine's own form, a language a file.
//!
//! Does not catch: nesting over [`DEPTH`]; what is deeper stands as unknown, and the unit says so.

use std::rc::Rc;

use super::Parsed;
use super::ir::{Class, Const, Expr, ExprId, Function, Names, Op, Param, Span, Stmt, Sym, Unit};
use crate::syntax::{Node, Walk};

/// Nesting that is followed.
pub(super) const DEPTH: u32 = 220;

/// What lowers the files of a language.
pub type Lowering = fn(&mut Lower<'_>);

/// Lowers a file; `None` where values are not followed in its language.
pub fn lower(path: &str, parsed: &Parsed, names: &mut Names) -> Option<Unit> {
    let lowering = parsed.language.lowering()?;
    let mut lower = Lower {
        parsed,
        names,
        unit: Unit {
            path: path.into(),
            source: Rc::from(&*parsed.source),
            ..Unit::default()
        },
        depth: 0,
        shift: (0, 0),
        macros: 0,
        inside: 0,
    };
    lower.errors();
    lowering(&mut lower);
    Some(lower.unit)
}

/// The state of a lowering.
pub struct Lower<'a> {
    pub(super) parsed: &'a Parsed,
    pub(super) names: &'a mut Names,
    pub(super) unit: Unit,
    pub(super) depth: u32,
    /// In the arguments of a macro: where they begin in what was parsed, and in the file.
    pub(super) shift: (u32, u32),
    /// Macros within macros.
    pub(super) macros: u32,
    /// Functions around.
    pub(super) inside: u32,
}

/// What a declared function is made of.
pub(super) struct Parts {
    /// Whether the first parameter is what it is called on.
    pub(super) receiver: bool,
    pub(super) params: Vec<Param>,
    pub(super) body: Vec<Stmt>,
    pub(super) tail: Option<ExprId>,
}

impl<'a> Lower<'a> {
    pub(super) fn text(&self, node: Node<'_>) -> &'a str {
        self.parsed.text(node)
    }

    pub(super) fn sym(&mut self, node: Node<'_>) -> Sym {
        let text = self.parsed.text(node);
        self.names.intern(&self.parsed.language.identifier(text))
    }

    pub(super) fn span(&self, node: Node<'_>) -> Span {
        let (from, to) = self.shift;
        let at = |byte: usize| {
            u32::try_from(byte)
                .unwrap_or(u32::MAX)
                .saturating_sub(from)
                .saturating_add(to)
        };
        Span {
            start: at(node.start_byte()),
            end: at(node.end_byte()),
        }
    }

    pub(super) fn add(&mut self, expr: Expr, span: Span) -> ExprId {
        self.unit.exprs.push((expr, span));
        self.unit.exprs.len() - 1
    }

    pub(super) fn text_const(&mut self, text: &str, span: Span) -> ExprId {
        self.add(Expr::Const(Const::Text(text.into())), span)
    }

    pub(super) fn none(&mut self, span: Span) -> ExprId {
        self.add(Expr::Const(Const::None), span)
    }

    /// A literal `None` stands where a value is wanted and there is none.
    pub(super) fn missing(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        self.add(Expr::Const(Const::None), span)
    }

    /// Runs `inner` one level deeper, or says that it is too deep.
    pub(super) fn deeper(
        &mut self,
        node: Node<'_>,
        inner: impl FnOnce(&mut Self) -> ExprId,
    ) -> ExprId {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            let span = self.span(node);
            return self.add(Expr::Unknown(Vec::new()), span);
        }
        self.depth += 1;
        let id = inner(self);
        self.depth -= 1;
        id
    }

    /// An empty function; its number.
    pub(super) fn open(&mut self, name: &str, span: Span) -> usize {
        let function = self.function(name, span);
        self.unit.functions.push(function);
        self.unit.functions.len() - 1
    }

    /// A function of which no more is known than its name and where that is.
    pub(super) fn function(&mut self, name: &str, span: Span) -> Function {
        Function {
            name: self.names.intern(name),
            params: Vec::new(),
            receiver: false,
            body: Vec::new(),
            tail: None,
            decorators: Vec::new(),
            class: None,
            returns: "".into(),
            public: false,
            top: false,
            given: false,
            test: false,
            span,
        }
    }

    /// A function that is declared; its number, which is taken before its parts are lowered: they may hold others.
    pub(super) fn declare(
        &mut self,
        mut function: Function,
        parts: impl FnOnce(&mut Self) -> Parts,
    ) -> usize {
        function.top = self.inside == 0;
        let id = self.unit.functions.len();
        self.unit.functions.push(function);
        self.inside += 1;
        let parts = parts(self);
        self.inside -= 1;
        if let Some(function) = self.unit.functions.get_mut(id) {
            function.receiver = parts.receiver;
            function.params = parts.params;
            function.body = parts.body;
            function.tail = parts.tail;
        }
        id
    }

    /// Whether the first parameter has one of these names.
    pub(super) fn begins_with(&self, params: &[Param], names: &[&str]) -> bool {
        let first = params.first().and_then(|param| param.name);
        first.is_some_and(|name| names.contains(&&*self.names.text(name)))
    }

    /// The class of a name; an empty one is made where there is none yet.
    pub(super) fn class(&mut self, name: Sym) -> usize {
        let mut known = self.unit.classes.iter();
        if let Some(at) = known.position(|class| class.name == name) {
            return at;
        }
        self.unit.classes.push(Class {
            name,
            bases: Vec::new(),
            body: Vec::new(),
            methods: Vec::new(),
            types: Vec::new(),
        });
        self.unit.classes.len() - 1
    }

    /// A function without a name. Its number is taken before its parts are lowered, which may hold others.
    pub(super) fn anonymous(
        &mut self,
        span: Span,
        parts: impl FnOnce(&mut Self) -> (Vec<Param>, Option<ExprId>),
    ) -> Expr {
        let id = self.open("", span);

        let (params, tail) = parts(self);
        if let Some(function) = self.unit.functions.get_mut(id) {
            function.params = params;
            function.tail = tail;
        }
        Expr::Lambda(id)
    }

    /// Lines with a syntax error. Only subtrees that hold one are entered.
    fn errors(&mut self) {
        let mut walk = Walk::new(self.parsed.root());
        while let Some(node) = walk.next() {
            let broken = node.is_error() || node.is_missing();
            if broken {
                let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
                if self.unit.errors.last() != Some(&line) {
                    self.unit.errors.push(line);
                }
            }
            if broken || !node.has_error() {
                walk.skip_children();
            }
        }
    }
}

/// Named children without comments.
pub(super) fn named<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children()
        .filter(|child| !child.is_extra())
        .collect()
}

pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// An integer literal, as the languages write it.
pub(super) fn integer(text: &str) -> Const {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let lower = plain.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..), 16),
        Some("0o") => (lower.get(2..), 8),
        Some("0b") => (lower.get(2..), 2),
        _ => (Some(lower.as_str()), 10),
    };
    let digits = digits.unwrap_or_default();
    let digits = [
        "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
    ]
    .iter()
    .find_map(|suffix| digits.strip_suffix(suffix))
    .unwrap_or(digits);
    match i64::from_str_radix(digits, radix) {
        Ok(number) => Const::Int(number),
        Err(_) => Const::Other(text.into()),
    }
}

/// A binary operator, as the languages write it.
pub(super) fn operator(text: &str) -> Op {
    match text {
        "+" => Op::Add,
        "-" => Op::Sub,
        "*" => Op::Mul,
        "/" => Op::Div,
        "//" => Op::FloorDiv,
        "%" => Op::Mod,
        "**" => Op::Pow,
        "|" => Op::BitOr,
        "&" => Op::BitAnd,
        "==" | "is" => Op::Eq,
        "!=" | "<>" | "is not" => Op::Ne,
        "<" => Op::Lt,
        "<=" => Op::Le,
        ">" => Op::Gt,
        ">=" => Op::Ge,
        "in" => Op::In,
        "not in" => Op::NotIn,
        "and" | "&&" => Op::And,
        "or" | "||" => Op::Or,
        _ => Op::Other,
    }
}

/// The common escapes; others stay as they are written.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('0') => out.push('\0'),
            Some('\n') => {}
            Some(c @ ('\\' | '\'' | '"')) => out.push(c),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out
}
