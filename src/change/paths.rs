//! Paths as text: git's are bytes, reports and checks want strings, and no two paths may become one.
//!
//! A byte that is no part of UTF-8 stands as `\xNN`. A path that holds that very text has its
//! backslash written as `\x5c`, so the way back is exact.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A path below a folder, without `.` and `..`.
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path as text.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let mut from = 0;
        for (at, _) in valid.match_indices('\\') {
            if escaped(valid.as_bytes().get(at..).unwrap_or_default()).is_some() {
                text.push_str(valid.get(from..at).unwrap_or_default());
                text.push_str("\\x5c");
                from = at + 1;
            }
        }
        text.push_str(valid.get(from..).unwrap_or_default());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The bytes that [`encode`] made the text of.
pub fn decode(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((&first, after)) = rest.split_first() {
        if let Some(byte) = escaped(rest) {
            bytes.push(byte);
            rest = rest.get(4..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    bytes
}

/// The byte that `\xNN` at the start stands for; lower case only, as [`encode`] writes it.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

/// The path as this machine writes it.
#[cfg(unix)]
pub(super) fn native(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// The path as this machine writes it.
#[cfg(not(unix))]
pub(super) fn native(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).as_ref())
}

/// The bytes of a path of this machine.
pub(super) fn bytes(path: &OsStr) -> Vec<u8> {
    path.as_encoded_bytes().to_vec()
}

/// Where a path of the repository is, in a working tree at `root`.
pub(super) fn on_disk(root: &Path, path: &str) -> PathBuf {
    root.join(native(&decode(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_path_comes_back_from_its_text(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decode(&encode(&bytes)), bytes);
        }

        #[test]
        fn backslashes_come_back_too(text in r"([\\x0-9a-f]|\\x[0-9a-f]{2}){0,12}") {
            prop_assert_eq!(decode(&encode(text.as_bytes())), text.as_bytes());
        }
    }

    #[test]
    fn a_plain_path_is_its_own_text() {
        assert_eq!(encode("src/größe.rs".as_bytes()), "src/größe.rs");
        assert_eq!(encode(b"caf\xe9.py"), "caf\\xe9.py");
        assert_eq!(encode(br"caf\xe9.py"), r"caf\x5cxe9.py");
    }
}
