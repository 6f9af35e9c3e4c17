//! The cells of a notebook, and where each line of their code stands in the file.
//!
//! The parser of JSON keeps no places: it says whether the text is JSON, and one pass over the text follows the keys.
//! Of a key that stands there twice both values count.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;

/// What a notebook holds.
#[derive(Default)]
pub(super) struct Notebook {
    /// The cells of code, in their order.
    pub(super) cells: Vec<Cell>,
    /// The language that its metadata name.
    pub(super) language: Option<String>,
}

/// A cell of code.
#[derive(Default)]
pub(super) struct Cell {
    /// The strings of its source.
    pub(super) lines: Vec<Line>,
    is_code: bool,
}

/// A string of a cell's source.
pub(super) struct Line {
    /// 0-based line of the file.
    pub(super) row: usize,
    /// Bytes before it on that line.
    pub(super) column: usize,
    /// Where it stands, without its quotes.
    pub(super) bytes: Range<usize>,
}

/// The notebook that a text is.
pub(super) fn read(text: &str) -> Result<Notebook, String> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|why| format!("broken JSON: {why}"))?;
    let mut reader = Reader::default();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'{' => reader.open(Frame::Map(Cow::Borrowed(""))),
            b'[' => reader.open(Frame::List),
            b'}' | b']' => reader.close(),
            b'\n' => {
                reader.row += 1;
                reader.line_start = at + 1;
            }
            b'"' => {
                let end = closing(text, at + 1);
                reader.string(text, at + 1..end);
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    if !reader.has_cells {
        return Err("no notebook of format 4: it has no cells".to_owned());
    }
    reader.notebook.cells.retain(|cell| cell.is_code);
    Ok(reader.notebook)
}

/// Where the string that begins at a byte ends.
fn closing(text: &str, start: usize) -> usize {
    let mut escaped = false;
    let ends = |byte: u8| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    };
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let end = rest.iter().copied().position(ends);
    end.map_or(text.len(), |end| start + end)
}

/// The text of a string as it is meant.
pub(super) fn decoded<'t>(text: &'t str, bytes: &Range<usize>) -> Cow<'t, str> {
    let written = text.get(bytes.clone()).unwrap_or_default();
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let quoted = text
        .get(bytes.start.saturating_sub(1)..=bytes.end)
        .unwrap_or_default();
    serde_json::from_str(quoted).map_or(Cow::Borrowed(written), Cow::Owned)
}

/// What the text at hand stands in.
enum Frame<'t> {
    /// An object, with the key of the value at hand.
    Map(Cow<'t, str>),
    /// An array.
    List,
}

#[derive(Default)]
struct Reader<'t> {
    open: Vec<Frame<'t>>,
    notebook: Notebook,
    has_cells: bool,
    row: usize,
    line_start: usize,
}

impl<'t> Reader<'t> {
    fn open(&mut self, frame: Frame<'t>) {
        match (self.open.as_slice(), &frame) {
            ([Frame::Map(key)], Frame::List) if key == "cells" => self.has_cells = true,
            ([Frame::Map(key), Frame::List], Frame::Map(_)) if key == "cells" => {
                self.notebook.cells.push(Cell::default());
            }
            _ => {}
        }
        self.open.push(frame);
    }

    fn close(&mut self) {
        self.open.pop();
    }

    /// A string: a key, or a value that may be looked for.
    fn string(&mut self, text: &'t str, bytes: Range<usize>) {
        let after = text.get(bytes.end + 1..).unwrap_or_default();
        if after.trim_start().starts_with(':')
            && let Some(Frame::Map(key)) = self.open.last_mut()
        {
            *key = decoded(text, &bytes);
            return;
        }
        match self.open.as_slice() {
            [Frame::Map(cells), Frame::List, Frame::Map(key)]
                if cells == "cells" && key == "cell_type" =>
            {
                let is_code = decoded(text, &bytes) == "code";
                if let Some(cell) = self.notebook.cells.last_mut() {
                    cell.is_code |= is_code;
                }
            }
            [Frame::Map(cells), Frame::List, Frame::Map(key)]
            | [Frame::Map(cells), Frame::List, Frame::Map(key), Frame::List]
                if cells == "cells" && key == "source" =>
            {
                let line = Line {
                    row: self.row,
                    column: bytes.start - self.line_start,
                    bytes,
                };
                if let Some(cell) = self.notebook.cells.last_mut() {
                    cell.lines.push(line);
                }
            }
            [Frame::Map(metadata), Frame::Map(of), Frame::Map(key)] if metadata == "metadata" => {
                let named = (&**of, &**key);
                if matches!(
                    named,
                    ("kernelspec", "language") | ("language_info", "name")
                ) {
                    self.notebook.language = Some(decoded(text, &bytes).into_owned());
                }
            }
            _ => {}
        }
    }
}
