//! The policy file: what is read, what is refused and with which words, levels, waivers, paths.

use draftgate::finding::judgement::PolicySource;
use draftgate::finding::{Finding, Level, Severity};
use draftgate::policy::{HeadFile, Kind, Policy, PolicyError, PolicyFile, Sources};

/// A policy of this text, as base has it.
pub(crate) fn load(text: &str) -> Result<Policy, PolicyError> {
    Policy::load(at_base(text))
}

pub(crate) fn at_base(text: &str) -> Sources<'_> {
    Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: text.as_bytes(),
            source: PolicySource::Base,
        }),
        ..Sources::default()
    }
}

pub(crate) fn with_head<'a>(base: &'a str, head: &'a str) -> Sources<'a> {
    Sources {
        head: HeadFile::Bytes(head.as_bytes()),
        ..at_base(base)
    }
}

pub(crate) fn finding(check: &str, rule: &str, path: &str, level: Level) -> Finding {
    let text = format!(
        "schema = 1\nid = '{rule}'\ncheck = '{check}'\nlevel = 'note'\nseverity = 'low'\n\
         confidence = 'low'\nsummary = 's'\nwhy = 'w'\nfix = 'f'\n"
    );
    let rule = draftgate::rule::parse(&text).expect("a rule").remove(0);
    let mut finding = rule.finding(
        draftgate::change::Side::Head,
        path,
        draftgate::finding::Place::FILE,
        "m",
    );
    finding.level = level;
    finding.severity = Severity::Low;
    finding.fingerprint = "b1946ac92492".to_owned();
    finding
}

