//! Nothing is confined here.

use std::ffi::{OsStr, OsString};

use anyhow::Result;

use super::{LAUNCH, Wanted};

/// What a first argument asks for.
pub(super) fn step(first: &OsStr) -> Option<fn(&Wanted, &[OsString]) -> Result<u8>> {
    (first == LAUNCH).then_some(|_, _| anyhow::bail!("nothing can be confined on this system"))
}
