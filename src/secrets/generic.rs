//! Secrets without a format: a name like `password` or `api_key` that is given a rare-looking literal.
//!
//! Two questions: what does the name promise, and does the value look like what such a name holds. A
//! password may be any mix of letters and digits; a token or key must be long and drawn by chance.
//!
//! Does not catch: a password that is a plain word; a secret under a name that says nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::assignment::{Assignment, LONGEST_VALUE, Quoting};
use super::kind::Kind;
use super::placeholder::{self, words};
use super::rarity::looks;

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// A key or auth value that is a secret only if it looks drawn by chance.
    Key,
    /// A token or secret.
    Token,
    /// A password: chosen by a person.
    Password,
}

/// Parts of a name after which it is not the secret itself but something about it.
static ABOUT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    words(
        "id ids name names field file filename path url uri type types length len size count limit limits \
     label hint prompt help text message error policy regex pattern format title placeholder \
     description expires expiry ttl timeout index endpoint version prefix suffix env var arn ref \
     column table class input form header headers selector element module scope scopes issuer \
     audience algorithm alg rotation reset strength min max required exists valid validator \
     validation kind key_id keyid dir store manager provider service mode usage usages budget \
     position charset set list map date time at by checksum hash digest md5 sha1 sha256 sha512 \
     fingerprint signature bytes status state style color code_challenge uuid guid",
    )
});

/// Parts of a name that make it public or a mere index.
static PUBLIC: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    words(
        "public pub primary foreign cache sort partition publishable translation i18n locale css \
     integrity csrf xsrf page next continuation cursor pagination hash idempotency dedup etag \
     checksum keyboard keycode keydown keyword keywords tokenizer tokenize tokens num_tokens \
     max_tokens ngram lexer parser syntax sitekey site_key measurement anon commit revision blob \
     object recipient host_key known_hosts monkey turkey hockey passed passes passing bypass compass \
     passenger author authors authority nonce",
    )
});

/// What the name promises; `None` when it promises nothing.
pub(super) fn promise(name: &str) -> Option<Promise> {
    let parts = parts(name);
    let last = parts.last()?.as_str();
    let has = |wanted: &[&str]| parts.iter().any(|part| wanted.contains(&part.as_str()));
    if ABOUT.contains(last) || parts.iter().any(|part| PUBLIC.contains(part.as_str())) {
        return None;
    }
    if is_of_signed_address(&parts) {
        return None;
    }
    let joined = parts.join("");
    let holds = |wanted: &[&str]| wanted.iter().any(|word| joined.contains(word));
    if holds(&[
        "password",
        "passwd",
        "passphrase",
        "passwort",
        "kennwort",
        "contrasena",
        "motdepasse",
    ]) || has(&["pwd", "pass", "passwd", "pw", "psw", "passw"])
        || last.ends_with("pwd")
        || last.ends_with("pass") && last.len() > 5
    {
        return Some(Promise::Password);
    }
    if holds(&[
        "secret",
        "apikey",
        "accesskey",
        "authkey",
        "privatekey",
        "encryptionkey",
        "signingkey",
        "masterkey",
        "clientkey",
        "accountkey",
        "authtoken",
        "accesstoken",
        "apitoken",
        "refreshtoken",
        "bearertoken",
        "credential",
        "servicekey",
        "deploykey",
        "sessionkey",
        "hmackey",
        "jwtkey",
        "licensekey",
        "appkey",
        "aeskey",
        "cipherkey",
        "cryptkey",
        "sharedkey",
        "subscriptionkey",
        "storagekey",
        "serverkey",
        "integrationkey",
        "consumerkey",
        "adminkey",
        "webhookkey",
    ]) || has(&["token", "salt", "apikey", "secretkey"])
        || last.ends_with("token")
        || last.ends_with("apikey")
    {
        return Some(Promise::Token);
    }
    has(&[
        "key",
        "auth",
        "authorization",
        "cred",
        "creds",
        "keys",
        "seed",
        "pat",
        "bearer",
        "signing",
        "hmac",
        "encryption",
        "cipher",
        "pepper",
        "jwt",
    ])
    .then_some(Promise::Key)
    .or_else(|| last.ends_with("key").then_some(Promise::Key))
}

