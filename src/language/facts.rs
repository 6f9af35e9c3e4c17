//! What is known of a parsed file: definitions, imports, calls, comments, and what each byte belongs to. The
//! languages fill it in one walk; places are byte ranges into the source.
//!
//! Does not catch: what a macro or a decorator makes; the inside of a Rust macro call is tokens, in
//! which literals and comments are known and calls are not.

use std::ops::Range;

use crate::budget;
use crate::syntax::Node;

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionKind {
    /// A function or method, with or without a body.
    Function,
    /// A Python class; a Rust struct, enum or union.
    Type,
    /// A Rust trait.
    Trait,
    /// A Rust `impl` block.
    Impl,
    /// A Rust module, inline or in another file.
    Module,
}

/// A function, type or module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub kind: DefinitionKind,
    /// Its own name; the type's for an `impl`.
    pub name: String,
    /// Names from the outermost on, joined with `.` (Python) or `::` (Rust). Not unique: Rust code
    /// defines a name once per `cfg`, Python may define it again.
    pub qualified: String,
    /// The definition that holds it: an index into [`Facts::definitions`].
    pub parent: Option<usize>,
    /// The whole of it, with decorators and attributes.
    pub bytes: Range<usize>,
    /// Its body: the block (Python: from the first statement on; Rust: with the braces).
    pub body: Option<Range<usize>>,
    /// 1-based first line, decorators and attributes included.
    pub first_line: u32,
    /// 1-based last line.
    pub last_line: u32,
    /// 1-based line of the name.
    pub name_line: u32,
    /// Where the name begins.
    pub name_start: usize,
    /// Decorators without `@`, attributes without `#[]`: `pytest.mark.skip(reason="x")`, `cfg(test)`.
    pub marks: Vec<String>,
    /// Base classes of a Python class, the trait of a Rust `impl`, as written.
    pub bases: Vec<String>,
    /// Whether the test runner calls it: by name for pytest and unittest, by attribute for Rust. A
    /// Python name counts in any file; whether the file is collected is the caller's to ask.
    pub is_test: bool,
    /// Whether it is a test, or stands in one or in `cfg(test)` code.
    pub in_test: bool,
}

impl Definition {
    /// Where its name stands.
    pub fn name_bytes(&self) -> Range<usize> {
        self.name_start..self.name_start + self.name.len()
    }
}

/// Why an import may fail without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// Under some other condition (`if sys.version_info ..`).
    Condition,
    /// In a `try` that has handlers.
    Try,
    /// Under a `cfg` attribute.
    Cfg,
    /// Under `if TYPE_CHECKING`.
    TypeChecking,
}

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Python: the module as written, leading dots included. Rust: the path before the last segment,
    /// or the crate itself (`use serde;`, `extern crate serde`).
    pub module: String,
    /// What is taken out of it, `*` for all; none where the module itself is imported.
    pub name: Option<String>,
    /// The name under which it is bound, where that is another one.
    pub alias: Option<String>,
    /// Why it may fail without harm.
    pub guard: Option<Guard>,
    /// The statement.
    pub bytes: Range<usize>,
    /// 1-based line of the name.
    pub line: u32,
    /// The definition that holds it.
    pub inside: Option<usize>,
}

/// A call, or a macro call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// All before the arguments: `os.path.join`, `Command::new("x").arg`, `println`.
    pub callee: Range<usize>,
    /// The last segment of the callee: `join`, `arg`, `println`; empty for an expression without one.
    pub name: Range<usize>,
    /// Whether it is a Rust macro.
    pub is_macro: bool,
    /// All of it.
    pub bytes: Range<usize>,
    /// 1-based first line.
    pub line: u32,
    /// The definition that holds it.
    pub inside: Option<usize>,
}

impl Call {
    /// The one of some words that is its name, or its callee; the word for a macro ends with `!`.
    pub fn among<'w>(&self, name: &str, words: &'w [String]) -> Option<&'w String> {
        words.iter().find(|word| match word.strip_suffix('!') {
            Some(word) => self.is_macro && word == name,
            None => !self.is_macro && *word == name,
        })
    }
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// With its marks.
    pub bytes: Range<usize>,
    /// Whether it documents (`///`, `//!`, `/** */`).
    pub is_doc: bool,
    /// Whether it stands among what a macro is given.
    pub in_macro: bool,
    /// 1-based first line.
    pub line: u32,
    /// The definition that holds it.
    pub inside: Option<usize>,
}

