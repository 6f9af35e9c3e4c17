//! Text inside XML: what both XML formats share.
//!
//! Characters that XML 1.0 does not have (most controls, `U+FFFE`, `U+FFFF`) cannot be written at all,
//! not even as references; they stand as `\u{..}`, like everything that could act on a terminal or hide.

use crate::text::visible;

/// Untrusted text as the value of an attribute, or between tags; line ends stay, as references.
pub(super) fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped_line).collect();
    lines.join("&#10;")
}

fn escaped_line(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for c in visible(line).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}
