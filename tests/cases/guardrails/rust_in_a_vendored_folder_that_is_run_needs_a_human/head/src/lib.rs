pub mod vendor;
use crate::vendor::engine::start;
pub fn run() { start() }
