pub mod util;
pub fn f(x: fastjsonkit::Value) {}
