//! Checksums and structures that can be verified without asking anybody.
//!
//! The formulas and where they come from: GitHub's blog of 2021-04-05 (tokens) and 2021-09-23 (npm),
//! Cloudflare's "token formats", GitLab's `RoutableToken`, Zuplo's API key page, NATS's NKEY
//! specification, RFC 7519 (JWT), RFC 7517 (JWK), RFC 7468 (PEM), libmacaroons' packet format (PyPI).
//!
//! Does not catch: whether a token is still live. Nothing is sent anywhere.

use base64::Engine as _;
use serde::Deserialize;

use super::{STANDARD, URL_SAFE, Validity};

/// What proves a secret, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Validator {
    /// The last 6 are base62 of the CRC-32 of the 30 before them.
    GithubCrc32,
    /// The last 8 are hexadecimal of the CRC-32 of what stands after the prefix.
    HexCrc32,
    /// GitLab's routable token: the last 7 are base36 of the CRC-32 of all before.
    GitlabRoutable,
    /// The last 6 are the first 6 of base64 of the little-endian CRC-32 of the 54 before.
    ConfluentCrc32,
    /// A macaroon whose location is a package index.
    PypiMacaroon,
    /// A signed JSON Web Token: header with an algorithm, payload an object.
    Jwt,
    /// A NATS seed: base32, prefix bits of a seed, CRC-16.
    NkeySeed,
    /// A private key of a service account, PEM in JSON.
    ServiceAccount,
    /// Decodes to JSON with `iat`, `url` and `org`.
    SentryOrg,
    /// Base64 of JSON that has all these keys.
    Grafana,
    /// An AWS access key id: base32 that holds a 12-digit account.
    AwsKeyId,
    /// 1Password service account: base64 of a JSON object.
    Base64Json,
    /// Bech32 checksum of an age identity.
    AgeBech32,
    /// The PEM armour of a private key with a key inside.
    Pem,
    /// A JSON Web Key with a private member.
    Jwk,
}

