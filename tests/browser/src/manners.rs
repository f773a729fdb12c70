//! What every test also checks: the extension sends no request of its own, and writes nothing to the console.
//! [`crate::run`] looks at the end of each test.

use crate::browser::ConsoleLine;
use crate::options::Network;
use anyhow::{Result, ensure};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

/// Hosts that the browsers themselves ask, even without an extension.
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

/// The console of one browser, as its lines arrive.
type Console = Arc<Mutex<Vec<ConsoleLine>>>;

thread_local! {
    /// The browsers of the test that runs on this thread.
    static OPENED: RefCell<Vec<(Network, Console)>> = const { RefCell::new(Vec::new()) };
}

/// Has a browser checked when its test has ended.
pub(crate) fn expect(network: Network, console: Console) {
    OPENED.with_borrow_mut(|opened| opened.push((network, console)));
}

/// Fails if the extension broke these rules in any browser of the test.
pub(crate) fn were_kept() -> Result<()> {
    for (network, console) in OPENED.take() {
        // Only a line that names one of its scripts comes from the extension. A page that asks for the extension's
        // files is refused on the console as well, and that is not the extension's doing.
        for line in console.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let is_ours = line.text.contains("-extension://") && line.text.contains(".js:");
            ensure!(!is_ours, "the extension wrote to the console: {line:?}");
        }
        let Network::StandIn(_, log) = network else { continue };
        for request in log.all() {
            let is_of = |host: &&str| request.host == **host || request.host.ends_with(&format!(".{host}"));
            let is_expected = is_of(&"leonardo.ai") || OF_THE_BROWSERS.iter().any(is_of);
            ensure!(is_expected, "a request went to another host: {request:?}");
            for from in [&request.origin, &request.referer].into_iter().flatten() {
                ensure!(!from.contains("-extension://"), "the extension sent a request: {request:?}");
            }
        }
    }
    Ok(())
}
