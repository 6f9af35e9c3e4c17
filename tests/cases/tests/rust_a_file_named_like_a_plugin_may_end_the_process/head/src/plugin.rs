//! Plugins of the host.

/// Starts them.
pub fn start() {}

/// Ends the host with all of them.
pub fn stop() {
    std::process::exit(0);
}
