//! A unified diff, applied in memory.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::Blob;
use super::backend::Backend;

/// What the patch makes of the tree.
pub(super) fn apply(
    _backend: &dyn Backend,
    _tree: Option<&str>,
    _patch: &[u8],
) -> Result<BTreeMap<String, Option<Blob>>> {
    bail!("patches are not read yet: commit it, and name the range");
}
