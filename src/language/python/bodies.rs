//! What the body of a Python function is.
//!
//! Does not catch: a class whose subclasses are in another file and that says so by no name of ours.

use crate::language::body::{Body, BodyKind};
use crate::language::python::kind;
use crate::language::{Definition, DefinitionKind, Language, Parsed};
use crate::syntax::walk::flat;

pub(super) fn body(parsed: &Parsed, definition: &Definition) -> Body {
    let Some(block) = definition.body.as_ref().and_then(|body| parsed.node(body)) else {
        return Body::REAL;
    };
    let mut statements = block
        .named_children()
        .filter(|part| !part.is_comment())
        .peekable();
    let documents = statements.next_if(|first| {
        let inner = super::Python.expression_of(*first);
        inner.is_some_and(|inner| inner.is_string())
    });
    let Some(only) = statements.next() else {
        return Body {
            may_be_emptied: may_be_emptied(parsed, definition),
            ..Body::EMPTY
        };
    };
    if statements.next().is_some() {
        return Body::REAL;
    }
    let says = flat(parsed, only);
    let raises = says.starts_with("raise NotImplementedError");
    let kind = match says.as_str() {
        "..." => BodyKind::Open,
        "pass" | "return" | "return None" => BodyKind::Empty,
        _ if raises || only.kind() == kind::ASSERT_STATEMENT && gives_up(&says) => {
            BodyKind::Unwritten
        }
        _ => return Body::REAL,
    };
    let has = |text: &str, words: &[&str]| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    // With words it may say that something is not supported, which is an answer.
    let answers = raises
        && has(
            &says,
            &["support", "subclass", "overrid", "cannot", "must "],
        );
    let words = [
        "subclass",
        "overrid",
        "implement",
        "not supported",
        "unsupported",
    ];
    let documented = documents.is_some_and(|text| has(parsed.text(text), &words));
    Body {
        kind,
        says,
        may_be_new: answers || documented || may_be_new(parsed, definition),
        may_be_emptied: may_be_emptied(parsed, definition),
    }
}

fn gives_up(says: &str) -> bool {
    says.starts_with("assert False") && says.to_lowercase().contains("implement")
}

fn class_of<'p>(parsed: &'p Parsed, definition: &Definition) -> Option<&'p Definition> {
    let definitions = &parsed.facts().definitions;
    let class = definitions.get(definition.parent?)?;
    (class.kind == DefinitionKind::Type).then_some(class)
}

/// Whether a class of the file derives from this one.
fn has_subclass(parsed: &Parsed, class: &Definition) -> bool {
    parsed.facts().definitions.iter().any(|other| {
        let mut bases = other.bases.iter();
        bases.any(|base| base.rsplit('.').next() == Some(class.name.as_str()))
    })
}

/// In a class, raising is how a method is left to subclasses; that is told by base class or name, and elsewhere by
/// another class that is based on this one.
fn may_be_new(parsed: &Parsed, definition: &Definition) -> bool {
    const NAMED: [&str; 7] = [
        "Abstract",
        "Base",
        "Mixin",
        "Interface",
        "Protocol",
        "ABC",
        "Backend",
    ];
    let mut marks = definition.marks.iter();
    let says = |name: &String| NAMED.iter().any(|word| name.contains(word));
    definition.name.starts_with("__")
        || marks.any(|mark| mark.contains("abstract") || mark.contains("overload"))
        || class_of(parsed, definition).is_some_and(|class| {
            says(&class.name) || class.bases.iter().any(says) || has_subclass(parsed, class)
        })
}

fn may_be_emptied(parsed: &Parsed, definition: &Definition) -> bool {
    const MARKS: [&str; 5] = [
        "abstractmethod",
        "overload",
        "abstractproperty",
        "deprecated",
        "singledispatch",
    ];
    const WRITERS: [&str; 4] = ["dataclass", "attr", "define", "frozen"];
    let is_abstract = |base: &String| {
        let outer = base.split('[').next().unwrap_or_default();
        matches!(outer.rsplit('.').next(), Some("Protocol" | "ABC")) || base.contains("ABCMeta")
    };
    // A decorator of the class writes the constructor; what stands there is for type-checkers.
    let is_written = |class: &Definition| {
        let mut marks = class.marks.iter();
        definition.name == "__init__"
            && marks.any(|mark| WRITERS.iter().any(|it| mark.contains(it)))
    };
    let mut marks = definition.marks.iter();
    marks.any(|mark| MARKS.iter().any(|meant| mark.contains(meant)))
        || class_of(parsed, definition).is_some_and(|class| {
            is_written(class)
                || class.bases.iter().any(is_abstract)
                || class.name.starts_with("Base")
                || class.name.starts_with("Abstract")
                || class.name.ends_with("Base")
                || class.name.ends_with("Mixin")
                || has_subclass(parsed, class)
        })
}
