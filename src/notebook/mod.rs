//! Notebooks (`.ipynb`, format 4): the code of their cells as one text of the same lines, so that who reads code
//! reads them too, and finds it on the lines of the file.
//!
//! The file is JSON, a line of code is a string on a line of its own. In the [`view`] it stands on that line, as far to
//! the right as in the file; everything else is blank, and so are magics, which are no code of the language.
//!
//! Does not catch: code that a magic runs (`%%writefile`, `!pip install`). Columns behind an escaped quote are those of
//! the code and not of the file, and the lines of a text in triple quotes begin with blanks.

mod cells;
mod magics;

use cells::{Cell, Notebook};
use magics::Magics;

use crate::budget;

/// The code of the notebook, in a text of as many lines and bytes; or why there is none.
///
/// # Errors
/// Where the text is no notebook of format 4, its cells are not in `language`, or its code stands not a line a line.
pub fn view(text: &str, language: &str) -> Result<String, String> {
    budget::charge_text(text.len());
    let notebook = cells::read(text)?;
    if let Some(other) = other_language(&notebook, language) {
        return Err(format!("its code is in {other}"));
    }
    let mut view: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == b'\n' { byte } else { b' ' })
        .collect();
    let mut last = None;
    for cell in notebook.cells {
        write(&cell, text, &mut view, &mut last)?;
    }
    String::from_utf8(view).map_err(|_| "its code is no UTF-8".to_owned())
}

/// The language that a notebook says to be in, where it is another one.
fn other_language(notebook: &Notebook, language: &str) -> Option<String> {
    let stated = notebook.language.as_deref()?.to_lowercase();
    (!stated.starts_with(language) && stated != format!("i{language}"))
        .then(|| crate::text::visible(&stated))
}

/// Writes the code of a cell over the blanks; `last` is the file's line that the code before it stands on.
fn write(cell: &Cell, text: &str, view: &mut [u8], last: &mut Option<usize>) -> Result<(), String> {
    let columns = cell.lines.iter().map(|line| line.column);
    let indent = columns.min().unwrap_or_default();
    let mut magics = Magics::default();
    for line in &cell.lines {
        let code = cells::decoded(text, &line.bytes);
        let code = code.strip_suffix('\n').unwrap_or(&code);
        let code = code.strip_suffix('\r').unwrap_or(code);
        if code.contains(['\n', '\r']) || last.replace(line.row) == Some(line.row) {
            let number = line.row + 1;
            return Err(format!(
                "line {number} of the file holds several lines of code"
            ));
        }
        // All lines of a cell begin at one column, so that they are indented as they say.
        let start = line.bytes.start - (line.column - indent);
        let after = view.get(line.bytes.end..).unwrap_or_default();
        let to_end = after.iter().position(|byte| *byte == b'\n');
        let end = to_end.map_or(view.len(), |to_end| line.bytes.end + to_end);
        if let Some(room) = view.get_mut(start..end) {
            put(&magics.blanked(code), room);
        }
    }
    Ok(())
}

/// Puts a line of code where there is room. A backslash at its end must be the last on the line.
fn put(code: &str, room: &mut [u8]) {
    let (code, goes_on) = match code.strip_suffix('\\') {
        Some(code) => (code, true),
        None => (code, false),
    };
    for (to, from) in room.iter_mut().zip(code.bytes()) {
        *to = from;
    }
    if let Some(last) = room.last_mut().filter(|_| goes_on) {
        *last = b'\\';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTEBOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "import nothing\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [{"data": {"text/plain": ["'x = 2'"]}}],
   "source": [
    "%matplotlib inline\n",
    "import os\n",
    "def f(name):\n",
    "    return f(\"ä\\n\", name) \\\n",
    "        % name"
   ]
  },
  {
   "cell_type": "code",
   "metadata": {},
   "source": [
    "%%bash\n",
    "import os\n"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4
}
"##;

    #[test]
    fn code_stands_on_the_line_of_the_file_and_nothing_else_does() {
        let view = view(NOTEBOOK, "python").unwrap();
        assert_eq!(view.len(), NOTEBOOK.len());
        let lines: Vec<&str> = view.lines().collect();
        assert_eq!(lines.len(), NOTEBOOK.lines().count());
        let code: Vec<(usize, &str)> = (1..)
            .zip(lines)
            .filter(|(_, line)| !line.trim().is_empty())
            .collect();
        assert_eq!(code.len(), 4, "{code:?}");
        assert_eq!((code[0].0, code[0].1.trim_end()), (17, "     import os"));
        assert_eq!(code[1].1.trim_end(), "     def f(name):");
        assert!(
            code[2].1.starts_with("         return f(\"ä\\n\", name)"),
            "{code:?}"
        );
        assert!(code[2].1.ends_with('\\'), "{code:?}");
        assert_eq!(code[3].1.trim_end(), "             % name");
    }

    #[test]
    fn what_is_no_notebook_is_said() {
        let why = |text: &str| view(text, "python").unwrap_err();
        assert!(why("{").starts_with("broken JSON: "), "{}", why("{"));
        assert_eq!(why("[]"), "no notebook of format 4: it has no cells");
        assert_eq!(
            why(&NOTEBOOK.replace("\"python\"", "\"R\"")),
            "its code is in r"
        );
        let one_line = NOTEBOOK.replace("inline\\n", "inline\\nimport os\\n");
        assert_eq!(
            why(&one_line),
            "line 16 of the file holds several lines of code"
        );
    }
}
