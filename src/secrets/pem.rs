//! Private keys in armour, and JSON Web Keys with their private part.
//!
//! The armour may stand in one literal with `\n` in it, over several literals, behind comment marks or
//! indented: what is not base64 around the lines is taken off.
//!
//! Does not catch: a key in raw DER (a binary file), or with lines of it left out.

use std::ops::Range;

use base64::Engine as _;

use super::{STANDARD, Validity};

/// A private key in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Armoured {
    /// From `-----BEGIN` to the end of the armour.
    pub(super) range: Range<usize>,
    /// The base64 in between, cleaned.
    pub(super) body: String,
    /// The label says that a passphrase protects it.
    pub(super) encrypted: bool,
}

const LONGEST: usize = 64 * 1024;

/// Reads the armour that begins at `at`; `None` when it is no private key.
pub(super) fn read(text: &str, at: usize) -> Option<Armoured> {
    let rest = text.get(at..)?;
    let label = rest.strip_prefix("-----BEGIN ")?;
    let label_end = label
        .as_bytes()
        .iter()
        .take(48)
        .position(|&byte| byte == b'-')?;
    let label = label.get(..label_end)?;
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let start = at + "-----BEGIN ".len() + label_end;
    let start = start
        + text
            .as_bytes()
            .get(start..)?
            .iter()
            .take_while(|&&byte| byte == b'-')
            .count();
    let longest = (start + LONGEST).min(text.len());
    let end = memchr_dashes(text.as_bytes(), start, longest)?;
    if !text.get(end..)?.starts_with("-----END") {
        return None;
    }
    let inside = text.get(start..end)?;
    let encrypted = label.contains("ENCRYPTED") || inside.contains("ENCRYPTED");
    let tail = text.as_bytes().get(end + 5..)?;
    let close = tail
        .iter()
        .take(64)
        .position(|&byte| byte == b'-')
        .unwrap_or(0);
    let close_dashes = tail
        .get(close..)?
        .iter()
        .take_while(|&&byte| byte == b'-')
        .count();
    Some(Armoured {
        range: at..end + 5 + close + close_dashes,
        body: body(inside),
        encrypted,
    })
}

/// Where the next five dashes are.
fn memchr_dashes(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    bytes
        .get(from..to)?
        .windows(5)
        .position(|window| window == b"-----")
        .map(|at| from + at)
}

/// The base64 lines, without what stands around them.
fn body(inside: &str) -> String {
    let mut body = String::new();
    let lines = inside
        .split(['\n', '\r'])
        .flat_map(|line| line.split("\\n"))
        .flat_map(|line| line.split("\\r"));
    for line in lines {
        let bare = line.trim();
        let line = match bare.bytes().all(is_base64) {
            true => bare,
            false => undecorated(bare),
        };
        // Headers (`Proc-Type: ..`) and the checksum line of OpenPGP (`=abcd`).
        if line.contains(':') || line.starts_with('=') {
            continue;
        }
        if line.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            body.push_str(line);
        }
    }
    body
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// A line without quotes, comment marks, commas and the `+` that joins literals.
fn undecorated(line: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || !(c.is_ascii_alphanumeric() || "+/=".contains(c));
    let front = line.trim_start_matches(mark);
    // `// MIIE..` and `+ "MIIE.."`: the marks end at the last one that base64 does not have.
    let marks = front.find(['"', '\'', '`', ' ']).filter(|&at| {
        front
            .get(..at)
            .is_some_and(|before| before.bytes().all(|byte| matches!(byte, b'/' | b'+')))
    });
    let front = marks
        .and_then(|at| front.get(at..))
        .unwrap_or(front)
        .trim_start_matches(mark);
    let end = front
        .find(|c: char| !is_base64(u8::try_from(c).unwrap_or(b' ')))
        .unwrap_or(front.len());
    // A header such as `Proc-Type: 4,ENCRYPTED` stays whole.
    match front.contains(':') {
        true => front,
        false => front.get(..end).unwrap_or_default(),
    }
}

