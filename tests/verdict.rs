//! The verdict is pure and monotone: nothing that is added to what was found makes it better.

use draftgate::checks::entry;
use draftgate::finding::judgement::{CheckOutcome, LedgerEntry, Outcome, Unread};
use draftgate::finding::{Finding, Level, Waived};
use draftgate::verdict::{Decision, Verdict, decide};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Run {
    findings: Vec<Finding>,
    checks: Vec<CheckOutcome>,
    ledger: Vec<LedgerEntry>,
    obstacle: Option<String>,
}

impl Run {
    fn decide(&self) -> Decision {
        decide(
            &self.findings,
            &self.checks,
            &self.ledger,
            self.obstacle.as_deref(),
        )
    }

    fn verdict(&self) -> Verdict {
        self.decide().verdict
    }
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![Level::Note, Level::Escalate, Level::Block])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        Outcome::Ran,
        Outcome::NotApplicable,
        Outcome::OutOfReach,
        Outcome::Broken,
    ])
}

fn waiver() -> Waived {
    Waived {
        reason: "why not".into(),
        approved_by: "ada".into(),
        until: None,
    }
}

fn finding() -> impl Strategy<Value = Finding> {
    (level(), any::<bool>()).prop_map(|(level, waived)| {
        let mut finding = crate::report::finding(level, "rule", "a.py", (1, 1), (1, 2), "m");
        finding.waiver = waived.then(waiver);
        finding
    })
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["lint", "types", "tests"]).prop_map(str::to_owned)
}

fn check() -> impl Strategy<Value = CheckOutcome> {
    (name(), any::<bool>(), outcome()).prop_map(|(name, required, outcome)| CheckOutcome {
        name,
        required,
        outcome,
        why: "why".into(),
        files: 0,
        idle: false,
    })
}

fn ledger_entry() -> impl Strategy<Value = LedgerEntry> {
    let path = prop::sample::select(vec!["a.py", "b.py", "c.py"]);
    (name(), path, outcome(), prop::option::of(any::<bool>())).prop_map(
        |(name, path, outcome, unread)| LedgerEntry {
            unread: unread.map(|accepted| Unread {
                language: "Go".to_owned(),
                lines: 3,
                accepted: accepted.then(|| "why".to_owned()),
            }),
            ..entry(&name, path, outcome, "why")
        },
    )
}

fn run() -> impl Strategy<Value = Run> {
    (
        prop::collection::vec(finding(), 0..4),
        prop::collection::vec(check(), 0..4),
        prop::collection::vec(ledger_entry(), 0..6),
        prop::option::weighted(0.2, Just("a shallow clone".to_owned())),
    )
        .prop_map(|(findings, checks, ledger, obstacle)| Run {
            findings,
            checks,
            ledger,
            obstacle,
        })
}

/// Whether an outcome counts by itself: code in an unknown language counts as such, whoever requires the check.
fn is_seen_to(entry: &LedgerEntry, outcome: Outcome) -> bool {
    outcome != Outcome::OutOfReach || entry.unread.is_none()
}

