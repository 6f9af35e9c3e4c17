//! Literals put together by code, in Python and Rust: read from the syntax tree, so that comments, line
//! continuations, names and calls in between do not hide the whole.
//!
//! Seen: `+`, `+=`, adjacent literals, f-strings, `format!`, `str.format`, `%`, `join`, `concat!`, `concat`, and the
//! methods that give the same text back; names stand for what was last assigned to them above.
//!
//! Does not catch: what is put together over several files, in a loop, or by other functions.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::decode::Segment;
use crate::language::ir::{Arg, Const, Expr, ExprId, Names, Op, Pattern, Stmt, Sym, Unit};
use crate::language::lower::lower;
use crate::language::{self, Parsed};

/// How a whole was seen.
pub(super) const VIA: &str = "a literal in pieces";

/// Bytes of a whole that is followed, and of one that is searched.
const LONGEST: usize = 4096;
const SHORTEST: usize = 12;

/// Characters of a run that may be a piece of a secret, and changes of their kind.
const RUN: usize = 8;
const CHANGES: usize = 3;

/// What gives the tree of the text that is searched.
pub(crate) type Tree<'t> = &'t dyn Fn() -> Option<Arc<Parsed>>;

/// Literals of two pieces and more, each with the text of its line before it; `None` where the text is of
/// another language or cannot be parsed. `tree` is asked for only where a piece may be.
pub(super) fn segments(path: &str, text: &str, tree: Tree<'_>) -> Option<Vec<Segment>> {
    language::of_text(path)?;
    if !may_hold_a_piece(text) {
        return Some(Vec::new());
    }
    let parsed = tree()?;
    let mut names = Names::default();
    let unit = lower(path, &parsed, &mut names)?;
    Some(Fold::new(&unit, &names).segments())
}

/// Whether a quoted run looks drawn by lot, as the longest piece of any secret does: a digit, and changes
/// between small letters, capitals and digits.
fn may_hold_a_piece(text: &str) -> bool {
    let (mut run, mut changes, mut digits, mut last) = (0, 0, false, 0);
    for byte in text.bytes() {
        let class = match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' => 2,
            b'A'..=b'Z' => 3,
            b'_' | b'-' | b'/' | b'=' | b'+' => last,
            b'"' | b'\'' if run >= RUN && digits && changes >= CHANGES => return true,
            _ => {
                (run, changes, digits, last) = (0, 0, false, 0);
                continue;
            }
        };
        run += 1;
        changes += usize::from(last != 0 && class != last);
        digits |= class == 1;
        last = class;
    }
    false
}

/// A text, and of how many literals it was made.
#[derive(Clone)]
struct Whole {
    text: Rc<str>,
    pieces: usize,
}

/// What an assignment does with a name.
#[derive(Clone, Copy)]
enum Change {
    Set,
    Append,
}

struct Fold<'u> {
    unit: &'u Unit,
    names: &'u Names,
    /// Assignments, by the expression that is assigned: an expression is lowered after its parts, and a
    /// statement after those above it.
    changes: HashMap<ExprId, Vec<(Sym, Change)>>,
    known: HashMap<Sym, Whole>,
    wholes: HashMap<ExprId, Whole>,
    /// Expressions that are parts of a whole, and those that may be of the one that is looked at.
    parts: HashSet<ExprId>,
    asked: Vec<ExprId>,
}

impl<'u> Fold<'u> {
    fn new(unit: &'u Unit, names: &'u Names) -> Self {
        let mut fold = Self {
            unit,
            names,
            changes: HashMap::new(),
            known: HashMap::new(),
            wholes: HashMap::new(),
            parts: HashSet::new(),
            asked: Vec::new(),
        };
        for function in &unit.functions {
            fold.assigned(&function.body);
        }
        for class in &unit.classes {
            fold.assigned(&class.body);
        }
        for (expr, _) in &unit.exprs {
            if let Expr::Block(body, _) = expr {
                fold.assigned(body);
            }
        }
        fold
    }

    fn assigned(&mut self, body: &[Stmt]) {
        for stmt in body {
            let (pattern, value, change) = match stmt {
                Stmt::Assign(pattern, value) => (pattern, *value, Change::Set),
                Stmt::Augment(pattern, _, Op::Add, value) => (pattern, *value, Change::Append),
                Stmt::Loop(_, body, after) => {
                    self.assigned(body);
                    self.assigned(after);
                    continue;
                }
                Stmt::Try(body, handlers, after, last) => {
                    for part in [body, after, last] {
                        self.assigned(part);
                    }
                    for (_, handler) in handlers {
                        self.assigned(handler);
                    }
                    continue;
                }
                _ => continue,
            };
            if let Pattern::Bind(name, _) = pattern {
                self.changes.entry(value).or_default().push((*name, change));
            }
        }
    }

