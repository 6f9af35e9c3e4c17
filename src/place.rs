//! Where something stands in a text.
//!
//! Does not catch: which text; whoever has a place knows its file and side.

/// A stretch of text: 1-based lines and columns (Unicode scalar values), end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last one.
    pub end_column: u32,
}

impl Place {
    /// The place of a finding that is about a whole file.
    pub const FILE: Place = Place {
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
    };

    /// The place of what is about a whole line, counted from 0.
    pub fn of_line(row: u32) -> Self {
        Self {
            line: row + 1,
            column: 1,
            end_line: row + 1,
            end_column: 2,
        }
    }
}
