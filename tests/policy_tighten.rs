//! The overlay of head's policy: it may only tighten.

use draftgate::finding::Level;
use draftgate::policy::{HeadFile, Policy, Sources};

use crate::policy::{at_base, finding, with_head};

fn effective(base: &str, head: &str) -> Policy {
    Policy::load(with_head(base, head)).expect("a policy")
}

#[test]
fn what_is_stricter_at_head_counts_at_once() {
    let policy = effective(
        "[gate]\nrequired = [\"types\"]\ndisabled = [\"size\"]\n[paths]\ngenerated = [\"gen/**\"]\n\
         [checks.coverage]\npatch-threshold = \"70%\"\n[checks.suppressions]\nbudget = 3\n",
        "[gate]\nfail-on = \"needs-human\"\nrequired = [\"types\", \"lint\"]\n\
         [checks.coverage]\npatch-threshold = \"90%\"\nmin-lines = 5\n[checks.suppressions]\nbudget = 1\n\
         [checks.size]\nmax-lines = 100\n[provenance.agent]\nrequire-human-spec = true\n",
    );
    assert_eq!(policy.remarks, [""; 0]);
    assert!(policy.required.contains("lint"));
    assert!(policy.disabled.is_empty());
    assert_eq!(policy.kind("gen/a.py"), draftgate::policy::Kind::Own);
    let printed = policy.explained();
    for line in [
        "fail-on = \"needs-human\"  # head (tightened)",
        "required = [\"lint\", \"types\"]  # head (tightened)",
        "patch-threshold = \"90%\"  # head (tightened)",
        "min-lines = 5  # head (tightened)",
        "budget = 1  # head (tightened)",
        "max-lines = 100  # head (tightened)",
        "require-human-spec = true  # head (tightened)",
    ] {
        assert!(
            printed.lines().any(|other| other == line),
            "{line}\n{printed}"
        );
    }
}

#[test]
fn what_is_looser_at_head_does_not_count_and_is_told() {
    let base = "[gate]\nfail-on = \"needs-human\"\nrequired = [\"types\", \"lint\"]\n\
                [checks.suppressions]\nbudget = 1\n[tools.mypy]\ntime-limit = \"5m\"\n";
    let policy = effective(
        base,
        "[gate]\nrequired = [\"types\"]\ndisabled = [\"secrets\"]\n[paths]\nvendored = [\"src/**\"]\n\
         [checks.suppressions]\nbudget = 9\nkinds = { noqa = 5 }\n[checks.dependencies]\nonline = true\nmin-age-days = 0\n\
         [checks.dependencies.registries]\npypi = \"https://example.org\"\n[checks.size]\nmax-lines = 9000\n\
         [[checks.secrets.ignore]]\nrule = \"r\"\nhash = \"h\"\nreason = \"x\"\n\
         [tools.evil]\ncheck = \"lint\"\ncommand = [\"true\"]\noutput = \"exit-code\"\n\
         [[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = \"r\"\nreason = \"x\"\napproved-by = \"me\"\n",
    );
    let told: Vec<&str> = policy
        .remarks
        .iter()
        .map(|remark| {
            remark.trim_end_matches(" of head's policy does not count before it is on the base")
        })
        .collect();
    assert_eq!(
        told,
        [
            "gate.fail-on",
            "gate.required",
            "gate.disabled",
            "paths.vendored",
            "checks.dependencies.online",
            "checks.dependencies.min-age-days",
            "checks.dependencies.registries",
            "checks.secrets.ignore",
            "checks.size.max-lines",
            "checks.suppressions.kinds.noqa",
            "checks.suppressions.budget",
            "tools.evil",
            "tools.mypy",
            "the waiver of r for b1946ac92492 is new in this change: it does not count before it is on the base",
        ]
    );
    let alone = Policy::load(at_base(base)).expect("a policy");
    assert_eq!(policy.required, alone.required);
    assert_eq!(policy.disabled, alone.disabled);
    assert_eq!(policy.fail_on, alone.fail_on);
    assert_eq!(policy.tools(), alone.tools());
    assert_eq!(policy.checks().suppressions.allowed("noqa"), 1);
    assert_eq!(policy.checks().size, alone.checks().size);
    let waived = finding("errors", "r", "a.py", Level::Block);
    assert_eq!(policy.waiver(&waived), None);
}

#[test]
fn of_two_levels_the_stricter_counts() {
    let policy = effective(
        "[[levels]]\nrule = \"a\"\nlevel = \"note\"\n[[levels]]\nrule = \"b\"\nlevel = \"block\"\n\
         [[levels]]\nrule = \"gone\"\nlevel = \"off\"\n",
        "[[levels]]\nrule = \"a\"\npaths = [\"src/**\"]\nlevel = \"block\"\n\
         [[levels]]\nrule = \"a\"\nlevel = \"off\"\n[[levels]]\nrule = \"b\"\nlevel = \"off\"\n",
    );
    let level =
        |rule: &str, path: &str| policy.level(&finding("errors", rule, path, Level::Escalate));
    assert_eq!(level("a", "src/x.py"), Some(Level::Block), "raised");
    assert_eq!(
        level("a", "x.py"),
        Some(Level::Note),
        "lowered at head: base's"
    );
    assert_eq!(
        level("b", "x.py"),
        Some(Level::Block),
        "lowered at head: base's"
    );
    assert_eq!(
        level("gone", "x.py"),
        Some(Level::Escalate),
        "no longer off at head"
    );
    assert_eq!(
        policy.remarks,
        ["[[levels]] differ at head: a finding gets the stricter of base's level and head's"]
    );
    let printed = policy.explained();
    let again = crate::policy::load(&printed).expect("what is printed parses");
    assert_eq!(again.document(), policy.document());
}

