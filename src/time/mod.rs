//! Time, always in UTC.
//!
//! Instants, the schedules by which pools refill, and timestamps as Leonardo writes them. There is no local time
//! here: `view` makes it at the last moment, through the browser's `Intl`. Nothing here reads a clock.

mod instant;
mod schedule;
mod timestamp;

pub use instant::{DAY, DeviceTime, HOUR, MINUTE, SECOND, SetBack, UtcMillis};
pub use schedule::{Basis, MinuteOfDay, Schedule};
pub use timestamp::{TimestampError, parse_timestamp};
