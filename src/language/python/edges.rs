//! Edge cases that a function of Python leaves open, by what flows to them from its parameters: a collection that may be
//! empty, a fraction that is dropped, times without a zone beside times with one.
//!
//! Does not catch: a guard in another function; an empty collection that comes from a call.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget;
use crate::language::python::kind;
use crate::language::traps::{Trap, TrapKind, is_of_money};
use crate::language::{Kinds, PYTHON, Parsed};
use crate::syntax::walk::{field, parents, parts};
use crate::syntax::{Node, Walk};

static FUNCTIONS: Kinds = Kinds::new(PYTHON, &[kind::FUNCTION_DEFINITION]);
static VALUES: Kinds = Kinds::new(
    PYTHON,
    &[kind::ASSIGNMENT, kind::KEYWORD_ARGUMENT, kind::PAIR],
);

/// Kinds of what asks about a value, or goes through it.
const ASKING: [&str; 6] = [
    kind::CONDITIONAL_EXPRESSION,
    kind::ASSERT_STATEMENT,
    kind::BOOLEAN_OPERATOR,
    kind::NOT_OPERATOR,
    kind::COMPARISON_OPERATOR,
    kind::MATCH_STATEMENT,
];

/// Steps up from a name in which it is looked for what asks about it.
const NEAR: usize = 12;
/// Bytes of a text that is shown.
const LONGEST: usize = 200;

/// Where a collection comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Parameter,
    /// Those of a collection that fit: none may.
    Filtered,
}

/// A function, and what its names stand for.
struct Function<'t> {
    node: Node<'t>,
    collections: BTreeMap<&'t str, Origin>,
    /// Names for the number of a collection's items.
    counts: BTreeMap<&'t str, &'t str>,
    /// Names that are asked about.
    asked: BTreeSet<&'t str>,
}

/// The open edge cases of a file.
pub(super) fn edges<'t>(parsed: &'t Parsed, found: &mut Vec<Trap<'t>>) {
    for node in FUNCTIONS.nodes(parsed) {
        if let Some(function) = Function::of(parsed, node) {
            function.edges(parsed, found);
        }
    }
}

impl<'t> Function<'t> {
    /// Reads one; `None` where it has no body.
    fn of(parsed: &'t Parsed, node: Node<'t>) -> Option<Self> {
        let body = node.child_by_field_name("body")?;
        let mut function = Self {
            node,
            collections: parameters(parsed, node),
            counts: BTreeMap::new(),
            asked: BTreeSet::new(),
        };
        let mut given = BTreeSet::new();
        let mut walk = Walk::new(body);
        while let Some(inner) = walk.next() {
            match inner.kind() {
                kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => walk.skip_children(),
                kind::ASSIGNMENT => {
                    let left = inner.child_by_field_name("left");
                    let Some(left) = left.filter(|left| left.kind() == kind::IDENTIFIER) else {
                        continue;
                    };
                    let name = parsed.text(left);
                    let right = inner.child_by_field_name("right");
                    function.assigned(parsed, name, right, !given.insert(name));
                }
                kind::IDENTIFIER if is_asked(inner, node) => {
                    function.asked.insert(parsed.text(inner));
                }
                _ => {}
            }
        }
        Some(function)
    }

    fn assigned(
        &mut self,
        parsed: &'t Parsed,
        name: &'t str,
        value: Option<Node<'t>>,
        again: bool,
    ) {
        self.collections.remove(name);
        let Some(value) = value.filter(|_| !again) else {
            return;
        };
        if is_filtered(parsed, value) {
            self.collections.insert(name, Origin::Filtered);
        } else if let Some(of) = counted(parsed, value) {
            self.counts.insert(name, of);
        }
    }

    fn edges(&self, parsed: &'t Parsed, found: &mut Vec<Trap<'t>>) {
        let mut walk = Walk::new(self.node);
        while let Some(node) = walk.next() {
            match node.kind() {
                kind::FUNCTION_DEFINITION if node != self.node => walk.skip_children(),
                kind::BINARY_OPERATOR => found.extend(self.division(parsed, node)),
                kind::CALL => {
                    found.extend(self.call(parsed, node));
                    found.extend(self.fraction(parsed, node));
                }
                kind::SUBSCRIPT => found.extend(self.index(parsed, node)),
                _ => {}
            }
        }
    }

