//! Functions whose body was real at base and is a stub at head; and new ones that hold a comment about
//! the work in place of the work.
//!
//! Does not catch: a function that was renamed on the way; a stub that returns a made-up value.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Context, File, Finding, Side, is_told_apart, parsed, rules};
use crate::finding::{Level, Place};
use crate::language::{self, Definition, DefinitionKind, Kinds, Known, Lang, PYTHON, Parsed, RUST};
use crate::syntax::{Node, walk};

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// It does something.
    Real,
    /// `...`, `todo!()`, `unimplemented!()`, or an error that says "not implemented".
    Unwritten,
    /// `pass`, nothing, or a bare `return None`: it may be meant.
    Empty,
}

pub(super) fn look(context: &Context<'_>, file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let Some(language) = language::of(&file.path) else {
        return Ok(());
    };
    if !is_told_apart(&file.path) || file.path.ends_with(".pyi") || !may_hold_stub(file, language) {
        return Ok(());
    }
    let Some(head) = parsed(context, file, Side::Head) else {
        return Ok(());
    };
    let base = file
        .base
        .as_ref()
        .and_then(|_| parsed(context, file, Side::Base));
    let before = base.as_deref().map(bodies).unwrap_or_default();
    let test = context.policy.is_test_path(&file.path);
    for (name, after) in bodies(&head) {
        // Two definitions of one name: an overload, or one for each platform.
        let Some((definition, body)) = after.first().copied() else {
            continue;
        };
        if after.iter().any(|(_, body)| *body == Body::Real) {
            continue;
        }
        let lines = definition.first_line.saturating_sub(1)..definition.last_line;
        if !file.touches(Side::Head, lines) || is_meant(&head, definition) {
            continue;
        }
        let was_real = before
            .get(name)
            .is_some_and(|list| list.iter().all(|(_, body)| *body == Body::Real));
        if was_real {
            found.push(emptied(file, &head, definition, body)?);
        } else if !before.contains_key(name) && !test && !definition.in_test {
            found.extend(announced(file, &head, definition, body)?);
        }
    }
    Ok(())
}

/// Whether a line of the change, or one that stands close to what went, could be a stub.
fn may_hold_stub(file: &File, language: Lang) -> bool {
    const CLOSE: usize = 3;
    // The lines of a notebook are strings of JSON.
    if language::of_cells(&file.path).is_some() {
        return true;
    }
    let lines: Vec<&str> = file.text(Side::Head).unwrap_or_default().lines().collect();
    file.hunks.iter().any(|hunk| {
        let first = (hunk.head.start as usize).saturating_sub(CLOSE);
        let last = (hunk.head.end as usize + CLOSE).min(lines.len());
        let mut near = lines.get(first..last).unwrap_or_default().iter();
        near.any(|line| is_like_stub(line.trim(), language))
    })
}

fn is_like_stub(line: &str, language: Lang) -> bool {
    match language.known() {
        Known::Python => {
            let code = line.split(" #").next().unwrap_or_default().trim_end();
            let ends = [
                "pass",
                "...",
                "return",
                "return None",
                "\"\"\"",
                "'''",
                "\"",
                "'",
            ];
            ends.iter().any(|end| code.ends_with(end)) || code.contains("NotImplemented")
        }
        Known::Rust => [
            "todo!",
            "unimplemented!",
            "not implemented",
            "not yet implemented",
        ]
        .iter()
        .any(|word| line.contains(word)),
        Known::Other => false,
    }
}

type Bodies<'p> = BTreeMap<&'p str, Vec<(&'p Definition, Body)>>;

static PYTHON_FUNCTIONS: Kinds = Kinds::new(PYTHON, &["function_definition"]);
static RUST_FUNCTIONS: Kinds = Kinds::new(RUST, &["function_item"]);

/// The functions of a file that have bodies, by qualified name.
fn bodies(parsed: &Parsed) -> Bodies<'_> {
    let functions = match parsed.language.known() {
        Known::Python => &PYTHON_FUNCTIONS,
        Known::Rust => &RUST_FUNCTIONS,
        Known::Other => return Bodies::new(),
    };
    let by_start: BTreeMap<usize, Body> = functions
        .nodes(parsed)
        .filter_map(|function| function.child_by_field_name("body"))
        .map(|block| (block.start_byte(), body(parsed, block)))
        .collect();
    let mut bodies = Bodies::new();
    for definition in &parsed.facts().definitions {
        let start = definition.body.as_ref().map(|body| body.start);
        if let Some(body) = start.and_then(|start| by_start.get(&start)) {
            bodies
                .entry(definition.qualified.as_str())
                .or_default()
                .push((definition, *body));
        }
    }
    bodies
}

/// Bodies over this many bytes are real without a look.
const LONGEST_STUB: usize = 4000;

