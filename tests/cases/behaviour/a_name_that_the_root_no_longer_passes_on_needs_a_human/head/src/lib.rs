mod reader;
pub use reader::Row;
