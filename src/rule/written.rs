//! The engine's part of a rule, as it is written; [`super::compile`] says what it means.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::Level;

/// One name or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Many<T> {
    /// One.
    One(T),
    /// Several.
    Several(Vec<T>),
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many::Several(Vec::new())
    }
}

impl<T> Many<T> {
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Many::One(one) => vec![one],
            Many::Several(several) => several,
        }
    }
}

/// How a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// At what stands there.
    Match,
    /// At where a value came from.
    Taint,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Table {
    pub(super) language: String,
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) kind: String,
    pub(super) message: String,
    #[serde(default)]
    pub(super) require: Option<String>,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) safe_prefix: Option<String>,
    #[serde(default)]
    pub(super) context: Option<String>,
    #[serde(default)]
    pub(super) tests: bool,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) sources: BTreeMap<String, Level>,
    #[serde(default)]
    pub(super) origins: Vec<String>,
    #[serde(default)]
    pub(super) sanitizers: Vec<String>,
    #[serde(default)]
    pub(super) guards: Vec<String>,
    #[serde(default)]
    pub(super) calls: Vec<CallTable>,
    #[serde(default)]
    pub(super) assigns: Vec<AssignTable>,
    #[serde(default)]
    pub(super) returns: Vec<ReturnTable>,
    #[serde(default)]
    pub(super) uses: Vec<String>,
    #[serde(default)]
    pub(super) compares: bool,
    #[serde(default)]
    pub(super) asserts: Option<String>,
    #[serde(default)]
    pub(super) builds: Option<String>,
    #[serde(default)]
    pub(super) whole: Option<String>,
    #[serde(default)]
    pub(super) patterns: Vec<PatternTable>,
    #[serde(default)]
    pub(super) queries: Vec<QueryTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CallTable {
    pub(super) callee: Many<String>,
    #[serde(default)]
    pub(super) arg: Many<usize>,
    #[serde(default)]
    pub(super) kw: Many<String>,
    #[serde(default)]
    pub(super) item: Option<i64>,
    #[serde(default)]
    pub(super) receiver: bool,
    #[serde(default)]
    pub(super) all: bool,
    #[serde(default)]
    pub(super) in_loop: bool,
    #[serde(default, rename = "where")]
    pub(super) conditions: Vec<ConditionTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConditionTable {
    #[serde(default)]
    pub(super) arg: Option<usize>,
    #[serde(default)]
    pub(super) kw: Many<String>,
    #[serde(default)]
    pub(super) item: Option<i64>,
    #[serde(default)]
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) receiver: bool,
    #[serde(default)]
    pub(super) is: Option<toml::Value>,
    #[serde(default)]
    pub(super) matches: Option<String>,
    #[serde(default)]
    pub(super) literal: Option<bool>,
    #[serde(default)]
    pub(super) missing: Option<bool>,
    #[serde(default)]
    pub(super) below: Option<i64>,
    #[serde(default)]
    pub(super) bits: Option<i64>,
    #[serde(default)]
    pub(super) path: Many<String>,
    #[serde(default)]
    pub(super) built: Option<bool>,
    #[serde(default)]
    pub(super) object: Option<bool>,
    #[serde(default)]
    pub(super) negate: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AssignTable {
    #[serde(default)]
    pub(super) target: Many<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) repeated: bool,
    #[serde(default)]
    pub(super) key: bool,
    #[serde(default, rename = "where")]
    pub(super) conditions: Vec<ConditionTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ReturnTable {
    #[serde(default)]
    pub(super) handler: Many<String>,
    #[serde(default)]
    pub(super) decorator: Option<String>,
    #[serde(default)]
    pub(super) function: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PatternTable {
    pub(super) pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct QueryTable {
    pub(super) query: String,
    #[serde(default)]
    pub(super) contains: Many<String>,
    #[serde(default)]
    pub(super) without_comment: Option<String>,
}