/// Policies, and what is said of each.
const BAD: &[(&str, &str)] = &[
    (
        "[gate]\ntresholds = 1\n",
        "draftgate.toml:2:1: unknown key `tresholds` in [gate]; valid are `target`, `fail-on`, `required`, `disabled`, `time-limit`",
    ),
    (
        "[gates]\nrequired = []\n",
        "draftgate.toml:1:2: unknown key `gates` at the top level; did you mean `gate`?",
    ),
    (
        "zebra = 1\n",
        "draftgate.toml:1:1: unknown key `zebra` at the top level; valid are `schema`, `gate`, `paths`, `languages`, `levels`, `floors`, `checks`, `environments`, `tools`, `provenance`, `waivers`",
    ),
    (
        "schema = 2\n[gate]\nnew-key = 1\n",
        "draftgate.toml:1:10: schema = 2: this draftgate reads schema 1",
    ),
    (
        "schema = \"1\"\n",
        "draftgate.toml:1:10: schema: expected a whole number from 0 to 4294967295, found the string \"1\"",
    ),
    (
        "[gate]\nrequired = \"types\"\n",
        "draftgate.toml:2:12: gate.required: expected a list, found the string \"types\"",
    ),
    (
        "[gate]\nrequired = [\"type\"]\n",
        "draftgate.toml:2:13: gate.required: `type` is no check; did you mean `types`?",
    ),
    (
        "[gate]\nrequired = [\"types\", 3]\n",
        "draftgate.toml:2:22: gate.required: expected a string, found the number 3",
    ),
    (
        "[gate]\nrequired = [\"mypy\"]\n",
        "draftgate.toml:2:13: gate.required: `mypy` is no check; valid are `behaviour`, `coverage`, `dependencies`, `errors`, `guardrails`, `hidden-text`, `leftovers`, `lint`, `placeholders`, `proof`, `provenance`, `secrets`, `size`, `suppressions`, `tests`, `types`, `unreadable`, `vulnerabilities`",
    ),
    (
        "[gate]\nfail-on = \"block\"\n",
        "draftgate.toml:2:11: gate.fail-on: `block` is none of `blocked`, `needs-human`; did you mean `blocked`?",
    ),
    (
        "[gate]\nfail-on = true\n",
        "draftgate.toml:2:11: gate.fail-on: expected one of `blocked`, `needs-human`, found a boolean",
    ),
    (
        "[gate]\nfail_on = \"blocked\"\n",
        "draftgate.toml:2:1: unknown key `fail_on` in [gate]; did you mean `fail-on`?",
    ),
    (
        "[gate]\nrequired = [\"lint\"]\ndisabled = [\"lint\"]\n",
        "draftgate.toml:3:1: `lint` is both required and disabled: take it out of one of the lists",
    ),
    (
        "[gate]\ntarget = \"main\"\ntarget = \"dev\"\n",
        "draftgate.toml:3:1: no valid TOML: duplicate key",
    ),
    (
        "[gate\n",
        "draftgate.toml:1:6: no valid TOML: unclosed table, expected `]`",
    ),
    (
        "gate = 3\n",
        "draftgate.toml:1:8: gate: expected a table, found a number",
    ),
    (
        "[paths]\ngenerated = [\"gen/{a,b\"]\n",
        "draftgate.toml:2:14: paths.generated: `gen/{a,b` is no path pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
    ),
    (
        "[paths]\ngenerated = [\"[z-a].py\"]\n",
        "draftgate.toml:2:14: paths.generated: `[z-a].py` is no path pattern: invalid range; 'z' > 'a'",
    ),
    (
        "[paths]\nvendored = [\"/third_party/**\"]\n",
        "draftgate.toml:2:13: paths.vendored: `/third_party/**` matches nothing: paths start at the root of the repository, write `third_party/**`",
    ),
    (
        "[paths]\nvendored = [\"third_party/\"]\n",
        "draftgate.toml:2:13: paths.vendored: `third_party/` matches nothing: for the files of a folder write `third_party/**`",
    ),
    (
        "[paths]\ntests = [\"\"]\n",
        "draftgate.toml:2:10: paths.tests: an empty path pattern matches nothing: take it out",
    ),
    (
        "[paths]\ntests = \"tests/**\"\n",
        "draftgate.toml:2:9: paths.tests: expected a list, found the string \"tests/**\"",
    ),
    (
        "[[levels]]\nlevel = \"off\"\n",
        "draftgate.toml:1:1: [[levels]] that matches everything: name a `rule`, a `check` or `paths`",
    ),
    (
        "[[levels]]\nrule = \"x\"\n",
        "draftgate.toml:1:1: [[levels]] without `level`",
    ),
    (
        "[[levels]]\nrule = \"x\"\nlevel = \"error\"\n",
        "draftgate.toml:3:9: levels.level: `error` is none of `off`, `note`, `escalate`, `block`",
    ),
    (
        "[[levels]]\ncheck = \"secret\"\nlevel = \"note\"\n",
        "draftgate.toml:2:9: levels.check: `secret` is no check; did you mean `secrets`?",
    ),
    (
        "[levels]\nrule = \"x\"\nlevel = \"off\"\n",
        "draftgate.toml:1:1: [levels] is a list of tables: write [[levels]]",
    ),
    (
        "[checks.coverge]\nmin-lines = 3\n",
        "draftgate.toml:1:9: unknown key `coverge` in [checks]; did you mean `coverage`?",
    ),
    (
        "[checks.coverage]\npatch-threshold = \"80\"\n",
        "draftgate.toml:2:19: checks.coverage.patch-threshold: `80` is no share: write \"80%\" or \"72.5%\", at most two decimals and 100%",
    ),
    (
        "[checks.coverage]\npatch-threshold = 80\n",
        "draftgate.toml:2:19: checks.coverage.patch-threshold: expected a string, found the number 80",
    ),
    (
        "[checks.coverage]\npatch-threshold = \"101%\"\n",
        "draftgate.toml:2:19: checks.coverage.patch-threshold: `101%` is no share: write \"80%\" or \"72.5%\", at most two decimals and 100%",
    ),
    (
        "[checks.coverage]\nmin-lines = -1\n",
        "draftgate.toml:2:13: checks.coverage.min-lines: expected a whole number from 0 to 4294967295, found the number -1",
    ),
    (
        "[checks.coverage]\nbase-report = \"a\"\n",
        "draftgate.toml:2:1: `base-report` without `report`: there is nothing to compare it with",
    ),
    (
        "[checks.coverage]\ncommand = \"pytest -q\"\n",
        "draftgate.toml:2:11: checks.coverage.command: expected a list, found the string \"pytest -q\"",
    ),
    (
        "[checks.tests]\noracle-pattern = \"check_(\"\n",
        "draftgate.toml:2:18: checks.tests.oracle-pattern: `check_(` is no regular expression: unclosed group",
    ),
    (
        "[checks.types]\nscope = \"line\"\n",
        "draftgate.toml:2:9: checks.types.scope: `line` is none of `lines`, `project`; did you mean `lines`?",
    ),
    (
        "[checks.errors]\nstrict = true\n",
        "draftgate.toml:1:9: unknown key `errors` in [checks]; valid are `coverage`, `dependencies`, `lint`, `proof`, `secrets`, `size`, `suppressions`, `tests`, `types`, `vulnerabilities`",
    ),
    (
        "[[checks.secrets.ignore]]\nrule = \"github-token\"\nhash = \"00\"\n",
        "draftgate.toml:1:1: [checks.secrets.ignore] without `reason`",
    ),
    (
        "[tools.mypi]\ntime-limit = \"5m\"\n",
        "draftgate.toml:1:8: `mypi` is no built-in tool, and a tool of your own needs `check`, `command` and `output`; did you mean `mypy`?",
    ),
    (
        "[tools.mypy]\ntime-limit = \"5 minutes\"\n",
        "draftgate.toml:2:14: tools.mypy.time-limit: `5 minutes` is no time limit: write \"90s\", \"10m\" or \"1h\", from 1s to 24h",
    ),
    (
        "[tools.own]\ncheck = \"lint\"\n",
        "draftgate.toml:1:8: [tools.own] without `command`\ndraftgate.toml:1:8: [tools.own] without `output`",
    ),
    (
        "[tools.own]\ncheck = \"lint\"\ncommand = [\"x\"]\noutput = \"regex\"\n",
        "draftgate.toml:4:1: output = \"regex\" without `pattern`",
    ),
    (
        "[tools.own]\ncheck = \"lint\"\ncommand = [\"x\"]\noutput = \"regex\"\npattern = \"(?P<path>.*)\"\n",
        "draftgate.toml:5:1: no group `(?P<line>..)` in the pattern\ndraftgate.toml:5:1: no group `(?P<message>..)` in the pattern",
    ),
    (
        "[tools.own]\ncheck = \"lint\"\ncommand = [\"x\"]\noutput = \"json-lines\"\nfields = { pth = \"a\" }\n",
        "draftgate.toml:4:1: output = \"json-lines\" without `fields.path`\ndraftgate.toml:5:12: unknown field `pth` in [tools.own.fields]; did you mean `path`?",
    ),
    (
        "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\napproved-by = \"ada\"\n",
        "draftgate.toml:1:1: [[waivers]] without `reason`",
    ),
    (
        "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = \" \"\napproved-by = \"ada\"\n",
        "draftgate.toml:4:1: [[waivers]] with an empty `reason`",
    ),
    (
        "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = \"x\"\napproved-by = \"ada\"\nuntil = \"2027-02-30\"\n",
        "draftgate.toml:6:9: waivers.until: `2027-02-30` is no day of the calendar: write it as \"2027-02-01\"",
    ),
    (
        "[[waivers]]\nfingerprint = \"B1\"\nrule = \"r\"\nreason = \"x\"\napproved-by = \"ada\"\n",
        "draftgate.toml:2:1: a fingerprint is 12 hexadecimal digits, as the report shows it",
    ),
    (
        "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = \"x\"\napproved-by = \"ada\"\n[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = \"y\"\napproved-by = \"bob\"\n",
        "draftgate.toml:7:1: a second waiver for `b1946ac92492` of `r`: keep one",
    ),
    (
        "[gate]\nfail-on = \"x\"\nreqired = []\ndisabled = [\"tipes\", \"lint\", \"wat\"]\n[paths]\ntests = [1]\n",
        "draftgate.toml:2:11: gate.fail-on: `x` is none of `blocked`, `needs-human`\ndraftgate.toml:3:1: unknown key `reqired` in [gate]; did you mean `required`?\ndraftgate.toml:4:13: gate.disabled: `tipes` is no check; did you mean `types`?\ndraftgate.toml:4:30: gate.disabled: `wat` is no check; valid are `behaviour`, `coverage`, `dependencies`, `errors`, `guardrails`, `hidden-text`, `leftovers`, `lint`, `placeholders`, `proof`, `provenance`, `secrets`, `size`, `suppressions`, `tests`, `types`, `unreadable`, `vulnerabilities`\ndraftgate.toml:6:10: paths.tests: expected a string, found the number 1",
    ),
    (
        "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = 3\napproved-by = \"ada\"\n",
        "draftgate.toml:4:10: waivers.reason: expected a string, found the number 3",
    ),
    (
        "[provenance.agents]\n",
        "draftgate.toml:1:13: unknown key `agents` in [provenance]; did you mean `agent`?",
    ),
    (
        "[provenance.agent]\nrequire-human-spec = \"yes\"\n",
        "draftgate.toml:2:22: provenance.agent.require-human-spec: expected a boolean, found the string \"yes\"",
    ),
    (
        "a = \"\u{202e}\\u0007\"\n",
        "draftgate.toml:1:1: unknown key `a` at the top level; valid are `schema`, `gate`, `paths`, `languages`, `levels`, `floors`, `checks`, `environments`, `tools`, `provenance`, `waivers`",
    ),
    (
        "[checks.size]\nmax-lines = 99999999999999999999\n",
        "draftgate.toml:2:13: checks.size.max-lines: the number 99999999999999999999 is too large",
    ),
    (
        "[checks.size]\nmax-lines = 5000000000\n",
        "draftgate.toml:2:13: checks.size.max-lines: expected a whole number from 0 to 4294967295, found the number 5000000000",
    ),
    (
        "# café\nsize = { \"café\" = 1, zz = 2 }\n",
        "draftgate.toml:2:1: unknown key `size` at the top level; valid are `schema`, `gate`, `paths`, `languages`, `levels`, `floors`, `checks`, `environments`, `tools`, `provenance`, `waivers`",
    ),
    (
        "[gate]\nrequired = { types = true }\n",
        "draftgate.toml:2:12: gate.required: expected a list, found a table",
    ),
    (
        "[[levels]]\nrule = \"x\"\nlevel = \"off\"\npath = [\"a/**\"]\n",
        "draftgate.toml:4:1: unknown key `path` in [[levels]]; did you mean `paths`?",
    ),
    (
        "[checks]\ntypes = \"strict\"\n",
        "draftgate.toml:2:9: checks.types: expected a table, found a string",
    ),
    (
        "[tools.own]\ncheck = \"lint\"\ncommand = [\"x\"]\noutput = \"sarif\"\npattern = \".*\"\n",
        "draftgate.toml:5:1: `pattern` is read only with output = \"regex\"",
    ),
];

