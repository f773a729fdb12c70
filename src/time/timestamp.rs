//! Timestamps, as the site writes them.

use super::UtcMillis;
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Why a text is not a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// The text is not an ISO 8601 date and time.
    #[error("not an ISO 8601 date and time")]
    Unreadable,
    /// It is one, but its year is outside 2000 to 2099.
    #[error("a year outside 2000 to 2099")]
    Absurd,
}

/// Reads a timestamp; without a zone it is UTC.
///
/// Leonardo's `tokenRenewalDate` looks like `2023-07-25T00:00:00` (sure: several public recordings); that this is UTC
/// rests on one good source. `Z`, an offset and 1 to 9 fractional digits occur as well, and so does Postgres's
/// two-digit offset (`2026-11-14 00:00:00+00`).
///
/// # Errors
/// [`TimestampError`] says whether the text is not a timestamp, or names an absurd year.
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
    // Leonardo sends nothing longer; a hostile text is not worth parsing.
    if text.len() > 40 || !text.is_ascii() {
        return Err(TimestampError::Unreadable);
    }
    let at = read(text).ok_or(TimestampError::Unreadable)?;
    if at.is_plausible() { Ok(at) } else { Err(TimestampError::Absurd) }
}

/// The forms of a date with a time; a zone may follow. A space may replace the `T`.
const FORMS: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// Reads what chrono reads of RFC 3339, of ISO 8601 as databases write it, and of RFC 2822.
///
/// One digit is enough for a month, a day or an hour: `2026-1-5` can mean nothing else. Second 60 is the start of the
/// next minute, as in POSIX and chrono, so a refill at midnight stays at midnight.
fn read(text: &str) -> Option<UtcMillis> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        return Some(UtcMillis(at.timestamp_millis()));
    }
    // chrono and others write `UTC` and `GMT` in place of an offset.
    let zulu = ["UTC", "GMT"].iter().find_map(|name| text.strip_suffix(name));
    let text = zulu.map_or_else(|| text.to_owned(), |rest| [rest.trim_end(), "Z"].concat());
    let text = text.replacen(['T', 't'], " ", 1);
    let zoned = FORMS.iter().find_map(|form| DateTime::parse_from_str(&text, &[form, " %#z"].concat()).ok());
    let bare = || FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let day = || NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let at = zoned.map(|at| at.naive_utc()).or_else(bare).or_else(day)?;
    Some(UtcMillis(at.and_utc().timestamp_millis()))
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
            ("as Postgres writes it", "2026-11-23 04:05:06+00"),
            ("an offset of two digits", "2026-11-22T20:05:06-08"),
            ("a space before the offset", "2026-11-23 09:35:06 +0530"),
            ("small letters", "2026-11-23t04:05:06z"),
            ("UTC by name", "2026-11-23 04:05:06 UTC"),
            ("a header's date", "Mon, 23 Nov 2026 04:05:06 GMT"),
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
    fn a_fraction_is_cut_to_milliseconds_and_a_leap_second_begins_the_next_minute() {
        for (text, millis) in [
            ("2026-11-23T00:00:00.1", 100),
            ("2026-11-23T00:00:00.123456789", 123),
            ("2026-11-23T00:00:00.0009", 0),
            ("2026-11-22T23:59:60Z", 0),
            ("2026-11-23 00:00", 0),
            ("2026-11-23T00:00Z", 0),
            ("2026-11-23T00:00+00", 0),
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
    fn parts_beyond_their_bounds_are_refused_and_ones_of_one_digit_are_read() {
        for text in [
            "2026-11-+1T00:00:00",
            "2026-11-23T00:00:00+05:60",
            "2026-11-23T00:00:00+24:00",
            "2026-11-23T00:00:00+5:30",
        ] {
            assert_eq!(parse_timestamp(text), Err(TimestampError::Unreadable), "{text}");
        }
        assert!(parse_timestamp("2026-11-23T00:00:00+23:59").is_ok());
        assert_eq!(parse_timestamp("2026-1-5T4:00:00"), parse_timestamp("2026-01-05T04:00:00"));
    }

    #[test]
    fn each_reason_says_what_it_is() {
        assert!(TimestampError::Unreadable.to_string().contains("ISO 8601"));
        assert!(TimestampError::Absurd.to_string().contains("2000"));
    }
}
