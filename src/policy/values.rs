//! Values of the policy that are more than a string: parsed once, so that no later stage can meet a
//! bad glob, a bad expression or a percentage out of range.
//!
//! Does not catch: a glob or an expression that is valid and matches nothing.

use std::fmt;
use std::time::Duration;

use regex::Regex;
use serde::{Deserialize, Serialize};

pub use crate::embedded::CHECKS;

/// The name of a check, known to be one of [`CHECKS`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct CheckName(String);

impl CheckName {
    /// All of them, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        CHECKS.iter().map(|name| Self((*name).to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for CheckName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CheckName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if CHECKS.contains(&name.as_str()) {
            return Ok(Self(name));
        }
        Err(format!(
            "`{name}` is no check; {}",
            super::error::suggestion(&name, &CHECKS)
        ))
    }
}

impl From<CheckName> for String {
    fn from(name: CheckName) -> Self {
        name.0
    }
}

/// A path pattern: `*` stays inside one folder, `**` crosses folders, `{a,b}` and `[a-z]` as in ripgrep.
/// Matched against repository-relative paths with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Glob(String);

impl Glob {
    const LONGEST: usize = 1000;

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn compiled(text: &str) -> Result<globset::Glob, globset::Error> {
        globset::GlobBuilder::new(text)
            .literal_separator(true)
            .build()
    }

    /// One matcher for several patterns.
    ///
    /// # Errors
    /// Where they are too large together.
    pub fn set<'a>(globs: impl IntoIterator<Item = &'a str>) -> Result<globset::GlobSet, String> {
        let mut builder = globset::GlobSetBuilder::new();
        for glob in globs {
            builder.add(Self::compiled(glob).map_err(|error| error.kind().to_string())?);
        }
        builder.build().map_err(|error| error.kind().to_string())
    }
}

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Err("an empty path pattern matches nothing: take it out".to_owned());
        }
        if text.len() > Self::LONGEST {
            return Err(format!(
                "a path pattern of {} bytes: at most {} are read",
                text.len(),
                Self::LONGEST
            ));
        }
        let rest = text.trim_start_matches("./").trim_start_matches('/');
        if rest.len() < text.len() {
            return Err(format!(
                "`{text}` matches nothing: paths start at the root of the repository, write `{rest}`"
            ));
        }
        if text.ends_with('/') {
            return Err(format!(
                "`{text}` matches nothing: for the files of a folder write `{text}**`"
            ));
        }
        match Self::set([text.as_str()]) {
            Ok(_) => Ok(Self(text)),
            Err(why) => Err(format!("`{text}` is no path pattern: {why}")),
        }
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.0
    }
}

/// A regular expression, compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Regex);

impl Pattern {
    /// The expression.
    pub fn regex(&self) -> &Regex {
        &self.0
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Regex::new(&text).map(Self).map_err(|error| {
            let long = error.to_string();
            // The last line says what is wrong; those above draw it.
            let short = long.lines().last().unwrap_or_default();
            let short = short.trim_start_matches("error: ");
            format!("`{text}` is no regular expression: {short}")
        })
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0.as_str().to_owned()
    }
}

/// A share between 0 % and 100 %, exact to two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Percent {
    hundredths: u32,
}

impl Percent {
    /// A whole number of percent; more than 100 counts as 100.
    pub const fn whole(percent: u32) -> Self {
        Self {
            hundredths: if percent > 100 { 100 } else { percent } * 100,
        }
    }

