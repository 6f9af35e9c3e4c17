//! Programs that are run: how, and what came of it.

pub mod process;
