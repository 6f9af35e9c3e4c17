//! What counts as brought in by a change, seen through a check that finds every line with `bad` in it.

use draftgate::change::{File, Side, memory};
use draftgate::checks::{Check, CheckResult, Context};
use draftgate::finding::{Finding, Place};
use draftgate::inputs::Inputs;
use draftgate::plan::Selection;
use draftgate::policy::Policy;
use draftgate::run::{Silent, judge};

struct Bad;

impl Check for Bad {
    fn name(&self) -> &'static str {
        "placeholders"
    }

    fn question(&self) -> &'static str {
        "Is there anything bad?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["placeholders"]
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        let rule = draftgate::rule::built_in::placeholders::ELIDED_CODE;
        let find = |side: Side, file: &File, findings: &mut Vec<Finding>| {
            for (at, line) in file.text(side).unwrap_or_default().lines().enumerate() {
                if line.contains("bad") {
                    let line = u32::try_from(at + 1).unwrap();
                    let place = Place {
                        line,
                        end_line: line,
                        ..Place::FILE
                    };
                    findings.push(rule.finding(side, file.path_on(side), place, "bad"));
                }
            }
        };
        context
            .each(|file, result| {
                find(Side::Head, file, &mut result.head);
                if file.base.is_some() {
                    find(Side::Base, file, &mut result.base);
                }
                Ok(())
            })
            .unwrap()
    }
}

type Tree<'a> = &'a [(&'a str, &'a str)];

fn findings(base: Tree<'_>, head: Tree<'_>) -> Vec<Finding> {
    let files = |tree: Tree<'_>| {
        let entries = tree.iter();
        entries
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    };
    let change = memory::change(files(base), files(head)).unwrap();
    let checks: Vec<Box<dyn Check>> = vec![Box::new(Bad)];
    judge(
        &change,
        &Policy::builtin(),
        &Inputs::default(),
        &checks,
        &Selection::default(),
        1,
        &Silent,
    )
    .0
    .findings
}

fn lines(base: &str, head: &str) -> Vec<u32> {
    let found = findings(&[("a.txt", base)], &[("a.txt", head)]);
    found.iter().map(|finding| finding.line).collect()
}

#[test]
fn what_was_there_is_not_new_when_it_moves_or_is_indented() {
    assert_eq!(lines("a\nbad\n", "a\nb\nbad\n"), [0; 0]);
    assert_eq!(lines("bad\na\nb\nc\n", "a\nb\nc\nbad\n"), [0; 0]);
    assert_eq!(lines("a\nbad x\n", "a\n    bad   x\n"), [0; 0]);
    assert_eq!(lines("bad x\n", "bad y\n"), [1]);
}

#[test]
fn what_was_there_is_not_new_in_a_renamed_file() {
    let text = "one\ntwo\nthree\nbad\nfour\nfive\n";
    assert_eq!(findings(&[("a.txt", text)], &[("b.txt", text)]), []);
    let edited = text.replace("five", "six");
    assert_eq!(findings(&[("a.txt", text)], &[("b.txt", &edited)]), []);
}

#[test]
fn of_two_that_are_equal_the_added_one_is_new() {
    assert_eq!(lines("a\nb\nbad\n", "bad\na\nb\nbad\n"), [1]);
    assert_eq!(lines("bad\na\nb\n", "bad\na\nb\nbad\n"), [4]);
    assert_eq!(lines("bad\nbad\na\n", "a\nbad\n"), [0; 0]);
}

#[test]
fn a_new_one_never_has_the_fingerprint_of_an_equal_old_one() {
    let old = findings(&[], &[("a.txt", "a\nb\nbad\n")]);
    let new = findings(
        &[("a.txt", "a\nb\nbad\n")],
        &[("a.txt", "bad\na\nb\nbad\n")],
    );
    assert_eq!((old.len(), new.len()), (1, 1));
    assert_ne!(old[0].fingerprint, new[0].fingerprint);
}

#[test]
fn a_fingerprint_survives_lines_that_move() {
    let old = findings(&[], &[("a.py", "def f():\n    bad\n")]);
    let new = findings(&[], &[("a.py", "import os\n\n\ndef f():\n  bad\n")]);
    assert_eq!(old[0].fingerprint, new[0].fingerprint);
    let other = findings(&[], &[("a.py", "def g():\n    bad\n")]);
    assert_ne!(old[0].fingerprint, other[0].fingerprint);
}
