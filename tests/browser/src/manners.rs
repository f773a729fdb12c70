//! What holds of every test, whatever it is about: the extension asks no host for anything, and says nothing on the
//! console. [`crate::run`] looks at the end of each.

use crate::browser::ConsoleLine;
use crate::options::Network;
use anyhow::{Result, ensure};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

/// Hosts that the browsers themselves ask, without any extension in them.
const OF_THE_BROWSERS: [&str; 8] = [
    "google.com",
    "googleapis.com",
    "gvt1.com",
    "gstatic.com",
    "mozilla.com",
    "mozilla.net",
    "mozilla.org",
    "firefox.com",
];

/// The lines of one browser, as they come.
type Console = Arc<Mutex<Vec<ConsoleLine>>>;

thread_local! {
    /// The browsers of the test that runs on this thread.
    static OPENED: RefCell<Vec<(Network, Console)>> = const { RefCell::new(Vec::new()) };
}

/// Looks at what comes of a browser when its test has ended.
pub(crate) fn expect(network: Network, console: Console) {
    OPENED.with_borrow_mut(|opened| opened.push((network, console)));
}

/// Whether every browser of the test kept its manners.
pub(crate) fn were_kept() -> Result<()> {
    for (network, console) in OPENED.take() {
        // Where one of its scripts is named; a page may name its files as it likes, and is refused aloud.
        for line in console.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let is_ours = line.text.contains("-extension://") && line.text.contains(".js:");
            ensure!(!is_ours, "the extension is on the console: {line:?}");
        }
        let Network::StandIn(_, log) = network else { continue };
        for request in log.all() {
            let is_of = |host: &&str| request.host == **host || request.host.ends_with(&format!(".{host}"));
            let is_expected = is_of(&"leonardo.ai") || OF_THE_BROWSERS.iter().any(is_of);
            ensure!(is_expected, "a request left for another host: {request:?}");
            for from in [&request.origin, &request.referer].into_iter().flatten() {
                ensure!(
                    !from.contains("-extension://"),
                    "the extension has asked for something: {request:?}"
                );
            }
        }
    }
    Ok(())
}
