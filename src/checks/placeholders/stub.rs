//! Functions whose body was real at base and is a stub at head; and new ones that hold a comment about
//! the work in place of the work.
//!
//! Does not catch: a function that was renamed on the way; a stub that builds a made-up value; one that gave a constant
//! before.

use std::collections::BTreeMap;

use super::{Context, File, Finding, Side, parsed, rules};
use crate::finding::Level;
use crate::language::body::{Body, BodyKind, given, is_constant, statements};
use crate::language::{self, Definition, DefinitionKind, Parsed};

pub(super) fn check_file(context: &Context<'_>, file: &File, found: &mut Vec<Finding>) {
    let Some(language) = language::of(&file.path) else {
        return;
    };
    let Some(read) = language
        .bodies()
        .filter(|_| !language.profile().is_declared(&file.path))
    else {
        return;
    };
    let Some(head) = parsed(context, file, Side::Head) else {
        return;
    };
    let base = file
        .base
        .as_ref()
        .and_then(|_| parsed(context, file, Side::Base));
    let before = base.as_deref().map(functions).unwrap_or_default();
    let test = context.policy.is_test_path(&file.path);
    for (name, after) in functions(&head) {
        // Two definitions of one name: an overload, or one for each platform.
        let Some(definition) = after.first().copied() else {
            continue;
        };
        let lines = definition.first_line.saturating_sub(1)..definition.last_line;
        if !file.touches(Side::Head, lines) {
            continue;
        }
        let is_real = |parsed: &Parsed, one| read(parsed, one).kind == BodyKind::Real;
        let body = read(&head, definition);
        if body.may_be_emptied {
            continue;
        }
        let old = base.as_deref().zip(before.get(name));
        if after.iter().any(|one| is_real(&head, one)) {
            if let (Some((base, [was])), [now]) = (
                old.map(|(base, all)| (base, all.as_slice())),
                after.as_slice(),
            ) && !test
            {
                found.extend(made_up(file, (base, *was), (&head, *now)));
            }
            continue;
        }
        let did_work = |base, one| is_real(base, one) && !is_constant(base, one);
        if old.is_some_and(|(base, old)| old.iter().all(|one| did_work(base, one))) {
            found.push(emptied(file, &head, definition, &body));
        } else if old.is_none() && !test && !definition.in_test {
            found.extend(announced(file, &head, definition));
        }
    }
}

/// The functions of a file that have bodies, by qualified name.
fn functions(parsed: &Parsed) -> BTreeMap<&str, Vec<&Definition>> {
    let mut functions: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    for definition in &parsed.facts().definitions {
        if definition.kind == DefinitionKind::Function && definition.body.is_some() {
            let name = definition.qualified.as_str();
            functions.entry(name).or_default().push(definition);
        }
    }
    functions
}

/// Words of a comment that says that the work is still to be done.
const OWED: [&str; 8] = [
    "todo",
    "fixme",
    "placeholder",
    "implement",
    "stub",
    "later",
    "for now",
    "real",
];

/// A function that worked on what it was given, and gives one constant now whatever that is.
fn made_up(
    file: &File,
    (base, was): (&Parsed, &Definition),
    (head, now): (&Parsed, &Definition),
) -> Option<Finding> {
    let constant = given(head, now)?;
    let facts = head.facts();
    let above = now.parent.and_then(|at| facts.definitions.get(at));
    let is_free = above.is_none_or(|above| above.bases.is_empty());
    let took = statements(base, was);
    let calls = base.facts().calls_in(&was.bytes).len();
    // What only failed has nothing to lose.
    let body = was.body.as_ref().and_then(|body| base.node(body));
    let failed = took == 1
        && body.is_some_and(|body| {
            let says = base.text(body).trim_start_matches(['{', ' ', '\n']);
            let failing = &base.language.profile().failing_statements;
            says.starts_with("Err(") || failing.iter().any(|word| says.starts_with(word.as_str()))
        });
    let worked = took + calls > 2 && !failed;
    let is_left = now.in_test || is_constant(base, was) || !worked;
    if is_left || constant.is_truth && took < 3 {
        return None;
    }
    let message = format!(
        "`{}` had a body before this change and now gives `{}`, whatever it is asked",
        now.qualified, constant.text
    );
    let place = head.place_of(now.name_bytes());
    let mut finding = rules::STUB_BODY.finding(Side::Head, &file.path, place, message);
    // To give nothing may be what is left of a feature.
    let is_nothing = ["None", "Ok(())", "Ok(None)", "nil", "()"].contains(&constant.text.as_str());
    let sure = is_free && constant.is_empty && !is_nothing;
    finding.level = if sure { Level::Block } else { Level::Escalate };
    Some(finding)
}

fn emptied(file: &File, head: &Parsed, definition: &Definition, body: &Body) -> Finding {
    let definitions = &head.facts().definitions;
    let class = definition.parent.and_then(|at| definitions.get(at));
    let mut comments = head.facts().comments_in(&definition.bytes).iter();
    let owes = comments.any(|comment| {
        let text = head.slice(&comment.bytes).to_lowercase();
        OWED.iter().take(2).any(|word| text.contains(word))
    });
    // What a class leaves unwritten, another one may write.
    let sure = (body.kind != BodyKind::Empty || owes)
        && class.is_none_or(|class| class.kind != DefinitionKind::Type);
    let now = match body.kind {
        BodyKind::Todo | BodyKind::Unwritten | BodyKind::Open => "says that it is not implemented",
        BodyKind::Empty | BodyKind::Real => "does nothing",
    };
    let message = format!(
        "`{}` had a body before this change and now {now}",
        definition.qualified
    );
    let place = head.place_of(definition.name_bytes());
    let mut finding = rules::STUB_BODY.finding(Side::Head, &file.path, place, message);
    finding.level = if sure { Level::Block } else { Level::Escalate };
    finding
}

/// A new function whose body is a comment and a stub.
fn announced(file: &File, head: &Parsed, definition: &Definition) -> Option<Finding> {
    /// Words of a comment that says why nothing is to be done.
    const MEANT: [&str; 12] = [
        "cannot",
        "can't",
        "can not",
        "not possible",
        "not supported",
        "unsupported",
        "no-op",
        "noop",
        "intentional",
        "on purpose",
        "nothing to",
        "not needed",
    ];
    let mut comments = head.facts().comments_in(&definition.bytes).iter();
    let comment = comments.find(|comment| {
        comment.line > definition.name_line && comment.line <= definition.last_line
    })?;
    let text = head.slice(&comment.bytes).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let before = head.slice(&(definition.bytes.start..comment.bytes.start));
    let code = before.rsplit('\n').next().unwrap_or_default();
    // Beside an answer stands why it is the answer.
    if says(&MEANT) || code.trim().starts_with("return ") && !says(&OWED) {
        return None;
    }
    let message = format!(
        "The new `{}` holds a comment and no code",
        definition.qualified
    );
    let place = head.place_of(definition.name_bytes());
    Some(rules::COMMENT_FOR_CODE.finding(Side::Head, &file.path, place, message))
}
