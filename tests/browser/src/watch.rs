//! Reads, awaits and presses a surface, wherever it is: in a closed shadow root or on a page of its own.

use crate::js;
use crate::surface::Surface;
use crate::tab::Tab;
use crate::wire::{Deadline, World, millis, node, text, text_or_null};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

/// Where a surface is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the closed shadow root of `<div id="refill-watch">`.
    Banner,
    /// It is the page itself: popup, options.
    Page,
}

/// How long one call waits for a change before the next one replaces it: a page that is navigating away may never
/// reply.
const SLICE: Duration = Duration::from_secs(3);

/// The surface as it is now; `None` when there is none.
pub(crate) async fn read(tab: &Tab, place: Place) -> Result<Option<Surface>> {
    let Some(root) = root(tab, place).await? else { return Ok(None) };
    let (args, none) = ([root, text_or_null(None), millis(Duration::ZERO)], Duration::ZERO);
    let value = tab.wire().call(tab.context(), World::Isolated, js::READ, &args, none).await?;
    value.map(|value| serde_json::from_value(value).context("read.js gave another form")).transpose()
}

/// Waits until there is a surface that satisfies `cond`; `what` names it in the error.
pub(crate) async fn wait(
    tab: &Tab,
    place: Place,
    what: &str,
    mut cond: impl FnMut(&Surface) -> bool,
) -> Result<Surface> {
    let deadline = Deadline::after(tab.patience());
    let mut last: Option<Surface> = None;
    let mut trouble = None;
    while let Some(left) = deadline.left() {
        // Any of these calls may fail because the page navigates away; the next round finds the new page.
        match follow(tab, place, left, &mut last, &mut cond).await {
            Ok(Some(surface)) => return Ok(surface),
            Ok(None) => {}
            Err(error) if tab.url().await.is_err() => {
                return Err(error.context(format!("the tab was closed while waiting for {what}")));
            }
            Err(error) => trouble = Some(error),
        }
    }
    let last = last.map_or_else(|| "there was none".to_owned(), |surface| format!("the last was: {surface}"));
    let trouble = trouble.map_or_else(String::new, |error| format!("; last trouble: {error:#}"));
    bail!(
        "waited {} s for {what} in {}, but {last}{trouble}",
        tab.patience().as_secs_f32(),
        tab.url().await.unwrap_or_else(|_| "a page that is gone".to_owned())
    )
}

/// Follows one root until `cond` holds, and returns the surface; `None` if the root goes or the time is up first.
async fn follow(
    tab: &Tab,
    place: Place,
    time: Duration,
    last: &mut Option<Surface>,
    cond: &mut impl FnMut(&Surface) -> bool,
) -> Result<Option<Surface>> {
    let (wire, context) = (tab.wire(), tab.context());
    let deadline = Deadline::after(time);
    if place == Place::Banner {
        let slice = time.min(SLICE);
        wire.call(context, World::Isolated, js::AWAIT_HOST, &[millis(slice)], slice).await?;
    }
    let Some(root) = root(tab, place).await? else { return Ok(None) };
    let mut seen: Option<String> = None;
    while let Some(left) = deadline.left() {
        let slice = left.min(SLICE);
        let args = [root.clone(), text_or_null(seen.as_deref()), millis(slice)];
        let raw = wire.call_raw(context, World::Isolated, js::READ, &args, slice).await?;
        let Some(json) = raw["value"].as_str() else { return Ok(None) };
        let surface: Surface = serde_json::from_str(json).context("read.js gave another form")?;
        if cond(&surface) {
            return Ok(Some(surface));
        }
        *last = Some(surface);
        seen = Some(json.to_owned());
    }
    Ok(None)
}

/// Presses the control for `action` with a real pointer, in its middle, where a user would.
pub(crate) async fn press(tab: &Tab, place: Place, action: &str, value: Option<&str>) -> Result<()> {
    let name = value.map_or_else(|| action.to_owned(), |value| format!("{action}={value}"));
    let root = root(tab, place).await?.with_context(|| format!("cannot press {name}: there is no banner"))?;
    let args = [root, text(action), text_or_null(value)];
    let aim = tab
        .wire()
        .call(tab.context(), World::Isolated, js::AIM, &args, tab.patience())
        .await?
        .context("aim.js gave nothing")?;
    if let Some(problem) = aim["problem"].as_str() {
        let shown = read(tab, place).await?.map_or_else(String::new, |surface| surface.to_string());
        bail!("cannot press {name}: {problem} ({shown})");
    }
    tab.click_at(aim["x"].as_i64().unwrap_or_default(), aim["y"].as_i64().unwrap_or_default()).await
}

/// The root of the surface as an argument for the scripts, null for a page; `None` when there is no banner.
pub(crate) async fn root(tab: &Tab, place: Place) -> Result<Option<Value>> {
    if place == Place::Page {
        return Ok(Some(json!({ "type": "null" })));
    }
    let host = tab.wire().call_raw(tab.context(), World::Isolated, js::HOST, &[], Duration::ZERO).await?;
    Ok(host["value"]["shadowRoot"]["sharedId"].as_str().map(node))
}
