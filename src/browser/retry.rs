//! When storage is tried again that refused a write.

use gloo_timers::callback::Timeout;

/// The waits before each try. After the last, what was refused goes with the next write: storage that is full stays so, and
/// each try keeps the browser from ending the background.
const WAITS_MS: [u32; 3] = [1_000, 5_000, 20_000];

/// The tries since storage last took something.
#[derive(Debug, Default)]
pub(super) struct Retries {
    made: usize,
    next: Option<Timeout>,
}

impl Retries {
    /// Storage refused a write: `again` is called in a while, unless that was tried often enough.
    pub(super) fn after_refusal(&mut self, again: impl FnOnce() + 'static) {
        // One refusal after the other is one failure.
        if self.next.is_some() {
            return;
        }
        if let Some(wait) = WAITS_MS.get(self.made) {
            self.next = Some(Timeout::new(*wait, again));
        }
    }

    /// The try is being made.
    pub(super) fn begin(&mut self) {
        self.made += 1;
        if let Some(timer) = self.next.take() {
            // It has gone off: there is nothing to cancel.
            timer.forget();
        }
    }

    /// Storage took a write.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}
