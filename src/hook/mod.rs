//! Hooks: where draftgate is asked by git before a push, or by a coding agent before it ends its turn.
//!
//! A hook is a courtesy: `git push --no-verify` goes round it, and so does an agent that edits its own
//! settings. What must hold is asked again in CI.
//!
//! Does not catch: a push by a git that runs no hooks (most graphical ones do, some libraries do not).

pub mod agent;
pub mod install;
pub mod pre_push;
