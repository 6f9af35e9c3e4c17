//! The trace: a run from which verdict and reports can be derived again, byte for byte.
//!
//! Reading is strict: a trace of another schema, with a key too many or too few, or whose judged part
//! is not the one that was digested, is refused.
//!
//! Does not catch: a trace that somebody made up and digested anew. The digest tells damage, it is no
//! signature.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::finding::judgement::{Judgement, RunLog};

/// Format of traces that this version writes and reads.
pub const SCHEMA: u32 = 1;

/// The record of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Version of draftgate that judged.
    pub draftgate: String,
    /// What it found out: the digested part.
    pub judged: Judgement,
    /// The effective policy, as `draftgate policy` prints it.
    pub policy: String,
    /// What the run took: not digested, and in no report but the human summary.
    pub run: RunLog,
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    schema: u32,
    draftgate: &'a str,
    digest: String,
    judged: &'a Judgement,
    policy: &'a str,
    run: &'a RunLog,
}

/// The file as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "schema")]
    _schema: u32,
    draftgate: String,
    digest: String,
    judged: Judgement,
    policy: String,
    run: RunLog,
}

/// What all schemas have in common.
#[derive(Deserialize)]
struct Head {
    schema: u32,
    #[serde(default)]
    draftgate: String,
}

impl Trace {
    /// The record of a run of this version.
    pub fn new(judged: Judgement, policy: String, run: RunLog) -> Self {
        Self {
            draftgate: env!("CARGO_PKG_VERSION").to_owned(),
            judged,
            policy,
            run,
        }
    }

    /// The trace as a file, line end included.
    ///
    /// # Errors
    /// None in practice: everything in it has a form in JSON.
    pub fn write(&self) -> Result<String> {
        let written = Written {
            schema: SCHEMA,
            draftgate: &self.draftgate,
            digest: digest(&self.judged)?,
            judged: &self.judged,
            policy: &self.policy,
            run: &self.run,
        };
        crate::json::pretty(&written)
    }

    /// Reads a trace.
    ///
    /// # Errors
    /// Where the bytes are no trace of schema 1, or were changed after the run; the message names the
    /// place and what fixes it.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        const AGAIN: &str = "make it again with `draftgate check --trace FILE`";
        let head: Head =
            serde_json::from_slice(bytes).with_context(|| format!("this is no trace: {AGAIN}"))?;
        if head.schema != SCHEMA {
            let by = match head.draftgate.as_str() {
                "" => String::new(),
                version => format!(" (written by draftgate {})", crate::text::visible(version)),
            };
            bail!(
                "schema = {}{by}: this draftgate reads traces of schema {SCHEMA}; {AGAIN}, or \
                 replay it with the version that wrote it",
                head.schema
            );
        }
        let read: Read = serde_json::from_slice(bytes)
            .with_context(|| format!("the trace does not follow schema {SCHEMA}: {AGAIN}"))?;
        let found = digest(&read.judged)?;
        if found != read.digest {
            bail!(
                "`judged` was changed after the run: its digest is {found}, `digest` says {}; {AGAIN}",
                crate::text::visible(&read.digest)
            );
        }
        Ok(Self {
            draftgate: read.draftgate,
            judged: read.judged,
            policy: read.policy,
            run: read.run,
        })
    }
}

/// `sha256:` and the digest of the judged part as canonical JSON: no white space, keys sorted.
fn digest(judged: &Judgement) -> Result<String> {
    let mut value = serde_json::to_value(judged)?;
    value.sort_all_objects();
    let canonical = serde_json::to_vec(&value)?;
    Ok(format!("sha256:{}", crate::text::digest(&canonical)))
}
