mod reader;
pub use reader::{Reader, Row};
use std::fmt;
