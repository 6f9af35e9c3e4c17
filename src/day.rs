//! A day, as policies, waivers and registries write it. There is no clock here: days come from commits.
//!
//! Does not catch: time zones other than UTC, and leap seconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    /// The day, in UTC, of a moment in seconds since the epoch. Proleptic, by the era arithmetic of
    /// Howard Hinnant's "chrono-compatible low-level date algorithms".
    pub fn of(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400).saturating_add(719_468);
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * shifted + 2) / 5 + 1,
        }
    }

    /// The earlier of a day and of the day of a moment (RFC 3339, UTC); what is no moment counts as not said.
    pub fn earlier(known: Option<Self>, moment: Option<&str>) -> Option<Self> {
        let day = moment
            .and_then(|moment| moment.get(..10))
            .and_then(|day| Self::try_from(day.to_owned()).ok());
        match (known, day) {
            (Some(known), Some(day)) => Some(known.min(day)),
            (known, day) => known.or(day),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = || {
            let shape = text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
            if !shape || text.len() != 10 {
                return None;
            }
            let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
            let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let longest = match month {
                4 | 6 | 9 | 11 => 30,
                2 if leap => 29,
                2 => 28,
                1..=12 => 31,
                _ => return None,
            };
            (1..=longest)
                .contains(&day)
                .then_some(Self { year, month, day })
        };
        parsed().ok_or_else(|| {
            format!("`{text}` is no day of the calendar: write it as \"2027-02-01\"")
        })
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Result<Day, String> {
        Day::try_from(text.to_owned())
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let first = day("1970-01-01").expect("a day");
        assert_eq!(Day::of(0), first);
        assert_eq!(Day::of(86_399), first);
        assert_eq!(Day::of(-1).to_string(), "1969-12-31");
        let mut before = first;
        for number in 1..146_097 {
            let now = Day::of(number * 86_400);
            assert!(now > before, "{before} {now}");
            assert_eq!(day(&now.to_string()), Ok(now));
            before = now;
        }
        assert_eq!(before.to_string(), "2369-12-31");
    }

    #[test]
    fn any_second_has_a_day() {
        for second in [i64::MIN, i64::MAX] {
            assert!(!Day::of(second).to_string().is_empty());
        }
    }

    #[test]
    fn days_that_the_calendar_lacks_are_refused() {
        for text in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-1-1",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
        assert!(day("2024-02-29").is_ok() && day("2000-02-29").is_ok());
    }
}
