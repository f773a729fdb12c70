//! What happens to the document that app and banner share: hydration, navigation, upheaval, a video over everything.

use crate::common::{APP, account, counter_reads, is_undisturbed, looking_at, site_of};
use crate::extension_life::is_kept;
use crate::hook::runs;
use anyhow::{Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Options, in_both_browsers};
use serde_json::json;
use stand_in_site::{App, Command, Plan, React, Upheaval};

/// Changes the page's number between its first HTML and its hydration.
const TOUCH_TOO_EARLY: &str = "() => document.addEventListener('readystatechange', () => {
  const number = document.querySelector('[data-stand-in=tokens]');
  if (document.readyState === 'interactive' && number) number.textContent = '7';
})";

in_both_browsers! {
    /// The other tests rely on this: a page whose HTML was changed too early does complain.
    async fn a_page_that_is_changed_before_it_hydrates_complains(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        browser.bidi().send_raw("script.addPreloadScript", json!({ "functionDeclaration": TOUCH_TOO_EARLY })).await?;
        browser.goto(APP).await?;
        let complaint = is_undisturbed(&site, &browser).await.err().map(|error| error.to_string());
        ensure!(complaint.as_ref().is_some_and(|text| text.contains("did not find its HTML")), "{complaint:?}");
        Ok(())
    }

    async fn a_page_that_hydrates_strictly_finds_every_node_and_attribute_untouched(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::App(App { react: React::Development, ..App::default() }))?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        // The background is awake from now on and answers at once, so the banner comes as early as it can.
        let fault = Fault::begins(kind, "document", "hydration of what the server drew, strict").times(7);
        for _ in 0..3 {
            browser.reload().await?;
            browser.wait_verdict("fresh").await?;
        }
        for page in ["/image-generation", "/api-access", "/settings", "/video"] {
            browser.goto(&format!("https://app.leonardo.ai{page}")).await?;
            browser.wait_verdict("fresh").await?;
        }
        let recovered = browser.eval("await standIn.whenHydrated; return standIn.recovered;").await?;
        fault.is_over(&[json!([])], &[recovered])?;
        is_undisturbed(&site, &browser).await
    }

    async fn the_banner_survives_navigation_within_the_app_and_finds_the_new_counter(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Premium, 4321)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        for link in ["to-api", "to-settings", "to-home", "to-tools"] {
            browser.click(&format!("[data-stand-in={link}]")).await?;
            browser.wait(&format!("document.querySelector('[data-stand-in={link}][aria-current]')")).await?;
            let banner = browser.wait_verdict("fresh").await?;
            ensure!(banner.amount("fast") == Some(4321), "{link}: {banner}");
        }
        let asked = site.requests().iter().filter(|request| request.operation.as_deref() == Some("GetUserTokensFromSub")).count();
        ensure!(asked == 1, "the app asked {asked} times, past its own cache");
        browser.click("[data-stand-in=generate]").await?;
        // Wait in between: the extension looks at numbers that have settled, and would see two quick changes as one.
        counter_reads(&browser, "4313").await?;
        browser.eval("standIn.show(17999);").await?;
        let behind = browser.wait_verdict("stale").await?;
        ensure!(behind.text().contains("The page shows an old number"), "{behind}");
        is_undisturbed(&site, &browser).await
    }

    async fn the_banner_survives_a_new_body_and_a_sweep_of_the_root_element(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for upheaval in [Upheaval::NewBody, Upheaval::Swept] {
            site.command(Command::App(App { upheaval, ..App::default() }))?;
            browser.reload().await?;
            browser.wait_verdict("fresh").await?;
            browser.eval("if (document.documentElement.dataset.upheaval === 'new-body') standIn.renewBody();").await?;
            browser.click("[data-stand-in=to-tools]").await?;
            browser.wait("document.querySelector('[data-stand-in=to-tools][aria-current]')").await?;
            let banner = browser.wait_verdict("fresh").await?;
            ensure!(banner.is_visible() && banner.amount("fast") == Some(72), "{upheaval:?}: {banner}");
            let hosts = browser.eval("return document.querySelectorAll('#refill-watch').length;").await?;
            ensure!(hosts == 1, "{upheaval:?}: {hosts} banners");
        }
        is_undisturbed(&site, &browser).await
    }

    async fn answers_are_kept_while_there_is_no_root_element(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "document", "no root element while an answer comes");
        let ask = |fast: i64| format!("await fetch(echo(balance({fast})), post(ask));");
        runs(&browser, &format!("window.root = document.documentElement; root.remove(); {}", ask(31))).await?;
        is_kept(&browser, "31000").await?;
        // An answer is sent on only when the one before has been drawn, or could not be.
        runs(&browser, &ask(32)).await?;
        is_kept(&browser, "32000").await?;
        runs(&browser, &format!("document.append(root); {}", ask(33))).await?;
        let banner = browser.wait_banner("33", |banner| banner.amount("fast") == Some(33)).await?;
        fault.is_over(&[Some(33)], &[banner.amount("fast")])
    }

    async fn a_full_screen_video_is_not_covered(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.goto("https://app.leonardo.ai/video").await?;
        let banner = browser.wait_banner("the banner", |banner| banner.is_visible() && banner.amount("fast") == Some(72)).await?;
        let rect = banner.root().map(|root| root.rect).unwrap_or_default();
        let on_top = format!(
            "document.elementFromPoint({}, {})?.id === 'refill-watch'",
            rect.x + rect.width / 2.0,
            rect.y + rect.height / 2.0
        );
        browser.wait(&on_top).await?;
        browser.click("[data-stand-in=full-screen]").await?;
        browser.wait("document.fullscreenElement").await?;
        browser.wait(&format!("!({on_top})")).await?;
        browser.eval("await document.exitFullscreen();").await?;
        browser.wait_banner("the banner again", |banner| banner.is_visible()).await?;
        browser.wait("document.querySelector('#refill-watch')").await?;
        is_undisturbed(&site, &browser).await
    }
}
