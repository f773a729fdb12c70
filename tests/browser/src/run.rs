//! Runs one async test function in each browser.

use crate::{Kind, failed, manners, pool};
use anyhow::{Result, anyhow};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// How many tests run at once. They wait more than they work: four browsers leave two cores idle for a good part of
/// the time.
const AT_ONCE: usize = 4;

/// One runtime for all tests, because the connection to a shared browser outlives each of them.
static RUNTIME: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(AT_ONCE).enable_all().build());

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// A test's turn to run. Dropping it lets the next test begin.
struct Turn;

impl Turn {
    fn wait() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running =
            ENDED.wait_while(running, |running| *running >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

/// Runs `test` in a browser of `kind`, when its turn comes. [`crate::in_both_browsers!`] calls this.
///
/// # Errors
/// What the test returns, or that the extension sent a request or wrote to the console.
pub fn run<F>(kind: Kind, test: impl FnOnce(Kind) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let _turn = Turn::wait();
    let runtime = RUNTIME.as_ref().map_err(|error| anyhow!("no runtime: {error}"))?;
    pool::begin();
    let ended =
        catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(kind)).and_then(|()| manners::were_kept())));
    let has_passed = matches!(ended, Ok(Ok(())));
    if !has_passed {
        // The newest browser of the test is still open.
        runtime.block_on(failed::explain());
    }
    failed::let_go();
    runtime.block_on(pool::end(has_passed));
    failed::forget_copies();
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Turns each `async fn name(kind: Kind) -> anyhow::Result<()>` into two tests: `chromium::name` and
/// `firefox::name`.
///
/// ```ignore
/// in_both_browsers! {
///     /// What the test shows.
///     async fn the_banner_says_fresh(kind: Kind) -> Result<()> { … }
/// }
/// ```
#[macro_export]
macro_rules! in_both_browsers {
    ($($(#[$doc:meta])* async fn $name:ident($kind:ident: Kind) -> $result:ty $body:block)+) => {
        $($(#[$doc])* async fn $name($kind: $crate::Kind) -> $result $body)+

        mod chromium {
            $(#[test]
            fn $name() -> ::anyhow::Result<()> {
                $crate::run($crate::Kind::Chromium, super::$name)
            })+
        }

        mod firefox {
            $(#[test]
            fn $name() -> ::anyhow::Result<()> {
                $crate::run($crate::Kind::Firefox, super::$name)
            })+
        }
    };
}

/// Like [`in_both_browsers!`], for what only Chromium can do: one test each, `only::chromium::name`.
#[macro_export]
macro_rules! in_chromium {
    ($($(#[$doc:meta])* async fn $name:ident($kind:ident: Kind) -> $result:ty $body:block)+) => {
        $($(#[$doc])* async fn $name($kind: $crate::Kind) -> $result $body)+

        mod only {
            mod chromium {
                $(#[test]
                fn $name() -> ::anyhow::Result<()> {
                    $crate::run($crate::Kind::Chromium, super::super::$name)
                })+
            }
        }
    };
}
