//! The page's own counter: found by its numbers alone, in any form and place, remembered, or picked by the user.

use crate::common::{account, counter, counter_reads, looking_at, quiet, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Options, in_both_browsers};
use stand_in_site::{Booking, Command, Counter, Plan};
use std::time::Duration;

/// Every way in which a page may write 1234 and then 1226.
const FORMS: [(&str, &str, &str); 12] = [
    ("1,234", "1234", "1226"),
    ("comma", "1,234", "1,226"),
    ("dot", "1.234", "1.226"),
    ("space", "1\u{202f}234", "1\u{202f}226"),
    ("apostrophe", "1’234", "1’226"),
    ("Arabic digits", "١٬٢٣٤", "١٬٢٢٦"),
    ("Persian digits", "۱۲۳۴", "۱۲۲۶"),
    ("Devanagari digits", "१,२३४", "१,२२६"),
    ("a word behind", "1,234 tokens", "1,226 tokens"),
    ("a word before, in German", "Guthaben: 1.234", "Guthaben: 1.226"),
    ("no space, in Japanese", "1,234個", "1,226個"),
    ("rounded", "1.2k", "1.2k"),
];

/// How a counter of our own may show a number: a name, and a script that puts `text` into the element `own`.
const PLACES: [(&str, &str); 4] = [
    ("in one text", "own.textContent = text;"),
    (
        "in pieces",
        "own.replaceChildren(...[...text].map((c) => Object.assign(document.createElement('i'), { textContent: c })));",
    ),
    ("in two text nodes", "own.replaceChildren(text.slice(0, 2), text.slice(2));"),
    (
        "as a label",
        "own.replaceChildren(); own.setAttribute('role', 'img'); own.setAttribute('aria-label', `You have ${text} left`);",
    ),
];

