//! The form that the engine works on: a file of any language, lowered once to a few kinds of
//! expression and statement. Byte spans point back into the text.
//!
//! Does not catch: what lowering has no form for; such a node stands as [`Expr::Unknown`] with its
//! parts, so that calls inside it are still seen.

use std::collections::HashMap;
use std::rc::Rc;

/// An interned name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub u32);

/// Names, each kept once.
#[derive(Default)]
pub struct Names {
    known: HashMap<Rc<str>, Sym>,
    texts: Vec<Rc<str>>,
}

impl Names {
    /// The symbol of a text.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.known.get(text) {
            return *sym;
        }
        let sym = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.known.insert(text, sym);
        sym
    }

    /// The text of a symbol.
    pub fn text(&self, sym: Sym) -> Rc<str> {
        self.texts
            .get(sym.0 as usize)
            .cloned()
            .unwrap_or_else(|| "".into())
    }
}

/// A stretch of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// A literal value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Const {
    /// `None`, `()`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// Text or bytes.
    Text(Rc<str>),
    /// Another literal, as it is written.
    Other(Rc<str>),
}

/// Index of an expression in its unit.
pub type ExprId = usize;
/// Index of a function in its unit.
pub type FuncId = usize;
/// Index of a class in its unit.
pub type ClassId = usize;

/// An operator with a meaning for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Also joins strings.
    Add,
    /// Minus.
    Sub,
    /// Also repeats strings.
    Mul,
    /// True division.
    Div,
    /// Whole division.
    FloorDiv,
    /// Also formats strings.
    Mod,
    /// Power.
    Pow,
    /// Bits: or.
    BitOr,
    /// Bits: and.
    BitAnd,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Membership.
    In,
    /// No membership.
    NotIn,
    /// Both.
    And,
    /// Either.
    Or,
    /// Something else.
    Other,
}

/// A call's argument.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Keyword.
    pub name: Option<Sym>,
    /// `*args` or `**kwargs`.
    pub spread: bool,
    /// `&mut place`: the call may change it.
    pub mutable: bool,
    /// The value.
    pub value: ExprId,
}

/// A `for` of a comprehension, with its conditions.
#[derive(Clone, Debug)]
pub struct Clause {
    /// What is bound.
    pub target: Pattern,
    /// What it runs over.
    pub iter: ExprId,
    /// Conditions.
    pub tests: Vec<ExprId>,
}

/// An arm of a match.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What it matches.
    pub pattern: Pattern,
    /// A condition more.
    pub guard: Option<ExprId>,
    /// What it does and is.
    pub body: ExprId,
}

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A literal.
    Const(Const),
    /// A name.
    Name(Sym),
    /// A field, or a member of a module.
    Attr(ExprId, Sym),
    /// A subscript.
    Index(ExprId, ExprId),
    /// A slice: from, to.
    Slice(ExprId, Option<ExprId>, Option<ExprId>),
    /// A call.
    Call(ExprId, Vec<Arg>),
    /// An object of a type, with what its fields are.
    New(ExprId, Vec<Arg>),
    /// Two operands.
    Binary(Op, ExprId, ExprId),
    /// Negation of a truth value.
    Not(ExprId),
    /// A value, where it is one; the function is left where it is none.
    OrLeave(ExprId),
    /// Negation of a number.
    Neg(ExprId),
    /// Text with values in it.
    Format(Vec<ExprId>),
    /// A list, tuple or set.
    Seq(Vec<ExprId>),
    /// A dictionary; a spread has no key.
    Map(Vec<(Option<ExprId>, ExprId)>),
    /// The first branch whose test holds, or the last.
    Branches(Vec<(ExprId, ExprId)>, Option<ExprId>),
    /// An anonymous function.
    Lambda(FuncId),
    /// A comprehension: elements, clauses.
    Comprehension(Vec<ExprId>, Vec<Clause>),
    /// A name bound on the way; also true when the pattern matches (`if let`).
    Bind(Box<Pattern>, ExprId),
    /// Statements, and what the last one is.
    Block(Vec<Stmt>, Option<ExprId>),
    /// A match.
    Match(ExprId, Vec<Arm>),
    /// A value given a type: the type's path.
    Typed(ExprId, ExprId),
    /// Parts of something else.
    Unknown(Vec<ExprId>),
}

