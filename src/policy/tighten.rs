//! The overlay of head's policy on base's: what is stricter at head counts at once, what is looser
//! counts once it is on the base.
//!
//! Every struct of the format is taken apart here field by field, so a new key does not compile before
//! it is said in which direction it is stricter. The result is never looser than base
//! (property-tested in `tests/policy_tighten.rs`).
//!
//! Does not catch: a stricter value of a key that is kept as a whole (tools, commands, the target).

use std::collections::BTreeSet;

use super::document::{Agent, Document, Gate, Languages, Paths, Provenance, Waiver};
use super::settings::{
    Checks, Coverage, Dependencies, Proof, Scoped, Secrets, Size, Suppressions, Tests,
    Vulnerabilities,
};

/// What the overlay came to.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    /// Keys whose value is head's now, or the stricter mixture of both.
    pub(super) applied: BTreeSet<String>,
    /// Places in base's list of the waivers that are left.
    pub(super) waivers: Vec<usize>,
    /// What of head was not heeded.
    pub(super) remarks: Vec<String>,
}

impl Overlay {
    /// Takes over what is stricter at head.
    pub(super) fn tighten(base: &mut Document, head: &Document) -> Self {
        let mut overlay = Self::default();
        let Document {
            schema: _,
            gate,
            paths,
            languages: Languages { unread, glue_lines },
            levels,
            floors,
            checks,
            environments,
            tools,
            provenance,
            waivers,
        } = head;
        overlay.gate(&mut base.gate, gate);
        overlay.paths(&mut base.paths, paths);
        overlay.higher("languages.unread", &mut base.languages.unread, *unread);
        overlay.lower(
            "languages.glue-lines",
            &mut base.languages.glue_lines,
            *glue_lines,
        );
        overlay.fixed("floors", &base.floors, floors);
        if *levels != base.levels {
            if base.floors.is_none() {
                base.floors = Some(levels.clone());
                overlay.applied.insert("floors".to_owned());
                overlay.remarks.push(
                    "[[levels]] differ at head: a finding gets the stricter of base's level and head's"
                        .to_owned(),
                );
            } else {
                overlay.not_yet("levels");
            }
        }
        overlay.checks(&mut base.checks, checks);
        overlay.fixed("environments", &base.environments, environments);
        let names: BTreeSet<&String> = base.tools.keys().chain(tools.keys()).collect();
        for name in names {
            let key = format!("tools.{name}");
            overlay.fixed(&key, &base.tools.get(name), &tools.get(name));
        }
        overlay.provenance(&mut base.provenance, provenance);
        overlay.waivers(&mut base.waivers, waivers);
        overlay
    }

    fn not_yet(&mut self, key: &str) {
        self.remarks.push(format!(
            "{key} of head's policy does not count before it is on the base"
        ));
    }

    fn fixed<T: PartialEq>(&mut self, key: &str, base: &T, head: &T) {
        if base != head {
            self.not_yet(key);
        }
    }

    fn lower<T: Ord + Copy>(&mut self, key: &str, base: &mut T, head: T) {
        if head < *base {
            *base = head;
            self.applied.insert(key.to_owned());
        } else if head > *base {
            self.not_yet(key);
        }
    }

    fn higher<T: Ord + Copy>(&mut self, key: &str, base: &mut T, head: T) {
        if head > *base {
            *base = head;
            self.applied.insert(key.to_owned());
        } else if head < *base {
            self.not_yet(key);
        }
    }

    fn more<T: Ord + Clone>(&mut self, key: &str, base: &mut BTreeSet<T>, head: &BTreeSet<T>) {
        if !base.is_subset(head) {
            self.not_yet(key);
        }
        if !head.is_subset(base) {
            base.extend(head.iter().cloned());
            self.applied.insert(key.to_owned());
        }
    }

    fn fewer<T: PartialEq>(&mut self, key: &str, base: &mut Vec<T>, head: &[T]) {
        if head.iter().any(|value| !base.contains(value)) {
            self.not_yet(key);
        }
        let before = base.len();
        base.retain(|value| head.contains(value));
        if base.len() < before {
            self.applied.insert(key.to_owned());
        }
    }

    fn gate(&mut self, base: &mut Gate, head: &Gate) {
        let mut required = base.required();
        let mut disabled: Vec<_> = base.disabled.iter().cloned().collect();
        let Gate {
            target,
            fail_on,
            required: _,
            disabled: head_disabled,
            time_limit,
        } = head;
        self.fixed("gate.target", &base.target, target);
        self.fixed("gate.time-limit", &base.time_limit, time_limit);
        self.higher("gate.fail-on", &mut base.fail_on, *fail_on);
        // What head disables is told under `gate.disabled`, and not once more as no longer required.
        let mut at_head = head.required();
        at_head.extend(required.intersection(head_disabled).cloned());
        self.more("gate.required", &mut required, &at_head);
        let head_disabled: Vec<_> = head_disabled.iter().cloned().collect();
        self.fewer("gate.disabled", &mut disabled, &head_disabled);
        if base.required.is_some() || head.required.is_some() {
            base.required = Some(required);
        }
        base.disabled = disabled.into_iter().collect();
    }

    fn paths(&mut self, base: &mut Paths, head: &Paths) {
        let Paths {
            generated,
            vendored,
            tests,
            well_known,
        } = head;
        self.fewer("paths.generated", &mut base.generated, generated);
        self.fewer("paths.vendored", &mut base.vendored, vendored);
        self.fixed("paths.tests", &base.tests, tests);
        self.lower("paths.well-known", &mut base.well_known, *well_known);
    }