    /// A collection that may be empty here, where nothing asks about it.
    fn open(&self, parsed: &Parsed, name: &str, at: Node<'t>) -> Option<Origin> {
        let origin = *self.collections.get(name)?;
        let is_guarded = parents(at, self.node).any(|above| match above.kind() {
            kind::TRY_STATEMENT => true,
            kind::FOR_STATEMENT | kind::FOR_IN_CLAUSE => {
                field(parsed, above, "right").is_some_and(|right| right.contains(name))
            }
            kind::LIST_COMPREHENSION
            | kind::SET_COMPREHENSION
            | kind::DICTIONARY_COMPREHENSION
            | kind::GENERATOR_EXPRESSION => parts(above)
                .iter()
                .filter_map(|clause| field(parsed, *clause, "right"))
                .any(|right| right.contains(name)),
            _ => false,
        });
        (!is_guarded && !self.asked.contains(name)).then_some(origin)
    }

    /// A trap; `None` where the function's own words speak of what is empty.
    fn trap(
        &self,
        parsed: &Parsed,
        node: Node<'t>,
        is_likely: bool,
        message: String,
    ) -> Option<Trap<'t>> {
        let text = parsed.text(self.node);
        let is_stated = !budget::charge_text(2 * text.len())
            || ["empty", "Empty"].iter().any(|it| text.contains(it));
        (!is_stated).then(|| Trap {
            node,
            kind: TrapKind::EmptyCollection,
            message,
            is_likely: is_likely && self.is_public(parsed),
        })
    }

    fn is_public(&self, parsed: &Parsed) -> bool {
        let name = field(parsed, self.node, "name").unwrap_or_default();
        !name.starts_with('_') && !is_nested(parsed, self.node)
    }

    /// `total / len(items)`.
    fn division(&self, parsed: &'t Parsed, node: Node<'t>) -> Option<Trap<'t>> {
        let operator = field(parsed, node, "operator")?;
        let right = node.child_by_field_name("right")?;
        if !matches!(operator, "/" | "//" | "%") {
            return None;
        }
        let text = parsed.text(right);
        let name = match right.kind() {
            kind::IDENTIFIER if !self.asked.contains(text) => *self.counts.get(text)?,
            kind::CALL => counted(parsed, right)?,
            _ => return None,
        };
        self.open(parsed, name, node)?;
        let message = format!("`{text}` is 0 where `{name}` is empty, and the division fails");
        self.trap(parsed, node, true, message)
    }

    /// `max(items)`, `mean(items)`, `next(item for item in items if ..)`.
    fn call(&self, parsed: &'t Parsed, node: Node<'t>) -> Option<Trap<'t>> {
        let callee = field(parsed, node, "function")?;
        let given = parts(node.child_by_field_name("arguments")?);
        let last = callee.rsplit('.').next().unwrap_or(callee);
        let is_known = matches!(callee, "max" | "min")
            || matches!(last, "mean" | "fmean" | "median" | "mode")
                && callee.trim_end_matches(last) == "statistics.";
        let (first, others) = given.split_first()?;
        let is_key_alone = others
            .iter()
            .all(|other| field(parsed, *other, "name") == Some("key"));
        if !is_known || !is_key_alone {
            return None;
        }
        let name = parsed.text(*first);
        let origin = match first.kind() {
            kind::IDENTIFIER => self.open(parsed, name, node)?,
            kind::GENERATOR_EXPRESSION | kind::LIST_COMPREHENSION
                if is_filtered(parsed, *first) =>
            {
                Origin::Filtered
            }
            _ => return None,
        };
        let shown = match first.kind() {
            kind::IDENTIFIER => name,
            _ => "what is left",
        };
        let message = format!("`{callee}` fails where {} is empty", quoted(shown));
        let is_likely = origin == Origin::Filtered || last != callee;
        self.trap(parsed, node, is_likely, message)
    }

    /// `found[0]` of those that fit.
    fn index(&self, parsed: &'t Parsed, node: Node<'t>) -> Option<Trap<'t>> {
        let value = node.child_by_field_name("value")?;
        let index = field(parsed, node, "subscript")?;
        let name = parsed.text(value);
        if !matches!(index, "0" | "-1") || value.kind() != kind::IDENTIFIER {
            return None;
        }
        let origin = self.open(parsed, name, node)?;
        let message = format!("`{name}[{index}]` fails where nothing was found");
        (origin == Origin::Filtered)
            .then(|| self.trap(parsed, node, true, message))
            .flatten()
    }

    /// `int(amount / n)`.
    fn fraction(&self, parsed: &'t Parsed, node: Node<'t>) -> Option<Trap<'t>> {
        if field(parsed, node, "function") != Some("int") {
            return None;
        }
        let given = parts(node.child_by_field_name("arguments")?);
        let [value] = given.as_slice() else {
            return None;
        };
        let is_division =
            value.kind() == kind::BINARY_OPERATOR && field(parsed, *value, "operator") == Some("/");
        let text = parsed.text(*value);
        let name = field(parsed, self.node, "name").unwrap_or_default();
        let is_short = text.len() + name.len() < LONGEST;
        let is_money = || is_of_money(text) || is_of_money(name);
        (is_division && is_short && is_money()).then(|| Trap {
            node,
            kind: TrapKind::LostFraction,
            message: format!(
                "`int` drops the fraction of `{text}`, and a large quotient is inexact"
            ),
            is_likely: self.is_public(parsed),
        })
    }
}

