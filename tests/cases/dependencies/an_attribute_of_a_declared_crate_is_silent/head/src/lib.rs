pub mod util;
#[serde::main]
pub fn f() {}
