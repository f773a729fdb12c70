//! Tabs that nobody sees: nothing is drawn in them, and they are right as soon as somebody looks.

use crate::common::{APP, account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Options, Tab, in_both_browsers};
use stand_in_site::{Command, Plan};
use std::time::Duration;

const IS_SEEN: &str = "return document.visibilityState === 'visible';";
/// Well above what an awake background takes, and well below the minute after which a banner asks by itself.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Opens a tab with the app in the background, as a user can.
async fn opened_behind(browser: &Browser) -> Result<Tab> {
    // The page behind `eval_extension` is a tab as well, so it is opened before the tabs are listed.
    browser.eval_extension("return true;").await?;
    let before: Vec<_> = browser.tabs().await?.iter().map(|tab| tab.id().to_owned()).collect();
    let script = format!(
        "await new Promise((done) => {{
            const opened = chrome.tabs.create({{ url: '{APP}', active: false }});
            chrome.tabs.onUpdated.addListener(async (id, change) => id === (await opened).id && change.status === 'complete' && done());
        }}); return true;"
    );
    browser.eval_extension(&script).await?;
    for tab in browser.tabs().await? {
        if !before.contains(&tab.id().to_owned()) && tab.url().await?.starts_with(APP) {
            return Ok(tab);
        }
    }
    anyhow::bail!("no tab was opened")
}

/// Counts how often the painter changes the banner from now on.
async fn counts_drawing(tab: &Tab) -> Result<()> {
    let count = "(root) => { window.drawn = 0; const all = { subtree: true, childList: true, attributes: true, characterData: true };
        new MutationObserver(() => { window.drawn += 1; }).observe(root, all); return true; }";
    tab.eval_banner(count).await.map(drop)
}

in_both_browsers! {
    async fn a_background_tab_is_not_drawn_and_is_right_at_once_when_it_comes_to_the_front(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        let front = browser.new_tab(APP).await?;
        front.activate().await?;
        front.wait_banner("the amount", |banner| banner.amount("fast") == Some(72)).await?;
        ensure!(browser.eval(IS_SEEN).await? == false, "the first tab is still visible");
        let behind = browser.tab();
        counts_drawing(behind).await?;
        for left in [64, 56] {
            site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
            front.reload().await?;
            front.wait_banner("the new amount", |banner| banner.amount("fast") == Some(left)).await?;
        }
        // Whatever was sent before it was known to be hidden has arrived by now: its page has answered since.
        let drawn = behind.eval_banner("() => window.drawn").await?;
        ensure!(drawn == 0, "it was drawn {drawn} times while nobody saw it");
        behind.activate().await?;
        let seen = behind.within(AT_ONCE).wait_banner("the number of now", |banner| banner.amount("fast") == Some(56)).await?;
        ensure!(seen.verdict() == Some("stale"), "{seen}");
        Ok(())
    }

    async fn a_tab_opened_in_the_background_has_its_banner_when_somebody_looks(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.tab().activate().await?;
        let behind = opened_behind(&browser).await?;
        behind.wait("document.querySelector('[data-stand-in=tokens]')?.textContent.includes('72')").await?;
        // Its answer counts although nobody sees the tab.
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        behind.reload().await?;
        behind.wait("document.querySelector('[data-stand-in=tokens]')?.textContent.includes('64')").await?;
        browser.wait_banner("what the tab behind was told", |banner| banner.amount("fast") == Some(64)).await?;
        ensure!(behind.eval(IS_SEEN).await? == false, "the tab is in front");
        ensure!(behind.banner().await?.is_none_or(|banner| banner.verdict().is_none()), "a banner was drawn although nobody sees it");
        behind.activate().await?;
        let seen = behind.within(AT_ONCE).wait_banner("its banner", |banner| banner.amount("fast") == Some(64)).await;
        seen.context("after it was looked at")?;
        Ok(())
    }
}