/// What a byte of the source belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Neither of the others.
    Code,
    /// A comment.
    Comment,
    /// A string or character literal; an interpolation inside it is code again.
    Literal,
}

/// All that is known of a file, each list in the order of the text.
#[derive(Debug, Default)]
pub struct Facts {
    /// Functions, types and modules; a definition stands before those inside it.
    pub definitions: Vec<Definition>,
    /// Imported names.
    pub imports: Vec<Import>,
    /// Calls; a call stands before those inside it.
    pub calls: Vec<Call>,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Branches whose condition never holds.
    pub dead: Vec<Range<usize>>,
    /// Where [`Position`] changes, and to what.
    positions: Vec<(usize, Position)>,
}

impl Facts {
    /// What a byte of the source belongs to.
    pub fn position(&self, byte: usize) -> Position {
        let at = self.positions.partition_point(|(start, _)| *start <= byte);
        match at.checked_sub(1).and_then(|last| self.positions.get(last)) {
            Some((_, position)) => *position,
            None => Position::Code,
        }
    }

    /// The calls that begin in a stretch of bytes.
    pub fn calls_in(&self, bytes: &Range<usize>) -> &[Call] {
        beginning_in(&self.calls, bytes, |call| call.bytes.start)
    }

    /// The comments that begin in a stretch of bytes.
    pub fn comments_in(&self, bytes: &Range<usize>) -> &[Comment] {
        beginning_in(&self.comments, bytes, |comment| comment.bytes.start)
    }

    /// The comment that a byte of the source belongs to.
    pub fn comment_at(&self, byte: usize) -> Option<&Comment> {
        let to = self
            .comments
            .partition_point(|comment| comment.bytes.start <= byte);
        let last = self.comments.get(to.checked_sub(1)?)?;
        last.bytes.contains(&byte).then_some(last)
    }

    /// The innermost definition that holds a 1-based line.
    pub fn definition_at(&self, line: u32) -> Option<&Definition> {
        self.around(line).next()
    }

    /// The definitions that hold a 1-based line, innermost first.
    pub fn around(&self, line: u32) -> impl Iterator<Item = &Definition> {
        let before = self
            .definitions
            .partition_point(|definition| definition.first_line <= line);
        self.with_parents(before.checked_sub(1))
            .skip_while(move |definition| line > definition.last_line)
    }

    /// The definition with a number and those around it, innermost first.
    pub fn with_parents(&self, number: Option<usize>) -> impl Iterator<Item = &Definition> {
        let get = |at: Option<usize>| self.definitions.get(at?);
        std::iter::successors(get(number), move |inner| get(inner.parent))
    }
}

/// What of a list in the order of the text begins in a stretch of bytes.
fn beginning_in<'f, T>(list: &'f [T], bytes: &Range<usize>, start: fn(&T) -> usize) -> &'f [T] {
    let from = list.partition_point(|one| start(one) < bytes.start);
    let to = list.partition_point(|one| start(one) < bytes.end);
    let inside = list.get(from..to).unwrap_or_default();
    budget::charge(inside.len());
    inside
}

/// Gathers [`Facts`] on one walk: keeps what the node at hand stands in.
pub(super) struct Collector<'s> {
    pub(super) source: &'s str,
    pub(super) facts: Facts,
    separator: &'static str,
    scopes: Vec<usize>,
    opaque: Vec<(usize, Position)>,
    guards: Vec<(usize, Guard)>,
    /// Decorators or attributes that wait for their definition, and where the first one starts.
    pub(super) waiting: Option<(usize, u32, Vec<String>)>,
}

/// What is inside a definition deeper than this is named after the one at this depth, so that names
/// cannot grow with the square of a hostile file.
const DEEPEST_NAME: usize = 24;
/// Characters of a name that are kept.
const LONGEST_NAME: usize = 200;

impl<'s> Collector<'s> {
    pub(super) fn new(source: &'s str, separator: &'static str) -> Self {
        Self {
            source,
            facts: Facts::default(),
            separator,
            scopes: Vec::new(),
            opaque: Vec::new(),
            guards: Vec::new(),
            waiting: None,
        }
    }

    /// To be called for each node of the walk before anything else.
    pub(super) fn enter(&mut self, node: Node<'_>) {
        let start = node.start_byte();
        while let Some(scope) = self.scopes.last() {
            let over = |definition: &Definition| definition.bytes.end <= start;
            if !self.facts.definitions.get(*scope).is_none_or(over) {
                break;
            }
            self.scopes.pop();
        }
        self.leave_opaque(start);
        while self.guards.last().is_some_and(|(end, _)| *end <= start) {
            self.guards.pop();
        }
    }

