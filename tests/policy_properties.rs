//! Properties of the policy stage: no input makes it panic, and head's policy never loosens base's.

use draftgate::finding::Level;
use draftgate::policy::{CHECKS, HeadFile, Kind, Policy, PolicyFile, Sources};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::policy::{WHOLE, finding, with_head};

fn read(bytes: &[u8]) {
    let file = PolicyFile {
        name: "draftgate.toml",
        bytes,
        source: draftgate::finding::judgement::PolicySource::Base,
    };
    let sources = Sources {
        policy: Some(file),
        head: HeadFile::Bytes(bytes),
        attributes: Some(bytes),
        as_of: Some(i64::from(bytes.len() as u32)),
    };
    match Policy::load(sources) {
        Ok(policy) => drop(policy.explained()),
        Err(error) => {
            assert!(!error.problems.is_empty());
            assert!(
                error
                    .problems
                    .iter()
                    .all(|problem| problem.line > 0 && problem.column > 0)
            );
        }
    }
}

/// A valid policy with some stretches replaced by bits of policies and by noise.
fn mutated() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        select(vec![
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "\"",
            "'",
            "\"\"\"",
            "=",
            ".",
            "\n",
            "#",
            "\\",
            "-1",
            "1e9",
            "true",
            "9999999999999999999",
            "2027-02-30",
            "nan",
            "[gate]",
            "[[levels]]",
            "[[waivers]]",
            "levels",
            "waivers",
            "paths",
            "**",
            "{a,",
            "(?P<",
            "\u{feff}",
            "\u{202e}",
            "\0",
            "é",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    vec((any::<Index>(), 0..12_usize, bit), 1..8).prop_map(|edits| {
        let mut text: Vec<char> = WHOLE.chars().collect();
        for (at, length, bit) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, bit.chars());
        }
        text.into_iter().collect()
    })
}

const RULES: [&str; 3] = ["bare-except", "print-in-library", "sql-concatenation"];
const FILES: [&str; 4] = ["src/a.py", "gen/a.py", "examples/b.py", "lib/c.py"];
const GLOBS: [&str; 4] = ["src/**", "gen/**", "examples/**", "**/*.py"];

fn names() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(CHECKS.to_vec(), 0..5)
}

fn globs() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(GLOBS.to_vec(), 0..3)
}

fn gate() -> impl Strategy<Value = String> {
    let fail_on = select(vec![
        "",
        "fail-on = \"blocked\"\n",
        "fail-on = \"needs-human\"\n",
    ]);
    (fail_on, proptest::option::of(names()), names()).prop_map(|(fail_on, required, disabled)| {
        let disabled: Vec<_> = disabled
            .into_iter()
            .filter(|name| !required.iter().flatten().any(|other| other == name))
            .collect();
        let required = required.map(|names| format!("required = {names:?}\n"));
        format!(
            "[gate]\n{fail_on}{}disabled = {disabled:?}\ntime-limit = \"5m\"\n",
            required.unwrap_or_default()
        )
    })
}

fn paths() -> impl Strategy<Value = String> {
    (globs(), globs(), any::<bool>()).prop_map(|(generated, vendored, known)| {
        format!(
            "[paths]\ngenerated = {generated:?}\nvendored = {vendored:?}\nwell-known = {known}\n"
        )
    })
}

fn levels() -> impl Strategy<Value = String> {
    let entry = (
        proptest::option::of(select(RULES.to_vec())),
        proptest::option::of(select(GLOBS.to_vec())),
        select(vec!["off", "note", "escalate", "block"]),
    );
    vec(entry, 0..4).prop_map(|entries| {
        let mut text = String::new();
        for (rule, glob, level) in entries {
            let rule = rule.map_or("check = \"errors\"".to_owned(), |rule| {
                format!("rule = {rule:?}")
            });
            let glob = glob.map_or(String::new(), |glob| format!("paths = [{glob:?}]"));
            text += &format!("[[levels]]\n{rule}\n{glob}\nlevel = {level:?}\n");
        }
        text
    })
}

fn checks() -> impl Strategy<Value = String> {
    let kinds = btree_map(select(vec!["noqa", "allow"]), 0..4_u32, 0..3);
    (
        0..101_u32,
        0..20_u32,
        any::<bool>(),
        0..4_u32,
        kinds,
        0..600_u32,
        any::<bool>(),
    )
        .prop_map(|(share, lines, total, budget, kinds, size, project)| {
            let kinds: String = kinds
                .iter()
                .map(|(kind, budget)| format!("{kind} = {budget}\n"))
                .collect();
            let scope = if project { "project" } else { "lines" };
            format!(
                "[checks.coverage]\npatch-threshold = \"{share}%\"\nmin-lines = {lines}\n\
                 fail-on-total = {total}\n[checks.suppressions]\nbudget = {budget}\n\
                 [checks.suppressions.kinds]\n{kinds}[checks.size]\nmax-lines = {size}\n\
                 [checks.lint]\nscope = {scope:?}\n"
            )
        })
}

