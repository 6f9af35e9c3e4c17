//! Runs the examples that a rule brings with it: in a `[[bad]]` one the rule must fire, in a
//! `[[good]]` one it must not. `draftgate rules test` and the tests of the checks stand on it.
//!
//! An example is judged as a change in memory by the whole pipeline, with the built-in policy and the
//! rule's check alone, so that what fires here fires in a real change too.
//!
//! Does not catch: what a rule says about commits (an example has none), and what it says at a place
//! that no example shows.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::change::memory::{self, Files};
use crate::change::{Change, Commit, Person};
use crate::checks::Check;
use crate::finding::judgement::{Judgement, Outcome, PolicySource};
use crate::finding::once::is_of;
use crate::inputs::{HandedIn, Inputs, Registered, Source};
use crate::plan::Selection;
use crate::policy::{Policy, PolicyFile, Sources, Vulnerabilities};
use crate::rule::{Example, Rule};
use crate::run::{Silent, judge};
use crate::secrets::sample;

/// The day of base in an example that says what registries hold, in seconds since the epoch.
const NEW_YEAR_2026: i64 = 1_767_225_600;

/// Which list of a rule file an example stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `[[bad]]`: the rule must fire.
    Fires,
    /// `[[good]]`: it must not.
    Silent,
}

impl Expected {
    /// The name of the list.
    pub fn list(self) -> &'static str {
        match self {
            Expected::Fires => "bad",
            Expected::Silent => "good",
        }
    }
}

/// An example that did not come out as its rule file says.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Which list.
    pub expected: Expected,
    /// 1-based number in the list.
    pub number: usize,
    /// The example.
    pub example: &'a Example,
    /// What happened.
    pub why: String,
}

impl std::fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rule, list) = (&self.rule.id, self.expected.list());
        write!(f, "{rule}, [[{list}]] number {}: {}", self.number, self.why)
    }
}

/// Runs all examples of a rule and gives those that failed. A rule without a bad example has nothing
/// that shows it can fire: that is for the caller to say.
///
/// `own` is the text of the file that brings the rule, where that is a repository's own: the base of each
/// example then holds it, as the base of a change does.
pub fn failures<'a>(
    checks: &[Box<dyn Check>],
    rule: &'a Rule,
    own: Option<&str>,
) -> Vec<Failure<'a>> {
    let listed = |expected, examples: &'a [Example]| {
        examples
            .iter()
            .enumerate()
            .filter_map(move |(at, example)| {
                try_example(checks, rule, example, expected, own)
                    .err()
                    .map(|error| Failure {
                        rule,
                        expected,
                        number: at + 1,
                        example,
                        why: format!("{error:#}"),
                    })
            })
    };
    let mut failed: Vec<_> = listed(Expected::Fires, &rule.bad).collect();
    failed.extend(listed(Expected::Silent, &rule.good));
    failed
}

/// The sides of an example as files.
///
/// # Errors
/// Where it names no path, names one in two ways, or a file of it has no text on either side.
pub fn sides(example: &Example) -> Result<(Files, Files)> {
    let mut listed: Vec<(&str, Option<&String>, Option<&String>)> = example
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.base.as_ref(), file.head.as_ref()))
        .collect();
    match &example.path {
        Some(_) if !listed.is_empty() => bail!("it has both `path` and `files`: keep one"),
        Some(path) => listed.push((path, example.base.as_ref(), example.head.as_ref())),
        None if example.base.is_some() || example.head.is_some() => {
            bail!("it has text but no `path`")
        }
        None if listed.is_empty() => bail!("it has neither `path` nor `files`"),
        None => {}
    }
    let (mut base, mut head) = (Files::new(), Files::new());
    let mut seen = BTreeSet::new();
    for (path, old, new) in listed {
        if !seen.insert(path) {
            bail!("{path} stands in it twice");
        }
        if old.is_none() && new.is_none() {
            bail!("{path} has neither `base` nor `head`");
        }
        for (side, text) in [(&mut base, old), (&mut head, new)] {
            if let Some(text) = text {
                side.insert(path.to_owned(), sample::expand(text).into_bytes());
            }
        }
    }
    Ok((base, head))
}

