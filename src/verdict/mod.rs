//! The policy: evidence in, verdict and notes out.
//!
//! [`Ledger`] folds what was seen of one account, in order of time, into facts: which refill was confirmed,
//! which due instant still waits, what was spent where. [`judge`] turns these facts and what one tab shows
//! into exactly one [`Verdict`] and any number of [`Note`]s. Both are plain functions of their input; no
//! function here reads a clock, and nothing here knows a tab, a surface or a word that the user reads.

mod calendar;
mod compare;
mod judgement;
mod learned;
mod ledger;
mod log;
mod policy;
mod refill;
mod spending;

pub use calendar::{Calendar, Manual, PlanHistory, Planned};
pub use judgement::{Judgement, Note, StaleReason, UnknownReason, Verdict};
pub use learned::{Bracket, Learned, LearnedMinute};
pub use ledger::{Known, Ledger, PlanChange, SpentElsewhere};
pub use log::{Log, Seen, Sighting, Source};
pub(crate) use policy::{COUNTER_SETTLES, REFILL_IS_NEWS};
pub use policy::{Counter, Evidence, Shown, judge};
pub use refill::{OpenDue, Proof, Refill, Standing};
pub use spending::{Average, Spending};
