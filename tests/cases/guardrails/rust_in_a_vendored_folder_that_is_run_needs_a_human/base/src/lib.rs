pub mod vendor;
pub fn run() {}
