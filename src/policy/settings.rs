//! `[checks.<name>]`: one struct a check, with the default of every key in its `Default`.
//!
//! To add a key: one documented field here and its default. Then say in `tighten.rs` in which
//! direction it is stricter; the compiler asks for it.
//!
//! Does not catch: a value that is valid and of no use (a report path that does not exist); the check
//! says so when it runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::values::{Address, Pattern, Percent, TimeLimit};

/// Settings of the checks that have some, `[checks]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Checks {
    /// `[checks.coverage]`
    pub coverage: Coverage,
    /// `[checks.dependencies]`
    pub dependencies: Dependencies,
    /// `[checks.lint]`
    pub lint: Scoped,
    /// `[checks.proof]`
    pub proof: Proof,
    /// `[checks.secrets]`
    pub secrets: Secrets,
    /// `[checks.size]`
    pub size: Size,
    /// `[checks.suppressions]`
    pub suppressions: Suppressions,
    /// `[checks.tests]`
    pub tests: Tests,
    /// `[checks.types]`
    pub types: Scoped,
    /// `[checks.vulnerabilities]`
    pub vulnerabilities: Vulnerabilities,
}

/// Settings of `coverage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Coverage {
    /// The test command, as a list of arguments: coverage is measured with it on both sides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// How long `command` may take on a side.
    pub time_limit: TimeLimit,
    /// Whether `command` has the network.
    pub network: bool,
    /// Whether `command` sees all but its own directories read-only, where the system can do that.
    pub sandbox: bool,
    /// Reports of head, made before draftgate runs; one path or several. With `command`: what it writes, on both
    /// sides.
    #[serde(
        deserialize_with = "one_or_several",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[cfg_attr(test, schemars(with = "OneOrSeveral"))]
    pub report: Vec<String>,
    /// Reports of base; one path or several.
    #[serde(
        deserialize_with = "one_or_several",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[cfg_attr(test, schemars(with = "OneOrSeveral"))]
    pub base_report: Vec<String>,
    /// The share of added executable lines that tests must run.
    pub patch_threshold: Percent,
    /// Added executable lines below which the share is not asked for.
    pub min_lines: u32,
    /// Whether a lower share over the whole project is a finding too.
    pub fail_on_total: bool,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            time_limit: TimeLimit::minutes(30),
            network: false,
            sandbox: true,
            report: Vec::new(),
            base_report: Vec::new(),
            patch_threshold: Percent::whole(80),
            min_lines: 10,
            fail_on_total: false,
        }
    }
}

/// Settings of `dependencies`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Dependencies {
    /// Whether registries are asked over the network for the names of new dependencies.
    pub online: bool,
    /// Whether names that code takes from packages are held against their sources, where these are installed here.
    pub installed: bool,
    /// Folders of environments that are looked through before `.venv`, `venv`, `env` and the active one; relative ones
    /// are of the working tree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    /// Days that a new dependency's name must have been in its registry, up to the day of base's commit.
    pub min_age_days: u32,
    /// Where the registries are.
    pub registries: Registries,
}

impl Default for Dependencies {
    fn default() -> Self {
        Self {
            online: false,
            installed: true,
            environments: Vec::new(),
            min_age_days: 30,
            registries: Registries::default(),
        }
    }
}

/// Where the registries are: the public ones, or mirrors that answer in their place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Registries {
    /// A sparse index of cargo (<https://doc.rust-lang.org/cargo/reference/registry-index.html>).
    pub crates_io: Address,
    /// A module proxy of Go (<https://go.dev/ref/mod#goproxy-protocol>).
    pub go_proxy: Address,
    /// A registry of npm (<https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md>).
    pub npm: Address,
    /// A simple repository API (<https://packaging.python.org/en/latest/specifications/simple-repository-api/>).
    pub pypi: Address,
}

impl Registries {
    /// The address of the registry whose key this is; nothing where there is none.
    pub fn address(&self, key: &str) -> &str {
        match key {
            "crates-io" => self.crates_io.as_str(),
            "go-proxy" => self.go_proxy.as_str(),
            "npm" => self.npm.as_str(),
            "pypi" => self.pypi.as_str(),
            _ => "",
        }
    }
}

impl Default for Registries {
    fn default() -> Self {
        Self {
            crates_io: Address::fixed("https://index.crates.io"),
            go_proxy: Address::fixed("https://proxy.golang.org"),
            npm: Address::fixed("https://registry.npmjs.org"),
            pypi: Address::fixed("https://pypi.org/simple"),
        }
    }
}

/// Which findings of a tool count, fewest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those on changed lines only.
    Lines,
    /// All that the change causes, on untouched lines and in untouched files too.
    #[default]
    Project,
}

/// Settings of `types` and of `lint`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Scoped {
    /// Which findings count.
    pub scope: Scope,
}

/// Settings of `proof`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Proof {
    /// The test command, as a list of arguments: it is run on both sides, and on trees that mix them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// How long all runs for a change may take.
    pub time_limit: TimeLimit,
    /// Whether `command` has the network.
    pub network: bool,
    /// Whether `command` sees all but its own directories read-only, where the system can do that.
    pub sandbox: bool,
    /// Whether small edits of the changed lines are tried, to see whether a test notices them.
    pub mutants: bool,
}

impl Default for Proof {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            time_limit: TimeLimit::minutes(10),
            network: false,
            sandbox: true,
            mutants: true,
        }
    }
}

/// Settings of `secrets`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Secrets {
    /// Values that are known to be no secrets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<IgnoredSecret>,
}

/// One value that is no secret, `[[checks.secrets.ignore]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IgnoredSecret {
    /// The rule that reports it.
    pub rule: String,
    /// The keyed hash of the value, as the finding's evidence shows it; never the value.
    pub hash: String,
    /// Why it is none.
    pub reason: String,
}

/// Settings of `size`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Size {
    /// New lines of product code above which a human is asked whether to split.
    pub max_lines: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self { max_lines: 400 }
    }
}

/// Settings of `suppressions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Suppressions {
    /// How many suppressions a change may add, net, of each kind.
    pub budget: u32,
    /// The same for single kinds: `kinds = { noqa = 2 }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, u32>,
}

impl Suppressions {
    /// How many of a kind a change may add, net.
    pub fn allowed(&self, kind: &str) -> u32 {
        self.kinds.get(kind).copied().unwrap_or(self.budget)
    }
}

/// Settings of `tests`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Tests {
    /// Names of functions of this repository that assert, as a regular expression over the whole or
    /// a part of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oracle_pattern: Option<Pattern>,
}

/// Settings of `vulnerabilities`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Vulnerabilities {
    /// The folder of this repository that holds rules of its own; read from base.
    pub rules_dir: String,
}

impl Default for Vulnerabilities {
    fn default() -> Self {
        Self {
            rules_dir: "draftgate-rules".to_owned(),
        }
    }
}

/// What [`one_or_several`] reads.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "its shape is all that matters")]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

/// A string, or a list of them.
fn one_or_several<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    struct Several;
    impl<'de> serde::de::Visitor<'de> for Several {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string or a list of strings")
        }

        fn visit_str<E>(self, one: &str) -> Result<Self::Value, E> {
            Ok(vec![one.to_owned()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut access: A,
        ) -> Result<Self::Value, A::Error> {
            let mut several = Vec::new();
            while let Some(one) = access.next_element()? {
                several.push(one);
            }
            Ok(several)
        }
    }
    from.deserialize_any(Several)
}