    /// Whether `part` of `whole` reaches this share, compared without rounding. Of nothing, every
    /// share is reached.
    pub fn is_reached(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 10_000 >= u128::from(self.hundredths) * u128::from(whole)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.hundredths / 100, self.hundredths % 100);
        match rest {
            0 => write!(f, "{whole}%"),
            _ if rest % 10 == 0 => write!(f, "{whole}.{}%", rest / 10),
            _ => write!(f, "{whole}.{rest:02}%"),
        }
    }
}

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = |text: &str| -> Option<u32> {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let parsed = || {
            let (whole, rest) = match text.strip_suffix('%')?.split_once('.') {
                Some((whole, rest)) => (whole, rest),
                None => (text.strip_suffix('%')?, "0"),
            };
            let rest = match rest.len() {
                1 => digits(rest)? * 10,
                2 => digits(rest)?,
                _ => return None,
            };
            let hundredths = digits(whole)?.checked_mul(100)?.checked_add(rest)?;
            (hundredths <= 10_000).then_some(Self { hundredths })
        };
        parsed().ok_or_else(|| {
            format!(
                "`{text}` is no share: write \"80%\" or \"72.5%\", at most two decimals and 100%"
            )
        })
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

/// An `https` address without a name, a password, a query or a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// One that is known to be right.
    pub(super) fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The address as written, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        const LONGEST: usize = 500;
        let rest = text.strip_prefix("https://").unwrap_or_default();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%[]+".contains(c);
        if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && rest.chars().all(is_plain)
            && text.len() <= LONGEST
        {
            return Ok(Self(text.trim_end_matches('/').to_owned()));
        }
        Err(format!(
            "`{text}` is no address that is asked: write \"https://host/path\", without a name, a password or a query"
        ))
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// How long a tool may take: a whole number and `s`, `m` or `h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct TimeLimit {
    seconds: u32,
}

impl TimeLimit {
    /// Minutes.
    pub const fn minutes(minutes: u32) -> Self {
        Self {
            seconds: minutes.saturating_mul(60),
        }
    }

    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.seconds))
    }
}

impl TryFrom<String> for TimeLimit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        const DAY: u32 = 24 * 60 * 60;
        let parsed = || {
            let unit = text.chars().last()?;
            let number = text.strip_suffix(unit)?;
            let factor = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return None,
            };
            let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let seconds = number.parse::<u32>().ok()?.checked_mul(factor)?;
            (plain && (1..=DAY).contains(&seconds)).then_some(Self { seconds })
        };
        parsed().ok_or_else(|| {
            format!("`{text}` is no time limit: write \"90s\", \"10m\" or \"1h\", from 1s to 24h")
        })
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        match limit.seconds {
            seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
            seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
            seconds => format!("{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_https() {
        let address = |text: &str| Address::try_from(text.to_owned());
        let known =
            address("https://mirror.example.org:8443/api/pypi/simple/").expect("an address");
        assert_eq!(
            known.as_str(),
            "https://mirror.example.org:8443/api/pypi/simple"
        );
        assert!(address("https://[::1]:1/x").is_ok());
        let long = format!("https://{}", "a".repeat(500));
        for text in [
            "",
            "https://",
            "http://pypi.org/simple",
            "file:///etc",
            "pypi.org",
            "https://me:word@host/",
            "https://host/?key=1",
            "https://host/#a",
            "https://host/a b",
            "https://-host",
            "https://host/\n",
            long.as_str(),
        ] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_is_compared_without_rounding() {
        let share = |text: &str| Percent::try_from(text.to_owned()).expect("a share");
        assert!(share("99.99%").is_reached(9_999, 10_000));
        assert!(!share("100%").is_reached(99_999, 100_000));
        assert!(share("66.66%").is_reached(2, 3) && !share("66.67%").is_reached(2, 3));
        assert!(share("80%").is_reached(0, 0) && share("0%").is_reached(0, 9));
        assert!(share("100%").is_reached(u64::MAX, u64::MAX));
        for text in ["80%", "72.5%", "0.05%", "100%"] {
            assert_eq!(share(text).to_string(), text);
        }
        for text in ["100.01%", "1.234%", "-1%", "%", ".5%", "5.%", "+5%", "80 %"] {
            assert!(Percent::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_limit_is_between_a_second_and_a_day() {
        let limit = |text: &str| TimeLimit::try_from(text.to_owned());
        for (text, seconds) in [("1s", 1), ("10m", 600), ("24h", 86_400), ("90s", 90)] {
            assert_eq!(
                limit(text).map(TimeLimit::duration),
                Ok(Duration::from_secs(seconds))
            );
            assert_eq!(limit(text).map(String::from).as_deref(), Ok(text));
        }
        for text in [
            "0s",
            "25h",
            "10",
            "m",
            "1d",
            "1.5h",
            "99999999999s",
            "1\u{e9}",
            "",
        ] {
            assert!(limit(text).is_err(), "{text}");
        }
    }
}
