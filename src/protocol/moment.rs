//! An instant in a page by two clocks, and when that was for the background.

use crate::time::{DAY, DeviceTime};
use serde::Deserialize;
#[cfg(test)]
use ts_rs::TS;

/// An instant by the computer's clock and by the document's monotonic clock.
///
/// Neither is enough alone. The computer's clock may be set between two instants. The monotonic clock cannot, but in
/// some browsers it stops while the computer sleeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Moment {
    /// Milliseconds since 1970 by the computer's clock: `Date.now()`.
    pub wall: f64,
    /// Milliseconds since the document began, by the monotonic clock: `performance.now()`.
    pub mono: f64,
}

/// The longest that a sleeping computer may delay a report; a laptop may sleep through a holiday. Beyond it, we do
/// not believe the page's clocks.
const LONGEST: f64 = (365 * DAY) as f64;

impl Moment {
    /// When this was, by the computer's clock as it stood at `sent`, a later moment of the same document; `None` when
    /// the two do not belong together.
    ///
    /// | between the two | the computer's clock says | the monotonic clock says | what counts |
    /// |---|---|---|---|
    /// | nothing | as long | as long | either |
    /// | the computer slept | longer | shorter, or as long | the longer one |
    /// | its clock was set forward | longer | the truth | the longer one: an answer that looks older than it is, until the next |
    /// | its clock was set back | shorter, or less than nothing | the truth | the longer one |
    ///
    /// ```
    /// use refill_watch::protocol::Moment;
    /// let asked = Moment { wall: 1_000_000.0, mono: 500.0 };
    /// let sent = Moment { wall: 1_004_000.0, mono: 4_500.0 };
    /// assert_eq!(asked.by_the_clock_of(sent).map(|at| at.0), Some(1_000_000));
    /// ```
    #[must_use]
    pub fn by_the_clock_of(self, sent: Self) -> Option<DeviceTime> {
        let passed = (sent.mono - self.mono).max(sent.wall - self.wall);
        let sane =
            passed.is_finite() && (-1.0..=LONGEST).contains(&passed) && (0.0..=1e14).contains(&sent.wall);
        // In range by the check above; fractions of a millisecond do not matter.
        #[allow(clippy::cast_possible_truncation)]
        sane.then(|| DeviceTime((sent.wall - passed.max(0.0)) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: f64 = 1_763_812_800_000.0;

    fn ago(asked: (f64, f64), sent: (f64, f64)) -> Option<i64> {
        let [asked, sent] = [asked, sent].map(|(wall, mono)| Moment { wall: NOON + wall, mono });
        asked.by_the_clock_of(sent).map(|at| (sent.wall as i64) - at.0)
    }

    #[test]
    fn what_was_asked_is_as_old_as_the_clock_that_says_more() {
        for (name, asked, sent, age) in [
            ("at once", (0.0, 10.0), (0.0, 10.0), Some(0)),
            ("both clocks ran", (0.0, 10.0), (2_000.0, 2_010.0), Some(2_000)),
            (
                "asleep, and the monotonic clock stood still",
                (0.0, 10.0),
                (3_600_000.0, 50.0),
                Some(3_600_000),
            ),
            ("asleep for two weeks", (0.0, 10.0), (1_209_600_000.0, 60.0), Some(1_209_600_000)),
            ("the clock was set back by an hour", (0.0, 10.0), (-3_600_000.0, 2_010.0), Some(2_000)),
            ("rounded the other way", (0.4, 10.0), (0.0, 9.9), Some(0)),
        ] {
            assert_eq!(ago(asked, sent), age, "{name}");
        }
    }

    #[test]
    fn moments_that_do_not_belong_together_say_nothing() {
        for (asked, sent) in [
            ((0.0, 10.0), (-5_000.0, 5.0)),
            ((0.0, 10.0), (366.0 * 86_400_000.0, 20.0)),
            ((f64::NAN, f64::NAN), (0.0, 0.0)),
            ((0.0, f64::NEG_INFINITY), (0.0, 0.0)),
        ] {
            assert_eq!(ago(asked, sent), None, "{asked:?} {sent:?}");
        }
    }
}
