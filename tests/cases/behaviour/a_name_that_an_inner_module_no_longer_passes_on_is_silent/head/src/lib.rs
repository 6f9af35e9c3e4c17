mod lib {
    pub use std::f64;
}
pub use lib::f64;
