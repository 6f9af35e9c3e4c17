//! A file's bytes, and what can be read of them.

use std::sync::Arc;

/// The file mode that git keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// 100644.
    Regular,
    /// 100755.
    Executable,
    /// 120000.
    Symlink,
    /// 160000.
    Submodule,
}

impl Mode {
    /// The mode from git's number; `None` is a directory.
    pub(super) fn of(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o040_000 => None,
            0o120_000 => Some(Mode::Symlink),
            0o160_000 => Some(Mode::Submodule),
            _ if bits & 0o111 != 0 => Some(Mode::Executable),
            _ => Some(Mode::Regular),
        }
    }

    /// Whether it is a file with bytes of its own.
    pub fn is_file(self) -> bool {
        matches!(self, Mode::Regular | Mode::Executable)
    }
}

/// What a blob holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text, decoded: UTF-8 (a byte order mark kept), or UTF-16 (a byte order mark dropped; without one it must
    /// be plain to see).
    Text(Arc<str>),
    /// Bytes with a NUL among the first 8,000 (git's own test).
    Binary,
    /// No NUL, and not UTF-8: the bytes, for checks that can work on them.
    Undecodable(Arc<[u8]>),
    /// A Git LFS pointer: the content is elsewhere.
    LfsPointer,
    /// The link's target.
    Symlink(String),
    /// A commit of another repository.
    Submodule(String),
    /// Over [`Blob::LIMIT`] bytes.
    TooLarge,
    /// The repository has no bytes for it (partial clone, lost object); why.
    Missing(String),
}

/// One side of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Object id in hexadecimal; for uncommitted content, the id it would have.
    pub id: String,
    /// Mode.
    pub mode: Mode,
    /// Bytes.
    pub size: u64,
    /// Content.
    pub content: Content,
}

impl Blob {
    /// Bytes over which a file is not read.
    pub const LIMIT: u64 = 32 * 1024 * 1024;