/// Every policy of the table is refused with exactly these words: file, line, column, what is wrong and
/// what to write; the command line ends with exit code 2 on each.
#[test]
fn a_bad_policy_is_refused_with_its_place_and_the_mend() {
    for (text, expected) in BAD {
        let error = load(text).expect_err(text);
        assert_eq!(error.to_string(), *expected, "for\n{text}");
    }
}

#[test]
fn a_policy_with_every_key_is_read() {
    let policy = load(WHOLE).expect("a policy");
    assert_eq!(policy.target.as_deref(), Some("main"));
    assert!(policy.required.contains("coverage"));
    assert!(policy.disabled.contains("size"));
    let checks = policy.checks();
    assert_eq!(checks.coverage.report, ["head.lcov"]);
    assert_eq!(checks.suppressions.allowed("noqa"), 2);
    assert_eq!(checks.suppressions.allowed("type-ignore"), 1);
    let mypy = policy.tool("mypy").expect("mypy");
    assert_eq!(mypy.time_limit.duration().as_secs(), 300);
    assert!(mypy.accepts("1.11.2") && mypy.accepts("1.11") && !mypy.accepts("1.110"));
    assert!(policy.agent().require_human_spec);
    assert!(policy.remarks.is_empty(), "{:?}", policy.remarks);
}

