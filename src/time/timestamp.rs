//! Timestamps as the site writes them.

use super::{HOUR, MINUTE, SECOND, UtcMillis};
use chrono::NaiveDate;
use std::fmt;

/// Why a text was not taken for a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampError {
    /// The text is not an ISO 8601 date and time.
    Unreadable,
    /// It is one, but of a year outside 2000 to 2099.
    Absurd,
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "not an ISO 8601 date and time",
            Self::Absurd => "a year outside 2000 to 2099",
        })
    }
}

impl std::error::Error for TimestampError {}

/// Reads a timestamp with or without a zone; one without is UTC.
///
/// Leonardo's `tokenRenewalDate` comes as `2023-07-25T00:00:00` (sure: several public recordings); that it
/// means UTC rests on one good source. `Z`, an offset and 1 to 9 fractional digits occur as well.
///
/// # Errors
/// [`TimestampError`] says whether the text could not be read or names a year that nobody means.
///
/// ```
/// use refill_watch::time::parse_timestamp;
/// let bare = parse_timestamp("2023-07-25T00:00:00")?;
/// assert_eq!(bare, parse_timestamp("2023-07-25T02:00:00.000+02:00")?);
/// assert_eq!(bare.to_string(), "2023-07-25T00:00:00Z");
/// assert!(parse_timestamp("0001-01-01T00:00:00").is_err());
/// # Ok::<(), refill_watch::time::TimestampError>(())
/// ```
pub fn parse_timestamp(text: &str) -> Result<UtcMillis, TimestampError> {
    let text = text.trim();
    // Nothing that Leonardo sends is longer; a hostile text is not worth parsing.
    if text.len() > 40 || !text.is_ascii() {
        return Err(TimestampError::Unreadable);
    }
    let at = read(text).ok_or(TimestampError::Unreadable)?;
    if at.is_plausible() { Ok(at) } else { Err(TimestampError::Absurd) }
}

/// Reads date, time and zone. The calendar is chrono's; the form is read here, because chrono's parser of free
/// patterns takes 20 KB of WebAssembly, and its RFC 3339 parser knows only one of the forms above.
fn read(text: &str) -> Option<UtcMillis> {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00:00"));
    let mut date = date.split('-');
    let (year, month, day) = (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let day =
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| date.next().is_none())?;

    let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut clock = clock.split(':');
    let (hour, minute, second) =
        (number(clock.next()?, 2)?, number(clock.next()?, 2)?, number(clock.next()?, 2)?);
    // A leap second is the second before it: nothing refills in it.
    let second = if second == 60 { 59 } else { second };
    if hour > 23 || minute > 59 || second > 59 || clock.next().is_some() {
        return None;
    }
    if !(1..=9).contains(&fraction.len()) || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Milliseconds are the first three digits, whatever follows.
    let millis =
        fraction.bytes().chain(*b"00").take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let of_day = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * SECOND + millis;
    Some(UtcMillis::on(day, of_day).plus(-offset(zone)?))
}

/// Milliseconds east of UTC: nothing, `Z`, `+05:30` or `+0530`.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next() {
        None | Some('Z' | 'z') => return (zone.len() <= 1).then_some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let (hours, minutes) = match zone.get(1..)? {
        plain if plain.len() == 4 => plain.split_at_checked(2)?,
        colon => colon.split_once(':')?,
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * HOUR + i64::from(minutes) * MINUTE))
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_has_been_seen_is_read_as_the_same_instant() {
        for (name, text) in [
            ("without a zone", "2026-11-23T04:05:06"),
            ("with Z", "2026-11-23T04:05:06Z"),
            ("with an offset", "2026-11-23T09:35:06+05:30"),
            ("with an offset without a colon", "2026-11-23T09:35:06+0530"),
            ("one fractional digit", "2026-11-23T04:05:06.0"),
            ("nine fractional digits", "2026-11-23T04:05:06.000000000"),
            ("nine fractional digits and Z", "2026-11-23T04:05:06.000000000Z"),
            ("with an offset to the west", "2026-11-22T20:05:06-08:00"),
            ("a space for the T", "2026-11-23 04:05:06"),
            ("with space around", "  2026-11-23T04:05:06 "),
        ] {
            assert_eq!(
                parse_timestamp(text).map(|at| at.to_string()),
                Ok("2026-11-23T04:05:06Z".into()),
                "{name}"
            );
        }
    }

    #[test]
    fn a_fraction_is_cut_to_milliseconds_and_a_leap_second_is_the_one_before() {
        for (text, millis) in [
            ("2026-11-23T00:00:00.1", 100),
            ("2026-11-23T00:00:00.123456789", 123),
            ("2026-11-23T00:00:00.0009", 0),
            ("2026-11-22T23:59:60Z", -1000),
        ] {
            let midnight = parse_timestamp("2026-11-23").unwrap();
            assert_eq!(parse_timestamp(text), Ok(midnight.plus(millis)), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_midnight_utc() {
        assert_eq!(parse_timestamp("2026-11-23"), parse_timestamp("2026-11-23T00:00:00Z"));
    }

    #[test]
    fn what_is_not_a_timestamp_is_refused_with_the_reason() {
        for (text, error) in [
            ("", TimestampError::Unreadable),
            ("soon", TimestampError::Unreadable),
            ("2026-02-30T00:00:00", TimestampError::Unreadable),
            ("2026-11-23T25:00:00", TimestampError::Unreadable),
            ("1763769600", TimestampError::Unreadable),
            ("2026-11-23T00:00", TimestampError::Unreadable),
            ("2026-11-23T00:00:00.", TimestampError::Unreadable),
            ("2026-11-23T00:00:00.1x", TimestampError::Unreadable),
            ("2026-11-23T00:00:61Z", TimestampError::Unreadable),
            ("2026-11-23T00:00:00+24:00", TimestampError::Unreadable),
            ("2026-11-23T00:00:00Zulu", TimestampError::Unreadable),
            ("2026-11-23-01T00:00:00", TimestampError::Unreadable),
            ("２０２６-11-23T00:00:00", TimestampError::Unreadable),
            ("0001-01-01T00:00:00", TimestampError::Absurd),
            ("9999-12-31T23:59:59", TimestampError::Absurd),
        ] {
            assert_eq!(parse_timestamp(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn parts_of_another_length_or_beyond_their_bounds_are_refused() {
        for text in [
            "2026-1-05T00:00:00",
            "2026-11-+1T00:00:00",
            "2026-11-23T0:00:00",
            "2026-11-23T00:00:00+05:60",
            "2026-11-23T00:00:00+24:00",
            "2026-11-23T00:00:00+5:30",
        ] {
            assert_eq!(parse_timestamp(text), Err(TimestampError::Unreadable), "{text}");
        }
        assert!(parse_timestamp("2026-11-23T00:00:00+23:59").is_ok());
    }

    #[test]
    fn each_reason_says_what_it_is() {
        assert!(TimestampError::Unreadable.to_string().contains("ISO 8601"));
        assert!(TimestampError::Absurd.to_string().contains("2000"));
    }
}