    fn segments(mut self) -> Vec<Segment> {
        let mut segments = Vec::new();
        for id in 0..self.unit.exprs.len() {
            self.asked.clear();
            if let Some(whole) = self.whole(id) {
                self.wholes.insert(id, whole);
                self.parts.extend(self.asked.drain(..));
            }
            for (name, change) in self.changes.remove(&id).unwrap_or_default() {
                segments.extend(self.assign(id, name, change));
            }
        }
        for (id, whole) in &self.wholes {
            if whole.pieces > 1 && !self.parts.contains(id) {
                segments.extend(self.segment(*id, &whole.text));
            }
        }
        segments.sort_by(|a, b| (a.range.start, &a.text).cmp(&(b.range.start, &b.text)));
        segments
    }

    /// Takes an assignment in; what a name has become where something was appended to it.
    fn assign(&mut self, id: ExprId, name: Sym, change: Change) -> Option<Segment> {
        let value = self.wholes.get(&id).cloned();
        let before = self.known.remove(&name);
        let after = match change {
            Change::Set => value?,
            Change::Append => joined([before?, value?])?,
        };
        self.known.insert(name, after.clone());
        match change {
            Change::Set => None,
            Change::Append => self.segment(id, &after.text),
        }
    }

    /// The text that an expression is, where all of it is known.
    fn whole(&mut self, id: ExprId) -> Option<Whole> {
        let unit = self.unit;
        let parts: Vec<ExprId> = match unit.expr(id) {
            Expr::Const(Const::Text(text)) => {
                return Some(Whole {
                    text: Rc::clone(text),
                    pieces: 1,
                });
            }
            Expr::Name(name) => return self.known.get(name).cloned(),
            Expr::Binary(Op::Add, left, right) => vec![*left, *right],
            Expr::Format(parts) => parts.clone(),
            Expr::Binary(Op::Mod, form, values) => {
                let values = self.listed(*values);
                return self.filled(*form, &values, "%s");
            }
            Expr::Call(callee, args) => return self.called(*callee, args),
            _ => return None,
        };
        self.together(&parts, "")
    }

    fn called(&mut self, callee: ExprId, args: &[Arg]) -> Option<Whole> {
        let values: Vec<ExprId> = args.iter().map(|arg| arg.value).collect();
        let (object, method) = match self.unit.expr(callee) {
            Expr::Attr(object, method) => (*object, self.names.text(*method)),
            Expr::Name(name) if &*self.names.text(*name) == "concat!" => {
                return self.together(&values, "");
            }
            _ => return None,
        };
        match (&*method, values.as_slice()) {
            (
                "to_owned" | "to_string" | "into" | "as_str" | "as_bytes" | "to_vec" | "clone",
                [],
            )
            | ("encode" | "decode" | "strip" | "trim", _) => self.part(object),
            ("from", [one]) => self.part(*one),
            ("format", _) => self.filled(object, &values, "{}"),
            ("concat", []) => self.list(object, ""),
            ("join", [one]) => match self.wholes.get(&object).cloned() {
                Some(between) => self.list(*one, &between.text),
                None => {
                    let between = self.wholes.get(one).cloned()?;
                    self.list(object, &between.text)
                }
            },
            _ => None,
        }
    }

    fn part(&mut self, id: ExprId) -> Option<Whole> {
        let whole = self.wholes.get(&id).cloned();
        self.asked.push(id);
        whole
    }

    fn list(&mut self, id: ExprId, between: &str) -> Option<Whole> {
        match self.unit.expr(id) {
            Expr::Seq(parts) => self.together(&parts.clone(), between),
            _ => None,
        }
    }

    fn listed(&self, id: ExprId) -> Vec<ExprId> {
        match self.unit.expr(id) {
            Expr::Seq(parts) => parts.clone(),
            _ => vec![id],
        }
    }

    fn together(&mut self, parts: &[ExprId], between: &str) -> Option<Whole> {
        let wholes: Option<Vec<Whole>> = parts.iter().map(|id| self.part(*id)).collect();
        let between = Whole {
            text: between.into(),
            pieces: 0,
        };
        let mut all = Vec::new();
        for whole in wholes? {
            if !all.is_empty() && !between.text.is_empty() {
                all.push(between.clone());
            }
            all.push(whole);
        }
        joined(all)
    }

    /// A text with values in its gaps, one after another.
    fn filled(&mut self, form: ExprId, values: &[ExprId], gap: &str) -> Option<Whole> {
        let form = self.part(form)?;
        let mut all = Vec::new();
        let mut values = values.iter();
        for (at, text) in form.text.split(gap).enumerate() {
            if at > 0 {
                all.push(self.part(*values.next()?)?);
            }
            all.push(Whole {
                text: text.into(),
                pieces: usize::from(!text.is_empty()),
            });
        }
        joined(all)
    }

