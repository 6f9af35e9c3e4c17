//! New functions whose whole body says that it is not written yet, and `todo!` in a part of one.
//!
//! Does not catch: a body that does something and then gives up in another way, and a constant in place of an
//! answer.

use anyhow::Result;

use super::report;
use super::rules;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::conventions::is_aside;
use crate::language::{Definition, DefinitionKind, Known, Parsed};
use crate::syntax::walk::{flat, parts};

pub(super) fn look(
    context: &Context<'_>,
    file: &File,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if is_aside(&file.path)
        || context.policy.is_test_path(&file.path)
        || file.path.ends_with(".pyi")
    {
        return Ok(());
    }
    let before = super::tree(context, file, Side::Base);
    let facts = parsed.facts();
    let mut bodies = Vec::new();
    for definition in &facts.definitions {
        let Some(body) = definition
            .body
            .as_ref()
            .filter(|_| definition.kind == DefinitionKind::Function)
        else {
            continue;
        };
        let known = before.as_ref().is_some_and(|before| {
            before
                .facts()
                .definitions
                .iter()
                .any(|old| old.qualified == definition.qualified)
        });
        if known || definition.in_test {
            continue;
        }
        let Some(says) = unwritten(parsed, definition, body) else {
            continue;
        };
        let rule = if says.starts_with("todo!") {
            rules::TODO_BODY
        } else {
            rules::UNFINISHED_BODY
        };
        let message = format!(
            "`{}` is new, and all that it does is `{says}`",
            definition.name
        );
        bodies.push(body.clone());
        report(
            file,
            Side::Head,
            rule,
            parsed.place_of(name_place(parsed, definition, body)),
            message,
            found,
        )?;
    }
    for call in &facts.calls {
        let inside = call.inside.and_then(|at| facts.definitions.get(at));
        let told = bodies.iter().any(|body| body.contains(&call.bytes.start));
        let in_test = inside.is_none_or(|definition| definition.in_test);
        if !call.is_macro || parsed.slice(&call.name) != "todo" || told || in_test {
            continue;
        }
        let message = "a part of the body is `todo!`: it panics where the program comes by";
        let place = parsed.place_of(call.bytes.clone());
        report(
            file,
            Side::Head,
            rules::UNFINISHED_BODY,
            place,
            message.to_owned(),
            found,
        )?;
    }
    Ok(())
}

/// The header line of a function: from its name's line to its body.
fn name_place(
    parsed: &Parsed,
    definition: &Definition,
    body: &std::ops::Range<usize>,
) -> std::ops::Range<usize> {
    let header = parsed
        .source
        .get(definition.bytes.start..body.start)
        .unwrap_or_default();
    let at = header.rfind(&definition.name).unwrap_or(0);
    let start = definition.bytes.start + at;
    start..start + definition.name.len()
}

fn unwritten(
    parsed: &Parsed,
    definition: &Definition,
    body: &std::ops::Range<usize>,
) -> Option<String> {
    match parsed.language.known() {
        Known::Rust => {
            let text: String = parsed
                .slice(body)
                .trim_matches(['{', '}'])
                .trim()
                .trim_end_matches(';')
                .to_owned();
            let text = without_comments(&text);
            let lower = text.to_lowercase();
            let panics = text.starts_with("panic!(")
                && [
                    "not implemented",
                    "not yet implemented",
                    "unimplemented",
                    "todo",
                ]
                .iter()
                .any(|words| lower.contains(words));
            let whole =
                (text.starts_with("todo!(") || text.starts_with("unimplemented!(") || panics)
                    && text.ends_with(')')
                    && !text.contains('\n');
            let in_trait = definition
                .parent
                .and_then(|at| parsed.facts().definitions.get(at))
                .is_some_and(|parent| {
                    parent.kind == DefinitionKind::Trait || !parent.bases.is_empty()
                });
            // An unimplemented method of a trait is often one that is never called.
            (whole && !(in_trait && text.starts_with("unimpl"))).then_some(text)
        }
        Known::Python => python(parsed, definition, body),
        Known::Other => None,
    }
}

fn python(
    parsed: &Parsed,
    definition: &Definition,
    body: &std::ops::Range<usize>,
) -> Option<String> {
    let abstractly = definition
        .marks
        .iter()
        .any(|mark| mark.contains("abstract") || mark.contains("overload"));
    let parent = definition
        .parent
        .and_then(|at| parsed.facts().definitions.get(at));
    // In a class, raising is how a method is left to subclasses; that is told by base class or name, and
    // elsewhere by another class that is based on this one.
    let left_to_subclasses = parent.is_some_and(|class| {
        let named = [
            "Abstract",
            "Base",
            "Mixin",
            "Interface",
            "Protocol",
            "ABC",
            "Backend",
        ];
        class
            .bases
            .iter()
            .any(|base| named.iter().any(|word| base.contains(word)))
            || named.iter().any(|word| class.name.contains(word))
            || parsed.facts().definitions.iter().any(|other| {
                other
                    .bases
                    .iter()
                    .any(|base| base.rsplit('.').next() == Some(&class.name))
            })
    });
    if abstractly || left_to_subclasses || definition.name.starts_with("__") {
        return None;
    }
    let block = parsed
        .root()
        .descendant_for_byte_range(body.start, body.end.max(body.start + 1) - 1)?;
    let block = std::iter::successors(Some(block), |node| node.parent())
        .find(|node| node.kind() == "block")?;
    let mut statements = parts(block);
    let docstring = statements.first().is_some_and(|first| {
        first.kind() == "expression_statement"
            && first
                .named_child(0)
                .is_some_and(|child| child.kind() == "string")
    });
    if docstring {
        let text = parsed.text(statements.remove(0)).to_lowercase();
        if [
            "subclass",
            "overrid",
            "implement",
            "not supported",
            "unsupported",
        ]
        .iter()
        .any(|word| text.contains(word))
        {
            return None;
        }
    }
    let [only] = statements.as_slice() else {
        return None;
    };
    let text = flat(parsed, *only);
    let raises =
        text == "raise NotImplementedError" || text.starts_with("raise NotImplementedError(");
    // With words it may say that something is not supported, which is an answer.
    let lower = text.to_lowercase();
    let answers = ["support", "subclass", "overrid", "cannot", "must "]
        .iter()
        .any(|word| lower.contains(word));
    let gives_up = text.starts_with("assert False") && lower.contains("implement");
    let empty = matches!(text.as_str(), "pass" | "..." | "return" | "return None");
    let around = parsed.slice(&definition.bytes).to_lowercase();
    let promises = empty
        && around.lines().any(|line| {
            let comment = line.split('#').nth(1).unwrap_or_default();
            [
                "todo",
                "fixme",
                "not implemented",
                "implement this",
                "implement me",
            ]
            .iter()
            .any(|words| comment.contains(words))
        });
    let bare = text == "..."
        && definition.parent.is_none()
        && definition.marks.is_empty()
        && parsed.place_of(definition.bytes.clone()).column == 1;
    (raises && !answers || gives_up || promises || bare).then_some(text)
}

/// The lines of a Rust body that are no comments, without the last semicolon.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let code: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect();
    code.join("\n").trim_end_matches(';').to_owned()
}