/// Whether the base64 of an armour holds a key.
pub(super) fn verify(body: &str) -> Validity {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if body.len() < 40
        || !body.bytes().all(base64)
        || super::placeholder::longest_run(body.as_bytes()) >= 24
        || super::rarity::entropy(body) < 4.0
    {
        return Validity::Wrong;
    }
    let Ok(bytes) = STANDARD.decode(body) else {
        return Validity::Shaped;
    };
    let key = bytes.starts_with(b"openssh-key-v1\0") || der_fits(&bytes) || openpgp(&bytes);
    if key {
        Validity::Proven
    } else {
        Validity::Shaped
    }
}

/// An outer SEQUENCE whose length is that of the bytes.
fn der_fits(bytes: &[u8]) -> bool {
    let [0x30, length, rest @ ..] = bytes else {
        return false;
    };
    let more = usize::from(length & 0x7f);
    if length & 0x80 == 0 {
        return more == rest.len();
    }
    if more == 0 || more > 3 || rest.len() < more {
        return false;
    }
    let length = rest
        .iter()
        .take(more)
        .fold(0usize, |length, &byte| (length << 8) | usize::from(byte));
    length == rest.len() - more
}

/// A secret key packet (tag 5), old or new format.
fn openpgp(bytes: &[u8]) -> bool {
    bytes
        .first()
        .is_some_and(|&first| first & 0xfc == 0x94 || first == 0xc5)
}

/// The private member of the JSON Web Key around `at` (where `"kty"` stands), and where its value is.
pub(super) fn jwk(text: &str, at: usize) -> Option<Range<usize>> {
    const AROUND: usize = 4096;
    let bytes = text.as_bytes();
    let from = at.saturating_sub(AROUND);
    let open = bytes
        .get(from..at)?
        .iter()
        .rposition(|&byte| matches!(byte, b'{' | b'}'))?;
    if bytes.get(from + open) != Some(&b'{') {
        return None;
    }
    let to = (at + AROUND).min(text.len());
    let close = bytes
        .get(at..to)?
        .iter()
        .position(|&byte| matches!(byte, b'{' | b'}'))?;
    let object = text.get(from + open..at + close)?;
    let symmetric = object.contains("oct");
    let quoted = |name: &str| {
        let at = object.find(name)?;
        let rest = object.get(at + name.len()..)?;
        let start = rest.find('"')? + 1;
        let length = rest.get(start..)?.find(['"', '\\'])?;
        let start = from + open + at + name.len() + start;
        (length >= 20).then_some(start..start + length)
    };
    let range = ["\"d\"", "\\\"d\\\"", "'d'"].into_iter().find_map(quoted);
    let range = range.or_else(|| symmetric.then(|| quoted("\"k\"")).flatten())?;
    let value = text.get(range.clone())?;
    let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (value.bytes().all(url_safe) && super::rarity::entropy(value) > 3.5).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_key_is_read_out_of_literals_and_comments() {
        let pem = sample::expand("{{secret:pem}}");
        for text in [
            pem.clone(),
            pem.replace('\n', "\\n"),
            pem.lines()
                .map(|line| format!("    \"{line}\\n\" +\n"))
                .collect::<String>(),
            pem.lines()
                .map(|line| format!("# {line}\n"))
                .collect::<String>(),
        ] {
            let at = text.find("-----BEGIN").unwrap();
            let key = read(&text, at).expect(&text);
            assert_eq!(verify(&key.body), Validity::Proven, "{text}");
        }
    }

    #[test]
    fn certificates_public_keys_and_stubs_are_none() {
        for text in [
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        ] {
            assert_eq!(read(text, 0), None);
        }
        let stub = format!(
            "-----BEGIN {} KEY-----\n...\n-----END {0} KEY-----",
            "PRIVATE"
        );
        assert_eq!(verify(&read(&stub, 0).unwrap().body), Validity::Wrong);
    }
}