/// The commit that makes the change of an example, where it has a message.
fn committed(example: &Example, change: &Change) -> Option<Commit> {
    let person = Person {
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
    };
    Some(Commit {
        id: "1".repeat(40),
        parents: Vec::new(),
        tree: change.head.tree.clone()?,
        author: person.clone(),
        committer: person,
        time: 0,
        message: example.message.clone()?,
    })
}

/// The policy of an example: its own, or base's file.
fn policy(example: &Example, change: &Change) -> Result<Policy> {
    let Some(text) = &example.policy else {
        return Ok(Policy::of(change)?);
    };
    let file = PolicyFile {
        name: crate::policy::FILE,
        bytes: text.as_bytes(),
        source: PolicySource::Base,
    };
    Ok(Policy::load(Sources {
        policy: Some(file),
        ..Sources::default()
    })?)
}

/// Judges an example of a rule by the rule's check; `own` as in [`failures`].
///
/// # Errors
/// Where the rule is of no check, or the example no change.
pub fn judged(
    checks: &[Box<dyn Check>],
    rule: &Rule,
    example: &Example,
    own: Option<&str>,
) -> Result<Judgement> {
    if !checks.iter().any(|check| check.name() == rule.check) {
        bail!("no check is called {}", rule.check);
    }
    let (mut base, mut head) = sides(example)?;
    if base == head {
        bail!("base and head are equal: there is no change to judge");
    }
    if let Some(text) = own {
        let path = format!("{}/{}.toml", Vulnerabilities::default().rules_dir, rule.id);
        for side in [&mut base, &mut head] {
            side.insert(path.clone(), text.as_bytes().to_vec());
        }
    }
    let mut change = memory::change(base, head)?;
    change.commits.extend(committed(example, &change));
    let reports = |text: &Option<String>| text.iter().cloned().map(Source::Text).collect();
    let inputs = Inputs {
        coverage: HandedIn {
            head: reports(&example.reports.head),
            base: reports(&example.reports.base),
        },
        registries: example.registered.clone().map(|names| Registered {
            names,
            now: NEW_YEAR_2026,
        }),
        installed: example.installed.clone(),
        outcomes: example.outcomes.clone(),
        prove: false,
    };
    let only = Selection {
        only: vec![rule.check.to_string()],
        skip: Vec::new(),
    };
    let policy = policy(example, &change)?;
    let (judged, _) = judge(&change, &policy, &inputs, checks, &only, 1, &Silent);
    Ok(judged)
}

fn try_example(
    checks: &[Box<dyn Check>],
    rule: &Rule,
    example: &Example,
    expected: Expected,
    own: Option<&str>,
) -> Result<()> {
    let judged = judged(checks, rule, example, own)?;
    let fired = judged
        .findings
        .iter()
        .find(|finding| is_of(finding, &rule.id));
    match (expected, fired) {
        (Expected::Fires, Some(_)) => Ok(()),
        (Expected::Fires, None) => bail!("the rule did not fire{}", instead(&judged, rule)),
        (Expected::Silent, Some(finding)) => bail!(
            "the rule fired at {}:{}:{}: {}",
            finding.path,
            finding.line,
            finding.column,
            finding.message
        ),
        (Expected::Silent, None) => match unlooked(&judged, rule) {
            Some(why) => bail!("nobody looked at it: {why}"),
            None => Ok(()),
        },
    }
}

/// What came out in place of the finding, as the end of a sentence.
fn instead(judged: &Judgement, rule: &Rule) -> String {
    if let Some(why) = unlooked(judged, rule) {
        return format!("; {why}");
    }
    let others: BTreeSet<&str> = judged
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    if others.is_empty() {
        return String::new();
    }
    let others: Vec<&str> = others.into_iter().collect();
    format!("; {} did", others.join(", "))
}

