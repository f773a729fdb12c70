//! Which tests share a browser, one after another: starting one takes longer than most tests.
//!
//! A test with the default [`Options`] may get a browser that another test has used. It has been cleaned since
//! ([`Process::clean`]), and the extension is installed again at an address of its own, out of reach of anything it
//! stored before; `tests/shared.rs` shows that. A test has a browser to itself, which no test gets afterwards, if it
//!
//! - has other options: zone, language, colours and size last as long as the browser;
//! - does not use the stand-in site;
//! - reaches into the browser itself ([`Browser::own`](crate::Browser::own)): its preferences, its own pages, its
//!   windows, its zoom, its protocol;
//! - fails: it may have left the browser in any state.

use crate::Kind;
use crate::forward::Forward;
use crate::options::{Network, Options};
use crate::process::Process;
use anyhow::Result;
use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Clean browsers that wait for a test. They end with this program.
static IDLE: Mutex<Vec<(Kind, Process)>> = Mutex::new(Vec::new());

thread_local! {
    /// The shared browsers of the test on this thread; `None` outside of tests, where nothing is shared.
    static IN_USE: RefCell<Option<Vec<Arc<Process>>>> = const { RefCell::new(None) };
}

/// Begins a test on this thread.
pub(crate) fn begin() {
    IN_USE.set(Some(Vec::new()));
}

/// Ends the test, which has dropped its browsers by now. Those that another test can use are cleaned and kept.
pub(crate) async fn end(has_passed: bool) {
    for process in IN_USE.take().into_iter().flatten() {
        if !has_passed {
            continue;
        }
        if let Some(process) = Arc::into_inner(process) {
            keep(process).await;
        }
    }
}

/// A browser for these options: a clean one that waits, or a new one.
pub(crate) async fn take(kind: Kind, network: &Network, options: &Options) -> Result<Arc<Process>> {
    let is_shared = IN_USE.with_borrow(Option::is_some) && options.is_usual();
    let Network::StandIn(port, _) = network else { return own(kind, network, options).await };
    if !is_shared {
        return own(kind, network, options).await;
    }
    // A test that opens one browser after another has dropped the earlier ones.
    let given_up = IN_USE.with_borrow_mut(|in_use| {
        let in_use = in_use.as_mut()?;
        let at = in_use.iter().position(|process| Arc::strong_count(process) == 1)?;
        Arc::into_inner(in_use.swap_remove(at))
    });
    if let Some(process) = given_up {
        keep(process).await;
    }
    let process = match idle(kind) {
        // This test is not to blame for a browser that died while it waited.
        Some(process) if process.is_alive().await => process,
        _ => new(kind, options).await?,
    };
    if let Some(forward) = &process.forward {
        forward.lead(Some(*port));
    }
    let process = Arc::new(process);
    IN_USE.with_borrow_mut(|in_use| in_use.get_or_insert_default().push(Arc::clone(&process)));
    Ok(process)
}

async fn own(kind: Kind, network: &Network, options: &Options) -> Result<Arc<Process>> {
    Ok(Arc::new(Process::start(kind, network.port(), options).await?))
}

async fn new(kind: Kind, options: &Options) -> Result<Process> {
    let forward = Forward::open().await?;
    let mut process = Process::start(kind, Some(forward.port()), options).await?;
    process.forward = Some(forward);
    Ok(process)
}

fn idle(kind: Kind) -> Option<Process> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = idle.iter().rposition(|(of, _)| *of == kind)?;
    Some(idle.swap_remove(at).1)
}

/// Keeps a browser for another test, if it can be cleaned.
async fn keep(process: Process) {
    if process.is_changed() {
        return;
    }
    match process.clean().await {
        Ok(()) => {
            if let Some(forward) = &process.forward {
                forward.lead(None);
            }
            process.uses.fetch_add(1, Ordering::Relaxed);
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push((process.kind(), process));
        }
        Err(trouble) => {
            eprintln!("{}: another one is started, for this one is not as new: {trouble:#}", process.kind())
        }
    }
}
