mod reader;
pub use crate::reader::Reader;
pub use reader::Row;
