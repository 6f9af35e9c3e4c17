//! New functions whose whole body says that it is not written yet, and calls that say so of a part of one.
//!
//! Does not catch: a body that does something and then gives up in another way, and a constant in place of an
//! answer.

use std::collections::BTreeSet;

use super::report;
use super::rules;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::body::{Body, BodyKind};
use crate::language::conventions::is_aside;
use crate::language::{Definition, DefinitionKind, Parsed};

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) {
    let profile = parsed.language.profile();
    if is_aside(&file.path)
        || context.policy.is_test_path(&file.path)
        || profile.is_declared(&file.path)
    {
        return;
    }
    let Some(read) = parsed.language.bodies() else {
        return;
    };
    let before = super::tree(context, file, Side::Base);
    let before = before.iter().flat_map(|before| &before.facts().definitions);
    let before: BTreeSet<&str> = before.map(|old| old.qualified.as_str()).collect();
    let facts = parsed.facts();
    let mut bodies = Vec::new();
    for definition in &facts.definitions {
        let Some(bytes) = &definition.body else {
            continue;
        };
        if definition.kind != DefinitionKind::Function
            || definition.in_test
            || before.contains(definition.qualified.as_str())
        {
            continue;
        }
        let body = read(parsed, definition);
        if body.may_be_new || !is_unfinished(parsed, definition, &body) {
            continue;
        }
        let rule = match body.kind {
            BodyKind::Todo => rules::TODO_BODY,
            _ => rules::UNFINISHED_BODY,
        };
        let message = format!(
            "`{}` is new, and all that it does is `{}`",
            definition.name, body.says
        );
        bodies.push(bytes);
        let place = parsed.place_of(definition.name_bytes());
        report(file, Side::Head, rule, place, message, found);
    }
    for call in &facts.calls {
        let inside = call.inside.and_then(|at| facts.definitions.get(at));
        let reported = bodies.iter().any(|body| body.contains(&call.bytes.start));
        let in_test = inside.is_none_or(|definition| definition.in_test);
        let name = call.among(parsed.slice(&call.name), &profile.unwritten_calls);
        let Some(name) = name.filter(|_| !reported && !in_test) else {
            continue;
        };
        let message =
            format!("a part of the body is `{name}`: it panics where the program comes by");
        let place = parsed.place_of(call.bytes.clone());
        report(
            file,
            Side::Head,
            rules::UNFINISHED_BODY,
            place,
            message,
            found,
        );
    }
}

fn is_unfinished(parsed: &Parsed, definition: &Definition, body: &Body) -> bool {
    let promises = || {
        let mut comments = parsed.facts().comments_in(&definition.bytes).iter();
        comments.any(|comment| {
            let text = parsed.slice(&comment.bytes).to_lowercase();
            [
                "todo",
                "fixme",
                "not implemented",
                "implement this",
                "implement me",
            ]
            .iter()
            .any(|words| text.contains(words))
        })
    };
    match body.kind {
        BodyKind::Todo | BodyKind::Unwritten => true,
        BodyKind::Open => {
            let at_top = definition.parent.is_none()
                && definition.marks.is_empty()
                && parsed.place_of(definition.bytes.clone()).column == 1;
            at_top || promises()
        }
        BodyKind::Empty => !body.says.is_empty() && promises(),
        BodyKind::Real => false,
    }
}
