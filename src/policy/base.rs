//! The policy of a change: base's file, with head's laid over it where it is stricter.
//!
//! Does not catch: a policy file below the root; there is one policy a repository.

use super::{FILE, HeadFile, Policy, PolicyError, PolicyFile, Sources};
use crate::change::{Blob, Change, Content, Side};
use crate::finding::judgement::PolicySource;

impl Policy {
    /// The policy that base holds, or the default where it holds none.
    ///
    /// # Errors
    /// Where base's file cannot be read, or is no valid policy.
    pub fn of(change: &Change) -> Result<Self, PolicyError> {
        let bytes = match read(change, Side::Base, FILE) {
            Ok(bytes) => bytes,
            Err(why) => return Err(PolicyError::unreadable(FILE, &why)),
        };
        let file = bytes.as_deref().map(|bytes| PolicyFile {
            name: FILE,
            bytes,
            source: PolicySource::Base,
        });
        Self::over(change, file)
    }

    /// The policy of a file from elsewhere: of the ref that `--policy-ref` names (none: it has no
    /// file, and the default holds), or of the working tree, over which head's is not laid.
    ///
    /// # Errors
    /// Where the file is no valid policy.
    pub fn over(change: &Change, file: Option<PolicyFile<'_>>) -> Result<Self, PolicyError> {
        let at_head = read(change, Side::Head, FILE);
        let head = match (&file, &at_head) {
            (Some(file), _) if file.source == PolicySource::Worktree => HeadFile::Same,
            (Some(file), Ok(Some(bytes))) if file.bytes == bytes.as_slice() => HeadFile::Same,
            (_, Ok(Some(bytes))) => HeadFile::Bytes(bytes),
            (_, Err(why)) => HeadFile::Unreadable(why),
            (Some(_), Ok(None)) => HeadFile::Gone,
            (None, Ok(None)) => HeadFile::Same,
        };
        let attributes = read(change, Side::Base, ".gitattributes").ok().flatten();
        let date = |commit: &Option<String>| {
            let commit = change.commit(commit.as_deref()?).ok()?;
            Some(commit.time)
        };
        Self::load(Sources {
            policy: file,
            head,
            attributes: attributes.as_deref(),
            as_of: date(&change.base.commit).max(date(&change.head.commit)),
        })
    }
}

/// A file's bytes; `None` where there is no file, and why where there are no bytes.
fn read(change: &Change, side: Side, path: &str) -> Result<Option<Vec<u8>>, String> {
    let blob = change
        .read(side, path)
        .map_err(|error| format!("{error:#}"))?;
    let Some(blob) = blob else {
        return Ok(None);
    };
    match &blob.content {
        Content::Text(text) => Ok(Some(text.as_bytes().to_vec())),
        Content::Undecodable(bytes) => Ok(Some(bytes.to_vec())),
        _ => Err(Blob::out_of_reach(&blob).unwrap_or_default()),
    }
}
