//! A tab of the browser: a page of the app, or one of the extension's own.

use crate::surface::Surface;
use crate::watch::{self, Place};
use crate::wire::{Wire, World, millis};
use crate::{Rect, js};
use anyhow::{Context, Result, bail};
use base64::Engine;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// How long a wait lasts by default.
const PATIENCE: Duration = Duration::from_secs(15);

/// A tab. Clones are the same tab; dropping one does not close it.
#[derive(Clone, Debug)]
pub struct Tab {
    wire: Wire,
    context: String,
    patience: Duration,
}

impl Tab {
    pub(crate) fn new(wire: Wire, context: String) -> Self {
        Self { wire, context, patience: PATIENCE }
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    pub(crate) fn context(&self) -> &str {
        &self.context
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// The browser's id for it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.context
    }

    /// The same tab, with waits that fail after this long.
    #[must_use]
    pub fn within(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// Goes to an address and waits until the page has loaded.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn goto(&self, url: &str) -> Result<()> {
        let params = json!({ "context": self.context, "url": url, "wait": "complete" });
        self.wire
            .send("browsingContext.navigate", params)
            .await
            .with_context(|| format!("cannot open {url}"))?;
        Ok(())
    }

    /// Reloads as the browser's own button does, and waits until the page has loaded.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn reload(&self) -> Result<()> {
        let params = json!({ "context": self.context, "wait": "complete" });
        self.wire.send("browsingContext.reload", params).await?;
        Ok(())
    }

    /// Goes back in the tab's history, which may restore a page from the back/forward cache.
    ///
    /// # Errors
    /// When there is nothing to go back to.
    pub async fn back(&self) -> Result<()> {
        let params = json!({ "context": self.context, "delta": -1 });
        self.wire.send("browsingContext.traverseHistory", params).await?;
        Ok(())
    }

    /// The address that the tab shows.
    ///
    /// # Errors
    /// When the tab is closed.
    pub async fn url(&self) -> Result<String> {
        let params = json!({ "root": self.context, "maxDepth": 0 });
        let tree = self.wire.send("browsingContext.getTree", params).await?;
        tree["contexts"][0]["url"].as_str().map(str::to_owned).context("the tab is closed")
    }

    /// Brings the tab to the front.
    ///
    /// # Errors
    /// When the tab is closed.
    pub async fn activate(&self) -> Result<()> {
        self.wire.send("browsingContext.activate", json!({ "context": self.context })).await?;
        Ok(())
    }

    /// Closes the tab.
    ///
    /// # Errors
    /// When it is closed already.
    pub async fn close(&self) -> Result<()> {
        self.wire.send("browsingContext.close", json!({ "context": self.context })).await?;
        Ok(())
    }

