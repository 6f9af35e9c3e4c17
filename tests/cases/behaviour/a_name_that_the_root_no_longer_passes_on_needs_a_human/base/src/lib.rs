mod reader;
pub use reader::{Reader, Row};
