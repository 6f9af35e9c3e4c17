//! What is never a secret: placeholders, references, published examples, identifiers, digests.
//!
//! Does not catch: a made-up value that looks as random as a real one.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::rarity::{Looks, entropy};

/// Digests (first 16 hexadecimal digits of SHA-256) of values that are published for everybody: examples of
/// documentation, fixed keys of emulators.
const PUBLISHED: &[&str] = &[
    // The token on the front page of jwt.io.
    "7f75367e78812551",
    // The older one there.
    "da816f9f2c16e6c5",
    // RFC 7519, section 3.1.
    "8d4ef6536dc8895f",
    // Azurite and the storage emulator.
    "0011cc25eb432071",
    // The Cosmos DB emulator.
    "aa6547439583c3a2",
    // Stripe, API reference.
    "2cafc0970149a84f",
    // Stripe, older API reference.
    "f2d6ca16515033e5",
];

/// Whether a vendor published this value for everybody to use.
pub(super) fn published(value: &str) -> bool {
    let digest = crate::text::digest(value.as_bytes());
    PUBLISHED.iter().any(|known| digest.starts_with(known))
}

/// Words of five letters and more: a random token of 100 characters holds one once in half a million.
static MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = words(
        "example placeholder redacted changeme change_me change-me replaceme replace_me dummy sample \
     notreal not-real not_real xxxxx ***** ..... insert foobar deadbeef cafebabe badc0ffee fakekey \
     fake_key faketoken your_ your- yourapi yourtoken yourkey yoursecret testtest invalid thisisa \
     abcdefg 1234567 7654321 qwerty asdfg goeshere goes_here goes-here not_a_ not-a- notasecret \
     secret_here token_here key_here",
    );
    AhoCorasick::new(marks).ok()
});

/// Whether one of the marks is in a text in small letters.
fn marked(lower: &str) -> bool {
    let marks = MARKS.as_ref();
    marks.is_some_and(|marks| marks.is_match(lower))
}

/// Whether a value of a known format is evidently made up.
pub(super) fn made_up(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    marked(&lower)
        || is_filler(lower.as_bytes())
        || walks(lower.as_bytes())
        || (value.len() >= 16 && entropy(value) < 2.6)
        || repeats(lower.as_bytes())
}

/// Five and more of a character that people fill in with, or nine of any: real tokens hold zero bytes.
fn is_filler(bytes: &[u8]) -> bool {
    longest_run(bytes) >= 9
        || bytes.windows(5).any(|window| match window {
            [first @ (b'x' | b'*' | b'.' | b'#' | b'?'), rest @ ..] => {
                rest.iter().all(|byte| byte == first)
            }
            _ => false,
        })
}

/// The longest stretch of one character.
pub(super) fn longest_run(bytes: &[u8]) -> usize {
    let (mut longest, mut run) = (0, 0);
    let mut before = None;
    for byte in bytes {
        run = if before == Some(byte) { run + 1 } else { 1 };
        before = Some(byte);
        longest = longest.max(run);
    }
    longest
}

/// `a1b2c3d4`: letters and digits both count up, mixed.
fn walks(bytes: &[u8]) -> bool {
    let up = |wanted: fn(&u8) -> bool, most: usize| {
        let picked: Vec<u8> = bytes.iter().copied().filter(wanted).collect();
        let steps = picked.windows(2).filter(|pair| match pair {
            [a, b] => b.wrapping_sub(*a) == 1,
            _ => false,
        });
        let steps = steps.count();
        steps >= most && steps * 3 >= picked.len().saturating_sub(1) * 2
    };
    up(u8::is_ascii_alphabetic, 4) && up(u8::is_ascii_digit, 4)
}

/// One short piece over and over.
fn repeats(bytes: &[u8]) -> bool {
    bytes.len() >= 12
        && (1..=bytes.len() / 3).take(12).any(|period| {
            let same = bytes
                .iter()
                .zip(bytes.iter().skip(period))
                .filter(|(a, b)| a == b)
                .count();
            same == bytes.len() - period
        })
}

