//! A hidden failure is a defect: whatever does not work is counted, shown in one line, and goes into a report.

use crate::common::{account, looking_at, quiet, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Options, Surface, in_both_browsers};
use stand_in_site::{Command, Fault as Broken, Plan, Target};
use std::time::Duration;

/// Presses "Copy report" in the popup and returns what went into the clipboard.
pub async fn report(browser: &Browser, said: &str) -> Result<String> {
    let popup = browser.popup().await?;
    let line = popup.wait(said, |popup| popup.text().contains(said)).await?;
    ensure!(line.actions().contains(&"copy-report"), "{line}");
    popup
        .eval("navigator.clipboard.writeText = async (text) => { document.body.dataset.copied = text; };")
        .await?;
    popup.click("copy-report", None).await?;
    let copied = popup.tab().wait("document.body.dataset.copied").await?;
    popup.close().await?;
    Ok(copied.as_str().context("a text")?.to_owned())
}

/// Checks that a report has counts and versions, and nothing of the user's.
fn ensure_anonymous(report: &str) -> Result<()> {
    for secret in ["ana", "fake-", "@", "https://", "auth0"] {
        ensure!(!report.contains(secret), "the report names {secret:?}: {report}");
    }
    ensure!(report.contains(env!("CARGO_PKG_VERSION")), "it names no version: {report}");
    Ok(())
}

in_both_browsers! {
    async fn an_answer_in_an_unknown_form_is_shown_and_reported(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let shapes = [Broken::WrongTypes, Broken::NumbersAsText, Broken::Negative, Broken::HugeNumber];
        for shape in shapes {
            let fault = Fault::begins(kind, "answer", format!("{shape:?}"));
            site.command(Command::Fault { fault: shape, on: Target::Balance })?;
            browser.reload().await?;
            let banner = browser.wait_banner("that nothing can be said", |banner| {
                banner.verdict() == Some("unknown") && banner.text().contains("Last known")
            }).await?;
            fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
            let report = report(&browser, "a form that this version cannot read").await?;
            ensure!(report.contains("trouble: new-shape") && report.contains("answer-unreadable: "), "{report}");
            ensure_anonymous(&report)?;
        }
        site.command(Command::Fault { fault: Broken::None, on: Target::Balance })?;
        browser.reload().await?;
        browser.wait_verdict("fresh").await?;
        let popup = browser.popup().await?;
        let well = popup.wait("the number", |popup| popup.amount("fast") == Some(72)).await?;
        ensure!(well.with_attr("data-trouble").is_none(), "it still complains: {well}");
        quiet(&browser)
    }

    async fn every_other_broken_answer_keeps_the_last_number(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let broken = [
            Broken::InvalidJwt, Broken::Html429, Broken::Offline, Broken::Truncated, Broken::EmptyList, Broken::Nulls,
            Broken::BigBody,
        ];
        for one in broken {
            let fault = Fault::begins(kind, "answer", format!("{one:?}"));
            site.command(Command::Fault { fault: one, on: Target::Balance })?;
            browser.reload().await?;
            let banner = browser.wait_banner("that nothing can be said", |banner| {
                banner.verdict() == Some("unknown") && banner.amount("fast") == Some(72)
            }).await.with_context(|| format!("{one:?}"))?;
            fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        }
        let fault = Fault::begins(kind, "answer", "5 s late");
        site.command(Command::Fault { fault: Broken::Slow { ms: 5000 }, on: Target::Balance })?;
        browser.reload().await?;
        let banner = browser.wait_verdict("fresh").await?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        Ok(())
    }

    async fn a_page_that_never_sends_a_balance_is_called_silent(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "answer", "never comes");
        site.command(Command::Fault { fault: Broken::NoBalance, on: Target::Everything })?;
        browser.reload().await?;
        let popup = browser.popup().await?;
        let silent = |popup: &Surface| popup.text().contains("sent no balance");
        popup.tab().within(Duration::from_secs(60)).wait("document.querySelector('[data-trouble=silent]')").await?;
        let said = popup.wait("that the page is silent", silent).await?;
        fault.is_over(&[Some(72)], &[said.amount("fast")])?;
        let report = report(&browser, "sent no balance").await?;
        ensure!(report.contains("no-answer: 1"), "{report}");
        quiet(&browser)
    }

    async fn a_request_past_the_hook_is_noticed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "hook", "passed by with a function out of a frame");
        browser
            .eval(
                "const frame = document.createElement('iframe'); document.body.append(frame);
                 const { open, send } = frame.contentWindow.XMLHttpRequest.prototype;
                 const past = new XMLHttpRequest();
                 open.call(past, 'POST', 'https://api.leonardo.ai/v1/graphql');
                 send.call(past, '{}');
                 await new Promise((done) => past.addEventListener('loadend', done));",
            )
            .await?;
        let report = report(&browser, "were missed").await?;
        ensure!(report.contains("hook-bypassed: "), "{report}");
        ensure_anonymous(&report)?;
        let banner = browser.banner().await?.context("a banner")?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])
    }

    async fn balances_and_spending_are_read_from_both_socket_protocols(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for (name, asks, tells, amount) in [("graphql-transport-ws", "subscribe", "next", 61), ("graphql-ws", "start", "data", 53)] {
            let fault = Fault::begins(kind, "socket", format!("the balance comes by {name}"));
            let script = format!(
                "const socket = new WebSocket('wss://app.leonardo.ai/v1/graphql', 'graphql-transport-ws');
                 if (!(socket instanceof WebSocket) || socket.constructor !== WebSocket || WebSocket.OPEN !== 1) throw new Error('it is no socket any more');
                 if (!String(WebSocket).includes('[native code]') || WebSocket.length !== 1) throw new Error('the wrapper shows');
                 const told = (payload) => socket.dispatchEvent(new MessageEvent('message', {{ data: JSON.stringify({{ id: '1', type: '{tells}', payload }}) }}));
                 try {{ socket.send(JSON.stringify({{ id: '2', type: '{asks}', payload: {{ query: 'mutation Generate {{ x }}' }} }})); }} catch {{}}
                 told({{ data: {{ user_details: [{{ id: 'ana', plan: 'FREE', subscriptionTokens: {amount}, rolloverTokens: 0, paidTokens: 0 }}] }} }});
                 socket.dispatchEvent(new MessageEvent('message', {{ data: JSON.stringify({{ id: '2', type: '{tells}', payload: {{ data: {{ sdGenerationJob: {{ apiCreditCost: 7 }} }} }} }}) }}));
                 socket.close();"
            );
            browser.eval(&script).await?;
            let banner = browser.wait_banner("the new balance", |banner| banner.amount("fast") == Some(amount)).await?;
            fault.is_over(&[Some(amount)], &[banner.amount("fast")])?;
            let kept = browser.eval_extension("return JSON.stringify(await chrome.storage.session.get(null));").await?;
            ensure!(kept.as_str().is_some_and(|kept| kept.contains("7000")), "{name}: the spending was not read: {kept}");
        }
        Ok(())
    }

    async fn messages_from_other_addresses_are_ignored(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser
            .eval(
                "for (const path of ['v1/other', 'api/auth/graphql']) {
                   const socket = new WebSocket(`wss://app.leonardo.ai/${path}`);
                   socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ id: '1', type: 'next',
                     payload: { data: { user_details: [{ id: 'ana', plan: 'FREE', subscriptionTokens: 5 }] } } }) }));
                   socket.close();
                 }",
            )
            .await?;
        browser.click_banner("expand", None).await?;
        let banner = browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        ensure!(banner.amount("fast") == Some(72), "another address was believed: {banner}");
        Ok(())
    }
}
