//! What happens next: a queue in order of time.

use crate::server::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that happens in the simulated world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// The server plans an account's next job (account, cycle).
    PlanJob(usize, u32),
    /// A refill job does a step (account, the job's number, the step's number, cycle).
    RunJob(usize, usize, usize, u32),
    /// Something befalls an account: bought tokens, a gift, another plan.
    Befall(usize),
    /// Someone spends elsewhere.
    Elsewhere(usize),
    /// The user sits down.
    Session,
    /// A page asks for the balance (tab, document).
    Ask(i64, u32),
    /// The server answers that request.
    Serve(u64),
    /// The answer to that request arrives.
    Arrive(u64),
    /// The cost of that generation is booked.
    Book(u64),
    /// The answer to that generation arrives, with or without the cost.
    TellCost(u64),
    /// That generation has failed, and its cost comes back.
    GiveBack(u64),
    /// A page shows its number (tab, document).
    Paint(i64, u32),
    /// The user generates an image.
    Generate(i64),
    /// The user opens another tab with the same account.
    SecondTab(usize),
    /// The user reloads the tab.
    Reload(i64),
    /// The user looks at the screen.
    Look,
    /// The user gets up.
    Leave,
    /// The extension's alarm.
    Alarm,
}

/// The queue. What is due at the same instant comes out in the order it went in.
#[derive(Default)]
pub struct Agenda {
    queue: BinaryHeap<Reverse<(Instant, u64, Happening)>>,
    count: u64,
}

impl Agenda {
    /// Puts something in.
    pub fn put(&mut self, at: Instant, happening: Happening) {
        self.count += 1;
        self.queue.push(Reverse((at, self.count, happening)));
    }

    /// Takes out what happens next.
    pub fn next(&mut self) -> Option<(Instant, Happening)> {
        self.queue.pop().map(|Reverse((at, _, happening))| (at, happening))
    }
}