fn body(parsed: &Parsed, block: Node<'_>) -> Body {
    if block.byte_range().len() > LONGEST_STUB {
        return Body::Real;
    }
    let mut statements = walk::parts(block);
    if parsed.language == PYTHON && statements.first().copied().is_some_and(is_string) {
        statements.remove(0);
        if statements.is_empty() {
            return Body::Empty;
        }
    }
    let [only] = statements.as_slice() else {
        return if statements.is_empty() {
            Body::Empty
        } else {
            Body::Real
        };
    };
    let text = parsed.text(*only).trim_end_matches(';').trim();
    match parsed.language.known() {
        Known::Python => match text {
            "..." => Body::Unwritten,
            "pass" | "return" | "return None" => Body::Empty,
            _ if text.starts_with("raise NotImplementedError") => Body::Unwritten,
            _ => Body::Real,
        },
        Known::Rust => {
            let unwritten = text.starts_with("todo!")
                || text.starts_with("unimplemented!")
                || text.starts_with("panic!(\"not implemented")
                || text.starts_with("panic!(\"not yet implemented");
            if unwritten {
                Body::Unwritten
            } else {
                Body::Real
            }
        }
        Known::Other => Body::Real,
    }
}

fn is_string(node: Node<'_>) -> bool {
    node.kind() == "expression_statement"
        && walk::parts(node)
            .first()
            .is_some_and(|inner| inner.is_string())
}

/// Whether a stub is what is wanted here.
fn is_meant(head: &Parsed, definition: &Definition) -> bool {
    const MARKS: [&str; 5] = [
        "abstractmethod",
        "overload",
        "abstractproperty",
        "deprecated",
        "singledispatch",
    ];
    if definition
        .marks
        .iter()
        .any(|mark| MARKS.iter().any(|meant| mark.contains(meant)))
    {
        return true;
    }
    let definitions = &head.facts().definitions;
    let Some(class) = definition.parent.and_then(|at| definitions.get(at)) else {
        return false;
    };
    let is_abstract = |base: &String| {
        let last = base
            .split('[')
            .next()
            .unwrap_or_default()
            .rsplit('.')
            .next();
        matches!(last, Some("Protocol" | "ABC")) || base.contains("ABCMeta")
    };
    match class.kind {
        DefinitionKind::Trait => true,
        DefinitionKind::Type => {
            class.bases.iter().any(is_abstract)
                || class.name.starts_with("Base")
                || class.name.starts_with("Abstract")
                || class.name.ends_with("Base")
                || class.name.ends_with("Mixin")
                || definitions.iter().any(|other| overrides(class, other))
        }
        DefinitionKind::Function | DefinitionKind::Impl | DefinitionKind::Module => false,
    }
}

/// Whether a class of the file derives from this one.
fn overrides(class: &Definition, other: &Definition) -> bool {
    other.kind == DefinitionKind::Type
        && other
            .bases
            .iter()
            .any(|base| base.rsplit('.').next() == Some(class.name.as_str()))
}

fn name_place(head: &Parsed, definition: &Definition) -> Place {
    let from = definition.bytes.start;
    let text = head.slice(&definition.bytes);
    let marks = ["def ", "fn "].iter().filter_map(|word| {
        let at = text.find(&format!("{word}{}", definition.name))?;
        Some(from + at + word.len())
    });
    match marks.min() {
        Some(at) => head.place_of(at..at + definition.name.len()),
        None => head.place_of(from..from),
    }
}

fn emptied(file: &File, head: &Parsed, definition: &Definition, body: Body) -> Result<Finding> {
    let method = definition.parent.is_some();
    let level = match body {
        Body::Unwritten if head.language == RUST || !method => Level::Block,
        Body::Unwritten | Body::Empty | Body::Real => Level::Escalate,
    };
    let now = match body {
        Body::Unwritten => "says that it is not implemented",
        Body::Empty | Body::Real => "does nothing",
    };
    let message = format!(
        "`{}` had a body before this change and now {now}",
        definition.qualified
    );
    let place = name_place(head, definition);
    let rule = rules::STUB_BODY;
    let mut finding = rule.finding(Side::Head, &file.path, place, message);
    finding.level = level;
    Ok(finding)
}

/// A new function whose body is a comment and a stub.
fn announced(
    file: &File,
    head: &Parsed,
    definition: &Definition,
    body: Body,
) -> Result<Option<Finding>> {
    let comments = &head.facts().comments;
    let from = comments.partition_point(|comment| comment.bytes.start < definition.bytes.start);
    let inside = comments
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|comment| comment.bytes.start < definition.bytes.end)
        .any(|comment| comment.line > definition.name_line && comment.line <= definition.last_line);
    if body == Body::Real || !inside {
        return Ok(None);
    }
    let message = format!(
        "The new `{}` holds a comment and no code",
        definition.qualified
    );
    let place = name_place(head, definition);
    let rule = rules::COMMENT_FOR_CODE;
    Ok(Some(rule.finding(Side::Head, &file.path, place, message)))
}
