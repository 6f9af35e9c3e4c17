//! New functions whose whole body says that it is not written yet.
//!
//! Does not catch: a body that does something and then gives up, and a constant in place of an answer.

use anyhow::Result;

use super::report;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::syntax::conventions::is_aside;
use crate::syntax::walk::{flat, parts};
use crate::syntax::{Definition, DefinitionKind, Language, Parsed};

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
            "todo-body"
        } else {
            "unfinished-body"
        };
        let message = format!(
            "`{}` is new, and all that it does is `{says}`",
            definition.name
        );
        report(
            file,
            Side::Head,
            rule,
            parsed.place_of(name_place(parsed, definition, body)),
            message,
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
    match parsed.language {
        Language::Rust => {
            let text: String = parsed
                .slice(body)
                .trim_matches(['{', '}'])
                .trim()
                .trim_end_matches(';')
                .to_owned();
            let whole = (text.starts_with("todo!(") || text.starts_with("unimplemented!("))
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
        Language::Python => python(parsed, definition, body),
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
    (raises && !answers).then_some(text)
}
