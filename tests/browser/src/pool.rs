//! Which tests share a browser, one after another: starting one costs more than most tests.
//!
//! A test that takes the default [`Options`] gets a browser that another test may have had. Before that it was made
//! as new ([`Process::clean`]), and the extension is a new installation under an address of its own, so that nothing
//! that it stored is in reach; `tests/shared.rs` shows it. A browser of its own, and nobody after it, has a test
//!
//! - with other options: zone, language, colours and size are a browser's for life;
//! - away from the stand-in site;
//! - that reaches into the browser itself ([`Browser::own`](crate::Browser::own)): its preferences, its own pages, its
//!   windows, its zoom, its protocol;
//! - that fails: it may have left the browser in any state.

use crate::Kind;
use crate::forward::Forward;
use crate::options::{Network, Options};
use crate::process::Process;
use anyhow::Result;
use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Browsers that are as new. They end with this program.
static IDLE: Mutex<Vec<(Kind, Process)>> = Mutex::new(Vec::new());

thread_local! {
    /// The shared browsers of the test that runs on this thread; `None` outside of tests, where nothing is shared.
    static IN_USE: RefCell<Option<Vec<Arc<Process>>>> = const { RefCell::new(None) };
}

/// A test begins on this thread.
pub(crate) fn begin() {
    IN_USE.set(Some(Vec::new()));
}

/// The test is over and has let go of its browsers: those that can be used again are made as new.
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

/// A browser for these options: one that is as new, or a new one.
pub(crate) async fn take(kind: Kind, network: &Network, options: &Options) -> Result<Arc<Process>> {
    let is_shared = IN_USE.with_borrow(Option::is_some) && options.is_usual();
    let Network::StandIn(port, _) = network else { return own(kind, network, options).await };
    if !is_shared {
        return own(kind, network, options).await;
    }
    // A test that opens one browser after another has let go of those before.
    let given_up = IN_USE.with_borrow_mut(|in_use| {
        let in_use = in_use.as_mut()?;
        let at = in_use.iter().position(|process| Arc::strong_count(process) == 1)?;
        Arc::into_inner(in_use.swap_remove(at))
    });
    if let Some(process) = given_up {
        keep(process).await;
    }
    let process = match idle(kind) {
        // One that has died meanwhile is nothing that this test has done.
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

/// Keeps a browser for another test, if it can be made as new.
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
