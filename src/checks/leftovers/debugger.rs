//! Calls that stop in a debugger or show the way of the program, and what prints for the time of the work.
//!
//! Does not catch: a debugger that is reached through an object that holds it.

use super::{Context, report, rules};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::{Call, DefinitionKind, Parsed, folders_of_tests, shape};

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) {
    let output = parsed.language.debug_output(parsed);
    let of_tests = !output.is_empty()
        && (context.policy.is_test_path(file.path_on(side))
            || folders_of_tests::is_test_module(context.change, context.trees, file.path_on(side)));
    for (node, name) in output {
        let place = parsed.place(node);
        let mut around = parsed.facts().around(place.line);
        let in_test = of_tests || around.any(|definition| definition.in_test);
        let message = match in_test {
            true => format!("`{name}` prints to stderr in a test"),
            false => format!("`{name}` prints to stderr in what is shipped"),
        };
        let known = found.len();
        report(file, side, rules::DBG_MACRO, place, message, found);
        if in_test {
            for finding in found.iter_mut().skip(known) {
                finding.level = Level::Note;
            }
        }
    }
    for node in parsed.language.debugger_statements(parsed) {
        let message = format!("`{}` stops the program in a debugger", parsed.text(node));
        let place = parsed.place(node);
        report(file, side, rules::DEBUGGER_CALL, place, message, found);
    }
    let profile = parsed.language.profile();
    let facts = parsed.facts();
    for call in &facts.calls {
        let row = call.line.saturating_sub(1);
        let knows = !profile.debuggers.is_empty() || !profile.tracers.is_empty();
        if !knows || !file.touches(side, row..row + 1) {
            continue;
        }
        let callee = parsed.slice(&call.callee);
        let full = resolved(parsed, callee);
        let goes_on = profile.tracers.contains(&full);
        let mut definitions = facts.definitions.iter();
        if !goes_on && !profile.debuggers.contains(&full)
            || definitions.any(|definition| definition.name == callee)
            || on_request(parsed, call)
        {
            continue;
        }
        let what = match goes_on {
            false => "stops the program in a debugger",
            true => "shows what the program does, and is for the time of the work",
        };
        let place = parsed.place_of(call.bytes.clone());
        let rule = rules::DEBUGGER_CALL;
        let message = format!("`{callee}()` {what}");
        let mut finding = rule.finding(side, file.path_on(side), place, message);
        if goes_on {
            finding.level = Level::Escalate;
        }
        found.push(finding);
    }
}

/// A callee under the name that its module gives it: through aliases, and through a call that imports.
fn resolved(parsed: &Parsed, callee: &str) -> String {
    let import = parsed.language.profile().import_call.as_deref();
    if let Some(rest) = import.and_then(|import| callee.strip_prefix(import)?.strip_prefix('(')) {
        let (module, rest) = rest.split_once(')').unwrap_or((rest, ""));
        return format!("{}{rest}", module.trim_matches(['"', '\'']));
    }
    let (first, rest) = callee.split_once('.').unwrap_or((callee, ""));
    let known = parsed.facts().imports.iter().find(|import| {
        let bound = import.alias.as_deref().or(import.name.as_deref());
        bound.unwrap_or(&import.module) == first
    });
    let full = match known {
        Some(import) => match &import.name {
            Some(name) => format!("{}.{name}", import.module),
            None => import.module.clone(),
        },
        None => first.to_owned(),
    };
    let full = match rest.is_empty() {
        true => full,
        false => format!("{full}.{rest}"),
    };
    // `pdb.Pdb().set_trace()` is told where the debugger is made.
    full.trim_end_matches("()").to_owned()
}

/// Whether the program offers the debugger: the call stands under a condition, or in a function, that
/// speaks of debugging.
fn on_request(parsed: &Parsed, call: &Call) -> bool {
    let Some(node) = parsed.node(&call.bytes) else {
        return false;
    };
    let speaks = |text: &str| {
        let text = text.to_lowercase();
        [
            "pdb",
            "debug",
            "interactive",
            "shell",
            "repl",
            "console",
            "embed",
            "post_mortem",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    let mut around = parsed.facts().with_parents(call.inside);
    around.any(|definition| {
        let named = matches!(
            definition.kind,
            DefinitionKind::Function | DefinitionKind::Type
        );
        named && speaks(&definition.name)
    }) || shape::conditions(parsed, node).any(speaks)
}
