//! A hostile page can at most lie about its own numbers: it reads nothing, presses nothing, fills nothing, slows
//! nothing.

use crate::common::{account, counter_reads, looking_at, quiet, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Options, Surface, in_both_browsers};
use stand_in_site::Plan;

/// A small random generator with a fixed seed, the same in every browser, so that a failure can be repeated.
const RANDOM: &str = "let seed = 20261124; const random = (n) => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return (seed >>> 0) % n; };
  const one = (list) => list[random(list.length)];
  const junk = (depth = 0) => one([
    () => null, () => -1, () => 1e308, () => 2 ** 53 + random(9), () => -1.5, () => 'x'.repeat(random(300)), () => '<img src=x onerror=alert(1)>',
    () => '\\u0000\\ud800', () => true, () => '__proto__', () => [], () => ({}),
    () => depth > 3 ? 0 : Array.from({ length: random(6) }, () => junk(depth + 1)),
    () => depth > 3 ? 0 : Object.fromEntries(Array.from({ length: random(6) }, () => [field(), junk(depth + 1)])),
  ])();
  const field = () => one(['data', 'users', 'user_details', 'id', 'plan', 'tokenRenewalDate', 'subscriptionTokens', 'rolloverTokens',
    'paidTokens', 'teams', 'team_memberships', 'team', 'errors', 'extensions', 'code', 'cost', 'apiCreditCost', '__proto__', 'constructor', 'toJSON']);
  const details = () => Object.fromEntries(Array.from({ length: 1 + random(6) }, () => [field(), junk()]));
  const bad = () => one([
    () => ({ data: { user_details: [details()] } }), () => ({ data: { users: [{ user_details: [details()] }] } }),
    () => ({ data: { user_details: junk() } }), () => ({ user_details: [details()] }), () => junk(),
    () => ({ errors: [{ message: 'JWT', extensions: { code: junk() } }] }),
  ])();";

/// How a page may cover, fade or move what the user presses. Each trick still lets the click through to the banner.
const TRICKS: [(&str, &str); 11] = [
    ("the root element is faded", "document.documentElement.style.opacity = '0.05';"),
    ("the root element is clipped", "document.documentElement.style.clipPath = 'inset(0)';"),
    ("the root element is moved", "document.documentElement.style.transform = 'translate(1px, 0)';"),
    ("the root element is shrunk", "document.documentElement.style.scale = '0.999';"),
    ("the root element is blurred", "document.documentElement.style.filter = 'blur(9px)';"),
    ("the root element is darkened", "document.documentElement.style.filter = 'brightness(0)';"),
    ("the root element is blended away", "document.documentElement.style.mixBlendMode = 'difference';"),
    (
        "the root element is masked",
        "document.documentElement.style.maskImage = 'linear-gradient(#0001, #0001)';",
    ),
    (
        "a picture is laid over it",
        "const lure = document.createElement('div'); lure.className = 'lure'; lure.textContent = 'You have won'; lure.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#fff;pointer-events:none'; document.documentElement.append(lure);",
    ),
    (
        "a popover is laid over it",
        "const lure = document.createElement('div'); lure.className = 'lure'; lure.popover = 'manual'; lure.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;pointer-events:none'; document.body.append(lure); lure.showPopover();",
    ),
    (
        "a piece of a later element is laid over it",
        "const lure = document.createElement('div'); lure.className = 'lure'; lure.style.cssText = 'pointer-events:none'; const piece = document.createElement('p'); piece.textContent = 'won'; piece.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#fff;pointer-events:none'; lure.append(piece); document.documentElement.append(lure);",
    ),
];

/// As many counts as the extension has reasons for refusing what a page sends.
const MOST_COUNTS: usize = 24;

/// What a flood must not increase: the stored keys, and the bytes with each number cut to one digit. The counts of
/// what was refused are separate, because their names are a closed list of the extension's own.
struct Stored {
    keys: usize,
    bytes: usize,
    counts: usize,
}

async fn stored(browser: &Browser) -> Result<Stored> {
    let all = browser
        .eval_extension(
            "const all = [await chrome.storage.local.get(null), await chrome.storage.session.get(null)];
             const meta = JSON.parse(all[0].meta); const counts = meta.diagnostics.refused.splice(0).length;
             all[0].meta = JSON.stringify(meta);
             return { counts, keys: all.flatMap(Object.keys).length, text: JSON.stringify(all).replace(/\\d+/g, '0') };",
        )
        .await?;
    let number =
        |name: &str| all[name].as_u64().and_then(|number| usize::try_from(number).ok()).context("a number");
    let bytes = all["text"].as_str().context("a text")?.len();
    Ok(Stored { keys: number("keys")?, bytes, counts: number("counts")? })
}

