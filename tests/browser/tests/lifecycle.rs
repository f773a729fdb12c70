//! What happens to the page: the app tears it down and rebuilds it, the browser caches, discards, zooms and prints
//! it.

use crate::common::{APP, account, looking_at, quiet, site_of};
use anyhow::{Context, Result, bail, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Kind, Options, Surface, in_both_browsers};
use stand_in_site::{Command, Plan};

/// What an app may do to its document, by the name of the fault.
const TEARING_DOWN: [(&str, &str); 9] = [
    ("the app removes the banner's host", "document.getElementById('refill-watch').remove();"),
    ("the app replaces <body>", "document.body.replaceWith(document.createElement('body'));"),
    ("the app empties <body>", "document.body.innerHTML = '';"),
    (
        "the app empties the root element",
        "document.documentElement.replaceChildren(document.createElement('body'));",
    ),
    (
        "the app replaces the root element",
        "const root = document.createElement('html'); root.append(document.createElement('body'));
         document.replaceChild(root, document.documentElement);",
    ),
    ("the app writes its document anew", "document.open(); document.write('<p>anew</p>'); document.close();"),
    (
        "the app hides the host by its style",
        "document.getElementById('refill-watch').style.cssText = 'display:none!important;opacity:0!important';",
    ),
    ("the app moves the host into <body>", "document.body.append(document.getElementById('refill-watch'));"),
    (
        "the app gives its own element the banner's id",
        "const own = document.createElement('div'); own.id = 'refill-watch'; document.getElementById('refill-watch').replaceWith(own); own.remove();",
    ),
];

/// Opens the card and closes it: the banner must not only be there, but also work.
async fn answers_to_clicks(browser: &Browser) -> Result<()> {
    // A banner that has just come back takes no clicks, because it may have come under the pointer.
    browser.eval("return await new Promise((done) => setTimeout(done, 600));").await?;
    browser.click_banner("expand", None).await?;
    browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
    browser.click_banner("collapse", None).await?;
    browser.wait_banner("the pill", |banner| size(banner) == Some("pill")).await?;
    Ok(())
}

fn size(banner: &Surface) -> Option<&str> {
    banner.root().and_then(|root| root.attr("data-size"))
}

async fn is_in_the_window(browser: &Browser) -> Result<()> {
    let inner = browser.eval("return [innerWidth, innerHeight];").await?;
    let rect = browser.banner().await?.context("a banner")?.root().context("a root")?.rect;
    let (width, height) = (inner[0].as_f64().unwrap_or(0.0), inner[1].as_f64().unwrap_or(0.0));
    ensure!(rect.x >= 0.0 && rect.y >= 0.0, "the banner is outside the window: {rect:?}");
    ensure!(
        rect.x + rect.width <= width + 1.0 && rect.y + rect.height <= height + 1.0,
        "the banner is outside the window of {inner}: {rect:?}"
    );
    Ok(())
}

