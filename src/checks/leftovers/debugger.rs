//! Calls that stop in a debugger, and `dbg!`.
//!
//! Does not catch: a debugger that is reached through an object that holds it.

use anyhow::Result;

use super::report;
use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::{Known, Parsed};
use crate::syntax::walk::{Walk, parents};

/// Calls that hand over to a debugger.
const STOPS: &[&str] = &[
    "breakpoint",
    "pdb.set_trace",
    "ipdb.set_trace",
    "pudb.set_trace",
    "wdb.set_trace",
    "web_pdb.set_trace",
    "rpdb.set_trace",
    "remote_pdb.set_trace",
    "epdb.set_trace",
    "celery.contrib.rdb.set_trace",
    "rdb.set_trace",
    "debugpy.breakpoint",
    "debugpy.wait_for_client",
    "ptvsd.break_into_debugger",
    "pydevd.settrace",
    "IPython.embed",
    "code.interact",
    "sys.breakpointhook",
    "snoop.snoop",
    "icecream.ic",
    "pdb.Pdb",
    "pdb.run",
    "pdb.runcall",
    "pdb.runeval",
    "pdb.post_mortem",
    "pdb.pm",
    "ipdb.sset_trace",
    "ipdb.post_mortem",
    "ipdb.runcall",
    "pudb.runcall",
    "pudb.post_mortem",
    "IPython.core.debugger.set_trace",
    "IPython.start_ipython",
    "sys.settrace",
    "traceback.print_stack",
];

/// Those that do not stop the program: a human is asked.
const GOES_ON: &[&str] = &["icecream.ic", "sys.settrace", "traceback.print_stack"];

pub(super) fn look(
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    match parsed.language.known() {
        Known::Python => python(file, side, parsed, found),
        Known::Rust => rust(file, side, parsed, found),
        Known::Other => Ok(()),
    }
}

fn python(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) -> Result<()> {
    let facts = parsed.facts();
    for call in &facts.calls {
        let callee = parsed.slice(&call.callee);
        let full = resolved(parsed, callee);
        if !STOPS.contains(&full.as_str()) {
            continue;
        }
        let own = facts
            .definitions
            .iter()
            .any(|definition| definition.name == callee)
            || facts
                .imports
                .iter()
                .any(|import| import.name.as_deref() == Some(callee) && callee == "breakpoint");
        if own || on_request(parsed, &call.bytes) {
            continue;
        }
        let stops = !GOES_ON.contains(&full.as_str());
        let message = match stops {
            true => format!("`{callee}()` stops the program in a debugger"),
            false => {
                format!("`{callee}()` shows what the program does, and is for the time of the work")
            }
        };
        let told = found.len();
        report(
            file,
            side,
            rules::DEBUGGER_CALL,
            parsed.place_of(call.bytes.clone()),
            message,
            found,
        )?;
        for finding in found.iter_mut().skip(told).filter(|_| !stops) {
            finding.level = Level::Escalate;
        }
    }
    Ok(())
}

/// A callee under the name that its module gives it: through aliases, and through `__import__("..")`.
fn resolved(parsed: &Parsed, callee: &str) -> String {
    if let Some(rest) = callee.strip_prefix("__import__(") {
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
fn on_request(parsed: &Parsed, bytes: &std::ops::Range<usize>) -> bool {
    let Some(node) = parsed.node(bytes) else {
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
    parents(node, parsed.root()).any(|parent| match parent.kind() {
        "if_statement" | "elif_clause" => parent
            .child_by_field_name("condition")
            .is_some_and(|c| speaks(parsed.text(c))),
        "function_definition" | "class_definition" => parent
            .child_by_field_name("name")
            .is_some_and(|n| speaks(parsed.text(n))),
        _ => false,
    })
}

/// `dbg!` is looked for among tokens too: it stands inside other macro calls as often as outside.
fn rust(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) -> Result<()> {
    if !parsed.source.contains("dbg!") {
        return Ok(());
    }
    let mut walk = Walk::new(parsed.root());
    while let Some(node) = walk.next() {
        if node.kind() == "macro_definition" {
            walk.skip_children();
            continue;
        }
        if node.kind() != "identifier" || parsed.text(node) != "dbg" {
            continue;
        }
        let called = parsed
            .source
            .get(node.end_byte()..)
            .is_some_and(|rest| rest.starts_with('!'));
        if called {
            report(
                file,
                side,
                rules::DBG_MACRO,
                parsed.place(node),
                "`dbg!` prints to stderr in what is shipped".to_owned(),
                found,
            )?;
        }
    }
    Ok(())
}
