//! Devices that inform each other through the browser's sync storage: what is written there, what becomes of another
//! device's answer, and what the options say when the storage fails.

use crate::common::{account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Copy, Kind, Options, Popup, in_both_browsers};
use serde_json::{Value, json};
use stand_in_site::Plan;

/// Waits until this device has written its key, and returns everything that is there.
const WRITTEN: &str = "return await new Promise((done) => {
    const look = async () => { const all = await chrome.storage.sync.get(null); if (Object.keys(all).length > 0) done(JSON.stringify(all)); };
    chrome.storage.sync.onChanged.addListener(look); look(); });";

/// The options, in which the exchange between devices has just been switched on.
async fn with_devices_on(browser: &Browser) -> Result<Popup> {
    let options = browser.extension_page("options.html").await?;
    options
        .wait("the choice", |page| page.all().any(|node| node.attr("data-setting") == Some("devices")))
        .await?;
    let on = "[data-setting=devices][value=on]";
    options.eval(&format!("document.querySelector('{on}').scrollIntoView({{ block: 'center' }});")).await?;
    options.tab().click(on).await?;
    Ok(options)
}

/// What this device has written: its key and its text.
async fn written(browser: &Browser) -> Result<(String, Value)> {
    let all = browser.eval_extension(WRITTEN).await?;
    let all: Value = serde_json::from_str(all.as_str().context("a text")?)?;
    let (key, text) = all.as_object().and_then(|all| all.iter().next()).context("nothing was written")?;
    Ok((key.clone(), serde_json::from_str(text.as_str().context("no text")?)?))
}

/// Puts an item into sync storage, as the browser does with what another device has written.
async fn put(browser: &Browser, key: &str, device: &Value) -> Result<()> {
    let item = json!({ key: device.to_string() });
    browser.eval_extension(&format!("await chrome.storage.sync.set({item});")).await?;
    Ok(())
}

in_both_browsers! {
    async fn what_another_device_saw_is_shown_and_the_device_can_be_renamed_and_removed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let options = with_devices_on(&browser).await?;
        let (key, own) = written(&browser).await?;
        ensure!(key.starts_with("device:"), "{key}");
        let mut fields: Vec<_> = own.as_object().context("fields")?.keys().map(String::as_str).collect();
        fields.sort_unstable();
        ensure!(fields == ["account", "answered_at", "name", "pools", "salt"], "something else is in it: {own}");
        ensure!(!own.to_string().contains("ana"), "the account's id is in it: {own}");
        let mut other = own.clone();
        other["name"] = json!("Laptop");
        other["answered_at"] = json!(chrono::Utc::now().timestamp_millis());
        let fast = other["pools"].as_array_mut().and_then(|pools| pools.iter_mut().find(|pool| pool[0] == "fast"));
        fast.with_context(|| format!("no fast tokens in {own}"))?[1] = json!(150_000);
        browser.kill_worker().await?;
        put(&browser, "device:0badcafe", &other).await?;
        browser.tab().activate().await?;
        let told = browser.wait_banner("what the laptop saw", |banner| banner.text().contains("Laptop")).await?;
        ensure!(told.verdict() == Some("stale") && told.text().contains("150"), "{told}");
        options.tab().activate().await?;
        options.wait("the laptop", |page| page.actions().contains(&"remove-device")).await?;
        let name = "[data-setting='device:0badcafe']";
        options.tab().click(name).await?;
        options.tab().keys("\u{E010} two\u{E004}").await?;
        let renamed = "return await new Promise((done) => { const look = async () => {
            const text = (await chrome.storage.sync.get(null))['device:0badcafe']; if (text?.includes('Laptop two')) done(true); };
            chrome.storage.sync.onChanged.addListener(look); look(); });";
        ensure!(browser.eval_extension(renamed).await? == true);
        options.click("remove-device", None).await?;
        options.wait("no other device", |page| !page.actions().contains(&"remove-device")).await?;
        let gone = "return await new Promise((done) => { const look = async () => {
            if (!('device:0badcafe' in await chrome.storage.sync.get(null))) done(true); };
            chrome.storage.sync.onChanged.addListener(look); look(); });";
        ensure!(browser.eval_extension(gone).await? == true);
        Ok(())
    }

    async fn a_device_that_is_switched_off_removes_what_it_wrote(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let options = with_devices_on(&browser).await?;
        written(&browser).await?;
        options.tab().click("[data-setting=devices][value=off]").await?;
        let gone = "return await new Promise((done) => { const look = async () => {
            if (Object.keys(await chrome.storage.sync.get(null)).length === 0) done(true); };
            chrome.storage.sync.onChanged.addListener(look); look(); });";
        ensure!(browser.eval_extension(gone).await? == true);
        Ok(())
    }

    async fn a_full_sync_storage_is_reported_and_everything_else_goes_on(kind: Kind) -> Result<()> {
        let full = "chrome.storage.sync.set = async () => { throw new Error('QUOTA_BYTES quota exceeded'); };";
        continues_despite(kind, "sync storage full", full, "sync storage is full").await
    }

    async fn a_missing_sync_storage_is_reported_and_everything_else_goes_on(kind: Kind) -> Result<()> {
        let absent = "chrome.storage.sync.get = async () => { throw new Error('sync is off'); };";
        continues_despite(kind, "sync storage absent", absent, "cannot be read").await
    }
}

/// Switches the exchange between devices on in a browser whose sync storage `prelude` breaks. The options must say
/// `said`, and the banner must go on as before.
async fn continues_despite(kind: Kind, name: &str, prelude: &str, said: &str) -> Result<()> {
    let site = site_of(account("ana", Plan::Free, 3)).await?;
    let copy = Copy::with(kind, prelude)?;
    let browser = looking_at(kind, &site, Options::default().extension(copy.path())).await?;
    let fault = Fault::begins(kind, "devices", name);
    let options = with_devices_on(&browser).await?;
    options.wait("what is wrong", |page| page.text().contains(said)).await?;
    browser.tab().activate().await?;
    browser.reload().await?;
    let banner = browser.wait_banner("the number", |banner| banner.amount("fast") == Some(3)).await?;
    fault.is_over(&[Some(3)], &[banner.amount("fast")])
}
