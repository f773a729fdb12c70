//! How long the popup takes from opening to its content, by the browser's own paint timing.

use crate::figures::{Figures, Section};
use crate::page::at_rest;
use anyhow::{Context, Result};
use browser_tests::{Browser, Kind};

/// The first paint with content; both browsers time it from the beginning of the navigation.
const PAINTED: &str = "return await new Promise((done) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName('first-contentful-paint')[0];
    if (paint) done(paint.startTime);
  }).observe({ type: 'paint', buffered: true }));";

/// A file of the package that the browser shows without any of our scripts: what opening a page costs by itself.
const BARE: &str = "icons/128.png";

/// Measures how soon the popup is there, in both browsers.
pub(crate) async fn measure(rounds: usize, figures: &mut Figures) -> Result<Section> {
    for kind in Kind::ALL {
        opens(kind, rounds, figures).await?;
    }
    Ok(Section {
        name: "popup",
        heading: "How soon the popup is there",
        about: format!(
            "`cargo xtask bench popup`: the popup's page opened {rounds} times with the background awake and as often asleep. A value is the\n\
             time from the beginning of its navigation to the first paint with content, which is the whole popup: the page itself is\n\
             empty until the background has answered. `beyond` is how much later that is than the same for the extension's icon, opened\n\
             just before: the time that a tab and its process take, which no popup has to wait for, is left out."
        ),
    })
}

/// Opens the popup, with the background awake and asleep in turn.
async fn opens(kind: Kind, rounds: usize, figures: &mut Figures) -> Result<()> {
    let (_site, browser) = at_rest(kind).await?;
    for round in 0..2 * rounds {
        let is_awake = round % 2 == 0;
        if is_awake {
            // Work keeps the background awake until the popup asks.
            browser.reload().await?;
            browser.wait_verdict("fresh").await?;
        }
        let bare = browser.extension_page(BARE).await?;
        let floor = bare.eval(PAINTED).await?.as_f64().context("no time")?;
        bare.close().await?;
        if !is_awake {
            browser.kill_worker().await?;
        }
        let took = opened(&browser).await?;
        let (how, budget) = if is_awake { ("awake", 50.0) } else { ("asleep", 150.0) };
        let what = format!("popup to its content, background {how}, {kind}");
        figures.note(&what, "ms", budget, took);
        figures.note(
            &format!("the same, beyond the extension's icon, background {how}, {kind}"),
            "ms",
            budget,
            took - floor,
        );
    }
    Ok(())
}

/// Opens the popup and returns after how many milliseconds its content was there.
pub(crate) async fn opened(browser: &Browser) -> Result<f64> {
    let popup = browser.popup().await?;
    let took = popup.eval(PAINTED).await?.as_f64().context("no time")?;
    popup.wait("its content", |popup| popup.amount("fast").is_some()).await?;
    popup.close().await?;
    Ok(took)
}