    fn segment(&self, id: ExprId, whole: &str) -> Option<Segment> {
        if whole.len() < SHORTEST {
            return None;
        }
        let span = self.unit.span(id);
        let range = span.start as usize..span.end as usize;
        let source = &self.unit.source;
        let before = source.get(..range.start)?;
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let prefix = source.ceil_char_boundary(line.max(range.start.saturating_sub(120)));
        Some(Segment {
            text: format!("{}\"{whole}\"", source.get(prefix..range.start)?),
            range,
            via: VIA,
        })
    }
}

fn joined(wholes: impl IntoIterator<Item = Whole>) -> Option<Whole> {
    let (mut text, mut pieces) = (String::new(), 0);
    for whole in wholes {
        text.push_str(&whole.text);
        pieces += whole.pieces;
        if text.len() > LONGEST {
            return None;
        }
    }
    Some(Whole {
        text: text.into(),
        pieces,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wholes(path: &str, text: &str) -> Vec<String> {
        let language = language::of(path);
        segments(path, text, &|| {
            Parsed::new(language?, text.into()).map(Arc::new)
        })
        .unwrap_or_default()
        .into_iter()
        .map(|segment| segment.text)
        .collect()
    }

    #[test]
    fn python_puts_together() {
        for (text, whole) in [
            (
                "k = 'abcd' \\\n  'efgh' 'ij0Kl123'",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "k = ('abcd' +  # why\n 'efgh' + 'ij0Kl123')",
                "k = (\"abcdefghij0Kl123\"",
            ),
            (
                "k = ''.join(['abcd', 'efghij0Kl123'])",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "k = '-'.join(('abcd', 'efghij0Kl123'))",
                "k = \"abcd-efghij0Kl123\"",
            ),
            (
                "k = '{}{}'.format('abcd', 'efghij0Kl123')",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "k = '%s%s' % ('abcd', 'efghij0Kl123')",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "a = 'abcd'\nk = f'{a}efghij0Kl123'",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "a = 'abcd'\nb = 'efghij0Kl123'\nk = a + b",
                "k = \"abcdefghij0Kl123\"",
            ),
            (
                "k = 'abcd'\nk += 'efghij0Kl123'",
                "k += \"abcdefghij0Kl123\"",
            ),
            (
                "k = f('abcd' + 'efghij0Kl123' + x)",
                "k = f(\"abcdefghij0Kl123\"",
            ),
            (
                "class C:\n  def f(self):\n    return 'abcd' + 'efghij0Kl123'.strip()",
                "    return \"abcdefghij0Kl123\"",
            ),
        ] {
            assert_eq!(wholes("a.py", text), [whole], "{text}");
        }
    }

    #[test]
    fn rust_puts_together() {
        for (text, whole) in [
            (
                "const K: &str = concat!(\"abcd\", r#\"efghij0Kl123\"#);",
                "const K: &str = \"abcdefghij0Kl123\"",
            ),
            (
                "fn f() { let k = \"abcd\".to_owned() + \"efghij0Kl123\"; }",
                "fn f() { let k = \"abcdefghij0Kl123\"",
            ),
            (
                "fn f() { let k = format!(\"{}{}\", \"abcd\", \"efghij0Kl123\"); }",
                "fn f() { let k = format!(\"abcdefghij0Kl123\"",
            ),
            (
                "fn f() { let a = \"abcd\"; let k = format!(\"{a}efghij0Kl123\"); }",
                "fn f() { let a = \"abcd\"; let k = format!(\"abcdefghij0Kl123\"",
            ),
            (
                "fn f() -> String { [\"abcd\", \"efghij0Kl123\"].concat() }",
                "fn f() -> String { \"abcdefghij0Kl123\"",
            ),
            (
                "fn f() -> String { [\"abcd\", \"efghij0Kl123\"].join(\"-\") }",
                "fn f() -> String { \"abcd-efghij0Kl123\"",
            ),
        ] {
            let found = wholes("a.rs", text);
            assert_eq!(found, [whole], "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_put_together() {
        for text in [
            "k = 'abcdefgh0123'",
            "k = a + 'efghij0Kl123'",
            "f('abcd', 'efghij0Kl123')",
            "['abcd', 'efghij0Kl123']",
            "a = 'abcd'\na = g()\nk = a + 'efghij0Kl123'",
        ] {
            assert_eq!(wholes("a.py", text), Vec::<String>::new(), "{text}");
        }
        assert!(segments("a.js", "k = 'abcd' + 'efghij0Kl123'", &|| None).is_none());
    }
}