    fn leave_opaque(&mut self, start: usize) {
        while let Some((end, _)) = self.opaque.last().copied() {
            if end > start {
                break;
            }
            self.opaque.pop();
            let outer = self.opaque.last().map_or(Position::Code, |(_, p)| *p);
            self.facts.positions.push((end, outer));
        }
    }

    pub(super) fn finish(mut self) -> Facts {
        self.leave_opaque(usize::MAX);
        self.facts
    }

    /// The bytes of a node are of this kind, until a node inside says otherwise.
    pub(super) fn opaque(&mut self, node: Node<'_>, position: Position) {
        self.facts.positions.push((node.start_byte(), position));
        self.opaque.push((node.end_byte(), position));
    }

    /// What is inside the node may fail without harm.
    pub(super) fn guard(&mut self, node: Node<'_>, guard: Guard) {
        let strongest = self.guarded().map_or(guard, |outer| outer.max(guard));
        self.guards.push((node.end_byte(), strongest));
    }

    pub(super) fn guarded(&self) -> Option<Guard> {
        self.guards.last().map(|(_, guard)| *guard)
    }

    /// The index of the innermost definition around.
    pub(super) fn inside(&self) -> Option<usize> {
        self.scopes.last().copied()
    }

    pub(super) fn inside_definition(&self) -> Option<&Definition> {
        self.inside().and_then(|at| self.facts.definitions.get(at))
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'s str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    /// A name: the node's text, cut where it is absurdly long.
    pub(super) fn name(&self, node: Option<Node<'_>>) -> String {
        let text = node.map_or("", |node| self.text(node));
        text.chars().take(LONGEST_NAME).collect()
    }

    /// Begins a definition: takes the waiting decorators, and everything up to the node's end is inside.
    pub(super) fn define(
        &mut self,
        node: Node<'_>,
        kind: DefinitionKind,
        name: String,
        bases: Vec<String>,
        is_test: impl FnOnce(&[String], Option<&Definition>) -> bool,
    ) {
        let outer = self.scopes.len().min(DEEPEST_NAME).checked_sub(1);
        let outer = outer.and_then(|at| self.scopes.get(at));
        let outer = outer.and_then(|at| self.facts.definitions.get(*at));
        let qualified = match outer {
            Some(outer) => format!("{}{}{name}", outer.qualified, self.separator),
            None => name.clone(),
        };
        let line = row(node.start_position().row);
        let (start, first_line, marks) = match self.waiting.take() {
            Some(waiting) => waiting,
            None => (node.start_byte(), line, Vec::new()),
        };
        let parent = self.inside_definition();
        let is_test = is_test(&marks, parent);
        let in_test = is_test || parent.is_some_and(|parent| parent.in_test);
        let named = node.child_by_field_name("name");
        let definition = Definition {
            kind,
            name,
            qualified,
            parent: self.inside(),
            bytes: start..node.end_byte(),
            body: node.child_by_field_name("body").map(|b| b.byte_range()),
            first_line,
            last_line: last_row(node),
            name_line: named.map_or(line, |name| row(name.start_position().row)),
            name_start: named.unwrap_or(node).start_byte(),
            marks,
            bases,
            is_test,
            in_test,
        };
        self.scopes.push(self.facts.definitions.len());
        self.facts.definitions.push(definition);
    }

    /// Marks the innermost definition as test code, or what is defined later in the file.
    pub(super) fn mark_in_test(&mut self) {
        if let Some(definition) = self
            .inside()
            .and_then(|at| self.facts.definitions.get_mut(at))
        {
            definition.in_test = true;
        }
    }

    pub(super) fn comment(&mut self, node: Node<'_>, is_doc: bool) -> &mut Comment {
        self.opaque(node, Position::Comment);
        let inside = self.inside();
        self.facts.comments.push_mut(Comment {
            bytes: node.byte_range(),
            is_doc,
            in_macro: false,
            line: row(node.start_position().row),
            inside,
        })
    }
}

/// The 1-based number of a 0-based row.
pub(super) fn row(row: usize) -> u32 {
    u32::try_from(row.saturating_add(1)).unwrap_or(u32::MAX)
}

/// The 1-based line on which a node ends; one that ends with a line end does not reach the next.
fn last_row(node: Node<'_>) -> u32 {
    let (start, end) = (node.start_position(), node.end_position());
    if end.column == 0 && end.row > start.row {
        return row(end.row - 1);
    }
    row(end.row)
}