/// Why the rule's check could look at no file of the example. That it had nothing to look at (the file
/// is deleted, or of another language) is a fair near miss, and no reason here.
fn unlooked(judged: &Judgement, rule: &Rule) -> Option<String> {
    let check = judged
        .checks
        .iter()
        .find(|check| check.name == rule.check)?;
    if check.outcome != Outcome::Ran {
        return Some(format!("{}: {}", check.name, check.why));
    }
    let mut entries = judged
        .ledger
        .iter()
        .filter(|entry| entry.check == rule.check)
        .peekable();
    let first = entries.peek().copied()?;
    entries
        .all(|entry| matches!(entry.outcome, Outcome::Broken | Outcome::OutOfReach))
        .then(|| format!("{}: {}", first.path, first.why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{File, Side};
    use crate::checks::{Applicability, CheckResult, Context, head_text};
    use crate::finding::Place;

    /// Says the rule `word` on every head that holds "word"; cannot see `.bin`, breaks on `.boom`.
    struct Words(Rule);

    impl Check for Words {
        fn name(&self) -> &'static str {
            "words"
        }
        fn question(&self) -> &'static str {
            "Does it hold the word?"
        }
        fn areas(&self) -> &'static [&'static str] {
            &[]
        }
        fn applicability(&self, file: &File) -> Applicability {
            if file.path.ends_with(".bin") {
                return Applicability::OutOfReach("binary".to_owned());
            }
            head_text(file)
        }
        fn run(&self, context: &Context<'_>) -> CheckResult {
            let mut result = CheckResult::default();
            for file in &context.files {
                if file.path.ends_with(".boom") {
                    return CheckResult::broken("boom");
                }
                if file.text(Side::Head).is_some_and(|t| t.contains("word")) {
                    let found = self
                        .0
                        .finding(Side::Head, &file.path, Place::FILE, "a word");
                    result.head.push(found);
                }
            }
            result
        }
    }

    fn outcomes(examples: &str) -> Vec<String> {
        let head = r#"
            schema = 1
            id = "word"
            check = "words"
            level = "note"
            severity = "low"
            confidence = "low"
            summary = "A word"
            why = "why"
            fix = "fix"
        "#;
        let rule = crate::rule::parse(&format!("{head}\n{examples}"))
            .unwrap()
            .remove(0);
        let checks: Vec<Box<dyn Check>> = vec![Box::new(Words(rule.clone()))];
        failures(&checks, &rule, None)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn examples_that_hold_are_silent() {
        let held = outcomes(
            r#"
            bad = [{ path = "a.txt", head = "a word" }, { files = [{ path = "b.txt", head = "word" }] }]
            good = [{ path = "a.txt", head = "none" }, { path = "a.txt", base = "word" }]
            "#,
        );
        assert_eq!(held, Vec::<String>::new());
    }

    #[test]
    fn an_example_that_does_not_hold_is_named_with_what_happened() {
        let failed = outcomes(
            r#"
            bad = [{ path = "a.txt", head = "word" }, { path = "a.txt", head = "none" }]
            good = [{ path = "b.txt", head = "word" }]
            "#,
        );
        assert_eq!(
            failed,
            [
                "word, [[bad]] number 2: the rule did not fire",
                "word, [[good]] number 1: the rule fired at b.txt:1:1: a word",
            ]
        );
    }

    #[test]
    fn a_near_miss_that_nobody_could_look_at_proves_nothing() {
        let failed =
            outcomes(r#"good = [{ path = "a.bin", head = "x" }, { path = "a.boom", head = "x" }]"#);
        assert_eq!(
            failed,
            [
                "word, [[good]] number 1: nobody looked at it: a.bin: binary",
                "word, [[good]] number 2: nobody looked at it: words: boom",
            ]
        );
    }

    #[test]
    fn an_example_that_is_no_change_is_refused() {
        for (example, why) in [
            (r#"{ head = "word" }"#, "no `path`"),
            (r#"{ }"#, "neither `path` nor `files`"),
            (r#"{ path = "a" }"#, "neither `base` nor `head`"),
            (r#"{ path = "a", head = "x", base = "x" }"#, "are equal"),
            (
                r#"{ path = "a", files = [{ path = "b", head = "x" }] }"#,
                "both",
            ),
            (
                r#"{ files = [{ path = "b", head = "x" }, { path = "b", head = "y" }] }"#,
                "twice",
            ),
        ] {
            let failed = outcomes(&format!("bad = [{example}]"));
            assert_eq!(failed.len(), 1, "{example}");
            assert!(failed[0].contains(why), "{example}: {}", failed[0]);
        }
    }
}
