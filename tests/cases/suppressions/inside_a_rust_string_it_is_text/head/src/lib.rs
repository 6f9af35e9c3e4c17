pub const HELP: &str = "#![allow(warnings)] // nosemgrep";
/// Write `#[allow(dead_code)]`.
pub fn f() {}