pub(crate) const WHOLE: &str = r#"
schema = 1

[gate]
target = "main"
fail-on = "needs-human"
required = ["types", "coverage"]
disabled = ["size"]

[paths]
generated = ["gen/**", "**/*.g.py"]
vendored = ["third_party/**"]
tests = ["checks/**"]

[[levels]]
rule = "print-in-library"
paths = ["examples/**"]
level = "off"

[[levels]]
check = "leftovers"
level = "block"

[[levels]]
paths = ["docs/**"]
level = "note"

[checks.coverage]
report = "head.lcov"
base-report = ["base.lcov", "more.lcov"]
patch-threshold = "72.5%"

[checks.suppressions]
budget = 1
kinds = { noqa = 2, "a \u007F\" key" = 3 }

[checks.tests]
oracle-pattern = '^expect_'

[[checks.secrets.ignore]]
rule = "github-token"
hash = "00ff"
reason = "the example of the manual"

[tools.mypy]
time-limit = "5m"
version = "1.11"

[tools.our-linter]
check = "lint"
command = ["./lint.sh", "--all"]
output = "regex"
pattern = '^(?P<path>.+):(?P<line>\d+): (?P<message>.*)$'

[provenance.agent]
require-human-spec = true
required = ["coverage"]

[[provenance.agent.levels]]
check = "errors"
level = "escalate"

