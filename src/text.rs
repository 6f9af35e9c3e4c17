//! Small facts about text that several stages share: digests, columns, and what a terminal may see.

use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The 1-based column, in Unicode scalar values, of a byte offset in a line. An offset inside a
/// character counts as that character; one past the end, as the end.
pub fn column(line: &str, byte: usize) -> u32 {
    let before = line
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= byte);
    u32::try_from(before.count() + 1).unwrap_or(u32::MAX)
}

/// Untrusted text, made safe to show on one line: control characters, line ends, bidirectional
/// controls and other invisible characters stand as `\u{..}`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a character could move the cursor, forge a line or hide: controls (tab too), bidirectional
/// controls, zero-width and tag characters, line and paragraph separators.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}
