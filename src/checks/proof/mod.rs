//! `proof`: do base's tests pass on the new code, do the new tests fail on the old, and does a test that passed fail now?
//!
//! Static reading says what looks weakened; running shows it. Four trees are run with the test command of base's policy,
//! each in a private copy: head (`head`), base's tests on head's code (`old`), and where there is a question, base and
//! head's tests on base's code. What decides a block is run again, in another order too.
//!
//! This runs code of the change, and only where base's policy names a command or the user asks with `--prove`.
//!
//! Does not catch: code that behaves otherwise when it is run by this check; what no test of either side asks.

mod fresh;
mod masked;
mod mutants;
mod runs;
mod session;
mod sides;
mod together;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::test_quality::kin;
use super::{Applicability, Check, CheckResult, Context};
use crate::change::{Blob, File, Side};
use crate::inputs::Inputs;
use crate::language;
use crate::policy::Policy;
use crate::process;
use crate::suite::{Which, usual_command};
use runs::{Handed, Real, Run, Runs};
use session::Session;
use sides::Mixed;
pub use together::{convict, refute};

/// The check.
pub(super) struct Proof;

impl Check for Proof {
    fn name(&self) -> &'static str {
        "proof"
    }

    fn question(&self) -> &'static str {
        "Do base's tests pass on the new code, and does a test that passed fail now?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["proof"]
    }

    fn is_asked_for(&self, inputs: &Inputs, policy: &Policy) -> bool {
        inputs.prove || !policy.checks().proof.command.is_empty() && !policy.requires_by_name
    }

    fn applicability(&self, file: &File) -> Applicability {
        let concerns = [Side::Base, Side::Head]
            .into_iter()
            .any(|side| file.blob(side).is_some() && sides::concerns(file.path_on(side)));
        match concerns {
            true => Applicability::Sees,
            false => Applicability::NotApplicable("no code and no test".to_owned()),
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        let mut output = String::new();
        let mut result = match examine(context, &mut output) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(format!("{error:#}")),
        };
        result.output = output;
        result
    }
}

fn examine(context: &Context<'_>, output: &mut String) -> Result<CheckResult> {
    if let Some(outcomes) = &context.inputs.outcomes {
        return judged(context, &Handed(outcomes), CheckResult::default());
    }
    let configured = &context.policy.checks().proof.command;
    let command = match (configured.is_empty(), context.inputs.prove) {
        (false, _) => configured.clone(),
        (true, true) => usual(context)?,
        (true, false) => {
            return Ok(CheckResult {
                idle: context.files.is_empty(),
                ..CheckResult::not_applicable(
                    "nothing was run: set `command` (the tests) under [checks.proof] in draftgate.toml, or pass \
                     `--prove`; it runs code of the change",
                )
            });
        }
    };
    if context.files.is_empty() {
        return Ok(CheckResult::idle("the change touches no code and no test"));
    }
    let session = Session::begin(context, &command)?;
    let mixed = Mixed::of(context, &session.runner.adapter);
    let mut result = CheckResult::default();
    for why in &mixed.apart {
        result.remarks.push(format!("proof: not run apart: {why}"));
    }
    let real = Real {
        context,
        session,
        mixed,
    };
    let judged = judged(context, &real, result);
    output.push_str(&real.session.output());
    let mut result = judged?;
    result.remarks.insert(
        0,
        format!(
            "proof: `{}` was run, code of the change with it ({})",
            crate::text::visible(&command.join(" ")),
            real.session.shown()
        ),
    );
    if let Some(what) = process::confine::missing() {
        let why = format!("proof: this system does not run tests {what}");
        result.remarks.push(why);
    }
    Ok(result)
}

/// The command that base's files suggest.
fn usual(context: &Context<'_>) -> Result<Vec<String>> {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for path in context.change.paths(Side::Base)? {
        if let Some(language) = language::of(path) {
            *files.entry(language.name()).or_default() += 1;
        }
    }
    let manifest = context.change.read(Side::Base, "package.json")?;
    let manifest = manifest.as_ref().and_then(Blob::text).unwrap_or_default();
    let Some(command) = usual_command(|name| files.get(name).copied().unwrap_or(0), manifest)
    else {
        bail!(
            "base has no file of a language whose tests are run: set `command` under [checks.proof]"
        );
    };
    Ok(command.iter().map(|word| (*word).to_owned()).collect())
}

/// What the runs say of the change.
fn judged(context: &Context<'_>, runs: &dyn Runs, mut result: CheckResult) -> Result<CheckResult> {
    let kin = kin(context)?;
    let candidates = match context.policy.checks().proof.mutants && runs.can_edit() {
        true => mutants::of_change(context),
        false => Vec::new(),
    };
    let born: BTreeSet<String> = kin.born.iter().map(|named| named.run.clone()).collect();
    let new_tests = Which {
        functions: Some(born.clone()),
        ..Which::default()
    };
    let mut asked = vec![
        (Run::Head, Which::default()),
        (Run::OldTests, Which::default()),
        (Run::NewTests, new_tests),
    ];
    if born.is_empty() {
        asked.pop();
    }
    let trials = mutants::trials(&candidates, &kin);
    let mut answers = runs.run_all(&asked, &trials).into_iter();
    let mut answer = || answers.next().flatten();
    let head = match answer() {
        Some(Ok(results)) => results,
        Some(Err(failure)) => bail!("head's tests were not run: {}", failure.told("proof")),
        None => bail!("head's tests were not run"),
    };
    if head.tests.is_empty() && head.uncollected.is_empty() {
        bail!("head's tests were not run: the command finds no test");
    }
    result.remarks.push(format!("proof: at head {head}"));
    let old = match answer() {
        Some(Ok(results)) => {
            let said = format!("proof: base's tests on the new code: {results}");
            result.remarks.push(said);
            Some(results)
        }
        Some(Err(failure)) if failure.state.is_misfit() => {
            let said = format!(
                "proof: nothing is known of base's tests on the new code, as they do not fit it ({})",
                failure.reason()
            );
            result.remarks.push(said);
            None
        }
        Some(Err(failure)) => bail!(
            "base's tests were not run on the new code: {}",
            failure.told("proof")
        ),
        None => None,
    };
    let all = told::All::new(context, runs, &kin, &head, old.as_ref());
    all.fails_now(&mut result)?;
    masked::judge(&all, &mut result)?;
    fresh::judge(&all, answer(), &mut result)?;
    mutants::judge(&all, &candidates, &mut result);
    result.refuted = all.refuted();
    Ok(result)
}
