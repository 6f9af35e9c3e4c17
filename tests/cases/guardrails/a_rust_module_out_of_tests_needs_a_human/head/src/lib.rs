#[path = "../tests/common.rs"]
mod common;
pub fn run() { common::start() }
