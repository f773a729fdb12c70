//! What a failed test leaves behind: `target/failed/NAME/` with a picture of every tab, the console, and the
//! extension's storage with the replay of it.
//!
//! The newest browser of a test outlives its [`Browser`](crate::Browser) until the test is over, so that there is
//! something to look at: a test ends at its first error and drops what it held.

use crate::browser::ConsoleLine;
use crate::driver::Driver;
use crate::kind::workspace;
use crate::tab::Tab;
use crate::wire::Wire;
use anyhow::{Context, Error, Result};
use refill_watch::{State, UtcMillis};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A browser that answers at all answers within this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A tab that can be pictured at all is pictured within this.
const PICTURE: Duration = Duration::from_secs(3);

/// What is needed to look at a browser after its test has failed.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) wire: Wire,
    /// A page of the extension's that runs no script.
    pub(crate) quiet_page: String,
    pub(crate) console: Arc<Mutex<Vec<ConsoleLine>>>,
    #[expect(dead_code, reason = "holding it keeps the browser running")]
    pub(crate) process: Arc<Driver>,
}

thread_local! {
    /// The newest browser of the test that runs on this thread.
    static NEWEST: RefCell<Option<Witness>> = const { RefCell::new(None) };
}

/// Remembers the newest browser of this test; the one before it may go.
pub(crate) fn watch(witness: Witness) {
    NEWEST.set(Some(witness));
}

/// Forgets the browser of a test that passed.
pub(crate) fn forget() {
    NEWEST.set(None);
}

/// Writes down what can be seen of a failed test, and adds to its error where.
pub(crate) async fn explain(error: Error) -> Error {
    let Some(witness) = NEWEST.take() else { return error };
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let folder = workspace().join("target/failed").join(name);
    match tokio::time::timeout(PATIENCE, witness.write(&folder)).await {
        Ok(Ok(())) => error.context(format!("what was seen of it stands in {}", folder.display())),
        Ok(Err(trouble)) => error.context(format!("{} is incomplete: {trouble:#}", folder.display())),
        Err(_) => error.context(format!("{} is incomplete: the browser is silent", folder.display())),
    }
}

impl Witness {
    async fn write(&self, folder: &Path) -> Result<()> {
        drop(fs::remove_dir_all(folder));
        fs::create_dir_all(folder)?;
        let file = |name: &str| -> PathBuf { folder.join(name) };
        let console = self.console.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lines: Vec<_> = console.iter().map(|line| format!("{} {}", line.level, line.text)).collect();
        fs::write(file("console.txt"), lines.join("\n"))?;
        let tree = self.wire.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        for (n, context) in tree["contexts"].as_array().into_iter().flatten().enumerate() {
            let id = context["context"].as_str().unwrap_or_default();
            // A tab behind the others, or one that is going away, gives no picture.
            let (tab, picture) = (Tab::new(self.wire.clone(), id.to_owned()), file(&format!("tab-{n}.png")));
            drop(tokio::time::timeout(PICTURE, tab.screenshot(&picture)).await);
        }
        let params = json!({ "type": "tab", "background": true });
        let reply = self.wire.send("browsingContext.create", params).await?;
        let tab = Tab::new(self.wire.clone(), reply["context"].as_str().context("no tab")?.to_owned());
        tab.goto(&self.quiet_page).await?;
        let read = "return { local: await chrome.storage.local.get(), session: await chrome.storage.session.get() };";
        let storage = tab.eval(read).await?;
        fs::write(file("storage.json"), serde_json::to_string_pretty(&storage)?)?;
        let state = State::load(&texts(&storage["local"]), &texts(&storage["session"]));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
        fs::write(file("replay.jsonl"), state.recording(UtcMillis(i64::try_from(now)?)))?;
        Ok(())
    }
}

/// Every key of a storage area with its text.
fn texts(area: &Value) -> Vec<(String, String)> {
    let pairs = area.as_object().into_iter().flatten();
    pairs.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned()))).collect()
}
