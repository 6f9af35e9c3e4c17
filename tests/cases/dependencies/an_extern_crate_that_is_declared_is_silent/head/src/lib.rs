pub mod util;
extern crate serde as sd;