fn rest() -> impl Strategy<Value = String> {
    let waivers = btree_map(
        select(RULES.to_vec()),
        proptest::option::of(2000..2040_u32),
        0..3,
    );
    (any::<bool>(), names(), any::<bool>(), waivers).prop_map(|(spec, required, tool, waivers)| {
        let mut text = format!("[provenance.agent]\nrequire-human-spec = {spec}\nrequired = {required:?}\n");
        if tool {
            text += "[tools.mypy]\ntime-limit = \"1m\"\n";
        }
        for (rule, year) in waivers {
            text += &format!(
                "[[waivers]]\nfingerprint = \"b1946ac92492\"\nrule = {rule:?}\nreason = \"r\"\napproved-by = \"a\"\n"
            );
            if let Some(year) = year {
                text += &format!("until = \"{year}-06-30\"\n");
            }
        }
        text
    })
}

fn valid() -> impl Strategy<Value = String> {
    (gate(), paths(), levels(), checks(), rest())
        .prop_map(|(gate, paths, levels, checks, rest)| gate + &paths + &levels + &checks + &rest)
}

/// Fails where `policy` lets pass what `base` would not.
fn never_looser(policy: &Policy, base: &Policy) {
    assert!(policy.fail_on >= base.fail_on);
    assert!(policy.required.is_superset(&base.required));
    assert!(policy.disabled.is_subset(&base.disabled));
    assert!(policy.required.is_disjoint(&policy.disabled));
    assert_eq!(policy.target, base.target);
    assert_eq!(policy.time_limit, base.time_limit);
    assert_eq!(policy.tools(), base.tools());
    let (now, then) = (policy.checks(), base.checks());
    assert!(now.coverage.patch_threshold >= then.coverage.patch_threshold);
    assert!(now.coverage.min_lines <= then.coverage.min_lines);
    assert!(now.coverage.fail_on_total >= then.coverage.fail_on_total);
    assert!(now.size.max_lines <= then.size.max_lines);
    assert!(now.lint.scope >= then.lint.scope);
    for kind in ["noqa", "allow", "another"] {
        assert!(
            now.suppressions.allowed(kind) <= then.suppressions.allowed(kind),
            "{kind}"
        );
    }
    assert!(policy.agent().require_human_spec >= base.agent().require_human_spec);
    assert!(policy.agent().required.is_superset(&base.agent().required));
    for path in FILES {
        assert!(
            policy.kind(path) == Kind::Own || base.kind(path) != Kind::Own,
            "{path}"
        );
        assert_eq!(policy.is_test_path(path), base.is_test_path(path));
        for rule in RULES {
            for own in [Level::Note, Level::Escalate, Level::Block] {
                let finding = finding("errors", rule, path, own);
                assert!(
                    policy.level(&finding) >= base.level(&finding),
                    "{rule} {path}"
                );
                assert!(policy.waiver(&finding).is_none() || base.waiver(&finding).is_some());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn no_edit_of_a_policy_makes_it_panic(text in mutated()) {
        read(text.as_bytes());
    }

    #[test]
    fn heads_policy_never_loosens_bases(base in valid(), head in valid(), as_of in 900_000_000..2_400_000_000_i64) {
        let at = |head| Policy::load(Sources { as_of: Some(as_of), head, ..with_head(&base, "") }).expect("a policy");
        let alone = at(HeadFile::Same);
        let policy = at(HeadFile::Bytes(head.as_bytes()));
        never_looser(&policy, &alone);
        let agent = (policy.for_agent(), alone.clone().for_agent());
        never_looser(&agent.0, &agent.1);
        never_looser(&agent.1, &alone);
    }

    #[test]
    fn the_effective_policy_prints_and_parses_back(base in valid(), head in valid()) {
        let policy = Policy::load(with_head(&base, &head)).expect("a policy");
        let printed = policy.explained();
        let again = crate::policy::load(&printed).expect("what is printed is a policy");
        prop_assert_eq!(again.document(), policy.document());
        prop_assert_eq!(again.identity.digest, policy.identity.digest);
    }
}

#[test]
fn deep_nesting_and_long_lists_are_refused_or_read_and_no_more() {
    read("[".repeat(100_000).as_bytes());
    read(format!("gate = {}", "[".repeat(100_000)).as_bytes());
    read(format!("gate = {}", "{a=".repeat(100_000)).as_bytes());
    read(format!("[{}]", "a.".repeat(50_000) + "a").as_bytes());
    read(format!("[gate]\n{} = 1", "a.".repeat(2_000) + "a").as_bytes());
    read(format!("[paths]\ntests = [\"{}\"]", "{".repeat(900)).as_bytes());
    read(format!("[paths]\ntests = [\"{}\"]", "*".repeat(999)).as_bytes());
    read(
        format!(
            "[checks.tests]\noracle-pattern = \"{}\"",
            "(".repeat(50_000)
        )
        .as_bytes(),
    );
    read(format!("[gate]\n{}", "x = 1\n".repeat(5_000)).as_bytes());
    let keys: String = (0..5_000).map(|key| format!("x{key} = 1\n")).collect();
    read(format!("[gate]\n{keys}").as_bytes());
}