    fn checks(&mut self, base: &mut Checks, head: &Checks) {
        let Checks {
            coverage,
            dependencies,
            lint: Scoped { scope: lint },
            proof,
            secrets: Secrets { ignore },
            size: Size { max_lines },
            suppressions,
            tests: Tests { oracle_pattern },
            types: Scoped { scope: types },
            vulnerabilities: Vulnerabilities { rules_dir },
        } = head;
        self.coverage(&mut base.coverage, coverage);
        self.dependencies(&mut base.dependencies, dependencies);
        self.proof(&base.proof, proof);
        self.higher("checks.lint.scope", &mut base.lint.scope, *lint);
        self.fewer("checks.secrets.ignore", &mut base.secrets.ignore, ignore);
        self.lower(
            "checks.size.max-lines",
            &mut base.size.max_lines,
            *max_lines,
        );
        self.suppressions(&mut base.suppressions, suppressions);
        let key = "checks.tests.oracle-pattern";
        self.fixed(key, &base.tests.oracle_pattern, oracle_pattern);
        self.higher("checks.types.scope", &mut base.types.scope, *types);
        let key = "checks.vulnerabilities.rules-dir";
        self.fixed(key, &base.vulnerabilities.rules_dir, rules_dir);
    }

    fn coverage(&mut self, base: &mut Coverage, head: &Coverage) {
        let Coverage {
            command,
            time_limit,
            network,
            sandbox,
            report,
            base_report,
            patch_threshold,
            min_lines,
            fail_on_total,
        } = head;
        self.fixed("checks.coverage.command", &base.command, command);
        self.fixed("checks.coverage.time-limit", &base.time_limit, time_limit);
        self.fixed("checks.coverage.network", &base.network, network);
        self.fixed("checks.coverage.sandbox", &base.sandbox, sandbox);
        self.fixed("checks.coverage.report", &base.report, report);
        self.fixed(
            "checks.coverage.base-report",
            &base.base_report,
            base_report,
        );
        let key = "checks.coverage.patch-threshold";
        self.higher(key, &mut base.patch_threshold, *patch_threshold);
        self.lower("checks.coverage.min-lines", &mut base.min_lines, *min_lines);
        let key = "checks.coverage.fail-on-total";
        self.higher(key, &mut base.fail_on_total, *fail_on_total);
    }

    /// A change says nothing of what is run.
    fn proof(&mut self, base: &Proof, head: &Proof) {
        let Proof {
            command,
            time_limit,
            network,
            sandbox,
            mutants,
        } = head;
        self.fixed("checks.proof.command", &base.command, command);
        self.fixed("checks.proof.time-limit", &base.time_limit, time_limit);
        self.fixed("checks.proof.network", &base.network, network);
        self.fixed("checks.proof.sandbox", &base.sandbox, sandbox);
        self.fixed("checks.proof.mutants", &base.mutants, mutants);
    }

    /// Online finds more, but a change may neither open the network nor say who is asked.
    fn dependencies(&mut self, base: &mut Dependencies, head: &Dependencies) {
        let Dependencies {
            online,
            installed,
            environments,
            min_age_days,
            registries,
        } = head;
        self.fixed("checks.dependencies.online", &base.online, online);
        self.fixed("checks.dependencies.installed", &base.installed, installed);
        let key = "checks.dependencies.environments";
        self.fixed(key, &base.environments, environments);
        let key = "checks.dependencies.min-age-days";
        self.higher(key, &mut base.min_age_days, *min_age_days);
        let key = "checks.dependencies.registries";
        self.fixed(key, &base.registries, registries);
    }

    fn suppressions(&mut self, base: &mut Suppressions, head: &Suppressions) {
        let Suppressions { budget, kinds } = head;
        let names: BTreeSet<String> = base.kinds.keys().chain(kinds.keys()).cloned().collect();
        for kind in names {
            let (mut allowed, at_head) = (base.allowed(&kind), head.allowed(&kind));
            let key = format!("checks.suppressions.kinds.{kind}");
            self.lower(&key, &mut allowed, at_head);
            base.kinds.insert(kind, allowed);
        }
        self.lower("checks.suppressions.budget", &mut base.budget, *budget);
    }

    fn provenance(&mut self, base: &mut Provenance, head: &Provenance) {
        let Provenance {
            agent:
                Agent {
                    require_human_spec,
                    required,
                    levels,
                },
        } = head;
        let base = &mut base.agent;
        let key = "provenance.agent.require-human-spec";
        self.higher(key, &mut base.require_human_spec, *require_human_spec);
        self.more("provenance.agent.required", &mut base.required, required);
        self.fixed("provenance.agent.levels", &base.levels, levels);
    }

    fn waivers(&mut self, base: &mut Vec<Waiver>, head: &[Waiver]) {
        let same = |a: &Waiver, b: &Waiver| a.fingerprint == b.fingerprint && a.rule == b.rule;
        for waiver in head {
            if !base.iter().any(|known| same(known, waiver)) {
                self.remarks.push(format!(
                    "the waiver of {} for {} is new in this change: it does not count before it is on the base",
                    waiver.rule, waiver.fingerprint
                ));
            }
        }
        let mut left = Vec::new();
        for (at, mut waiver) in std::mem::take(base).into_iter().enumerate() {
            let Some(known) = head.iter().find(|known| same(known, &waiver)) else {
                continue;
            };
            let ends_sooner = match (known.until, waiver.until) {
                (Some(head), Some(base)) => head < base,
                (head, base) => head.is_some() && base.is_none(),
            };
            if ends_sooner {
                waiver.until = known.until;
                self.applied.insert(format!("waivers.{}.until", left.len()));
            } else if known.until != waiver.until {
                self.not_yet(&format!("the later end of the waiver of {}", waiver.rule));
            }
            self.waivers.push(at);
            left.push(waiver);
        }
        *base = left;
    }
}