impl Validator {
    /// Verifies a value.
    pub(super) fn verify(self, value: &str) -> Validity {
        let proven = match self {
            Validator::GithubCrc32 => github(value),
            Validator::HexCrc32 => hex_crc32(value),
            Validator::GitlabRoutable => gitlab(value),
            Validator::ConfluentCrc32 => confluent(value),
            Validator::PypiMacaroon => pypi(value),
            Validator::Jwt => jwt(value),
            Validator::NkeySeed => nkey(value),
            Validator::SentryOrg => sentry(value),
            Validator::Grafana => base64_json(value, &["k", "n"]),
            Validator::Base64Json => base64_json(value, &[]),
            Validator::AgeBech32 => age(value),
            Validator::AwsKeyId => return aws_key_id(value),
            Validator::Pem => return super::pem::verify(value),
            Validator::ServiceAccount => {
                let key = super::pem::read(value, 0);
                return key.map_or(Validity::Wrong, |key| super::pem::verify(&key.body));
            }
            Validator::Jwk => return Validity::Proven,
        };
        match proven {
            Some(true) => Validity::Proven,
            Some(false) | None => Validity::Wrong,
        }
    }
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A number in the base of the alphabet, padded on the left with its first digit.
pub(super) fn in_base(mut number: u32, alphabet: &[u8], width: usize) -> String {
    let base = u32::try_from(alphabet.len()).unwrap_or(10);
    let mut digits = Vec::new();
    while number > 0 {
        let digit = alphabet.get((number % base) as usize).copied();
        digits.push(digit.unwrap_or(b'0'));
        number /= base;
    }
    while digits.len() < width {
        digits.push(alphabet.first().copied().unwrap_or(b'0'));
    }
    digits.reverse();
    digits.into_iter().map(char::from).collect()
}

/// The 6 base62 digits that GitHub and npm put behind 30 characters.
pub(super) fn base62_crc32(body: &str) -> String {
    in_base(crc32fast::hash(body.as_bytes()), BASE62, 6)
}

/// The 7 base36 digits that end a routable GitLab token.
pub(super) fn base36_crc32(body: &str) -> String {
    in_base(crc32fast::hash(body.as_bytes()), BASE36, 7)
}

/// The 6 characters that end a Confluent secret.
pub(super) fn confluent_crc32(body: &str) -> String {
    let crc = crc32fast::hash(body.as_bytes()).to_le_bytes();
    STANDARD.encode(crc).chars().take(6).collect()
}

fn split_tail(value: &str, length: usize) -> Option<(&str, &str)> {
    value.split_at_checked(value.len().checked_sub(length)?)
}

fn github(value: &str) -> Option<bool> {
    let (_, body) = value.split_once('_')?;
    let (body, sum) = split_tail(body, 6)?;
    Some(base62_crc32(body) == sum)
}

fn hex_crc32(value: &str) -> Option<bool> {
    let (_, body) = value.split_once('_')?;
    let (body, sum) = split_tail(body, 8)?;
    let body = body.strip_suffix('_').unwrap_or(body);
    let crc = format!("{:08x}", crc32fast::hash(body.as_bytes()));
    Some(crc.eq_ignore_ascii_case(sum))
}

fn gitlab(value: &str) -> Option<bool> {
    let (body, sum) = split_tail(value, 7)?;
    Some(base36_crc32(body) == sum)
}

fn confluent(value: &str) -> Option<bool> {
    let body = value.strip_prefix("cflt").map_or(value, |_| value);
    let (body, sum) = split_tail(body, 6)?;
    let bare = body.strip_prefix("cflt").unwrap_or(body);
    Some(confluent_crc32(body) == sum || confluent_crc32(bare) == sum)
}

/// `pypi-` and base64 of a macaroon: version 2, a location field that names the index.
fn pypi(value: &str) -> Option<bool> {
    let bytes = URL_SAFE
        .decode(value.strip_prefix("pypi-")?)
        .or_else(|_| STANDARD.decode(value.strip_prefix("pypi-").unwrap_or_default()))
        .ok()?;
    // Version byte 2, field type 1 (location), length, text.
    let [2, 1, length, rest @ ..] = bytes.as_slice() else {
        return Some(false);
    };
    let location = rest.get(..usize::from(*length))?;
    Some(location == b"pypi.org" || location == b"test.pypi.org")
}

fn json_object(encoded: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    let bytes = URL_SAFE
        .decode(encoded)
        .or_else(|_| STANDARD.decode(encoded))
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn jwt(value: &str) -> Option<bool> {
    let mut parts = value.split('.');
    let (header, payload) = (json_object(parts.next()?)?, json_object(parts.next()?)?);
    let signature = parts.next()?;
    let algorithm = header.get("alg")?.as_str()?;
    Some(!algorithm.eq_ignore_ascii_case("none") && !payload.is_empty() && signature.len() >= 20)
}

/// CRC-16 as XMODEM has it: polynomial 0x1021, start 0.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for byte in text.bytes() {
        let digit = BASE32.iter().position(|&other| other == byte)?;
        bits = (bits << 5) | u32::try_from(digit).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

/// Base32 without padding.
pub(super) fn to_base32(bytes: &[u8]) -> String {
    let (mut bits, mut held, mut text) = (0u32, 0u32, String::new());
    let digit = |value: u32| char::from(BASE32[(value & 31) as usize]);
    for &byte in bytes {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(digit(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(digit(bits << (5 - held)));
    }
    text
}

fn nkey(value: &str) -> Option<bool> {
    let bytes = base32(value)?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(2)?)?;
    let sum = u16::from_le_bytes([*sum.first()?, *sum.get(1)?]);
    // The first five bits of a seed are 18 << 3.
    Some(body.first()? & 0xf8 == 18 << 3 && crc16(body) == sum)
}

fn sentry(value: &str) -> Option<bool> {
    let body = value.split_once('_')?.1;
    let payload = json_object(body.rsplit_once('_')?.0)?;
    Some(payload.contains_key("iat") && payload.contains_key("url") && payload.contains_key("org"))
}

fn base64_json(value: &str, keys: &[&str]) -> Option<bool> {
    let encoded = value.find("eyJ").and_then(|at| value.get(at..))?;
    let object = json_object(encoded)?;
    Some(keys.iter().all(|&key| object.contains_key(key)))
}

/// AWS documents no checksum. Ids made since 2019 hold the account number in bits 1 to 40 of the
/// decoded rest; an account has 12 digits. Characters outside base32 prove that it is none.
fn aws_key_id(value: &str) -> Validity {
    match value.get(4..).and_then(base32) {
        Some(bytes) if bytes.len() >= 6 => Validity::Shaped,
        _ => Validity::Wrong,
    }
}

/// BIP 173: polymod over the expanded prefix and the data is 1.
fn age(value: &str) -> Option<bool> {
    let lower = value.to_ascii_lowercase();
    let (prefix, data) = lower.rsplit_once('1')?;
    let mut check = 1;
    for byte in prefix.bytes() {
        check = polymod(check, u32::from(byte >> 5));
    }
    check = polymod(check, 0);
    for byte in prefix.bytes() {
        check = polymod(check, u32::from(byte & 31));
    }
    for byte in data.bytes() {
        let digit = BECH32.iter().position(|&other| other == byte)?;
        check = polymod(check, u32::try_from(digit).ok()?);
    }
    Some(check == 1)
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn polymod(check: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let top = check >> 25;
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| (top >> bit) & 1 == 1)
        .fold(((check & 0x01ff_ffff) << 5) ^ value, |check, (_, term)| {
            check ^ term
        })
}

/// The 6 digits that end a bech32 text of this prefix and these data digits.
pub(super) fn bech32_checksum(prefix: &str, data: &str) -> String {
    let mut check = 1;
    for byte in prefix.bytes() {
        check = polymod(check, u32::from(byte >> 5));
    }
    check = polymod(check, 0);
    for byte in prefix.bytes() {
        check = polymod(check, u32::from(byte & 31));
    }
    for byte in data.bytes() {
        let digit = BECH32.iter().position(|&other| other == byte).unwrap_or(0);
        check = polymod(check, u32::try_from(digit).unwrap_or(0));
    }
    for _ in 0..6 {
        check = polymod(check, 0);
    }
    check ^= 1;
    (0..6)
        .map(|at| char::from(BECH32[((check >> (5 * (5 - at))) & 31) as usize]))
        .collect()
}
