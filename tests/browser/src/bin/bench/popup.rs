//! How long the popup takes from the click to its content, by the browser's own paint timing.

use crate::figures::Figures;
use crate::page::{APP, REST, site};
use anyhow::{Context, Result};
use browser_tests::{Browser, Kind, Options};

/// The first paint with content; both browsers time it from the beginning of the navigation.
const PAINTED: &str = "return await new Promise((done) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName('first-contentful-paint')[0];
    if (paint) done(paint.startTime);
  }).observe({ type: 'paint', buffered: true }));";

/// Opens the popup, with the background awake and asleep in turn.
pub(crate) async fn opens(kind: Kind, rounds: usize, figures: &mut Figures) -> Result<()> {
    let site = site().await?;
    let browser = Browser::open(kind, &site, Options::default()).await?;
    browser.goto(APP).await?;
    browser.wait_verdict("fresh").await?;
    browser.eval(REST).await?;
    for round in 0..2 * rounds {
        let is_awake = round % 2 == 0;
        if is_awake {
            // Something to do keeps it awake until the popup asks.
            browser.reload().await?;
            browser.wait_verdict("fresh").await?;
        } else {
            browser.kill_worker().await?;
        }
        let popup = browser.popup().await?;
        let took = popup.eval(PAINTED).await?;
        popup.wait("its content", |popup| popup.amount("fast") == Some(72)).await?;
        popup.close().await?;
        let (how, budget) = if is_awake { ("awake", 50.0) } else { ("asleep", 150.0) };
        let what = format!("popup to its content, background {how}, {kind}");
        figures.note(&what, "ms", budget, took.as_f64().context("no time")?);
    }
    Ok(())
}