/// A set of words from one text.
pub(super) fn words(text: &'static str) -> HashSet<&'static str> {
    text.split_whitespace().collect()
}

/// Words that stand for a value and are none, whole or with digits and marks around.
static STAND_INS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    words(
        "password passwd pass pwd passw passphrase secret token key apikey api auth credential \
     credentials test tests testing tester example changeme changeit change default dummy fake foo \
     bar baz foobar qux user username admin root guest demo sample placeholder none null nil \
     undefined true false yes no todo fixme tbd xxx abc abcd abcdef qwerty asdf letmein redacted \
     hidden masked removed string str text value data name id empty unknown required optional enabled \
     disabled mypassword mypass yourpassword mysecret yoursecret mytoken yourtoken mykey yourkey \
     newpassword oldpassword secretkey accesstoken accesskey secrettoken authtoken clientsecret \
     bearer basic supersecret topsecret verysecret notasecret wrong wrongpassword invalid bad correct \
     good hello world helloworld postgres mysql mariadb mongo mongodb redis rabbitmq elastic oracle \
     sa hunter passme insecure temp tmp local localhost dev development prod production staging stage \
     vagrant docker ubuntu minio minioadmin mock stub fixture something anything whatever blah pw \
     adminadmin jenkins grafana sonar nexus tomcat wordpress drupal joomla django rails confidential \
     private public random randomstring alice bob swordfish opensesame monkey dragon welcome here \
     passcode pin code ignored unused testpass testpassword testsecret testtoken testkey testuser \
     userpass userpassword adminpass adminpassword rootpass rootpassword",
    )
});

/// Whether a generic value is a stand-in, a reference or an expression rather than a literal secret.
pub(super) fn stands_in(value: &str) -> bool {
    let trimmed = value.trim();
    let lower = trimmed.to_ascii_lowercase();
    let core: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    STAND_INS.contains(core.as_str())
        || core.is_empty() && trimmed.len() < 12
        || is_reference(trimmed)
        || marked(&lower)
        || lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| {
                matches!(
                    word,
                    "your" | "my" | "fake" | "test" | "demo" | "todo" | "mock" | "some" | "example"
                )
            })
        || is_filler(lower.as_bytes())
        || walks(lower.as_bytes())
        || repeats(lower.as_bytes())
}

/// `${..}`, `{{..}}`, `%(..)s`, `#{..}`: an opening and its end behind it, with a name in between.
fn has_template(value: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("${", "}"),
        ("{{", "}}"),
        ("$(", ")"),
        ("<%", "%>"),
        ("%(", ")"),
        ("#{", "}"),
        ("@@", "@@"),
        ("{%", "%}"),
        ("[[", "]]"),
        ("\\(", ")"),
        ("{", "}"),
        ("<", ">"),
    ];
    PAIRS.iter().any(|(open, close)| {
        let Some((_, rest)) = value.split_once(open) else {
            return false;
        };
        let Some((inside, _)) = rest.split_once(close) else {
            return false;
        };
        let inside = inside.trim();
        let named = |c: char| c.is_ascii_alphanumeric() || " _-.:|[]'\"!/".contains(c);
        inside.is_empty()
            || inside.chars().all(named)
                && inside.starts_with(|c: char| {
                    c.is_ascii_alphabetic() || c == '_' || c == '.' || c == '$' || c == ':'
                })
            || open.len() == 2 && close.len() == 2
    })
}

/// A variable, a template, a call, a format: the value is elsewhere.
pub(super) fn is_reference(value: &str) -> bool {
    let bytes = value.as_bytes();
    let first = bytes.first().copied().unwrap_or(b' ');
    let second = bytes.get(1).copied().unwrap_or(b' ');
    has_template(value)
        || (first == b'$' && (second.is_ascii_alphabetic() || second == b'_'))
        || (first == b'<' && bytes.last() == Some(&b'>'))
        || (first == b'{' && bytes.last() == Some(&b'}'))
        || (first == b'[' && bytes.last() == Some(&b']'))
        || (first == b'%' && bytes.last() == Some(&b'%'))
        || (first == b'_' && value.starts_with("__") && value.ends_with("__"))
        || (first == b'%' && value.len() <= 4)
        || (first == b'!' && second.is_ascii_alphabetic() && value.contains(' '))
        || (first == b'&' && second.is_ascii_alphabetic())
        || (first == b'*' && second.is_ascii_alphabetic())
        || value.starts_with("op://")
        || value.starts_with("vault:")
        || value.starts_with("ref+")
        || value.starts_with("arn:")
        || value.starts_with("projects/")
        || value.starts_with("ENC[")
        || value.starts_with("ENC(")
        || value.starts_with("env:")
        || value.starts_with("file:")
        || value.starts_with("secretsmanager:")
        || value.starts_with("ssm:")
        || value.starts_with("encrypted:")
        || value.starts_with("secure:")
        || value.starts_with("$ANSIBLE_VAULT")
        || value.starts_with("AgB") && value.len() > 200
}

