//! A browser that an earlier test has used is as good as new: nothing leaks from one test into the next.

use crate::common::{APP, account, looking_at, site_of};
use anyhow::{Result, ensure};
use browser_tests::{Browser, Options, Tab, in_both_browsers};
use stand_in_site::{Plan, Site};

/// Stores something wherever a page can.
const LEAVE: &str = "document.cookie = 'left=1; max-age=9999; secure'; localStorage.left = 1; sessionStorage.left = 1;
    await (await caches.open('left')).put('/left', new Response('left'));
    await new Promise((done, failed) => Object.assign(indexedDB.open('left'), { onsuccess: done, onerror: failed }));
    await navigator.serviceWorker.register('/_next/static/worker.js');";

/// Everything that a page finds of it.
const LEFT: &str = "return [
    ...document.cookie.split('; '), ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
    ...(await indexedDB.databases()).map((base) => base.name),
    ...(await navigator.serviceWorker.getRegistrations()).map(() => 'left'),
    ].filter((name) => name.startsWith('left'));";

/// Everything that the extension finds of an earlier installation.
const KEPT: &str = "return [
    ...Object.keys(await chrome.storage.local.get()), ...Object.keys(await chrome.storage.session.get()),
    ...(await chrome.alarms.getAll()).map((alarm) => alarm.name), await chrome.action.getBadgeText({}),
    ...(await indexedDB.databases()).map((base) => base.name), ...Object.keys(localStorage),
    ].filter((name) => name.startsWith('left'));";

/// How often the site was asked for a picture that may be cached for an hour. Chromium caches nothing from a site
/// without a trusted certificate.
fn pictures(site: &Site) -> usize {
    site.requests().iter().filter(|request| request.path == "/art/77.svg").count()
}

/// Asks for the picture twice.
const PICTURE: &str = "for (const _ of [1, 2]) await (await fetch('/art/77.svg')).text();";

in_both_browsers! {
    async fn a_browser_that_a_test_has_used_is_as_good_as_new_for_the_next(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let before = looking_at(kind, &site, Options::default()).await?;
        before.eval(LEAVE).await?;
        before.eval_extension(
            "await chrome.storage.local.set({ left: '1' }); await chrome.storage.session.set({ left: '1' });
             await chrome.alarms.create('left', { delayInMinutes: 30 }); await chrome.action.setBadgeText({ text: 'left' });
             await new Promise((done, failed) => Object.assign(indexedDB.open('left'), { onsuccess: done, onerror: failed }));
             localStorage.left = 1;",
        )
        .await?;
        let (left, kept) = (before.eval(LEFT).await?, before.eval_extension(KEPT).await?);
        ensure!([&left, &kept].map(|all| all.as_array().map(Vec::len)) == [Some(6), Some(6)], "{left} {kept}");
        before.eval(PICTURE).await?;
        let asked = pictures(&site);
        let address = before.extension_page("popup.html").await?.tab().url().await?;
        before.new_tab(APP).await?;
        drop(before);

        let site = site_of(account("bea", Plan::Premium, 8500)).await?;
        let after = Browser::open(kind, &site, Options::default()).await?;
        ensure!(after.is_used(), "it is another browser");
        ensure!(after.tabs().await?.len() == 1, "there are tabs: {:?}", after.tabs().await?);
        ensure!(after.eval("return history.length;").await? == 1, "the tab has a history");
        let kept = after.eval_extension(KEPT).await?;
        ensure!(kept == serde_json::json!([]), "the extension has {kept}");
        after.goto(APP).await?;
        let banner = after.wait_banner("an amount", |banner| banner.amount("fast").is_some()).await?;
        ensure!(banner.amount("fast") == Some(8500), "{banner}");
        after.eval(PICTURE).await?;
        ensure!(pictures(&site) == asked, "a picture came out of the cache: {}", pictures(&site));
        let left = after.eval(LEFT).await?;
        ensure!(left == serde_json::json!([]), "the site has {left}");
        let old = after.new_tab("about:blank").await?;
        ensure!(old.goto(&address).await.is_err(), "the earlier extension still answers at {address}");
        old.close().await
    }

    async fn a_browser_that_a_test_has_reached_into_goes_to_no_other(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let before = looking_at(kind, &site, Options::default()).await?;
        before.eval("sessionStorage.left = 1;").await?;
        before.own();
        let id = Tab::id(&before).to_owned();
        drop(before);
        let after = looking_at(kind, &site, Options::default()).await?;
        ensure!(Tab::id(&after) != id, "it is the same tab");
        Ok(())
    }
}
