//! The check `vulnerabilities` as a whole: what is new, what silences it, and hostile input. What its
//! rules find is shown by their own examples.

use std::collections::BTreeMap;

use draftgate::change::memory::{self, Files};
use draftgate::checks::registry;
use draftgate::finding::judgement::{Judgement, Outcome};
use draftgate::finding::{Finding, Level};
use draftgate::inputs::Inputs;
use draftgate::plan::Selection;
use draftgate::policy::Policy;
use draftgate::run::{Silent, judge};

fn files(list: &[(&str, &str)]) -> Files {
    let pairs = list
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    pairs.collect::<BTreeMap<_, _>>()
}

fn judged(base: &[(&str, &str)], head: &[(&str, &str)]) -> Judgement {
    let change = memory::change(files(base), files(head)).unwrap();
    let selection = Selection {
        only: vec!["vulnerabilities".to_owned()],
        ..Selection::default()
    };
    judge(
        &change,
        &Policy::builtin(),
        &Inputs::default(),
        &registry(),
        &selection,
        1,
        &Silent,
    )
    .0
}

fn found(base: &str, head: &str) -> Vec<Finding> {
    judged(&[("app.py", base)], &[("app.py", head)]).findings
}

const UNSAFE: &str = "import os\nfrom flask import request\n\ndef f():\n    name = request.args['n']\n    os.system('ls ' + name)\n";

#[test]
fn what_was_there_before_is_not_told() {
    assert_eq!(found(UNSAFE, &format!("{UNSAFE}\nx = 1\n")), Vec::new());
}

#[test]
fn a_removed_sanitizer_makes_the_old_line_new() {
    let safe = UNSAFE.replace(
        "    os.system",
        "    name = __import__('shlex').quote('a')\n    os.system",
    );
    let findings = found(&safe, UNSAFE);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, "os-system-popen");
    assert_eq!(findings[0].line, 6);
}

#[test]
fn a_changed_source_makes_the_flow_new_though_the_sink_is_old() {
    let other = UNSAFE.replace("request.args['n']", "request.form['other']");
    assert_eq!(found(UNSAFE, &other).len(), 1);
}

#[test]
fn a_finding_carries_its_way_from_source_to_sink() {
    let findings = found("", UNSAFE);
    let lines: Vec<u32> = findings[0].trace.iter().map(|step| step.line).collect();
    assert_eq!(findings[0].level, Level::Block);
    assert_eq!((lines.first(), lines.last()), (Some(&5), Some(&6)));
}

#[test]
fn a_comment_silences_only_when_base_had_it() {
    let marked = UNSAFE.replace("+ name)", "+ name)  # nosec B605");
    let before = found(&marked, &marked.replace("['n']", "['m']"));
    assert_eq!(before, Vec::new(), "base had the comment");
    let added = found(UNSAFE, &marked);
    assert_eq!(added.len(), 1, "the change added it");
    assert!(
        added[0].message.contains("does not count"),
        "{}",
        added[0].message
    );
    let other = UNSAFE.replace("+ name)", "+ name)  # nosec B101");
    assert_eq!(
        found(&other, &other.replace("['n']", "['m']")).len(),
        1,
        "another rule's id"
    );
}

#[test]
fn an_id_of_semgrep_silences_the_rules_that_it_stands_for() {
    let marked = |comment: &str| UNSAFE.replace("+ name)", &format!("+ name)  # {comment}"));
    let left = |comment: &str| {
        let old = marked(comment);
        found(&old, &old.replace("['n']", "['m']")).len()
    };
    assert_eq!(left("nosemgrep"), 0);
    assert_eq!(
        left("nosemgrep: python.lang.security.dangerous-system-call"),
        0
    );
    assert_eq!(left("nosemgrep: os-system-popen"), 0);
    assert_eq!(left("nosemgrep: other.id, dangerous-system-call"), 0);
    assert_eq!(left("nosemgrep: python.flask.security.debug-enabled"), 1);
    assert_eq!(left("noqa: S605"), 0);
    assert_eq!(left("noqa: S608"), 1);
    assert_eq!(
        left("draftgate: allow[os-system-popen]"),
        1,
        "no reason given"
    );
}