/// What an assignment or a match arm binds.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Anything.
    Wild,
    /// A name.
    Bind(Sym, Span),
    /// A field or a subscript.
    Place(ExprId),
    /// By position.
    Seq(Vec<Pattern>),
    /// The results of a call, of which the last one says whether it went well.
    Results(Vec<Pattern>),
    /// Inside a wrapper (`Some(x)`, `Query(params)`): sees the whole value.
    Inside(Option<ExprId>, Vec<Pattern>),
    /// By field.
    Fields(Vec<(Sym, Pattern)>),
    /// Equal to this.
    Equal(ExprId),
    /// Any of these.
    Any(Vec<Pattern>),
}

/// How a loop goes on.
#[derive(Clone, Debug)]
pub enum Repeat {
    /// Over the elements.
    For(Pattern, ExprId),
    /// While it holds; none is for ever.
    While(Option<ExprId>),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// For its effect.
    Expr(ExprId),
    /// An assignment.
    Assign(Pattern, ExprId),
    /// An assignment with an operator.
    Augment(Pattern, ExprId, Op, ExprId),
    /// Leaves the function.
    Return(Option<ExprId>),
    /// Leaves it with an error.
    Raise(Vec<ExprId>),
    /// Leaves the loop.
    Break,
    /// Next turn.
    Continue,
    /// A loop, with what follows a loop that was not broken.
    Loop(Repeat, Vec<Stmt>, Vec<Stmt>),
    /// Body, handlers (what is bound, body), else, finally.
    Try(
        Vec<Stmt>,
        Vec<(Option<Sym>, Vec<Stmt>)>,
        Vec<Stmt>,
        Vec<Stmt>,
    ),
    /// An assertion.
    Assert(ExprId),
    /// A function is defined.
    Def(FuncId),
    /// A class is defined.
    Class(ClassId),
    /// A name for a dotted path; the number counts leading dots of a relative import.
    Import(Sym, Vec<Sym>, u32),
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// What it binds.
    pub pattern: Pattern,
    /// Its name, where it has one.
    pub name: Option<Sym>,
    /// Its type's path.
    pub ty: Option<ExprId>,
    /// Its type as written.
    pub ty_text: Rc<str>,
    /// What it is when left out.
    pub default: Option<ExprId>,
    /// 1: `*args`, 2: `**kwargs`.
    pub stars: u8,
}

/// A function, method, closure, or the module's own code.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; empty for closures.
    pub name: Sym,
    /// Parameters, the receiver too.
    pub params: Vec<Param>,
    /// Whether the first of them is the receiver.
    pub receiver: bool,
    /// Statements.
    pub body: Vec<Stmt>,
    /// What the last expression is, in Rust and in closures.
    pub tail: Option<ExprId>,
    /// Decorators, attributes.
    pub decorators: Vec<ExprId>,
    /// The class or impl it is in.
    pub class: Option<ClassId>,
    /// Its result as written.
    pub returns: Rc<str>,
    /// Whether others may call it.
    pub public: bool,
    /// Whether it is in no other function.
    pub top: bool,
    /// Whether it stands among the arguments of a call, which knows what it gives to it.
    pub given: bool,
    /// Whether it is test code.
    pub test: bool,
    /// Where its name is.
    pub span: Span,
}

/// A class, or the impl blocks of a type.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Sym,
    /// What it extends.
    pub bases: Vec<ExprId>,
    /// Statements of its body other than methods.
    pub body: Vec<Stmt>,
    /// Methods, in order.
    pub methods: Vec<(Sym, FuncId)>,
    /// Types of its fields, as written.
    pub types: Vec<(Sym, Rc<str>)>,
}

/// A lowered file.
#[derive(Debug, Default)]
pub struct Unit {
    /// Its path.
    pub path: Rc<str>,
    /// Its text.
    pub source: Rc<str>,
    /// Expressions.
    pub exprs: Vec<(Expr, Span)>,
    /// Functions; the first is the module's own code.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Lines (1-based) on which the parser met an error.
    pub errors: Vec<u32>,
    /// Whether something was nested too deep to follow.
    pub too_deep: bool,
}

impl Unit {
    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        const NOTHING: &Expr = &Expr::Const(Const::None);
        self.exprs.get(id).map_or(NOTHING, |(expr, _)| expr)
    }

    /// Where it stands.
    pub fn span(&self, id: ExprId) -> Span {
        self.exprs
            .get(id)
            .map_or(Span::default(), |(_, span)| *span)
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}