    /// A blob of these bytes.
    pub fn new(id: String, mode: Mode, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let size = bytes.len() as u64;
        let content = match mode {
            Mode::Symlink => Content::Symlink(String::from_utf8_lossy(bytes).into_owned()),
            Mode::Submodule => Content::Submodule(id.clone()),
            Mode::Regular | Mode::Executable => decode(bytes),
        };
        Self {
            id,
            mode,
            size,
            content,
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, where it is one, without a copy.
    pub fn shared_text(&self) -> Option<Arc<str>> {
        match &self.content {
            Content::Text(text) => Some(Arc::clone(text)),
            _ => None,
        }
    }

    /// Whether it stands for content that Git LFS keeps elsewhere.
    pub fn is_lfs_pointer(&self) -> bool {
        self.content == Content::LfsPointer
    }

    /// Why no check can read it as text; `None` where it can be.
    pub fn out_of_reach(&self) -> Option<String> {
        Some(match &self.content {
            Content::Text(_) => return None,
            Content::Binary => "binary".to_owned(),
            Content::Undecodable(_) => "neither UTF-8 nor UTF-16 text".to_owned(),
            Content::LfsPointer => "a Git LFS pointer: the content is not in the repository".into(),
            Content::Symlink(_) => "a symbolic link".to_owned(),
            Content::Submodule(_) => "a submodule: the code is in another repository".to_owned(),
            Content::TooLarge => format!(
                "too large: {} bytes, {} are read at most",
                self.size,
                Self::LIMIT
            ),
            Content::Missing(why) => format!("no bytes: {why}"),
        })
    }
}

fn decode(bytes: &[u8]) -> Content {
    if bytes.len() as u64 > Blob::LIMIT {
        return Content::TooLarge;
    }
    if let Some(text) = utf16(bytes) {
        return Content::Text(text.into());
    }
    if bytes.get(..8000).unwrap_or(bytes).contains(&0) {
        return Content::Binary;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_lfs_pointer(text) => Content::LfsPointer,
        Ok(text) => Content::Text(text.into()),
        Err(_) => Content::Undecodable(bytes.into()),
    }
}

/// The specification at git-lfs/docs/spec.md: first line `version https://git-lfs.github.com/spec/v1`
/// (or the older host), then `oid` and `size`, under 1024 bytes.
fn is_lfs_pointer(text: &str) -> bool {
    text.len() < 1024
        && (text.starts_with("version https://git-lfs.github.com/spec/")
            || text.starts_with("version https://hawser.github.com/spec/"))
        && text.lines().any(|line| line.starts_with("oid sha256:"))
        && text.lines().any(|line| line.starts_with("size "))
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let little: fn([u8; 2]) -> u16 = u16::from_le_bytes;
    let big: fn([u8; 2]) -> u16 = u16::from_be_bytes;
    let (decode, body) = match bytes.get(..2)? {
        [0xff, 0xfe] if bytes.get(2..4) != Some(&[0, 0]) => (little, &bytes[2..]),
        [0xfe, 0xff] => (big, &bytes[2..]),
        _ => match unmarked(bytes)? {
            0 => (big, bytes),
            _ => (little, bytes),
        },
    };
    if !body.len().is_multiple_of(2) {
        return None;
    }
    let units: Vec<u16> = body
        .chunks_exact(2)
        .map(|pair| decode([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16(&units).ok()?;
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    (body.len() < bytes.len() || !text.chars().any(odd)).then_some(text)
}

/// Where the high bytes stand in UTF-16 without a byte order mark, 0 or 1: nine of ten there are zero and none
/// at the other place, as in any text in a Latin script.
fn unmarked(bytes: &[u8]) -> Option<usize> {
    const SHORTEST: usize = 16;
    let start = bytes.get(..8000).unwrap_or(bytes);
    if start.len() < SHORTEST {
        return None;
    }
    let zeros = |place: usize| start.iter().skip(place).step_by(2).filter(|b| **b == 0);
    let half = start.len() / 2;
    (0..2).find(|&place| zeros(place).count() >= half * 9 / 10 && zeros(1 - place).count() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(bytes: &[u8]) -> Content {
        Blob::new(String::new(), Mode::Regular, bytes).content
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            match content(&bytes) {
                Content::Text(text) if utf16(&bytes).is_none() => {
                    prop_assert_eq!(text.as_bytes(), bytes);
                }
                Content::Undecodable(kept) => prop_assert_eq!(&*kept, &*bytes),
                _ => {}
            }
        }
    }

    #[test]
    fn text_is_told_from_what_is_none() {
        assert_eq!(content(b""), Content::Text("".into()));
        assert_eq!(content(b"\xef\xbb\xbfa"), Content::Text("\u{feff}a".into()));
        assert_eq!(content(b"\xfe\xff\0a"), Content::Text("a".into()));
        assert_eq!(content(b"a\0"), Content::Binary);
        let little: Vec<u8> = "key = 'gr\u{fc}n'"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(content(&little), Content::Text("key = 'gr\u{fc}n'".into()));
        let big: Vec<u8> = "key = 'value'\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(content(&big), Content::Text("key = 'value'\n".into()));
        // Numbers of two bytes in a table are no text.
        let table: Vec<u8> = (1..40u16).flat_map(u16::to_le_bytes).collect();
        assert_eq!(content(&table), Content::Binary);
        assert_eq!(
            content(b"caf\xe9"),
            Content::Undecodable(b"caf\xe9"[..].into())
        );
        // Half of a UTF-16 unit, and UTF-32, are not what their first bytes say.
        assert_eq!(
            content(b"\xff\xfea"),
            Content::Undecodable(b"\xff\xfea"[..].into())
        );
        assert_eq!(content(b"\xff\xfe\0\0a\0\0\0"), Content::Binary);
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
        assert_eq!(content(pointer), Content::LfsPointer);
    }
}