[[waivers]]
fingerprint = "b1946ac92492"
rule = "sql-concatenation"
reason = "table name comes from the fixed map in schema.py"
approved-by = "ada"
until = 2027-02-01
"#;

#[test]
fn the_first_level_that_matches_counts() {
    let policy = load(WHOLE).expect("a policy");
    let level = |check: &str, rule: &str, path: &str, own: Level| {
        policy.level(&finding(check, rule, path, own))
    };
    let note = Some(Level::Note);
    assert_eq!(
        level(
            "leftovers",
            "print-in-library",
            "examples/a/b.py",
            Level::Escalate
        ),
        None,
        "rule and path"
    );
    assert_eq!(
        level("leftovers", "print-in-library", "src/a.py", Level::Note),
        Some(Level::Block),
        "the rule elsewhere falls to its check"
    );
    assert_eq!(
        level("errors", "bare-except", "docs/conf.py", Level::Block),
        note
    );
    assert_eq!(
        level("errors", "bare-except", "src/a.py", Level::Escalate),
        Some(Level::Escalate),
        "nothing matches: the rule's own"
    );
}

#[test]
fn the_profile_for_agents_only_raises() {
    let policy = load(WHOLE).expect("a policy").for_agent();
    assert!(policy.required.contains("coverage"));
    let level = |own| policy.level(&finding("errors", "bare-except", "src/a.py", own));
    assert_eq!(level(Level::Note), Some(Level::Escalate));
    assert_eq!(level(Level::Block), Some(Level::Block));
}

#[test]
fn a_waiver_covers_its_fingerprint_and_rule_until_its_day() {
    let covered = finding("vulnerabilities", "sql-concatenation", "a.py", Level::Block);
    let other = finding("vulnerabilities", "shell-injection", "a.py", Level::Block);
    let on = |as_of: Option<i64>| {
        let sources = Sources {
            as_of,
            ..at_base(WHOLE)
        };
        Policy::load(sources).expect("a policy")
    };
    const LAST_SECOND: i64 = 1_801_526_399; // 2027-02-01T23:59:59Z
    for day in [None, Some(0), Some(LAST_SECOND)] {
        let waived = on(day).waiver(&covered).expect("covered");
        assert_eq!(waived.approved_by, "ada");
        assert_eq!(waived.until.as_deref(), Some("2027-02-01"));
        assert_eq!(on(day).waiver(&other), None, "another rule");
    }
    let after = on(Some(LAST_SECOND + 1));
    assert_eq!(after.waiver(&covered), None);
    assert_eq!(
        after.remarks,
        ["the waiver of sql-concatenation for b1946ac92492 does not count: it ended on 2027-02-01"]
    );
}

#[test]
fn a_waiver_that_covers_nothing_is_told() {
    let policy = load(WHOLE).expect("a policy");
    let covered = finding("vulnerabilities", "sql-concatenation", "a.py", Level::Block);
    assert_eq!(policy.idle_waivers(&[covered]), None);
    assert_eq!(
        policy.idle_waivers(&[]).as_deref(),
        Some("a waiver matches nothing in this change: b1946ac92492 (sql-concatenation)")
    );
}

