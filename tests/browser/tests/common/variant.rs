//! The app in one of its variants, and what the banner must make of it.

use super::{APP, account, is_undisturbed, site_of};
use anyhow::{Result, bail, ensure};
use browser_tests::{Browser, Kind, Options};
use stand_in_site::{Command, Counter, Grouping, Markup, Place, Plan, PoolsChange, Site};
use std::time::Duration;

/// This many generations change any number, however it is rounded: each costs 8 tokens, and `1.2k` hides up to 99.
const MOST_SPENT: usize = 13;

/// Loads the app with a new balance in the account, and waits until the banner shows it. The balance is a new one so
/// that nothing left from an earlier load can be taken for it.
pub async fn reads_new_balance(site: &Site, browser: &Browser, fast: u64) -> Result<()> {
    let pools = PoolsChange { fast: Some(fast), ..PoolsChange::default() };
    site.command(Command::SetPools { account: "ana".into(), pools })?;
    browser.goto(APP).await?;
    let wanted = i64::try_from(fast)?;
    let banner = browser
        .wait_banner(&format!("{fast} fast tokens"), |banner| banner.amount("fast") == Some(wanted))
        .await?;
    ensure!(banner.verdict() == Some("fresh"), "{banner}");
    Ok(())
}

/// A site, and a browser that has not opened the app yet.
pub async fn before(kind: Kind) -> Result<(Site, Browser)> {
    let site = site_of(account("ana", Plan::Premium, 1)).await?;
    let browser = Browser::open(kind, &site, Options::default()).await?;
    Ok((site, browser))
}

/// What the page shows as the balance.
pub async fn shown(browser: &Browser) -> Result<String> {
    let text = browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent").await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Makes images in the page until its number has changed: a rounded number may hide what one image costs.
async fn spend(browser: &Browser, before: &str) -> Result<()> {
    let before = serde_json::json!(before);
    let changed =
        format!("return document.querySelector('[data-stand-in=tokens]').textContent !== {before};");
    let made = "document.querySelectorAll('[data-stand-in=gallery] figure').length";
    for _ in 0..MOST_SPENT {
        let already = browser.eval(&format!("return {made};")).await?;
        browser.click("[data-stand-in=generate]").await?;
        browser.wait(&format!("{made} > {already}")).await?;
        if browser.eval(&changed).await? == true {
            return Ok(());
        }
    }
    bail!("the page shows {before} whatever is spent")
}

/// Spends in the page, so that the counter stands out from other numbers. Then lets the app show a number that no
/// answer gave, and waits until the banner has found out.
async fn counter_is_called_behind(browser: &Browser, counter: Counter) -> Result<()> {
    let before = shown(browser).await?;
    spend(browser, &before).await?;
    browser.wait_banner("the spending is taken in", |banner| banner.verdict() == Some("fresh")).await?;
    browser.eval("standIn.show(17999);").await?;
    let patient = browser.tab().within(Duration::from_secs(25));
    let behind = patient
        .wait_banner(&format!("that {counter:?} is astray"), |banner| banner.verdict() == Some("stale"))
        .await?;
    ensure!(behind.text().contains("The page shows an old number"), "{counter:?}: {behind}");
    Ok(())
}

/// Lets each counter show a wrong number in turn.
pub async fn counters_are_called_behind(
    kind: Kind,
    counters: &[(Grouping, Markup, Place, &str)],
) -> Result<()> {
    let (site, browser) = before(kind).await?;
    for (number, (grouping, markup, place, text)) in (0_u64..).zip(counters) {
        let counter = Counter { grouping: *grouping, markup: *markup, place: *place, ..Counter::default() };
        site.command(Command::Counter(counter))?;
        reads_new_balance(&site, &browser, 1234 + 1000 * number).await?;
        let as_shown = shown(&browser).await?;
        ensure!(as_shown == *text, "the page shows {as_shown}, not {text}: {counter:?}");
        counter_is_called_behind(&browser, counter).await?;
    }
    is_undisturbed(&site, &browser).await
}

/// Waits for the banner, which either knows that there are `fast` tokens or says that it knows none.
pub async fn is_right_or_not_known(browser: &Browser, fast: i64) -> Result<()> {
    let banner = browser.wait_banner("a banner", |banner| banner.verdict().is_some()).await?;
    let is_right = banner.verdict() == Some("fresh") && banner.amount("fast") == Some(fast);
    let is_not_known = banner.verdict() == Some("unknown") && banner.amount("fast").is_none();
    ensure!(is_right || is_not_known, "{banner}");
    Ok(())
}
