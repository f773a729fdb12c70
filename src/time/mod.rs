//! Time, always in UTC.
//!
//! Instants, the schedules by which pools refill, and the reading of timestamps as Leonardo writes them.
//! Local time does not exist here: it is made at the last moment by `view`, through the browser's `Intl`.
//! Nothing here reads a clock.

mod instant;
mod schedule;
mod timestamp;

pub use instant::{DAY, DeviceTime, HOUR, MINUTE, SECOND, SetBack, UtcMillis};
pub use schedule::{Basis, MinuteOfDay, Schedule};
pub use timestamp::{TimestampError, parse_timestamp};
