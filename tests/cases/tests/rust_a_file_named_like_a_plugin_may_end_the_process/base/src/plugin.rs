//! Plugins of the host.

/// Starts them.
pub fn start() {}
