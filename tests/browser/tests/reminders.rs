//! Reminders in the browsers: each appears once, whatever ends the background meanwhile; a click on one opens
//! Leonardo.

use crate::common::{APP, account, falls_due_at_a_minute, falls_due_soon, looking_at, site_of, turns_stale};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Copy, Kind, Options, in_both_browsers};
use serde_json::Value;
use stand_in_site::{Plan, Site};

/// Shows the tests each notification that the background creates, and lets them click on one: no driver can see or
/// press what the system draws.
const OVERHEARD: &str = "{ const channel = new BroadcastChannel('notices'); const { create } = chrome.notifications;
    chrome.notifications.create = (id, notice) => { channel.postMessage({ id, ...notice }); return create.call(chrome.notifications, id, notice); };
    const { onClicked } = chrome.notifications; const add = onClicked.addListener.bind(onClicked);
    onClicked.addListener = (react) => { channel.onmessage = ({ data }) => data.clicked && react(data.clicked); add(react); }; }";

/// Keeps the notifications from now on.
const LISTEN: &str = "window.notices = []; window.channel = new BroadcastChannel('notices');
    window.channel.onmessage = ({ data }) => data.id && window.notices.push(data);";

/// A browser that shows the app, with reminders on for every refill that is `what` (`confirmed` or `due`), while the
/// tests listen.
async fn reminded(kind: Kind, site: &Site, copy: &Copy, what: &str) -> Result<Browser> {
    let browser = looking_at(kind, site, Options::default().extension(copy.path())).await?;
    browser.eval_extension(LISTEN).await?;
    let options = browser.extension_page("options.html").await?;
    options
        .wait("the pools", |page| {
            page.all().any(|node| node.attr("data-setting").is_some_and(|key| key.starts_with("watch:")))
        })
        .await?;
    press(&options, &format!("[data-setting=remind_{what}][value=on]")).await?;
    press(&options, "[data-setting^='watch:']").await?;
    options.wait("the choice", |page| page.actions().contains(&"undo")).await?;
    let chosen = options.eval("return document.querySelector(\"[data-setting^='watch:']\").checked;").await?;
    ensure!(chosen == true, "the pool is not chosen");
    options.tab().click("#remind_minutes").await?;
    options.tab().keys("\u{E010}\u{E003}\u{E003}\u{E003}0\u{E004}").await?;
    // The attribute has what the extension has accepted and drawn, not what was typed.
    options.tab().wait("document.querySelector('#remind_minutes').getAttribute('value') === '0'").await?;
    options.close().await?;
    browser.tab().activate().await?;
    Ok(browser)
}

/// Presses a control of the options with the mouse.
async fn press(options: &browser_tests::Popup, selector: &str) -> Result<()> {
    options
        .eval(&format!("document.querySelector({selector:?}).scrollIntoView({{ block: 'center' }});"))
        .await?;
    options.tab().click(selector).await
}

/// The notifications so far.
async fn told(browser: &Browser) -> Result<Vec<Value>> {
    let told = browser.eval_extension("return JSON.stringify(window.notices);").await?;
    Ok(serde_json::from_str(told.as_str().context("a text")?)?)
}

/// Waits for the first notification, in several scripts because one may not take that long.
async fn first_notice(browser: &Browser) -> Result<Value> {
    let look = "await new Promise((done) => { if (window.notices[0]) done();
        window.channel.addEventListener('message', done); setTimeout(done, 10_000); });";
    for _ in 0..8 {
        browser.eval_extension(look).await?;
        if let Some(first) = told(browser).await?.into_iter().next() {
            return Ok(first);
        }
    }
    anyhow::bail!("nothing was told")
}

/// Lets a refill fall due and come, and lets the page read it.
async fn refills(site: &Site, browser: &Browser) -> Result<()> {
    falls_due_soon(site, browser, "ana").await?;
    turns_stale(browser).await?;
    browser.reload().await?;
    browser.wait_verdict("refilled").await?;
    Ok(())
}

in_both_browsers! {
    async fn a_refill_that_came_is_announced_once_despite_kills_reloads_and_windows(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = Copy::with(kind, OVERHEARD)?;
        let browser = reminded(kind, &site, &copy, "confirmed").await?;
        let fault = Fault::begins(kind, "reminders", "background killed around a notification, two windows").times(2);
        refills(&site, &browser).await?;
        browser.kill_worker().await?;
        browser.reload().await?;
        browser.wait_verdict("refilled").await?;
        let window = browser.new_window(APP).await?;
        window.wait_banner("the number in the other window", |banner| banner.amount("fast") == Some(150)).await?;
        browser.kill_worker().await?;
        browser.reload().await?;
        browser.wait_banner("the number", |banner| banner.amount("fast") == Some(150)).await?;
        let told = told(&browser).await?;
        ensure!(told.len() == 1, "told {} times: {told:?}", told.len());
        ensure!(told[0]["title"].as_str().is_some_and(|title| title.contains("150")), "{:?}", told[0]);
        fault.is_over(&[1], &[told.len()])?;
        Ok(())
    }

    async fn a_refill_that_falls_due_is_announced_with_no_tab_open_and_the_background_asleep(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = Copy::with(kind, OVERHEARD)?;
        let browser = reminded(kind, &site, &copy, "due").await?;
        falls_due_at_a_minute(&site, &browser, "ana").await?;
        browser.goto("about:blank").await?;
        let fault = Fault::begins(kind, "reminders", "background killed before the refill is due, no tab open");
        browser.kill_worker().await?;
        let notice = first_notice(&browser).await?;
        ensure!(notice["title"].as_str().is_some_and(|title| title.contains("was due")), "{notice}");
        fault.is_over(&[1], &[told(&browser).await?.len()])
    }

    async fn a_click_on_a_notification_brings_leonardo_to_the_front_or_opens_it(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = Copy::with(kind, OVERHEARD)?;
        let browser = reminded(kind, &site, &copy, "confirmed").await?;
        refills(&site, &browser).await?;
        let other = browser.new_tab("about:blank").await?;
        ensure!(browser.eval("return document.visibilityState;").await? == "hidden", "the app is in front already");
        let click = "window.channel.postMessage({ clicked: window.notices[0].id });";
        browser.eval_extension(click).await?;
        let in_front = "return document.visibilityState === 'visible'
            || await new Promise((done) => document.addEventListener('visibilitychange', () => done(true)));";
        ensure!(browser.eval(in_front).await? == true);
        other.activate().await?;
        browser.goto("about:blank").await?;
        let before = browser.tabs().await?.len();
        browser.eval_extension(click).await?;
        let opened = "return await new Promise((done) => { const look = async () => {
            const [tab] = await chrome.tabs.query({ url: 'https://app.leonardo.ai/*' }); if (tab) done(tab.active); };
            chrome.tabs.onUpdated.addListener(look); look(); });";
        ensure!(browser.eval_extension(opened).await? == true, "it was not opened in front");
        ensure!(browser.tabs().await?.len() == before + 1, "more than one tab was opened");
        Ok(())
    }

    async fn no_reminder_appears_before_it_is_switched_on(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = Copy::with(kind, OVERHEARD)?;
        let browser = looking_at(kind, &site, Options::default().extension(copy.path())).await?;
        browser.eval_extension(LISTEN).await?;
        refills(&site, &browser).await?;
        let told = told(&browser).await?;
        ensure!(told.is_empty(), "{told:?}");
        Ok(())
    }
}
