//! WebDriver BiDi, reduced to what is needed: send a command, call a function in a page.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use thirtyfour::bidi::BiDi;

/// The isolated world in which the harness runs: the page can neither see nor disturb it.
const WORLD: &str = "refill-watch-harness";

/// How long a command may take that does not itself wait for something.
const REPLY: Duration = Duration::from_secs(30);

/// How much longer than its own wait a function called in a page may take.
const CALL: Duration = Duration::from_secs(5);

/// Where a called function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    /// Among the page's own scripts.
    Page,
    /// Apart from them, in a world of its own.
    Isolated,
}

/// The connection to one browser.
#[derive(Clone, Debug)]
pub(crate) struct Wire(BiDi);

/// A moment by which something must have happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The time that is left; `None` once it has passed.
    pub(crate) fn left(self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

impl Wire {
    pub(crate) fn new(bidi: BiDi) -> Self {
        Self(bidi)
    }

    pub(crate) fn bidi(&self) -> &BiDi {
        &self.0
    }

    /// Sends a command and returns its result.
    pub(crate) async fn send(&self, method: &str, params: Value) -> Result<Value> {
        self.send_within(method, params, REPLY).await
    }

    async fn send_within(&self, method: &str, params: Value, time: Duration) -> Result<Value> {
        match tokio::time::timeout(time, self.0.send_raw(method, params)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(anyhow!("{}: {}", error.error, error.message).context(method.to_owned())),
            Err(_) => bail!("{method}: no reply within {} s", time.as_secs()),
        }
    }

    /// Calls `function` in the page `context` and returns its result, or its promise's, as a raw BiDi value.
    pub(crate) async fn call_raw(
        &self,
        context: &str,
        world: World,
        function: &str,
        arguments: &[Value],
        time: Duration,
    ) -> Result<Value> {
        let mut target = json!({ "context": context });
        if world == World::Isolated {
            target["sandbox"] = WORLD.into();
        }
        let params = json!({
            "functionDeclaration": function,
            "arguments": arguments,
            "awaitPromise": true,
            "target": target,
            "serializationOptions": { "maxDomDepth": 1, "includeShadowTree": "all" },
            "userActivation": false,
        });
        // A page that is navigating away may never reply; a caller that waits asks the next page.
        let reply = self.send_within("script.callFunction", params, time + CALL).await?;
        match reply["type"].as_str() {
            Some("success") => Ok(reply["result"].clone()),
            _ => bail!(
                "the page's script failed: {}",
                reply["exceptionDetails"]["text"].as_str().unwrap_or("?")
            ),
        }
    }

    /// Runs the body of an async function in Firefox's own window, where the browser's modules are. The body can use
    /// `id`.
    pub(crate) async fn in_firefox(&self, body: &str, id: &str) -> Result<Value> {
        let tree =
            self.send("browsingContext.getTree", json!({ "maxDepth": 0, "moz:scope": "chrome" })).await?;
        let window = tree["contexts"][0]["context"].as_str().context("Firefox has no window")?;
        let function = format!("async (id) => JSON.stringify((await (async () => {{ {body} }})()) ?? null)");
        let params = json!({
            "functionDeclaration": function,
            "arguments": [text(id)],
            "awaitPromise": true,
            "target": { "context": window },
        });
        let reply = self.send("script.callFunction", params).await?;
        if reply["type"] != "success" {
            bail!("{}", reply["exceptionDetails"]["text"].as_str().unwrap_or("?"));
        }
        Ok(serde_json::from_str(reply["result"]["value"].as_str().unwrap_or("null"))?)
    }

    /// Calls a function that returns JSON text, or null for nothing, and parses it.
    pub(crate) async fn call(
        &self,
        context: &str,
        world: World,
        function: &str,
        arguments: &[Value],
        time: Duration,
    ) -> Result<Option<Value>> {
        let result = self.call_raw(context, world, function, arguments, time).await?;
        match result["value"].as_str() {
            Some(text) => Ok(Some(serde_json::from_str(text).context("a script's result is not JSON")?)),
            None => Ok(None),
        }
    }
}

/// A text as an argument of a called function.
pub(crate) fn text(value: &str) -> Value {
    json!({ "type": "string", "value": value })
}

/// A text or null as an argument.
pub(crate) fn text_or_null(value: Option<&str>) -> Value {
    value.map_or_else(|| json!({ "type": "null" }), text)
}

/// A duration in milliseconds as an argument.
pub(crate) fn millis(time: Duration) -> Value {
    json!({ "type": "number", "value": u64::try_from(time.as_millis()).unwrap_or(u64::MAX) })
}

/// A node of the page as an argument.
pub(crate) fn node(shared_id: &str) -> Value {
    json!({ "sharedId": shared_id })
}