    /// Resizes the page, in CSS pixels; only if the browser is headless.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let viewport = json!({ "width": width, "height": height });
        let params = json!({ "context": self.context, "viewport": viewport });
        self.wire.send("browsingContext.setViewport", params).await?;
        Ok(())
    }

    /// Runs the body of an async function among the page's own scripts and returns its value as JSON.
    ///
    /// # Errors
    /// When it throws.
    pub async fn eval(&self, body: &str) -> Result<Value> {
        let function = format!("async () => JSON.stringify((await (async () => {{ {body} }})()) ?? null)");
        let value = self.wire.call(&self.context, World::Page, &function, &[], self.patience).await?;
        Ok(value.unwrap_or(Value::Null))
    }

    /// Waits until a JavaScript expression over the document is truthy, asking again whenever the document
    /// changes; returns its value (`true` for a node).
    ///
    /// # Errors
    /// When it is not within the tab's patience.
    pub async fn wait(&self, expression: &str) -> Result<Value> {
        let function = js::AWAIT_PAGE.replace("EXPRESSION", &format!("({expression})"));
        let found = self
            .wire
            .call(&self.context, World::Isolated, &function, &[millis(self.patience)], self.patience)
            .await?;
        match found {
            Some(value) => Ok(value),
            None => bail!(
                "waited {} s for {expression} in {}",
                self.patience.as_secs_f32(),
                self.url().await.unwrap_or_default()
            ),
        }
    }

    /// Clicks the page's own element that matches a CSS selector, with a real pointer.
    ///
    /// # Errors
    /// When there is no such element in the window.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let selector = json!(selector);
        let found = self
            .wait(&format!(
                "(() => {{ const e = document.querySelector({selector}); if (!e) return null; \
                 e.scrollIntoView({{ block: 'nearest', behavior: 'instant' }}); const r = e.getBoundingClientRect(); \
                 return r.width > 0 && {{ x: Math.round(r.x + r.width / 2), y: Math.round(r.y + r.height / 2) }}; }})()"
            ))
            .await?;
        self.click_at(found["x"].as_i64().unwrap_or_default(), found["y"].as_i64().unwrap_or_default()).await
    }

    /// Clicks at a place in the window with a real pointer.
    ///
    /// # Errors
    /// When the place is outside the window.
    pub async fn click_at(&self, x: i64, y: i64) -> Result<()> {
        let actions = json!([
            { "type": "pointerMove", "x": x, "y": y, "origin": "viewport" },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let pointer = json!({ "type": "pointer", "id": "mouse", "actions": actions });
        self.perform(pointer).await
    }

    /// Moves the pointer, without pressing.
    ///
    /// # Errors
    /// When the place is outside the window.
    pub async fn hover_at(&self, x: i64, y: i64) -> Result<()> {
        let actions = json!([{ "type": "pointerMove", "x": x, "y": y, "origin": "viewport" }]);
        self.perform(json!({ "type": "pointer", "id": "mouse", "actions": actions })).await
    }

    /// Presses and releases keys one after another; special keys by their WebDriver code points, such as
    /// `\u{E004}` for Tab and `\u{E007}` for Enter.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": actions })).await
    }

    /// Chooses a file in the page's own `<input type="file">` that matches a CSS selector, as the browser's dialog
    /// would.
    ///
    /// # Errors
    /// When there is no such element, or the file cannot be read.
    pub async fn choose_file(&self, selector: &str, file: &Path) -> Result<()> {
        let locator = json!({ "type": "css", "value": selector });
        let params = json!({ "context": self.context, "locator": locator, "maxNodeCount": 1 });
        let found = self.wire.send("browsingContext.locateNodes", params).await?;
        let element =
            found["nodes"][0]["sharedId"].as_str().with_context(|| format!("there is no {selector}"))?;
        let params = json!({ "context": self.context, "element": { "sharedId": element }, "files": [file] });
        self.wire.send("input.setFiles", params).await?;
        Ok(())
    }

    async fn perform(&self, source: Value) -> Result<()> {
        let params = json!({ "context": self.context, "actions": [source] });
        self.wire.send("input.performActions", params).await?;
        Ok(())
    }

    /// The banner as it is now; `None` when there is none in the page.
    ///
    /// # Errors
    /// When the page cannot be read.
    pub async fn banner(&self) -> Result<Option<Surface>> {
        watch::read(self, Place::Banner).await
    }

    /// Calls an async function apart from the page's scripts, with the banner's shadow root; returns its value.
    ///
    /// # Errors
    /// When there is no banner, or it throws.
    pub async fn eval_banner(&self, function: &str) -> Result<Value> {
        let root = watch::root(self, Place::Banner).await?.context("there is no banner")?;
        let function = format!("async (root) => JSON.stringify((await ({function})(root)) ?? null)");
        let value = self.wire.call(&self.context, World::Isolated, &function, &[root], self.patience).await?;
        Ok(value.unwrap_or(Value::Null))
    }

    /// Waits until there is a banner that satisfies `cond`, even across reloads. `what` names it in the error,
    /// which also says what was there instead.
    ///
    /// # Errors
    /// When it does not come within the tab's patience.
    pub async fn wait_banner(&self, what: &str, cond: impl FnMut(&Surface) -> bool) -> Result<Surface> {
        watch::wait(self, Place::Banner, what, cond).await
    }

    /// Waits until the banner says this verdict.
    ///
    /// # Errors
    /// When it does not within the tab's patience.
    pub async fn wait_verdict(&self, verdict: &str) -> Result<Surface> {
        self.wait_banner(&format!("the verdict {verdict}"), |banner| banner.verdict() == Some(verdict)).await
    }

    /// Presses the banner's control with `data-action="action"`, and `data-value="value"` if one is given, with a
    /// real pointer.
    ///
    /// # Errors
    /// When it is not there, hidden, disabled, outside the window or covered.
    pub async fn click_banner(&self, action: &str, value: Option<&str>) -> Result<()> {
        watch::press(self, Place::Banner, action, value).await
    }

    /// Dismisses the introduction that the banner shows when it first meets an account.
    ///
    /// # Errors
    /// When it shows none within the tab's patience.
    pub async fn past_the_introduction(&self) -> Result<()> {
        let says = |banner: &Surface| banner.actions().contains(&"got-it");
        self.wait_banner("the introduction", says).await?;
        self.click_banner("got-it", None).await?;
        self.wait_banner("the banner without it", |banner| !says(banner)).await?;
        Ok(())
    }

    /// Writes a PNG of what the tab shows, after fonts, images and animations have settled.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        self.capture(file, json!({ "context": self.context, "origin": "viewport" })).await
    }

    /// Writes a PNG of one part of what the tab shows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot_of(&self, place: Rect, file: &Path) -> Result<()> {
        let Rect { x, y, width, height } = place;
        let clip = json!({ "type": "box", "x": x, "y": y, "width": width, "height": height });
        self.capture(file, json!({ "context": self.context, "origin": "viewport", "clip": clip })).await
    }

    async fn capture(&self, file: &Path, params: Value) -> Result<()> {
        let root = watch::root(self, Place::Banner).await?.unwrap_or_else(|| json!({ "type": "null" }));
        self.wire.call(&self.context, World::Isolated, js::SETTLE, &[root], self.patience).await?;
        let reply = self.wire.send("browsingContext.captureScreenshot", params).await?;
        let data = reply["data"].as_str().context("the screenshot is empty")?;
        let png = base64::engine::general_purpose::STANDARD.decode(data)?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, png).with_context(|| format!("cannot write {}", file.display()))
    }
}
