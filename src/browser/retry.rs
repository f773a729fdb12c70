//! When to try storage again after it refused a write.

use gloo_timers::callback::Timeout;

/// The waits before each try. After the last one, the refused values go with the next write: full storage stays full,
/// and each try keeps the browser from ending the background.
const WAITS_MS: [u32; 3] = [1_000, 5_000, 20_000];

/// The tries since storage last accepted a write.
#[derive(Debug, Default)]
pub(super) struct Retries {
    made: usize,
    next: Option<Timeout>,
}

impl Retries {
    /// Storage refused a write: calls `again` after a wait, unless that was tried often enough.
    pub(super) fn after_refusal(&mut self, again: impl FnOnce() + 'static) {
        // Refusals in a row are one failure.
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
            // The timer has fired: there is nothing to cancel.
            timer.forget();
        }
    }

    /// Storage accepted a write.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}