fn quoted(name: &str) -> String {
    match name.contains(' ') {
        true => name.to_owned(),
        false => format!("`{name}`"),
    }
}

/// Parameters that may be collections of any size.
fn parameters<'t>(parsed: &'t Parsed, function: Node<'t>) -> BTreeMap<&'t str, Origin> {
    /// What is never empty, or has no number of items, or answers for it.
    const OTHER: [&str; 6] = ["tuple[", "Tuple[", "array", "Tensor", "Series", "DataFrame"];
    let list = function.child_by_field_name("parameters").map(parts);
    let mut found = BTreeMap::new();
    for parameter in list.unwrap_or_default() {
        let name = match parameter.kind() {
            kind::IDENTIFIER => Some(parameter),
            kind::TYPED_PARAMETER => parts(parameter).into_iter().next(),
            _ => None,
        };
        let said = field(parsed, parameter, "type").unwrap_or_default();
        let is_fixed = OTHER.iter().any(|word| said.contains(word)) && !said.contains("...");
        if let Some(name) = name.filter(|name| name.kind() == kind::IDENTIFIER && !is_fixed) {
            found.insert(parsed.text(name), Origin::Parameter);
        }
    }
    found
}

fn is_nested(parsed: &Parsed, node: Node<'_>) -> bool {
    parents(node, parsed.root()).any(|above| match above.kind() {
        kind::FUNCTION_DEFINITION => true,
        kind::CLASS_DEFINITION => {
            field(parsed, above, "name").is_some_and(|it| it.starts_with('_'))
        }
        _ => false,
    })
}

/// Whether a name stands where it is asked about.
fn is_asked(node: Node<'_>, function: Node<'_>) -> bool {
    let mut inner = node;
    for above in parents(node, function).take(NEAR) {
        let kind = above.kind();
        let has_condition = matches!(
            kind,
            kind::IF_STATEMENT | kind::ELIF_CLAUSE | kind::WHILE_STATEMENT
        );
        let is_condition =
            || has_condition && above.child_by_field_name("condition") == Some(inner);
        if ASKING.contains(&kind) || is_condition() {
            return true;
        }
        if kind == kind::BLOCK {
            return false;
        }
        inner = above;
    }
    false
}

/// Whether a value is those of a collection that fit.
fn is_filtered(parsed: &Parsed, value: Node<'_>) -> bool {
    match value.kind() {
        kind::LIST_COMPREHENSION | kind::GENERATOR_EXPRESSION => parts(value)
            .iter()
            .any(|clause| clause.kind() == kind::IF_CLAUSE),
        kind::CALL => {
            let text = parsed.text(value);
            text.starts_with("list(filter(") || text.starts_with("sorted(filter(")
        }
        _ => false,
    }
}

/// The name of which a value is the number of items: `len(name)`.
fn counted<'t>(parsed: &'t Parsed, value: Node<'t>) -> Option<&'t str> {
    let given = parts(value.child_by_field_name("arguments")?);
    let [one] = given.as_slice() else {
        return None;
    };
    let is_len = field(parsed, value, "function") == Some("len");
    (is_len && one.kind() == kind::IDENTIFIER).then(|| parsed.text(*one))
}

/// Signs that a time has a zone.
const ZONED: [&str; 8] = [
    "timezone.utc",
    "tz=",
    "tzinfo=",
    "(UTC)",
    "datetime.UTC",
    "ZoneInfo(",
    "pytz.",
    ".astimezone(",
];

fn is_zoned(text: &str) -> bool {
    ZONED.iter().any(|sign| text.contains(sign))
}

/// What of a file has a zone: names, and names of fields.
pub(super) struct Zoned<'t> {
    names: BTreeSet<&'t str>,
    fields: BTreeSet<&'t str>,
}