#[test]
fn each_function_that_hands_its_input_to_a_helper_is_a_defect_of_its_own() {
    let helper = "import os\nfrom flask import request\n\ndef run(name):\n    os.system('ls ' + name)\n\ndef a():\n    run(request.args['a'])\n";
    let more = format!("{helper}\ndef b():\n    run(request.args['b'])\n");
    let findings = found(helper, &more);
    assert_eq!(findings.len(), 1, "the old one is old");
    assert_eq!(findings[0].trace[0].line, 11);
}

#[test]
fn a_flow_into_an_imported_function_is_told_where_it_enters() {
    let run = "import os\n\ndef run(name):\n    os.system('ls ' + name)\n";
    let app = "from flask import request\nfrom tools import run\n\ndef f():\n    run(request.args['n'])\n";
    let base = [("tools.py", run)];
    let findings = judged(&base, &[("tools.py", run), ("app.py", app)]).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].path.as_str(), findings[0].line), ("app.py", 5));
    assert!(findings[0].trace.iter().any(|step| step.path == "tools.py"));
}

#[test]
fn a_flow_of_another_file_alone_is_told_of_that_file() {
    let pages = "import os\nfrom flask import Blueprint, request\n\ndef make():\n    pages = Blueprint('pages', __name__)\n\n    @pages.route('/')\n    def show():\n        os.system('ls ' + request.args['n'])\n    return pages\n";
    let app = "from pages import make\n\nblueprint = make()\n";
    let findings = judged(&[], &[("pages.py", pages), ("app.py", app)]).findings;
    let places: Vec<&str> = findings.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(places, ["pages.py"]);
}

#[test]
fn rules_of_the_repository_are_read_from_base() {
    let rule = "schema = 1\nid = \"no-launch\"\ncheck = \"vulnerabilities\"\nlevel = \"block\"\nseverity = \"high\"\nconfidence = \"high\"\nsummary = \"s\"\nwhy = \"w\"\nfix = \"f\"\n[engine]\nlanguage = \"python\"\nmode = \"match\"\nmessage = \"{sink} launches\"\n[[engine.patterns]]\npattern = \"launch($X, ...)\"\n";
    let path = "draftgate-rules/no-launch.toml";
    let code = "launch(1, 2)\n";
    let with = judged(&[(path, rule)], &[(path, rule), ("a.py", code)]);
    assert_eq!(with.findings.len(), 1);
    assert_eq!(with.findings[0].rule, "no-launch");
    let only_head = judged(&[], &[(path, rule), ("a.py", code)]);
    assert_eq!(only_head.findings, Vec::new());
}

#[test]
fn a_file_with_syntax_errors_is_judged_around_them_and_said() {
    let broken = format!("def (:\n    pass\n\n{UNSAFE}");
    let judged = judged(&[], &[("app.py", &broken)]);
    assert!(
        judged
            .findings
            .iter()
            .any(|finding| finding.rule == "os-system-popen")
    );
    let entry = judged
        .ledger
        .iter()
        .find(|entry| entry.path == "app.py")
        .unwrap();
    assert_eq!(entry.outcome, Outcome::OutOfReach);
    assert!(
        entry.why.contains("syntax errors on lines 1"),
        "{}",
        entry.why
    );
}

#[test]
fn deep_nesting_and_long_files_end_and_are_said() {
    let nested = format!("x = {}1{}\n", "f(".repeat(10_000), ")".repeat(10_000));
    let deep = judged(&[], &[("app.py", &nested)]);
    let entry = deep
        .ledger
        .iter()
        .find(|entry| entry.path == "app.py")
        .unwrap();
    assert_eq!(entry.outcome, Outcome::OutOfReach, "{}", entry.why);
    let long: String = (0..5_000)
        .map(|n| format!("if a{n}:\n    b{n} = g(b{n})\n"))
        .collect();
    let long = judged(&[], &[("app.py", &long)]);
    assert_eq!(long.findings, Vec::new());
}
