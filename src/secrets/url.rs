//! Credentials inside a URL: `scheme://user:password@host`, and `Authorization: Basic`.
//!
//! Does not catch: a password with a blank or a quote in it that is not percent-encoded.

use std::ops::Range;

use base64::Engine as _;

use super::STANDARD;
use super::placeholder;
use super::rarity::looks;

/// Credentials of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials<'a> {
    /// Where the whole URL begins and its host ends.
    pub(super) range: Range<usize>,
    /// The password.
    pub(super) password: &'a str,
    /// The password is drawn by chance and the host is a name of the Internet.
    pub(super) strong: bool,
}

/// Reads the URL whose `://` stands at `at`.
pub(super) fn credentials(text: &str, at: usize, sketch: bool) -> Option<Credentials<'_>> {
    let bytes = text.as_bytes();
    let mut start = at;
    while start > 0 && at - start < 24 {
        match bytes.get(start - 1) {
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-') => {
                start -= 1;
            }
            _ => break,
        }
    }
    let begin = at + 3;
    let rest = bytes.get(begin..)?;
    // user:password@
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'"' | b'\'' | b'`' | b'<' | b'>' | b'@' | b'?' | b'#' | b'\\' | b')' | b','
            )
    };
    let mut sign = rest.iter().take(320).position(ends)?;
    if rest.get(sign) != Some(&b'@') {
        return None;
    }
    // A password may hold an `@` itself; the last one before the host counts.
    if let Some(more) = rest.get(sign + 1..).and_then(|rest| {
        rest.iter()
            .take(96)
            .position(|byte| ends(byte) || *byte == b'/')
    }) && rest.get(sign + 1 + more) == Some(&b'@')
    {
        sign += 1 + more;
    }
    let login = text.get(begin..begin + sign)?;
    // A token in the place of the user.
    let (user, password) = login.split_once(':').unwrap_or(("", login));
    let is_token = !login.contains(':');
    if password.len() < 3
        || user.contains('/')
        || is_port_and_path(password)
        || password.contains("//")
    {
        return None;
    }
    let host_start = begin + sign + 1;
    let host_length = bytes
        .get(host_start..)?
        .iter()
        .take(255)
        .position(|byte| {
            !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']'))
        })
        .unwrap_or_else(|| (bytes.len() - host_start).min(255));
    let host = text.get(host_start..host_start + host_length)?;
    let follows = text.get(host_start + host_length..).unwrap_or_default();
    if host.is_empty() || is_local(host) || follows.starts_with("${") || follows.starts_with("{{") {
        return None;
    }
    let looks = looks(password);
    let same = password.eq_ignore_ascii_case(user);
    if same
        || placeholder::stands_in(password)
        || placeholder::is_reference(user)
        || password.contains(['{', '}', '$', '<', '*'])
        || password.starts_with('%') && password.len() < 4
        || password
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        || looks.letters() == 0 && password.len() < 6
        || looks.letters() == password.len() && looks.surprise < 4.5
    {
        return None;
    }
    let rare =
        looks.length >= 12 && looks.classes() >= 2 && looks.surprise >= 4.9 && looks.entropy >= 3.0;
    if (sketch || is_token) && !rare || is_token && looks.length < 20 {
        return None;
    }
    Some(Credentials {
        range: start..host_start + host_length,
        password,
        strong: rare && host.contains('.') && !sketch && (user.len() > 1 || is_token),
    })
}

/// `8080/path`: what stands before the `@` is no login.
fn is_port_and_path(password: &str) -> bool {
    password
        .split_once('/')
        .is_some_and(|(port, _)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A host that only this machine, a private network or a document can mean.
pub(super) fn is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let octets: Vec<&str> = host.split('.').collect();
    let private = match octets.as_slice() {
        ["127" | "0" | "10", ..] | ["192", "168", ..] => octets.len() == 4,
        ["172", second, ..] => second
            .parse::<u8>()
            .is_ok_and(|second| (16..32).contains(&second)),
        _ => false,
    };
    private
        || matches!(
            host.as_str(),
            "localhost"
                | "host"
                | "hostname"
                | "server"
                | "domain"
                | "ip"
                | "address"
                | "proxy"
                | "example"
        )
        || [
            "example.com",
            "example.org",
            "example.net",
            "example.edu",
            "domain.com",
            "host.com",
            "server.com",
            "mydomain.com",
            "yourdomain.com",
            "site.com",
            "foo.com",
            "bar.com",
            "test.com",
            "acme.com",
            "company.com",
        ]
        .iter()
        .any(|known| {
            host == *known
                || host
                    .strip_suffix(known)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
        || [
            "localhost",
            "local",
            "test",
            "example",
            "invalid",
            "localdomain",
            "internal.example",
        ]
        .iter()
        .any(|last| octets.last() == Some(last))
        || octets
            .iter()
            .any(|label| label.trim_end_matches(|c: char| c.is_ascii_digit()) == "example")
        || !host.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// The login behind `Basic `: user and password in base64.
pub(super) fn basic(encoded: &str) -> Option<String> {
    let bytes = STANDARD.decode(encoded).ok()?;
    let login = String::from_utf8(bytes).ok()?;
    let (user, password) = login.split_once(':')?;
    let printable = login.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    let looks = looks(password);
    let word = looks.letters() == password.len() && looks.surprise < 4.5;
    (printable
        && !user.is_empty()
        && password.len() >= 6
        && !password.eq_ignore_ascii_case(user)
        && !placeholder::stands_in(password)
        && !word)
        .then(|| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Option<&str> {
        credentials(text, text.find("://").unwrap(), false).map(|found| found.password)
    }

    #[test]
    fn a_password_in_a_url_is_found() {
        let secret = concat!("q7Xv", "9KzP");
        for text in [
            format!("postgres://app:{secret}@db.prod.acme-corp.io:5432/x"),
            format!("url = \"https://ci:{secret}@git.acme-corp.io/a.git\""),
            format!("redis://:{secret}@cache.acme-corp.io:6379/0"),
        ] {
            assert_eq!(password(&text), Some(secret), "{text}");
        }
    }

    #[test]
    fn local_hosts_and_placeholders_are_not() {
        for text in [
            concat!("postgres://app:q7Xv", "9KzP@localhost/x"),
            concat!("https://user:q7Xv", "9KzP@example.org/"),
            "https://user:password@db.acme-corp.io/",
            "https://user:${PASSWORD}@db.acme-corp.io/",
            "https://acme-corp.io/@scope/package",
            "https://a.io:8080/x@y",
            "https://{user}:{password}@db.acme-corp.io",
        ] {
            assert_eq!(password(text), None, "{text}");
        }
    }
}