/// Whether the parts are those of a parameter of an address that was signed (version 4 of AWS, and Google's): it says who
/// signed, for which session, and what came of it, and the key is in none of them.
///
/// Sources: AWS, "Authenticating Requests: Using Query Parameters"; Google Cloud Storage, "Signed URLs".
fn is_of_signed_address(parts: &[String]) -> bool {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    matches!(
        parts.as_slice(),
        ["x", "amz" | "goog", "credential" | "signature"] | ["x", "amz", "security", "token"]
    )
}

/// The words of an identifier, small.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let turn = before.is_ascii_lowercase() && c.is_ascii_uppercase()
            || before.is_ascii_uppercase()
                && c.is_ascii_uppercase()
                && chars.peek().is_some_and(char::is_ascii_lowercase);
        if (turn || !c.is_ascii_alphabetic()) && !word.is_empty() {
            parts.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        parts.push(word);
    }
    parts
}

/// How sure it is that the literal is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Fits the name and may be a choice of a test.
    Fair,
    /// Long and drawn by chance, under a name that says secret.
    Strong,
}

/// Judges an assignment.
pub(super) fn judge(found: &Assignment<'_>, kind: Kind) -> Option<Strength> {
    if kind.generated || found.value.len() < 6 || found.value.len() >= LONGEST_VALUE {
        return None;
    }
    let mut promise = promise(found.name)?;
    let whole = found.value.trim();
    let value = scheme_stripped(whole);
    if value.len() < whole.len() {
        promise = promise.max(Promise::Token);
    }
    if !value.is_ascii() || value.contains(['\n', '\t']) {
        return None;
    }
    let looks = looks(value);
    if placeholder::stands_in(value)
        || placeholder::is_integrity(value)
        || value.eq_ignore_ascii_case(found.name)
        || is_expression(value, found)
        || public_material(value)
    {
        return None;
    }
    let hex = placeholder::is_hex_digest(value);
    let uuid = placeholder::is_uuid(value);
    // How far from words, and how much of it.
    let rare = looks.surprise >= 5.0 && looks.entropy >= 3.0 && looks.length >= 12;
    let very_rare = looks.length >= 16
        && looks.classes() >= 2
        && looks.digits >= 2
        && looks.surprise >= 4.9
        && (looks.entropy >= 3.5 || hex && looks.entropy >= 3.0);
    let named = placeholder::is_name_or_prose(value, &looks);
    if named
        && !(promise == Promise::Password
            && looks.digits > 0
            && looks.letters() > 0
            && looks.other > 0
            && !value.contains([' ', '/', '.', '_']))
    {
        return None;
    }
    let strong = very_rare && promise >= Promise::Token && !uuid;
    let sure = match promise {
        Promise::Password if kind.sketch => very_rare || rare && looks.classes() == 3,
        Promise::Password if found.compared => looks.length >= 8 && looks.classes() == 3,
        Promise::Password => {
            looks.length >= 6
                && (looks.classes() >= 2 || looks.other > 0 && looks.letters() > 0 || rare)
                && (looks.surprise >= 4.3 || looks.digits > 0 && looks.letters() > 0)
        }
        Promise::Token if kind.sketch => very_rare && !uuid && !(hex && looks.entropy < 3.3),
        Promise::Token => {
            looks.length >= 10 && (very_rare || rare && (looks.digits > 0 || looks.classes() >= 2))
        }
        Promise::Key if kind.sketch => false,
        Promise::Key => very_rare && !hex && !uuid && looks.entropy >= 3.7,
    };
    let in_words = found.quoting == Quoting::Said && !(very_rare || rare && looks.classes() == 3);
    let bare_doubt =
        matches!(found.quoting, Quoting::Bare | Quoting::Wrapped) && !kind.bare && !very_rare;
    if !sure || bare_doubt || in_words {
        return None;
    }
    Some(match strong && !kind.sketch {
        true => Strength::Strong,
        false => Strength::Fair,
    })
}

/// Whether a literal with no name looks drawn by chance.
pub(super) fn is_rare_token(value: &str, kind: Kind) -> bool {
    let looks = looks(value);
    !kind.sketch
        && looks.length >= 20
        && looks.classes() >= 2
        && looks.digits >= 2
        && looks.surprise >= 4.9
        && looks.entropy >= 3.5
        && !placeholder::stands_in(value)
        && !placeholder::is_uuid(value)
}