impl<'t> Zoned<'t> {
    /// Reads a file; `None` where no time of it has a zone.
    pub(super) fn of(parsed: &'t Parsed) -> Option<Self> {
        if !budget::charge_text(parsed.source.len()) || !is_zoned(&parsed.source) {
            return None;
        }
        let mut names = BTreeSet::new();
        for node in VALUES
            .nodes(parsed)
            .filter(|node| node.kind() == kind::ASSIGNMENT)
        {
            let left = node.child_by_field_name("left");
            let left = left.filter(|left| left.kind() == kind::IDENTIFIER);
            let value = field(parsed, node, "right").unwrap_or_default();
            if budget::charge_text(value.len()) && is_zoned(value) && is_time(value) {
                names.extend(left.map(|left| parsed.text(left)));
            }
        }
        let mut fields = BTreeSet::new();
        for node in VALUES.nodes(parsed) {
            let Some((name, value)) = kept(parsed, node) else {
                continue;
            };
            let text = parsed.text(value);
            let first = text.split([' ', '.', '+', '-']).next().unwrap_or(text);
            if budget::charge_text(text.len())
                && (is_zoned(text) && is_time(text) || names.contains(first))
            {
                fields.insert(name);
            }
        }
        Some(Self { names, fields })
    }

    /// Why a time without a zone is wrong where it stands; `None` where nothing says so.
    pub(super) fn clashes(&self, parsed: &'t Parsed, naive: Node<'t>) -> Option<String> {
        let mut inner = naive;
        for above in parents(naive, parsed.root()) {
            let text = parsed.text(above);
            let is_difference = above.kind() == kind::BINARY_OPERATOR
                && field(parsed, above, "operator") == Some("-");
            if above.kind() == kind::COMPARISON_OPERATOR || is_difference {
                let mut others = parts(above).into_iter().filter(|other| *other != inner);
                let zoned = others.find(|other| self.has_zone(parsed.text(*other)));
                if let Some(other) = zoned {
                    let other = parsed.text(other);
                    return Some(format!(
                        "it meets `{other}`, which has a zone: that raises a TypeError"
                    ));
                }
            }
            if let Some((name, _)) = kept(parsed, above) {
                let is_kept = self.fields.contains(name);
                return is_kept.then(|| format!("`{name}` has one elsewhere in this file"));
            }
            if text.len() > 400 || above.kind() == kind::BLOCK {
                return None;
            }
            inner = above;
        }
        None
    }

    fn has_zone(&self, text: &str) -> bool {
        let last = text.rsplit('.').next().unwrap_or(text);
        let is_field = text.contains('.') && self.fields.contains(last);
        is_zoned(text) && is_time(text) || self.names.contains(text) || is_field
    }
}

fn is_time(text: &str) -> bool {
    [
        "now(",
        "timestamp(",
        "datetime(",
        "strptime(",
        "isoformat(",
        "replace(",
        "combine(",
        "astimezone(",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

/// The name of a field that a node gives a value, and that value.
fn kept<'t>(parsed: &'t Parsed, node: Node<'t>) -> Option<(&'t str, Node<'t>)> {
    match node.kind() {
        kind::ASSIGNMENT => {
            let left = node.child_by_field_name("left")?;
            let name = field(parsed, left, "attribute")?;
            Some((name, node.child_by_field_name("right")?))
        }
        kind::KEYWORD_ARGUMENT => {
            let name = field(parsed, node, "name")?;
            // What a constructor of times is given is no field.
            let is_option = matches!(name, "tz" | "tzinfo" | "key" | "default");
            (!is_option).then_some((name, node.child_by_field_name("value")?))
        }
        kind::PAIR => {
            let key = field(parsed, node, "key")?.trim_matches(['"', '\'']);
            Some((key, node.child_by_field_name("value")?))
        }
        _ => None,
    }
}

/// Whether a time in universal time without its zone is turned into a number, which takes it for local time.
pub(super) fn is_counted(parsed: &Parsed, naive: Node<'_>) -> bool {
    let mut above = parents(naive, parsed.root());
    let outer = above.find(|above| {
        !matches!(
            above.kind(),
            kind::BINARY_OPERATOR | kind::PARENTHESIZED_EXPRESSION
        )
    });
    outer.is_some_and(|outer| {
        outer.kind() == kind::ATTRIBUTE && field(parsed, outer, "attribute") == Some("timestamp")
    })
}
