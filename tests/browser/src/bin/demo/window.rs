//! The demo on a screen: browser and control page side by side, for the user to play with.

use crate::reset;
use anyhow::Result;
use browser_tests::{Browser, Kind, Network, Options};
use stand_in_site::{Command, Due, NewAccount, Plan, PoolsChange, Site};

const APP: &str = "https://app.leonardo.ai/";

/// Opens the stand-in site with its control page beside it, and waits until the user closes the browser.
pub(crate) async fn stand_in(kind: Kind) -> Result<()> {
    let site = Site::start().await?;
    let pools = PoolsChange { fast: Some(12), ..PoolsChange::default() };
    let ana = NewAccount { pools, ..NewAccount::new("ana", Plan::Free) };
    site.command(Command::AddAccount(ana))?;
    site.command(Command::AddAccount(NewAccount::new("ben", Plan::Premium)))?;
    site.command(Command::SignIn { account: "ana".to_owned() })?;

    let browser = open(kind, (&site).into()).await?;
    browser.goto(APP).await?;
    let due = reset::whole_minute_after(45)?;
    site.command(Command::SetDue { account: "ana".to_owned(), due: Due::At(due) })?;
    reset::set(&browser, due).await?;
    let control = browser.new_window(&site.control_url()).await?;
    let screen =
        browser.eval("return [screen.availLeft ?? 0, screen.availWidth, screen.availHeight];").await?;
    if let (Some(left), Some(width), Some(height)) =
        (screen[0].as_i64(), screen[1].as_u64(), screen[2].as_u64())
    {
        let (width, height) = (u32::try_from(width)?, u32::try_from(height)?);
        let app_width = width * 3 / 5;
        browser.place(browser.tab(), left, 0, app_width, height).await?;
        browser.place(&control, left + i64::from(app_width), 0, width - app_width, height).await?;
    }
    browser.activate().await?;

    println!("{kind} is open, with the extension in it:");
    println!("  on the left   {APP}, played by the stand-in site: \"ana\" holds 12 tokens on the free plan");
    println!("  on the right  {}, where you are the site's owner", site.control_url());
    println!(
        "Her refill is due at {} UTC, which is set in the extension's options: the site tells free",
        due.format("%H:%M")
    );
    println!("accounts no date. Watch the banner in the corner turn when it passes, then press");
    println!(
        "\"Fresh reload\". On the control page, make the refill late, spend elsewhere, break the answers."
    );
    println!("Close the browser, or press Ctrl+C here, to end.");
    browser.closed().await;
    Ok(())
}

/// Opens the real site, and waits until the user closes the browser.
pub(crate) async fn live(kind: Kind) -> Result<()> {
    let browser = open(kind, Network::Real).await?;
    println!("{kind} is open, with the extension in it and a new profile that is removed when you close it.");
    println!("Sign in as usual. Refill Watch reads the balance that the page receives, and nothing else.");
    browser.goto(APP).await?;
    browser.closed().await;
    Ok(())
}

async fn open(kind: Kind, network: Network) -> Result<Browser> {
    let options =
        Options { on_screen: true, time_zone: None, language: own_language(), ..Options::default() };
    Browser::open(kind, network, options).await
}

/// The user's language from the environment: `de_DE.UTF-8` is `de-DE`.
fn own_language() -> String {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let tag =
        set.as_deref().and_then(|value| value.split(['.', '@']).next()).unwrap_or("C").replace('_', "-");
    if tag == "C" || tag == "POSIX" { "en-US".to_owned() } else { tag }
}
