//! Made-up secrets for examples, cases and tests, so that none stands in our own repository.
//!
//! `{{base62:36}}` is 36 characters drawn by a fixed generator; `{{secret:NAME}}` is a whole secret with
//! a right checksum or structure, `{{personal:NAME}}` a number that a person could have. A second `:` part draws another one (`{{base62:36:b}}`), and `|` passes
//! the text through functions: `base64`, `hex`, `percent`, `unicode`, `first-half`, `second-half`,
//! `break` (makes the checksum wrong), `escaped` (line ends as `\n`). The same words always give the
//! same text.
//!
//! Does not catch: an unknown name stays as it was written.

use base64::Engine as _;

use super::validate::{
    base36_crc32, base62_crc32, bech32_checksum, confluent_crc32, crc16, to_base32,
};
use super::{STANDARD, URL_SAFE};

/// Secrets with a checksum, by their names in `{{secret:NAME}}`.
pub const CHECKSUMMED: &[&str] = &[
    "github-classic",
    "github-app",
    "npm",
    "cloudflare",
    "zuplo",
    "gitlab-routable",
    "confluent",
];

/// The text with every `{{..}}` that this module knows filled in.
pub fn expand(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        match after.split_once("}}") {
            Some((inside, behind)) if let Some(value) = value(inside) => {
                filled.push_str(&value);
                rest = behind;
            }
            _ => {
                filled.push_str("{{");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// What stands for the words between `{{` and `}}`; `None` where this module does not know them.
pub fn value(inside: &str) -> Option<String> {
    let mut stages = inside.split('|');
    let mut value = source(stages.next()?.trim())?;
    for stage in stages {
        value = pass(stage.trim(), value)?;
    }
    Some(value)
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";

fn source(words: &str) -> Option<String> {
    let mut parts = words.splitn(3, ':');
    let (kind, what) = (parts.next()?, parts.next()?);
    let mut random = Random::new(words);
    if kind == "secret" {
        return secret(what, &mut random);
    }
    if kind == "personal" {
        return super::personal::sample(what);
    }
    let alphabet = match kind {
        "base62" => [DIGITS, UPPER, LOWER].concat(),
        "base64" => [DIGITS, UPPER, LOWER, "+/"].concat(),
        "base64url" => [DIGITS, UPPER, LOWER, "-_"].concat(),
        "base36" => [DIGITS, LOWER].concat(),
        "base32" => [UPPER, "234567"].concat(),
        "hex" => [DIGITS, "abcdef"].concat(),
        "upper-hex" => [DIGITS, "ABCDEF"].concat(),
        "upper" => [UPPER, DIGITS].concat(),
        "letters" => [UPPER, LOWER].concat(),
        "lower" => LOWER.to_owned(),
        "digits" => DIGITS.to_owned(),
        "bech32" => "qpzry9x8gf2tvdw0s3jn54khce6mua7l".to_owned(),
        "uuid" => return Some(uuid(&mut random)),
        _ => return None,
    };
    Some(random.draw(&alphabet, what.parse().ok()?))
}

fn pass(stage: &str, value: String) -> Option<String> {
    let half = value.len() / 2;
    Some(match stage {
        "base64" => STANDARD.encode(value),
        "hex" => crate::text::hex(value.as_bytes()),
        "percent" => value.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        "unicode" => value
            .bytes()
            .map(|byte| format!("\\u00{byte:02x}"))
            .collect(),
        "escaped" => value.replace('\n', "\\n"),
        "first-half" => value.get(..half)?.to_owned(),
        "second-half" => value.get(half..)?.to_owned(),
        "break" => broken(&value)?,
        "upper" => value.to_uppercase(),
        _ => return None,
    })
}

/// One character in the middle exchanged for its neighbour.
fn broken(value: &str) -> Option<String> {
    let at = value.len() / 2;
    let other = match value.as_bytes().get(at)? {
        b'a' => 'b',
        b'A' => 'B',
        b'0' => '1',
        byte if byte.is_ascii_digit() => '0',
        byte if byte.is_ascii_uppercase() => 'A',
        _ => 'a',
    };
    Some(format!(
        "{}{other}{}",
        value.get(..at)?,
        value.get(at + 1..)?
    ))
}

/// A fixed generator: SplitMix64, begun with the words.
struct Random(u64);

impl Random {
    fn new(words: &str) -> Self {
        // FNV-1a.
        Self(words.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn draw(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count)
            .filter_map(|_| {
                let at = self.next() % (letters.len().max(1) as u64);
                letters.get(usize::try_from(at).ok()?).copied()
            })
            .collect()
    }

    fn base62(&mut self, count: usize) -> String {
        self.draw(&[DIGITS, UPPER, LOWER].concat(), count)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[3]).collect()
    }
}

fn uuid(random: &mut Random) -> String {
    let mut part = |count| random.draw("0123456789abcdef", count);
    [part(8), part(4), part(4), part(4), part(12)].join("-")
}

fn secret(name: &str, random: &mut Random) -> Option<String> {
    Some(match name {
        "github-classic" => {
            let body = random.base62(30);
            format!("ghp_{body}{}", base62_crc32(&body))
        }
        "github-app" => {
            let body = random.base62(30);
            format!("ghs_{body}{}", base62_crc32(&body))
        }
        "npm" => {
            let body = random.base62(30);
            format!("npm_{body}{}", base62_crc32(&body))
        }
        "cloudflare" => {
            let body = random.base62(40);
            format!("cfut_{body}{:08x}", crc32fast::hash(body.as_bytes()))
        }
        "zuplo" => {
            let body = random.base62(32);
            format!("zpka_{body}_{:08x}", crc32fast::hash(body.as_bytes()))
        }
        "gitlab-routable" => {
            let payload = format!(
                "glpat-{}.01.{}",
                random.base62(27),
                random.draw(&[DIGITS, LOWER].concat(), 2)
            );
            format!("{payload}{}", base36_crc32(&payload))
        }
        "confluent" => {
            let body = format!("cflt{}", random.base62(54));
            format!("{body}{}", confluent_crc32(body.get(4..)?))
        }
        "pypi" => {
            let mut macaroon = vec![2, 1, 8];
            macaroon.extend_from_slice(b"pypi.org");
            macaroon.extend(random.bytes(110));
            format!("pypi-{}", trimmed(&URL_SAFE.encode(macaroon)))
        }
        "jwt" => {
            let header = trimmed(&URL_SAFE.encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
            let claim = format!(
                "{{\"sub\":\"{}\",\"role\":\"service\"}}",
                random.draw(DIGITS, 9)
            );
            let signature = trimmed(&URL_SAFE.encode(random.bytes(32)));
            format!("{header}.{}.{signature}", trimmed(&URL_SAFE.encode(claim)))
        }
        "nkey" => {
            let mut seed = vec![18 << 3, 0];
            seed.extend(random.bytes(32));
            seed.extend(crc16(&seed).to_le_bytes());
            to_base32(&seed)
        }
        "sentry-org" => {
            let claim = format!(
                "{{\"iat\":1700000000.5,\"url\":\"https://s.io\",\"region_url\":\"\",\"org\":\"{}\"}}",
                random.draw(LOWER, 5)
            );
            format!(
                "sntrys_{}_{}",
                STANDARD.encode(claim),
                random.draw(&[DIGITS, UPPER, LOWER, "+/"].concat(), 43)
            )
        }
        "grafana-api-key" => {
            let key = format!("{{\"k\":\"{}\",\"n\":\"ci\",\"id\":1}}", random.base62(48));
            trimmed(&STANDARD.encode(key))
        }
        "onepassword" => {
            let token = format!(
                "{{\"signInAddress\":\"{}\",\"secretKey\":\"{}\"}}",
                random.draw(LOWER, 30),
                random.base62(180)
            );
            format!("ops_{}", trimmed(&URL_SAFE.encode(token)))
        }
        "age" => {
            let data = random.draw("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 52);
            let prefix = "age-secret-key-";
            format!("{prefix}1{data}{}", bech32_checksum(prefix, &data)).to_uppercase()
        }
        "aws-id" => format!("AKIA{}", random.draw(&[UPPER, "234567"].concat(), 16)),
        "aws-secret" => random.draw(&[DIGITS, UPPER, LOWER, "/"].concat(), 40),
        "pem" => pem("PRIVATE KEY", &der(random, 1190)),
        "pem-rsa" => pem("RSA PRIVATE KEY", &der(random, 1190)),
        "pem-ec" => pem("EC PRIVATE KEY", &der(random, 118)),
        "pem-rsa-body" => STANDARD.encode(rsa(random)),
        "pem-openssh" => pem("OPENSSH PRIVATE KEY", &openssh(random)),
        "pem-openssh-body" => STANDARD.encode(openssh(random)),
        "certificate-body" => STANDARD.encode(
            [
                &[0x30, 0x82, 3, 0x84, 0x30, 0x82, 2, 0x6c],
                &*random.bytes(896),
            ]
            .concat(),
        ),
        "public-key-body" => STANDARD.encode(
            [
                &[0x30, 0x82, 1, 0x22, 0x30, 0x0d, 6, 9],
                &*random.bytes(286),
            ]
            .concat(),
        ),
        "certificate" => pem("CERTIFICATE", &der(random, 900)),
        "public-key" => pem("PUBLIC KEY", &der(random, 290)),
        "jwk" => {
            let mut part = || trimmed(&URL_SAFE.encode(random.bytes(32)));
            format!(
                "{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{}\",\"y\":\"{}\",\"d\":\"{}\"}}",
                part(),
                part(),
                part()
            )
        }
        "service-account" => {
            let key = pem("PRIVATE KEY", &der(random, 1190)).replace('\n', "\\n");
            format!(
                "{{\"type\": \"service_account\", \"project_id\": \"shop\", \"private_key_id\": \"{}\", \"private_key\": \"{key}\\n\", \"client_email\": \"ci@shop.iam.gserviceaccount.com\"}}",
                random.draw("0123456789abcdef", 40)
            )
        }
        _ => return None,
    })
}

fn trimmed(encoded: &str) -> String {
    encoded.trim_end_matches('=').to_owned()
}

/// An outer SEQUENCE around random bytes.
fn der(random: &mut Random, length: u16) -> Vec<u8> {
    let [high, low] = length.to_be_bytes();
    let mut bytes = match (high, low) {
        (0, low @ ..=127) => vec![0x30, low],
        _ => vec![0x30, 0x82, high, low],
    };
    bytes.extend(random.bytes(usize::from(length)));
    bytes
}

/// What an RSA key begins with: version 0 and a modulus of 257 bytes; and random bytes.
fn rsa(random: &mut Random) -> Vec<u8> {
    let mut bytes = vec![0x30, 0x82, 0x04, 0xa4, 2, 1, 0, 2, 0x82, 1, 1, 0];
    bytes.extend(random.bytes(1180));
    bytes
}

fn openssh(random: &mut Random) -> Vec<u8> {
    let mut key = b"openssh-key-v1\0".to_vec();
    key.extend(random.bytes(360));
    key
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let lines: Vec<String> = encoded
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_text() {
        assert_eq!(expand("{{base62:9}}"), expand("{{base62:9}}"));
        assert_ne!(expand("{{base62:9}}"), expand("{{base62:9:b}}"));
        assert_eq!(expand("a {{base62:36}} b").len(), 40);
        assert_eq!(
            expand("${{ secrets.TOKEN }} {{x}} {{"),
            "${{ secrets.TOKEN }} {{x}} {{"
        );
    }

    #[test]
    fn functions_are_applied_in_order() {
        let halves = expand("{{secret:npm|first-half}}{{secret:npm|second-half}}");
        assert_eq!(halves, expand("{{secret:npm}}"));
        assert_ne!(expand("{{secret:npm|break}}"), halves);
        assert_eq!(expand("{{hex:2|percent}}").len(), 6);
    }
}