/// `token x`: what stands behind the scheme. `Bearer` and `Basic` have rules of their own.
fn scheme_stripped(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, rest))
            if ["token", "apikey", "key"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known)) =>
        {
            rest.trim()
        }
        _ => value,
    }
}

/// Code rather than a literal.
fn is_expression(value: &str, found: &Assignment<'_>) -> bool {
    let bare = found.quoting == Quoting::Bare;
    value.contains("()")
        || value.contains("::")
        || value.contains("\\w")
        || value.contains("\\d")
        || value.contains("[a-z")
        || value.contains("[A-Z")
        || value.contains("[0-9")
        || value.contains("=>")
        || (bare && value.contains(['(', ')', '[', ']', '{', '}']))
        || (bare && value.ends_with([':', '\\']))
        || (value.starts_with('(') && value.ends_with(')'))
        || value.bytes().filter(|byte| *byte == b',').count() >= 2
}

/// Public keys, certificates and hashes of passwords are not what opens the door.
fn public_material(value: &str) -> bool {
    [
        "ssh-rsa ",
        "ssh-ed25519 ",
        "ecdsa-sha2-",
        "AAAAB3NzaC1",
        "AAAAC3NzaC1",
        "MIIBIjAN",
        "MIGfMA0G",
        "MIICIjAN",
        "MFkwEwYH",
        "$2a$",
        "$2b$",
        "$2y$",
        "$argon2",
        "$pbkdf2",
        "pbkdf2_",
        "$scrypt",
        "$1$",
        "$5$",
        "$6$",
        "{SSHA}",
        "{bcrypt}",
        "scrypt:",
        "sha256$",
        "bcrypt",
    ]
    .iter()
    .any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::{assignment, kind};
    use super::*;

    fn judged(path: &str, text: &str, keyword: &str) -> Option<Strength> {
        let at = text.find(keyword).unwrap();
        let name = assignment::name_around(text, at..at + keyword.len());
        let kind = kind::of(path);
        judge(&assignment::parse(text, name, kind.bare)?, kind)
    }

    #[test]
    fn rare_literals_under_telling_names_are_found() {
        let token = concat!("\"qX7vJ9zK", "p2WmR4tBs\"");
        assert_eq!(
            judged("a.py", &format!("api_key = {token}"), "key"),
            Some(Strength::Strong)
        );
        assert_eq!(
            judged("a.js", &format!("clientSecret: {token}"), "Secret"),
            Some(Strength::Strong)
        );
        assert!(
            judged(
                "a.py",
                concat!("db_password = \"Tr0ub4", "dor&3\""),
                "password"
            )
            .is_some()
        );
        assert!(judged(".env", concat!("DB_PASSWORD=k9", "Lmq2vX"), "PASSWORD").is_some());
    }

    #[test]
    fn names_references_and_digests_are_not() {
        for (path, text, keyword) in [
            ("a.py", "password = \"password\"", "password"),
            (
                "a.py",
                "token_url = \"https://idp.example.org/token\"",
                "token",
            ),
            ("a.py", "api_key = os.environ[\"API_KEY\"]", "key"),
            (
                "a.py",
                "password = getpass.getpass(\"Password: \")",
                "password",
            ),
            ("a.yml", "password: ${DB_PASSWORD}", "password"),
            (
                "a.rs",
                "let token = parser.next_token(TokenKind::Ident)?;",
                "token",
            ),
            (
                "a.rs",
                "let key = map.entry(\"some_long_key_name\");",
                "key",
            ),
            (
                "a.ts",
                "const tokenType = \"urn:ietf:params:oauth:token-type\";",
                "token",
            ),
            (
                "a.yml",
                "key: ${{ runner.os }}-cargo-${{ hashFiles('**/Cargo.lock') }}",
                "key",
            ),
            ("tests/test_a.py", "password = \"s3cret-pass\"", "password"),
        ] {
            assert_eq!(judged(path, text, keyword), None, "{text}");
        }
    }

    #[test]
    fn a_name_says_what_it_holds() {
        assert_eq!(promise("DB_PASSWORD"), Some(Promise::Password));
        assert_eq!(promise("awsSecretAccessKey"), Some(Promise::Token));
        assert_eq!(
            promise("encryption.key"),
            Some(Promise::Key).max(Some(Promise::Token))
        );
        assert_eq!(promise("primary_key"), None);
        assert_eq!(promise("token_url"), None);
        assert_eq!(promise("monkey"), None);
    }
}
