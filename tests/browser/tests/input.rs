//! Bad input: whatever the page sends, the last good number stays, and the page is none the wiser.

use crate::common::{account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Options, in_both_browsers};
use stand_in_site::{Command, Fault, Plan, Target};

in_both_browsers! {
    async fn a_broken_answer_is_counted_and_the_last_good_number_is_kept(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        let faults = [Fault::WrongTypes, Fault::NumbersAsText, Fault::Negative, Fault::HugeNumber, Fault::EmptyList];
        for fault in faults {
            site.command(Command::Fault { fault, on: Target::Balance })?;
            browser.reload().await?;
            let said = browser
                .wait_banner("that nothing is known", |banner| {
                    banner.verdict() == Some("unknown") && banner.text().contains("Last known")
                })
                .await?;
            ensure!(said.amount("fast") == Some(72), "{fault:?}: the last good number is gone: {said}");
        }
        let meta = browser.eval_extension("return (await chrome.storage.local.get('meta')).meta;").await?;
        let meta = meta.as_str().context("meta is a text")?;
        ensure!(meta.contains("answer-unreadable") && meta.contains("answer-empty"), "it is not counted: {meta}");
        site.command(Command::Fault { fault: Fault::None, on: Target::Balance })?;
        browser.reload().await?;
        browser.wait_verdict("fresh").await?;
        Ok(())
    }

    async fn a_body_of_a_megabyte_is_not_read(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        site.command(Command::Fault { fault: Fault::BigBody, on: Target::Balance })?;
        browser.reload().await?;
        browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent.includes('72')").await?;
        let said = browser.wait_banner("the banner", |banner| banner.verdict() == Some("unknown")).await?;
        ensure!(said.amount("fast") == Some(72), "{said}");
        Ok(())
    }

    async fn ten_thousand_forged_messages_change_nothing(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        let took = browser
            .eval(
                "const secret = crypto.randomUUID(); const began = performance.now();
                 const forged = JSON.stringify({ body: { data: { user_details: [{ id: 'ana', plan: 'FREE', subscriptionTokens: 9 }] } } });
                 for (let i = 0; i < 10000; i++) {
                   window.dispatchEvent(new CustomEvent('refill-watch:hello', { detail: secret, cancelable: true }));
                   window.dispatchEvent(new CustomEvent(secret, { detail: forged }));
                   window.postMessage({ kind: 'act', action: 'fresh-reload' }, '*');
                 }
                 return Math.round(performance.now() - began);",
            )
            .await?;
        println!("{kind:?}: 30,000 forged events took the page {took} ms");
        browser.click_banner("expand", None).await?;
        let after = browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        ensure!(after.amount("fast") == Some(72) && after.verdict() == Some("fresh"), "the page was believed: {after}");
        Ok(())
    }

    async fn nothing_leaves_the_browser_and_no_secret_is_kept(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        browser.click("[data-stand-in=generate]").await?;
        browser.wait_banner("the spending", |banner| banner.verdict() == Some("fresh")).await?;
        let popup = browser.popup().await?;
        popup.wait("the amount", |popup| popup.amount("fast").is_some()).await?;
        for request in site.requests() {
            let ours = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains("-extension://"));
            ensure!(!ours(&request.origin) && !ours(&request.referer), "the extension sent a request: {request:?}");
        }
        let sessions = site.requests().iter().filter(|request| request.path == "/api/auth/get-session").count();
        let loads = site.requests().iter().filter(|request| request.path == "/").count();
        ensure!(sessions <= loads, "the session was asked for {sessions} times in {loads} loads");
        let kept = popup.eval("return JSON.stringify([await chrome.storage.local.get(null), await chrome.storage.session.get(null)]);").await?;
        let kept = kept.as_str().context("a text")?;
        for secret in ["fake-", "example.test", "\"ana\"", "Bearer"] {
            ensure!(!kept.contains(secret), "{secret} is kept: {kept}");
        }
        Ok(())
    }
}
