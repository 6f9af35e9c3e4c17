mod lib {
    pub use std::{f32, f64};
}
pub use lib::f64;