in_both_browsers! {
    async fn whatever_the_app_does_to_its_document_the_banner_comes_back_and_works(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for (name, script) in TEARING_DOWN {
            browser.reload().await?;
            browser.wait_banner("an amount", |banner| banner.amount("fast") == Some(72)).await?;
            let fault = Fault::begins(kind, "document", name);
            browser.eval(script).await?;
            let banner = browser
                .wait_banner(name, |banner| banner.is_visible() && banner.amount("fast") == Some(72))
                .await
                .with_context(|| name.to_owned())?;
            fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
            answers_to_clicks(&browser).await.with_context(|| name.to_owned())?;
            let hosts = browser.eval("return document.querySelectorAll('#refill-watch').length;").await?;
            ensure!(hosts == 1, "{name}: there are {hosts} banners");
        }
        quiet(&browser)
    }

    async fn a_page_that_keeps_removing_the_banner_has_its_way(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let put_back = browser
            .eval(
                "let removed = 0;
                 const take = () => { const host = document.getElementById('refill-watch'); if (host) { host.remove(); removed += 1; } };
                 const watch = new MutationObserver(take); watch.observe(document.documentElement, { childList: true }); take();
                 let before = -1;
                 while (before !== removed) { before = removed; await new Promise((done) => setTimeout(done, 1500)); }
                 watch.disconnect();
                 return removed;",
            )
            .await?;
        ensure!(put_back.as_u64().is_some_and(|times| (2..=50).contains(&times)), "it was put back {put_back} times");
        // The extension leaves the page alone, and the popup still has the number.
        let fault = Fault::begins(kind, "document", "the app removes the banner for good").times(put_back.as_u64().unwrap_or(0));
        let popup = browser.popup().await?;
        let shown = popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        fault.is_over(&[Some(72)], &[shown.amount("fast")])?;
        quiet(&browser)
    }

    async fn going_to_the_api_page_without_a_load_is_noticed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        let fault = Fault::begins(kind, "navigation", "client-side navigation to the API page and back").times(2);
        browser.click("a[href='/api-access']").await?;
        browser.wait_banner("that API credits are separate", |banner| banner.text().contains("This page shows API credits")).await?;
        browser.click("a[href='/']").await?;
        let back = browser
            .wait_banner("the note gone", |banner| !banner.text().contains("This page shows API credits"))
            .await?;
        fault.is_over(&[Some(72)], &[back.amount("fast")])?;
        quiet(&browser)
    }

    async fn a_page_from_the_back_forward_cache_says_that_its_number_is_out_of_date(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.eval("addEventListener('pageshow', (event) => { document.documentElement.dataset.persisted = event.persisted; });").await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        browser.goto("https://app.leonardo.ai/settings").await?;
        browser.wait_banner("the new number", |banner| banner.amount("fast") == Some(64)).await?;
        let fault = Fault::begins(kind, "navigation", "back out of the back/forward cache");
        // Chromium's driver loses the page if it goes back itself, so the page does.
        browser.eval("setTimeout(() => history.back(), 0);").await?;
        // The page that is being left has a banner and a counter as well, so the address tells which one this is.
        for _ in 0..200 {
            if browser.url().await? == APP {
                break;
            }
            browser.wait_banner("a banner", |banner| banner.amount("fast").is_some()).await?;
        }
        browser.wait_banner("the page from before", |banner| banner.amount("fast").is_some()).await?;
        browser.wait("document.querySelector('[data-stand-in=tokens]')").await?;
        let persisted = browser.eval("return document.documentElement.dataset.persisted ?? null;").await?;
        if persisted != "true" {
            println!("{kind}: this browser did not keep the page, so it loaded anew");
            browser.wait_banner("the number", |banner| banner.amount("fast") == Some(64)).await?;
            return Ok(());
        }
        let shown = browser.wait_verdict("stale").await?;
        ensure!(shown.text().contains("This 72 is out of date"), "{shown}");
        fault.is_over(&[Some(64)], &[shown.amount("fast")])?;
        quiet(&browser)
    }

    async fn thirty_tabs_are_all_right_at_once(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let mut tabs = Vec::new();
        for _ in 1..30 {
            tabs.push(browser.new_tab(APP).await?);
        }
        let last = tabs.last().context("tabs")?;
        // A tab that nobody sees is drawn only when it comes to the front.
        for tab in &tabs {
            tab.activate().await?;
            tab.wait_banner("an amount", |banner| banner.verdict() == Some("fresh")).await?;
        }
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        let fault = Fault::begins(kind, "browser", "30 tabs, and the number changes in one").times(30);
        last.reload().await?;
        last.wait_banner("the new number", |banner| banner.amount("fast") == Some(64)).await?;
        let mut verdicts = Vec::new();
        for tab in tabs.iter().rev().skip(1).chain([browser.tab()]) {
            tab.activate().await?;
            let banner = tab.wait_banner("that it is out of date", |banner| banner.verdict() == Some("stale")).await?;
            verdicts.push((banner.verdict().map(str::to_owned), banner.amount("fast")));
        }
        fault.is_over(&vec![(Some("stale".to_owned()), Some(64)); 29], &verdicts)?;
        quiet(&browser)
    }

    async fn a_discarded_tab_comes_back_with_its_banner(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let _front = browser.new_tab("about:blank").await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        let fault = Fault::begins(kind, "browser", "the tab is discarded and restored");
        browser
            .eval_extension(
                "const find = async () => (await chrome.tabs.query({ url: 'https://app.leonardo.ai/*' }))[0];
                 await chrome.tabs.discard((await find()).id);
                 const gone = await find();
                 if (!gone.discarded) throw new Error('it was not discarded');
                 await chrome.tabs.update(gone.id, { active: true });",
            )
            .await?;
        // The browser may give the tab another id than before.
        let mut restored = None;
        for _ in 0..200 {
            for tab in browser.tabs().await? {
                if tab.url().await.is_ok_and(|url| url == APP) {
                    restored = Some(tab);
                }
            }
            if restored.is_some() {
                break;
            }
        }
        let banner = restored
            .context("the tab did not come back")?
            .wait_banner("the new number", |banner| banner.verdict() == Some("fresh") && banner.amount("fast") == Some(64))
            .await?;
        fault.is_over(&[Some(64)], &[banner.amount("fast")])?;
        quiet(&browser)
    }

    async fn every_zoom_and_a_narrow_window_leave_the_banner_whole_and_working(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for percent in [50, 75, 150, 200, 300] {
            let fault = Fault::begins(kind, "window", format!("zoom of {percent} %"));
            browser.zoom(percent).await?;
            is_in_the_window(&browser).await.with_context(|| format!("{percent} %"))?;
            browser.click_banner("expand", None).await.with_context(|| format!("{percent} %"))?;
            let card = browser.wait_banner("the card", |banner| size(banner) == Some("open")).await?;
            is_in_the_window(&browser).await.with_context(|| format!("the card at {percent} %"))?;
            fault.is_over(&[Some(72)], &[card.amount("fast")])?;
            browser.click_banner("collapse", None).await.with_context(|| format!("{percent} %"))?;
            browser.wait_banner("the pill", |banner| size(banner) == Some("pill")).await?;
        }
        browser.zoom(100).await?;
        let fault = Fault::begins(kind, "window", "a window 320 pixels wide");
        browser.resize(320, 640).await?;
        is_in_the_window(&browser).await?;
        browser.click_banner("expand", None).await?;
        let card = browser.wait_banner("the card", |banner| size(banner) == Some("open")).await?;
        is_in_the_window(&browser).await?;
        fault.is_over(&[Some(72)], &[card.amount("fast")])?;
        quiet(&browser)
    }

    async fn printing_and_full_screen_show_no_banner(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "window", "printing");
        let medium = async |print: bool| -> Result<()> {
            match kind {
                Kind::Chromium => {
                    let media = if print { "print" } else { "" };
                    browser.cdp("Emulation.setEmulatedMedia", serde_json::json!({ "media": media })).await?;
                }
                Kind::Firefox => {
                    let media = if print { "'print'" } else { "''" };
                    browser.in_firefox(&format!("gBrowser.selectedBrowser.browsingContext.mediumOverride = {media};")).await?;
                }
            }
            Ok(())
        };
        medium(true).await?;
        ensure!(!browser.banner().await?.context("a banner")?.is_visible(), "it is printed");
        medium(false).await?;
        let banner = browser.wait_banner("the banner again", Surface::is_visible).await?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        let fault = Fault::begins(kind, "window", "full screen");
        browser.eval("document.body.addEventListener('click', () => document.body.requestFullscreen(), { once: true });").await?;
        browser.click_at(400, 300).await?;
        browser.wait("document.fullscreenElement").await?;
        for _ in 0..50 {
            if !browser.banner().await?.context("a banner")?.is_visible() {
                break;
            }
        }
        if browser.banner().await?.context("a banner")?.is_visible() {
            bail!("the banner covers a page in full screen");
        }
        browser.eval("await document.exitFullscreen();").await?;
        browser.wait("document.fullscreenElement === null").await?;
        browser.eval("return await new Promise(requestAnimationFrame);").await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.is_visible(), "it did not come back");
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        Ok(())
    }
}
