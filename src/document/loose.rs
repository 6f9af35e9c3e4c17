//! The object that a configuration in JavaScript or TypeScript exports, as far as it is written out: maps, lists and
//! literals. What is computed stands as its text.
//!
//! Does not catch: settings that are put together from variables, or spread in.

use super::{DEEPEST, Item, Value};
use crate::budget;
use crate::text::LineStarts;

/// What the exported object stands behind.
const EXPORTS: &[&str] = &["export default", "module.exports =", "exports.default ="];

/// The exported object of a program.
pub(super) fn exported(text: &str) -> Option<Item> {
    budget::charge_text(text.len());
    let at = EXPORTS
        .iter()
        .filter_map(|export| Some(text.find(export)? + export.len()))
        .min()?;
    let lines = LineStarts::of(text);
    let mut reader = Reader { text, at, lines };
    reader.skip_blank();
    // A call that takes the object: `defineConfig({ .. })`; several arguments are a list.
    let rest = reader.rest();
    let open = rest.find(['{', '[', '('])?;
    let is_call = rest.get(open..).is_some_and(|rest| rest.starts_with('('));
    reader.at += open;
    match is_call {
        true => reader.list(')', 0),
        false => reader.value(0),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    lines: LineStarts,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn line(&self) -> u32 {
        self.lines.line(self.at)
    }

    /// Goes past blanks and comments.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let end = match trimmed.get(..2) {
                Some("//") => trimmed.find('\n').map(|end| end + 1),
                Some("/*") => trimmed.find("*/").map(|end| end + 2),
                _ => return,
            };
            self.at += end.unwrap_or(trimmed.len());
        }
    }

    fn value(&mut self, depth: usize) -> Option<Item> {
        let line = self.line();
        let first = self.peek()?;
        let is_deep = depth >= DEEPEST;
        match first {
            '{' if !is_deep => self.map(depth),
            '[' if !is_deep => self.list(']', depth),
            _ => Some(Item::scalar(line, self.scalar()?)),
        }
    }

    fn map(&mut self, depth: usize) -> Option<Item> {
        let line = self.line();
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.skip_blank();
            let before = self.at;
            match self.peek()? {
                '}' => {
                    self.at += 1;
                    let value = Value::Map(entries);
                    return Some(Item { line, value });
                }
                ',' => self.at += 1,
                _ => {
                    let line = self.line();
                    let key = self.key();
                    self.skip_blank();
                    if self.peek()? == ':' {
                        self.at += 1;
                        self.skip_blank();
                        let mut item = self.value(depth + 1)?;
                        item.line = line;
                        entries.push((key, item));
                    }
                    // What goes on behind a value, a method, a spread.
                    self.scalar()?;
                }
            }
            // A bracket that nothing opened.
            if self.at == before {
                return None;
            }
        }
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Item> {
        let line = self.line();
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            let before = self.at;
            match self.peek()? {
                c if c == close => {
                    self.at += 1;
                    let value = Value::List(items);
                    return Some(Item { line, value });
                }
                ',' => self.at += 1,
                _ => {
                    let item = self.value(depth + 1)?;
                    self.scalar()?;
                    // What is spread in is not written out here.
                    if !item.text().is_some_and(|text| text.starts_with("...")) {
                        items.push(item);
                    }
                }
            }
            if self.at == before {
                return None;
            }
        }
    }

    fn key(&mut self) -> String {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return self.quoted(quote);
        }
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default().to_owned()
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        let mut escaped = false;
        let rest = self.rest();
        for (at, c) in rest.char_indices().skip(1) {
            match (escaped, c) {
                (true, _) => escaped = false,
                (false, '\\') => {
                    escaped = true;
                    continue;
                }
                (false, _) if c == quote => {
                    self.at += at + c.len_utf8();
                    return text;
                }
                _ => {}
            }
            text.push(c);
        }
        self.at = self.text.len();
        text
    }

    /// The text up to the comma or bracket that ends it; of a literal, what it says.
    fn scalar(&mut self) -> Option<String> {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            let text = self.quoted(quote);
            self.skip_blank();
            if matches!(self.peek()?, ',' | '}' | ']' | ')') {
                return Some(text);
            }
        }
        let start = self.at;
        let mut depth = 0_u32;
        loop {
            match self.peek()? {
                ',' | '}' | ']' | ')' if depth == 0 => break,
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth -= 1,
                quote @ ('"' | '\'' | '`') => {
                    self.quoted(quote);
                    continue;
                }
                '/' => {
                    let before = self.at;
                    self.skip_blank();
                    if self.at > before {
                        continue;
                    }
                }
                _ => {}
            }
            self.at += self.peek()?.len_utf8();
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        Some(text.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_is_read() {
        let text = "import { d } from 'x';\n\nexport default d({\n  // no\n  test: {\n    exclude: ['a', \"b\"],\n    retry: 2 + 1, fn() { return {} },\n    ...base,\n    cover: { lines: 90, },\n  },\n});\n";
        let item = exported(text).unwrap();
        let test = item.items()[0].get("test").unwrap();
        let words: Vec<String> = test
            .get("exclude")
            .unwrap()
            .words()
            .into_iter()
            .map(|w| w.0)
            .collect();
        assert_eq!(words, ["a", "b"]);
        let lines = test.at(&["cover", "lines"]).unwrap();
        assert_eq!((lines.text(), lines.line), (Some("90"), 9));
        assert_eq!(test.get("retry").and_then(Item::text), Some("2 + 1"));
        let list = exported("export default [{ rules: { 'a/b': ['error', { x: 1 }] } }];").unwrap();
        let rule = list.items()[0].at(&["rules", "a/b"]).unwrap();
        assert_eq!(rule.items()[0].text(), Some("error"));
    }

    #[test]
    fn what_does_not_end_is_none_and_comes_to_an_end() {
        for text in [
            "export default {",
            "export default d({ a: 'x",
            "module.exports = [/* ",
            "export default (((",
            "export default { a: 1 ] }",
            "export default [ 1 ) ]",
            "export default d(1 }",
        ] {
            assert_eq!(exported(text), None, "{text}");
        }
        let deep = format!("export default {}", "[".repeat(100_000));
        assert_eq!(exported(&deep), None);
    }
}