in_both_browsers! {
    async fn a_hundred_thousand_bad_messages_change_fill_and_slow_nothing(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let hard = browser.tab().within(std::time::Duration::from_secs(120));
        // Counts of refusals are stored too, so a first flood causes every kind before the storage is measured.
        let flood = |times: u32| {
            format!(
                "{RANDOM}
                 const socket = new WebSocket('wss://app.leonardo.ai/v1/graphql'); socket.close();
                 let worst = 0, sent = 0, all = 0;
                 const timed = (send) => {{ const began = performance.now(); try {{ send(); }} catch {{}} const took = performance.now() - began; worst = Math.max(worst, took); all += took; sent += 1; }};
                 for (let i = 0; i < {times}; i++) {{
                   const secret = crypto.randomUUID(); const text = JSON.stringify({{ body: bad() }}) ?? '';
                   timed(() => dispatchEvent(new CustomEvent('refill-watch:hello', {{ detail: one([secret, text, 7, null]), cancelable: true }})));
                   timed(() => dispatchEvent(new CustomEvent(secret, {{ detail: text }})));
                   timed(() => dispatchEvent(new CustomEvent('refill-watch:ask', {{ detail: text }})));
                   timed(() => postMessage({{ kind: one(['act', 'hooked', 'counter', 'hello']), action: 'fresh-reload', text }}, '*'));
                   timed(() => socket.dispatchEvent(new MessageEvent('message', {{ data: one([text, JSON.stringify({{ id: '1', type: one(['next', 'data', 'x']), payload: bad() }})]) }})));
                   timed(() => document.dispatchEvent(new Event('visibilitychange')));
                   timed(() => dispatchEvent(new PageTransitionEvent('pageshow', {{ persisted: true }})));
                   if (i % 500 === 499) await new Promise((done) => setTimeout(done, 0));
                 }}
                 return {{ sent, worst: Math.round(worst * 100) / 100, mean: Math.round(all / sent * 1e6) / 1e6 }};"
            )
        };
        hard.eval(&flood(500)).await?;
        // The rest of the burst is sent on within a second; a reload ends the page that sends it.
        let is_right = |banner: &Surface| banner.amount("fast") == Some(72) && banner.verdict() == Some("fresh");
        let reload = async || {
            browser.reload().await?;
            let banner = browser.wait_banner("the amount", is_right).await?;
            // The counter's place is stored as well, so a page is done storing only when its counter was found.
            counter_reads(&browser, "72").await?;
            Ok::<_, anyhow::Error>(banner)
        };
        reload().await?;
        let first = stored(&browser).await?;
        // A reload alone stores its own answer, which is not the flood's doing.
        reload().await?;
        let before = stored(&browser).await?;
        let answer = before.bytes.saturating_sub(first.bytes);
        let fault = Fault::begins(kind, "hostile page", "bad messages").times(105_000);
        let flooded = hard.eval(&flood(15_000)).await?;
        ensure!(flooded["sent"] == 105_000, "it sent {flooded}");
        let banner = reload().await?;
        let after = stored(&browser).await?;
        ensure!(after.keys <= before.keys, "storage grew from {} to {} keys", before.keys, after.keys);
        let grown = after.bytes.saturating_sub(before.bytes + answer);
        ensure!(grown == 0, "storage grew by {grown} bytes");
        ensure!(after.counts <= MOST_COUNTS, "there are {} counts", after.counts);
        let fault = fault.measured(format!(
            "they took the page {} ms each on average and {} ms at worst; storage grew by {grown} bytes beside {} counts of \
             what was refused",
            flooded["mean"], flooded["worst"], after.counts
        ));
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        Ok(())
    }

    async fn a_click_counts_only_when_the_banner_is_really_visible(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.past_the_introduction().await?;
        for (name, trick) in TRICKS {
            browser.reload().await?;
            browser.wait_banner("the pill", |banner| banner.verdict() == Some("fresh")).await?;
            let fault = Fault::begins(kind, "hostile page", name);
            browser.eval(trick).await?;
            browser.eval("await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));").await?;
            let rect = browser.banner().await?.context("a banner")?.root().context("a root")?.rect;
            browser.click_at((rect.x + rect.width / 3.0) as i64, (rect.y + rect.height / 2.0) as i64).await?;
            // A click that counts opens the card. Its message takes less than this there and back.
            browser.eval("await new Promise((done) => setTimeout(done, 300));").await?;
            let after = browser.banner().await?.context("a banner")?;
            ensure!(after.root().and_then(|root| root.attr("data-size")) == Some("pill"), "{name}: the click counted: {after}");
            browser.eval("document.documentElement.removeAttribute('style'); document.querySelectorAll('.lure').forEach((lure) => lure.remove());").await?;
            browser.click_banner("expand", None).await.with_context(|| format!("after: {name}"))?;
            let card = browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
            fault.is_over(&[Some(72)], &[card.amount("fast")])?;
            browser.click_banner("collapse", None).await?;
            browser.wait_banner("the pill", |banner| !banner.text().contains("Rollover bank")).await?;
        }
        quiet(&browser)
    }

    async fn clicks_and_keys_made_by_a_script_press_nothing(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.past_the_introduction().await?;
        let fault = Fault::begins(kind, "hostile page", "clicks and keys made by a script").times(3_000);
        let loads = site.requests().iter().filter(|request| request.path == "/").count();
        browser
            .eval(
                "const host = document.getElementById('refill-watch');
                 for (let i = 0; i < 1000; i++) {
                   const { x, y, width, height } = { x: i % 10 * 128, y: innerHeight - 20 - (i % 40), width: 0, height: 0 };
                   for (const target of [host, document.elementFromPoint(x + width, y + height) ?? host]) {
                     target.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, clientX: x, clientY: y }));
                   }
                   host.focus(); host.click();
                   host.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
                 }
                 await new Promise((done) => setTimeout(done, 300));",
            )
            .await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.root().and_then(|root| root.attr("data-size")) == Some("pill"), "it was pressed: {banner}");
        let after = site.requests().iter().filter(|request| request.path == "/").count();
        ensure!(after == loads, "the page was loaded {} times more", after - loads);
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        quiet(&browser)
    }

    async fn the_page_can_read_nothing_from_the_extension(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        let fault = Fault::begins(kind, "hostile page", "ways to read the banner").times(12);
        let leaked = browser
            .eval(
                "const host = document.getElementById('refill-watch'); const leaked = []; const says = /Rollover|refills|bank/i;
                 const look = (way, read) => { let value; try { value = read(); } catch { return; } if (value && says.test(String(value))) leaked.push(way); };
                 if (host.shadowRoot) leaked.push('shadowRoot');
                 look('innerText', () => host.innerText); look('textContent', () => host.textContent);
                 look('innerHTML', () => host.innerHTML); look('getHTML', () => host.getHTML({ serializableShadowRoots: true }));
                 look('attributes', () => [...host.attributes].map((a) => a.value).join());
                 getSelection().selectAllChildren(document.documentElement);
                 look('selection', () => getSelection().toString()); look('range', () => document.createRange().createContextualFragment('').textContent);
                 look('caret', () => document.caretPositionFromPoint?.(1200, 760)?.offsetNode?.textContent);
                 look('elementsFromPoint', () => document.elementsFromPoint(1200, 760).map((e) => e === document.body || e === document.documentElement ? '' : e.textContent).join());
                 look('animations', () => document.getAnimations().map((a) => a.effect?.target?.textContent).join());
                 look('activeElement', () => document.activeElement?.textContent);
                 getSelection().removeAllRanges();
                 if (typeof chrome !== 'undefined' && (chrome.storage || chrome.runtime?.sendMessage)) leaked.push('chrome');
                 return leaked.filter((way) => !(way === 'activeElement' && document.activeElement === document.body));",
            )
            .await?;
        ensure!(leaked == serde_json::json!([]), "the page can read the banner by {leaked}");
        let files = browser
            .eval(
                "const got = [];
                 for (const origin of ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'moz-extension://7ef111a7-c4e5-4a7c-9b0e-0f1e5d0c4a11'])
                   for (const file of ['manifest.json', 'banner.css', 'surface.css', 'icons/16.png'])
                     await fetch(`${origin}/${file}`).then(() => got.push(file), () => {});
                 return got;",
            )
            .await?;
        ensure!(files == serde_json::json!([]), "the page can fetch {files}");
        let banner = browser.banner().await?.context("a banner")?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])
    }

    async fn markup_and_strange_names_in_an_answer_stay_text(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "hostile page", "markup in every field of an answer");
        browser
            .eval(
                "const evil = '<img src=x onerror=\"document.documentElement.dataset.owned=1\">';
                 const socket = new WebSocket('wss://app.leonardo.ai/v1/graphql'); socket.close();
                 socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ id: '1', type: 'next', payload: { data: { user_details: [
                   { id: evil, plan: evil, tokenRenewalDate: evil, subscriptionTokens: 41, rolloverTokens: evil, paidTokens: evil }] } } }) }));",
            )
            .await?;
        let banner = browser.wait_banner("the lie about its own number", |banner| banner.amount("fast") == Some(41)).await?;
        ensure!(banner.all().all(|node| node.tag != "img" && node.tag != "script"), "{banner}");
        let popup = browser.popup().await?;
        let shown = popup.wait("the amount", |popup| popup.amount("fast").is_some()).await?;
        ensure!(shown.all().all(|node| node.tag != "img"), "{shown}");
        let owned = browser.eval("return document.documentElement.dataset.owned ?? null;").await?;
        ensure!(owned.is_null(), "a script ran");
        fault.is_over(&[Some(41)], &[banner.amount("fast")])
    }
}