in_both_browsers! {
    async fn a_counter_is_found_in_every_number_format_and_followed(kind: Kind) -> Result<()> {
        let site = site_of(account("grace", Plan::Essential, 1234)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for (name, before, after) in FORMS {
            browser.eval_extension("await chrome.storage.session.clear();").await?;
            browser.kill_worker().await?;
            browser.reload().await?;
            let fault = Fault::begins(kind, "counter", format!("written as {before} ({name})"));
            let rename = format!(
                "const own = document.createElement('b'); own.id = 'own';
                 document.querySelectorAll('[data-stand-in=tokens]').forEach((e) => e.remove());
                 document.querySelector('header, nav, body').append(own); own.textContent = {};",
                serde_json::json!(before)
            );
            browser.eval(&rename).await?;
            browser.wait_verdict("fresh").await.context(name)?;
            let bare = |text: &str| if name.contains("word") || name.contains("no space") {
                text.chars().filter(|c| c.is_ascii_digit() || ",.".contains(*c)).collect::<String>()
            } else {
                text.to_owned()
            };
            counter_reads(&browser, &bare(before)).await.context(name)?;
            if before != after {
                browser.eval(&format!("document.getElementById('own').textContent = {};", serde_json::json!(after))).await?;
                counter_reads(&browser, &bare(after)).await.context(name)?;
            }
            let right = browser.wait_verdict("fresh").await.context(name)?;
            fault.is_over(&[Some(1234)], &[right.amount("fast")])?;
        }
        quiet(&browser)
    }

    async fn a_counter_is_found_in_pieces_and_in_a_label(kind: Kind) -> Result<()> {
        let site = site_of(account("grace", Plan::Essential, 1234)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for (name, set) in PLACES {
            browser.reload().await?;
            let fault = Fault::begins(kind, "counter", name);
            let put = |text: &str| format!("const own = document.getElementById('own') ?? (() => {{
                 document.querySelectorAll('[data-stand-in=tokens]').forEach((e) => e.remove());
                 const own = document.createElement('b'); own.id = 'own'; own.style.display = 'inline-block'; own.style.minWidth = '9px'; own.style.minHeight = '9px';
                 document.body.append(own); return own; }})(); const text = {}; {set}", serde_json::json!(text));
            browser.eval(&put("1,234")).await?;
            browser.wait_verdict("fresh").await.context(name)?;
            counter_reads(&browser, "1,234").await.context(name)?;
            browser.eval(&put("9,999")).await?;
            let behind = browser.wait_verdict("stale").await.context(name)?;
            ensure!(behind.text().contains("The page shows an old number"), "{name}: {behind}");
            browser.eval(&put("1,234")).await?;
            let right = browser.wait_verdict("fresh").await.context(name)?;
            fault.is_over(&[Some(1234)], &[right.amount("fast")])?;
        }
        quiet(&browser)
    }

    async fn a_wrong_number_is_named_only_after_five_settled_seconds(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        counter_reads(&browser, "72").await?;
        // It rolls for some seconds, and never stands still for long enough to be called wrong.
        browser
            .eval(
                "const counter = document.querySelector('[data-stand-in=tokens]');
                 for (let i = 0; i < 10; i++) { counter.textContent = 900 + i; await new Promise((done) => setTimeout(done, 700)); }
                 counter.textContent = '72';",
            )
            .await?;
        counter_reads(&browser, "72").await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.verdict() == Some("fresh"), "it was called wrong while it rolled: {banner}");
        let began = std::time::Instant::now();
        browser.eval("document.querySelector('[data-stand-in=tokens]').textContent = '999';").await?;
        browser.wait_verdict("stale").await?;
        ensure!(began.elapsed() >= Duration::from_secs(5), "after {:?}", began.elapsed());
        quiet(&browser)
    }

    async fn a_counter_that_once_followed_is_known_after_a_reload_even_with_a_wrong_number(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::Booking { booking: Booking::AtOnce })?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        counter_reads(&browser, "72").await?;
        browser.click("[data-stand-in=generate]").await?;
        counter_reads(&browser, "64").await?;
        site.command(Command::Counter(Counter { frozen: Some(999), ..Counter::default() }))?;
        let fault = Fault::begins(kind, "counter", "stuck at another number from the load on");
        browser.kill_worker().await?;
        browser.reload().await?;
        let behind = browser.wait_verdict("stale").await?;
        ensure!(behind.text().contains("The page shows an old number"), "{behind}");
        fault.is_over(&[Some(64)], &[behind.amount("fast")])?;
        quiet(&browser)
    }

    async fn one_of_several_equal_numbers_is_not_called_wrong_before_it_has_followed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.reload().await?;
        browser.eval("for (let i = 0; i < 2; i++) { const likes = document.createElement('em'); likes.className = 'likes'; likes.textContent = '72'; document.body.prepend(likes); }").await?;
        browser.wait_verdict("fresh").await?;
        browser.eval("await new Promise((done) => setTimeout(done, 2500)); document.querySelectorAll('.likes').forEach((e) => { e.textContent = '73'; }); await new Promise((done) => setTimeout(done, 7000));").await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.verdict() == Some("fresh"), "likes were taken for the balance: {banner}");
        quiet(&browser)
    }

    async fn a_counter_that_cannot_be_found_is_reported_and_can_be_picked(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::Counter(Counter { frozen: Some(999), ..Counter::default() }))?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        let said = popup.wait("that the counter was not found", |popup| popup.actions().contains(&"pick-counter")).await?;
        ensure!(said.text().contains("The page's number was not found"), "{said}");
        let fault = Fault::begins(kind, "counter", "not to be found, then pointed at");
        // Escape must leave everything as it is.
        popup.click("pick-counter", None).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the picker", |banner| banner.text().contains("Click the token number")).await?;
        browser.keys("\u{E00C}").await?;
        browser.wait_banner("the banner", |banner| banner.amount("fast") == Some(72)).await?;
        ensure!(counter(&browser).await?.is_none(), "Escape has picked something");
        // Key events made by the page must not count.
        popup.tab().activate().await?;
        popup.click("pick-counter", None).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the picker", |banner| banner.text().contains("Click the token number")).await?;
        browser.eval("for (const key of ['ArrowDown', 'Enter']) document.getElementById('refill-watch').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));").await?;
        let place = browser
            .wait("(() => { const r = document.querySelector('[data-stand-in=tokens]').getBoundingClientRect(); return { x: Math.round(r.x + r.width / 2), y: Math.round(r.y + r.height / 2) }; })()")
            .await?;
        ensure!(counter(&browser).await?.is_none(), "the page has picked something");
        let (x, y) = (place["x"].as_i64().unwrap_or(0), place["y"].as_i64().unwrap_or(0));
        browser.hover_at(x, y).await?;
        browser.click_at(x, y).await?;
        counter_reads(&browser, "999").await?;
        let behind = browser.wait_verdict("stale").await?;
        ensure!(behind.text().contains("The page shows an old number"), "{behind}");
        // The choice lasts beyond a reload.
        browser.reload().await?;
        let behind = browser.wait_verdict("stale").await?;
        fault.is_over(&[Some(72)], &[behind.amount("fast")])?;
        quiet(&browser)
    }

    async fn the_counter_can_be_chosen_with_the_keyboard_alone(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::Counter(Counter { frozen: Some(999), ..Counter::default() }))?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        popup.wait("that the counter was not found", |popup| popup.actions().contains(&"pick-counter")).await?;
        popup.click("pick-counter", None).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the picker", |banner| banner.text().contains("Click the token number")).await?;
        for _ in 0..200 {
            browser.keys("\u{E015}").await?;
            let at = browser.banner().await?.context("the picker")?;
            let aim = at.with_attr("data-picker").and_then(|layer| layer.attr("aria-label"));
            if aim == Some("999") {
                browser.keys("\u{E007}").await?;
                counter_reads(&browser, "999").await?;
                return quiet(&browser);
            }
        }
        anyhow::bail!("no arrow key leads to the counter")
    }
}
