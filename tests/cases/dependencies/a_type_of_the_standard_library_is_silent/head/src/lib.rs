pub mod util;
pub fn f(x: std::time::Duration) { util::real() }