#[test]
fn a_waiver_that_head_takes_back_or_shortens_no_longer_counts() {
    let waiver = |print: &str, until: &str| {
        format!(
            "[[waivers]]\nfingerprint = \"{print}\"\nrule = \"r\"\nreason = \"x\"\napproved-by = \"a\"\n{until}"
        )
    };
    let base = waiver("000000000000", "") + &waiver("b1946ac92492", "until = \"2030-01-01\"\n");
    let head = waiver("b1946ac92492", "until = \"2020-01-01\"\n");
    let sources = Sources {
        as_of: Some(1_700_000_000),
        ..with_head(&base, &head)
    };
    let policy = Policy::load(sources).expect("a policy");
    assert_eq!(
        policy.waiver(&finding("errors", "r", "a.py", Level::Block)),
        None
    );
    assert!(
        policy
            .explained()
            .contains("until = \"2020-01-01\"  # head (tightened)")
    );
    assert!(
        policy
            .explained()
            .contains("fingerprint = \"b1946ac92492\"  # draftgate.toml:7")
    );
}

#[test]
fn a_policy_at_head_that_is_gone_or_broken_leaves_bases() {
    let base = "[gate]\nrequired = [\"types\"]\n";
    let alone = Policy::load(at_base(base)).expect("a policy");
    let gone = Policy::load(Sources {
        head: HeadFile::Gone,
        ..at_base(base)
    })
    .expect("a policy");
    assert_eq!(
        gone.remarks,
        ["draftgate.toml is gone at head: base's policy holds for this change"]
    );
    assert_eq!(gone.identity, alone.identity);
    let broken = effective(base, "[gate]\nreqired = []\n");
    assert_eq!(
        broken.remarks,
        [
            "the policy at head is not valid, and no change could be judged with it once it is merged: \
          draftgate.toml:2:1: unknown key `reqired` in [gate]; did you mean `required`?"
        ]
    );
    assert_eq!(broken.identity, alone.identity);
}

#[test]
fn the_same_policy_at_head_changes_nothing() {
    let base = "[gate]\nrequired = [\"types\"]\n[checks.suppressions]\nkinds = { noqa = 1 }\n";
    let same = effective(base, &format!("# a comment\n{base}"));
    let alone = Policy::load(at_base(base)).expect("a policy");
    assert_eq!(same.document(), alone.document());
    assert_eq!(same.identity, alone.identity);
    assert!(same.remarks.is_empty(), "{:?}", same.remarks);
}

/// The policy of a change from and to these bytes of `draftgate.toml`.
fn of_change(base: Option<&[u8]>, head: Option<&[u8]>) -> Result<Policy, String> {
    let side = |bytes: Option<&[u8]>| {
        let file = bytes.map(|bytes| ("draftgate.toml".to_owned(), bytes.to_vec()));
        file.into_iter().collect()
    };
    let change = draftgate::change::memory::change(side(base), side(head)).expect("a change");
    Policy::of(&change).map_err(|error| error.to_string())
}

#[test]
fn the_policy_of_a_change_is_bases_and_head_only_tightens_it() {
    let base = b"[checks.size]\nmax-lines = 100\n";
    let looser =
        of_change(Some(base), Some(b"[checks.size]\nmax-lines = 200\n")).expect("a policy");
    assert_eq!(looser.checks().size.max_lines, 100);
    assert_eq!(looser.remarks.len(), 1);
    let fresh = of_change(None, Some(b"[gate]\ndisabled = [\"secrets\"]\n")).expect("a policy");
    assert_eq!(fresh.identity, Policy::builtin().identity);
    assert_eq!(fresh.remarks.len(), 1);
    let gone = of_change(Some(base), None).expect("a policy");
    assert_eq!(gone.checks().size.max_lines, 100);
    assert_eq!(gone.remarks.len(), 1);
    let none = of_change(None, None).expect("a policy");
    assert_eq!(
        (none.identity, none.remarks.len()),
        (Policy::builtin().identity, 0)
    );
}

#[test]
fn a_policy_that_cannot_be_read_at_base_is_an_error_and_at_head_a_remark() {
    let binary: &[u8] = b"a\0b";
    let error = of_change(Some(binary), Some(b"")).expect_err("refused");
    assert_eq!(
        error,
        "draftgate.toml:1:1: the policy cannot be read: binary"
    );
    let error = of_change(Some(b"# \xff"), None).expect_err("refused");
    assert_eq!(error, "draftgate.toml:1:3: no UTF-8 text");
    let policy = of_change(Some(b""), Some(binary)).expect("base's");
    assert_eq!(
        policy.remarks,
        [
            "draftgate.toml of head cannot be read (binary): no change could be judged once it is merged"
        ]
    );
}