#[test]
fn paths_are_own_generated_vendored_or_tests() {
    let attributes = b"*.gen.rs linguist-generated\n/snap/** linguist-generated=true\n\
        snap/own.rs -linguist-generated\nlib/** text linguist-vendored\n# x\n\"q q\" linguist-vendored\n";
    let policy = Policy::load(Sources {
        attributes: Some(attributes),
        ..at_base(WHOLE)
    })
    .expect("a policy");
    for (path, kind) in [
        ("src/a.py", Kind::Own),
        ("gen/deep/a.py", Kind::Generated),
        ("a.g.py", Kind::Generated),
        ("proto/x_pb2.py", Kind::Generated),
        ("third_party/x/y.c", Kind::Vendored),
        ("web/node_modules/x/y.js", Kind::Vendored),
        ("vendor/x.go", Kind::Vendored),
        ("vendored.go", Kind::Own),
        ("Cargo.lock", Kind::Own),
        ("deep/x.gen.rs", Kind::Generated),
        ("snap/a.rs", Kind::Generated),
        ("snap/own.rs", Kind::Own),
        ("deep/snap/a.rs", Kind::Own),
        ("lib/a.c", Kind::Vendored),
    ] {
        assert_eq!(policy.kind(path), kind, "{path}");
    }
    assert!(policy.is_test_path("checks/a.py"));
    assert!(!policy.is_test_path("src/checks/a.py"));
    assert_ne!(
        policy.identity.digest,
        load(WHOLE).expect("a policy").identity.digest,
        "attributes are part of what the digest names"
    );
}

#[test]
fn well_known_paths_can_be_switched_off() {
    let policy = load("[paths]\nwell-known = false\n").expect("a policy");
    assert_eq!(policy.kind("vendor/x.go"), Kind::Own);
    assert_eq!(policy.kind("a_pb2.py"), Kind::Own);
}

#[test]
fn without_a_policy_every_check_is_on_and_a_native_one_may_not_break() {
    let policy = Policy::load(Sources::default()).expect("the default");
    assert_eq!(policy.identity, Policy::builtin().identity);
    assert_eq!(policy.identity.source, PolicySource::Default);
    assert!(policy.disabled.is_empty());
    for check in ["tests", "secrets", "vulnerabilities", "hidden-text"] {
        assert!(policy.required.contains(check), "{check}");
    }
    for check in ["coverage", "lint", "types"] {
        assert!(!policy.required.contains(check), "{check}");
    }
    assert_eq!(policy.kind("web/vendor/x.js"), Kind::Vendored);
    assert_eq!(Policy::builtin().kind("web/vendor/x.js"), Kind::Vendored);
}

#[test]
fn a_disabled_check_is_not_required_by_default() {
    let policy = load("[gate]\ndisabled = [\"tests\"]\n").expect("a policy");
    assert!(!policy.required.contains("tests") && policy.required.contains("secrets"));
}

#[test]
fn an_empty_file_is_the_default_under_another_source() {
    let policy = load("").expect("a policy");
    assert_eq!(policy.identity.digest, Policy::builtin().identity.digest);
    assert_eq!(policy.identity.source, PolicySource::Base);
}

#[test]
fn what_is_printed_parses_back_to_the_same_policy() {
    for text in ["", WHOLE] {
        let policy = load(text).expect("a policy");
        let printed = policy.explained();
        let again = load(&printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
        assert_eq!(again.document(), policy.document(), "{printed}");
        assert_eq!(again.identity.digest, policy.identity.digest);
    }
}

#[test]
fn each_printed_value_says_where_it_comes_from() {
    let printed = load(WHOLE).expect("a policy").explained();
    for line in [
        "target = \"main\"  # draftgate.toml:5",
        "well-known = true  # default",
        "patch-threshold = \"72.5%\"  # draftgate.toml:31",
        "noqa = 2  # draftgate.toml:35",
        "min-lines = 10  # default",
        "until = \"2027-02-01\"  # draftgate.toml:68",
    ] {
        assert!(
            printed.lines().any(|other| other == line),
            "{line}\n{printed}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let error = Policy::load(Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: b"[gate]\n# \xff\n",
            source: PolicySource::Base,
        }),
        ..Sources::default()
    });
    assert_eq!(
        error.expect_err("no text").to_string(),
        "draftgate.toml:2:3: no UTF-8 text"
    );
}