/// What the design says, in other words than the code's.
fn specified(run: &Run) -> Verdict {
    let required = |name: &str| {
        run.checks
            .iter()
            .any(|check| check.required && check.name == name)
    };
    let has = |level| {
        run.findings
            .iter()
            .any(|f| f.level == level && f.waiver.is_none())
    };
    let any = |outcome| {
        run.checks
            .iter()
            .any(|check| check.required && check.outcome == outcome)
            || run
                .ledger
                .iter()
                .any(|e| e.outcome == outcome && required(&e.check) && is_seen_to(e, outcome))
    };
    let unread = run.ledger.iter().any(|entry| {
        let unread = entry.unread.as_ref();
        unread.is_some_and(|unread| unread.accepted.is_none())
    });
    if has(Level::Block) {
        Verdict::Blocked
    } else if run.obstacle.is_some() || any(Outcome::Broken) {
        Verdict::CouldNotJudge
    } else if has(Level::Escalate) || any(Outcome::OutOfReach) || unread {
        Verdict::NeedsHuman
    } else {
        Verdict::Ready
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_the_design_says_and_gives_its_reasons(run in run()) {
        let decision = run.decide();
        prop_assert_eq!(decision.verdict, specified(&run));
        prop_assert!(!decision.reasons.is_empty());
        prop_assert_eq!(decision, run.decide());
    }

    #[test]
    fn it_is_the_same_in_any_order(run in run(), by in any::<prop::sample::Index>()) {
        let mut turned = run.clone();
        let turn = |length: usize| if length == 0 { 0 } else { by.index(length) };
        turned.findings.rotate_left(turn(run.findings.len()));
        turned.checks.rotate_left(turn(run.checks.len()));
        turned.ledger.rotate_left(turn(run.ledger.len()));
        prop_assert_eq!(run.verdict(), turned.verdict());
    }

    #[test]
    fn nothing_that_is_added_improves_it(
        run in run(),
        finding in finding(),
        check in check(),
        entry in ledger_entry(),
    ) {
        let before = run.verdict();
        let mut more = run.clone();
        more.findings.push(finding);
        prop_assert!(more.verdict() >= before);
        let mut more = run.clone();
        more.checks.push(check);
        prop_assert!(more.verdict() >= before);
        let mut more = run.clone();
        more.ledger.push(entry);
        prop_assert!(more.verdict() >= before);
        let mut more = run;
        more.obstacle = Some("unreadable".into());
        prop_assert!(more.verdict() >= before);
    }

    #[test]
    fn nothing_that_gets_worse_improves_it(run in run(), at in any::<prop::sample::Index>()) {
        let before = run.verdict();
        if !run.findings.is_empty() {
            let at = at.index(run.findings.len());
            let mut worse = run.clone();
            worse.findings[at].waiver = None;
            prop_assert!(worse.verdict() >= before);
            worse = run.clone();
            worse.findings[at].level = Level::Block;
            prop_assert!(worse.verdict() >= before);
        }
        if !run.checks.is_empty() {
            let at = at.index(run.checks.len());
            let mut worse = run.clone();
            worse.checks[at].required = true;
            prop_assert!(worse.verdict() >= before);
            for outcome in [Outcome::OutOfReach, Outcome::Broken] {
                worse = run.clone();
                worse.checks[at].outcome = outcome.max(worse.checks[at].outcome);
                prop_assert!(worse.verdict() >= before);
            }
        }
        if !run.ledger.is_empty() {
            let at = at.index(run.ledger.len());
            for outcome in [Outcome::OutOfReach, Outcome::Broken] {
                let mut worse = run.clone();
                worse.ledger[at].outcome = outcome.max(worse.ledger[at].outcome);
                prop_assert!(worse.verdict() >= before);
            }
        }
    }

    #[test]
    fn a_waiver_takes_its_own_finding_out_and_no_more(run in run(), at in any::<prop::sample::Index>()) {
        prop_assume!(!run.findings.is_empty());
        let at = at.index(run.findings.len());
        let (mut waived, mut without) = (run.clone(), run);
        waived.findings[at].waiver = Some(waiver());
        without.findings.remove(at);
        prop_assert_eq!(waived.decide(), without.decide());
    }
}

#[test]
fn a_check_that_breaks_on_many_files_is_one_reason() {
    let checks = [CheckOutcome {
        name: "lint".into(),
        required: true,
        outcome: Outcome::Ran,
        why: String::new(),
        files: 0,
        idle: false,
    }];
    let broken: Vec<LedgerEntry> = (0..500)
        .map(|at| {
            entry(
                "lint",
                &format!("{at:03}.py"),
                Outcome::Broken,
                "it ended with signal 9",
            )
        })
        .collect();
    let decision = decide(&[], &checks, &broken, None);
    assert_eq!(decision.verdict, Verdict::CouldNotJudge);
    assert_eq!(
        decision.reasons,
        ["required check lint is broken on 000.py, and on 499 more files: it ended with signal 9"]
    );
}
