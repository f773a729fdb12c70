//! Takes a picture of every frame on the gallery's page or the stores' page: `gallery PAGE FOLDER [PART-OF-A-NAME]`.

use anyhow::{Context, Result};
use browser_tests::{Browser, Kind, Network, Options, Rect};
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let page = PathBuf::from(args.next().context("which page?")?).canonicalize()?;
    let folder = PathBuf::from(args.next().context("which folder?")?);
    let part = args.next().unwrap_or_default();
    let address = format!("file://{}", page.display());
    let browser =
        Browser::open(Kind::Chromium, Network::Nowhere, Options::default().size(1280, 5000)).await?;
    browser.goto(&address).await?;
    let ids =
        browser.eval("return [...document.querySelectorAll('figure')].map((figure) => figure.id);").await?;
    let ids =
        ids.as_array().into_iter().flatten().filter_map(|id| id.as_str()).filter(|id| id.contains(&part));
    let mut taken = 0;
    for id in ids {
        browser.goto(&format!("{address}?only={id}")).await?;
        let place = browser
            .eval("const { x, y, width, height } = document.querySelector('figure').getBoundingClientRect(); return { x, y, width, height };")
            .await?;
        let place: Rect = serde_json::from_value(place)?;
        browser.screenshot_of(place, &folder.join(format!("{id}.png"))).await?;
        taken += 1;
    }
    println!("{taken} pictures in {}", folder.display());
    Ok(())
}