/// `8-4-4-4-12` hexadecimal.
pub(super) fn is_uuid(value: &str) -> bool {
    let groups: Vec<&str> = value.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A digest in hexadecimal, by its length: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 (and the 8
/// and 16 of CRC-32 and 64-bit hashes), in one case of letters.
pub(super) fn is_hex_digest(value: &str) -> bool {
    matches!(value.len(), 8 | 16 | 32 | 40 | 56 | 64 | 96 | 128)
        && value.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !(value.bytes().any(|byte| byte.is_ascii_uppercase())
            && value.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// `sha512-…`, `sha256:…`, `h1:…`: an integrity, as lock files and images have it.
pub(super) fn is_integrity(value: &str) -> bool {
    [
        "sha1-", "sha256-", "sha384-", "sha512-", "sha1:", "sha256:", "sha384:", "sha512:", "md5:",
        "h1:", "blake2b:", "blake3:", "md5-", "sha256/",
    ]
    .iter()
    .any(|prefix| {
        value
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })
}

/// A name in some notation (`snake_case`, `kebab-case`, `camelCase`, `a.b.c`, a path, a media type) or
/// plain prose.
pub(super) fn is_name_or_prose(value: &str, looks: &Looks) -> bool {
    if value.split_whitespace().nth(1).is_some() {
        return true;
    }
    if is_path(value) || value.contains("://") {
        return true;
    }
    // Words with at most a short number: an identifier.
    let parts: Vec<&str> = value
        .split(['_', '-', '.', ':', '/', '#', '@', '$', '+', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let wordy = |part: &&&str| {
        let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let tail = part.trim_end_matches(|c: char| c.is_ascii_digit());
        digits <= 4
            && (tail.len() == letters || digits == part.len())
            && (letters <= 4 || super::rarity::looks(part).surprise < 4.7)
    };
    let wordy_parts = parts.iter().filter(wordy).count();
    !parts.is_empty() && wordy_parts == parts.len() && looks.surprise < 4.7 && parts.len() > 1
        || looks.digits == 0 && looks.surprise < 4.35
        || parts.len() >= 4 && wordy_parts + 1 >= parts.len() && looks.surprise < 4.2
}

fn is_path(value: &str) -> bool {
    value.starts_with('/') && value.matches('/').count() >= 2 && looks_like_segments(value)
        || value.starts_with("./")
        || value.starts_with("../")
        || value.starts_with("~/")
        || value.starts_with("C:\\")
        || value.rsplit_once('.').is_some_and(|(stem, ending)| {
            !stem.is_empty()
                && matches!(
                    ending,
                    "pem"
                        | "key"
                        | "crt"
                        | "cer"
                        | "json"
                        | "yaml"
                        | "yml"
                        | "txt"
                        | "py"
                        | "rs"
                        | "js"
                        | "ts"
                        | "html"
                        | "png"
                        | "svg"
                        | "com"
                        | "org"
                        | "net"
                        | "io"
                        | "toml"
                        | "xml"
                        | "env"
                        | "conf"
                        | "cfg"
                        | "ini"
                        | "sh"
                        | "md"
                        | "go"
                        | "java"
                        | "php"
                        | "rb"
                        | "p12"
                        | "pfx"
                        | "jks"
                        | "pub"
                        | "asc"
                        | "gpg"
                        | "properties"
                        | "css"
                )
        })
}

fn looks_like_segments(value: &str) -> bool {
    value
        .split('/')
        .all(|segment| segment.is_empty() || super::rarity::looks(segment).surprise < 4.9)
}

#[cfg(test)]
mod tests {
    use super::super::rarity::looks;
    use super::*;

    #[test]
    fn references_and_stand_ins_are_no_secrets() {
        for value in [
            "${DB_PASSWORD}",
            "{{ secrets.TOKEN }}",
            "$TOKEN",
            "<your token>",
            "changeme",
            "password123",
            "xxxxxxxxxx",
            "%s",
            "%(password)s",
            "************",
            "your-api-key",
            "a1b2c3d4e5f6",
            "abcabcabcabcabc",
            "null",
        ] {
            assert!(stands_in(value), "{value}");
        }
    }

    #[test]
    fn names_and_prose_are_no_secrets() {
        for value in [
            "access_token",
            "client-secret-name",
            "oauth.token.url",
            "getAccessToken",
            "Enter your new passphrase",
            "/run/secrets/db",
            "text/html",
            "SESSION_KEY_NAME",
            "config/credentials.yml",
            "https://example.org/token",
            "user_token_v2",
        ] {
            assert!(is_name_or_prose(value, &looks(value)), "{value}");
        }
    }

    #[test]
    fn rare_values_are_no_names() {
        for value in [
            concat!("qX7vJ9zK", "p2WmR4tB"),
            concat!("Tr0ub4", "dor&3x"),
            concat!("8f3a9c1e", "77b2d405", "aa"),
        ] {
            assert!(!is_name_or_prose(value, &looks(value)), "{value}");
            assert!(!stands_in(value), "{value}");
        }
    }
}
