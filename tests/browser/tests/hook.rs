//! What the hook makes of every form in which a page may send requests and get answers, unnoticed by the page.

use crate::common::{account, kept_tab, looking_at, quiet, refused, site_of, storage_changes};
use crate::trouble::report;
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Options, in_both_browsers};
use serde_json::{Value, json};
use stand_in_site::{Bystanders, Command, Plan, Site};

/// What the scripts below use: an address that answers with whatever it is sent, and requests to send there.
const TOOLS: &str = r#"
    const echo = (body, { status = 200, type = 'application/json', hangs = false } = {}) =>
      'https://api.leonardo.ai/v1/graphql/echo?' + new URLSearchParams({ status, type, hangs, body:
        typeof body === 'string' ? body : JSON.stringify(body) });
    const cost = (tokens) => ({ data: { generate: { apiCreditCost: null, generationId: 'g',
      cost: { amount: String(tokens), unit: 'CREDITS' } } } });
    const balance = (fast) => ({ data: { user_details: [{ id: 'ana', plan: 'FREE', tokenRenewalDate: null,
      subscriptionTokens: fast, rolloverTokens: 0, paidTokens: 0 }] } });
    const GENERATE = 'mutation Generate($prompt: String!) { generate(prompt: $prompt) { generationId cost { amount unit } } }';
    const BALANCE = 'query GetUserTokensFromSub($sub: String!) { user_details(where: { sub: $sub }) { plan subscriptionTokens } }';
    const generate = JSON.stringify({ operationName: 'Generate', query: GENERATE, variables: { prompt: 'a { cat' } });
    const ask = JSON.stringify({ operationName: 'GetUserTokensFromSub', query: BALANCE });
    const post = (body) => ({ method: 'POST', body });
    const wait = (target, type) => new Promise((done) => target.addEventListener(type, done, { once: true }));
    const xhr = async (url, body, responseType = '') => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.responseType = responseType;
      request.send(body);
      await wait(request, 'loadend');
      return request;
    };
"#;

/// Every way in which a page may send a generation; each costs seven tokens.
const MUTATIONS: [(&str, &str); 16] = [
    ("a text", "await fetch(echo(cost(7)), post(generate));"),
    (
        "a document that begins with a line break",
        "await fetch(echo(cost(7)), post(JSON.stringify({ query: '\\n  ' + GENERATE })));",
    ),
    (
        "a comment first",
        "await fetch(echo(cost(7)), post(JSON.stringify({ query: '# query Q { a }\\n' + GENERATE })));",
    ),
    (
        "a fragment first",
        "await fetch(echo(cost(7)), post(JSON.stringify({ query: 'fragment F on Cost { amount unit } ' + GENERATE })));",
    ),
    (
        "one of several operations",
        "await fetch(echo(cost(7)), post(JSON.stringify({ operationName: 'Generate', query: 'query Old { jobs { id } } ' + GENERATE })));",
    ),
    ("a Request", "await fetch(new Request(echo(cost(7)), post(generate)));"),
    ("a Request and an init", "await fetch(new Request(echo(cost(7)), post('x')), { body: generate });"),
    ("bytes", "await fetch(echo(cost(7)), post(new TextEncoder().encode(generate)));"),
    ("a buffer", "await fetch(echo(cost(7)), post(new TextEncoder().encode(generate).buffer));"),
    ("a Blob", "await fetch(echo(cost(7)), post(new Blob([generate])));"),
    (
        "a form in the address's form",
        "await fetch(echo(cost(7)), post(new URLSearchParams({ query: GENERATE, operationName: 'Generate' })));",
    ),
    (
        "a form with files",
        "const form = new FormData(); form.append('operations', generate); form.append('map', '{}'); await fetch(echo(cost(7)), post(form));",
    ),
    (
        "a hash alone",
        "await fetch(echo(cost(7)), post(JSON.stringify({ extensions: { persistedQuery: { sha256Hash: 'ab' } }, variables: {} })));",
    ),
    (
        "a batch with a query's old cost",
        "await fetch(echo([{ data: { job: { cost: { amount: '900', unit: 'CREDITS' } } } }, cost(7)]), post(JSON.stringify([{ query: '{ job { cost { amount } } }' }, JSON.parse(generate)])));",
    ),
    ("XMLHttpRequest", "await xhr(echo(cost(7)), generate);"),
    ("XMLHttpRequest with bytes", "await xhr(echo(cost(7)), new TextEncoder().encode(generate), 'json');"),
];

/// What looks like spending but is not.
const NO_SPENDING: [(&str, &str); 5] = [
    (
        "dollars",
        "await fetch(echo({ data: { generate: { cost: { amount: '7', unit: 'DOLLARS' } } } }), post(generate));",
    ),
    (
        "a query of one generation",
        "await fetch(echo({ data: { generate: { cost: { amount: '7', unit: 'CREDITS' } } } }), post(JSON.stringify({ query: 'query Q { generate: job { cost { amount unit } } }' })));",
    ),
    (
        "a list of earlier generations",
        "await fetch(echo({ data: { generations: [{ generationId: 'g', cost: { amount: '7', unit: 'CREDITS' } }] } }), post(generate));",
    ),
    (
        "a word in a text",
        "await fetch(echo({ data: { generate: { generationId: 'g' , note: 'cost' } } }), post(generate));",
    ),
    (
        "a refusal",
        "await fetch(echo({ errors: [{ message: 'not enough', extensions: { code: 'x' } }], data: null }), post(generate));",
    ),
];

/// Every form in which the balance may come, with `fast` tokens.
const ANSWERS: [(&str, &str); 22] = [
    ("JSON", "await fetch(echo(balance(fast)), post(ask));"),
    (
        "GraphQL's own type",
        "await fetch(echo(balance(fast), { type: 'application/graphql-response+json' }), post(ask));",
    ),
    ("plain text", "await fetch(echo(balance(fast), { type: 'text/plain' }), post(ask));"),
    ("no type", "await fetch(echo(balance(fast), { type: '' }), post(ask));"),
    ("status 203", "await fetch(echo(balance(fast), { status: 203 }), post(ask));"),
    (
        "a bare question",
        "await fetch(echo(balance(fast)), post(JSON.stringify({ query: '{ user_details { subscriptionTokens } }' })));",
    ),
    (
        "by GET",
        "await fetch(echo(balance(fast)) + '&' + new URLSearchParams({ query: BALANCE, operationName: 'GetUserTokensFromSub' }));",
    ),
    ("a Request", "await fetch(new Request(echo(balance(fast)), post(ask)));"),
    (
        "the eleventh of a batch",
        "await fetch(echo([...Array(10).fill({ data: { x: 1 } }), balance(fast)]), post(JSON.stringify([...Array(10).fill({ query: '{ x }' }), JSON.parse(ask)])));",
    ),
    (
        "parts",
        "await fetch(echo(`\\r\\n---\\r\\nContent-Type: application/json\\r\\n\\r\\n${JSON.stringify(balance(fast))}\\r\\n-----\\r\\n`, { type: 'multipart/mixed; boundary=\"-\"' }), post(ask));",
    ),
    (
        "a deferred part",
        "const later = balance(fast).data.user_details[0]; await fetch(echo(`--b\\r\\n\\r\\n${JSON.stringify({ data: { user_details: [{ plan: 'FREE' }] }, hasNext: true })}\\r\\n--b\\r\\n\\r\\n${JSON.stringify({ incremental: [{ data: later, path: ['user_details', 0] }], hasNext: false })}\\r\\n--b--`, { type: 'multipart/mixed;boundary=b;deferSpec=20220824' }), post(ask));",
    ),
    (
        "a part deferred by its number",
        "const later = balance(fast).data.user_details[0]; await fetch(echo(`--b\\r\\n\\r\\n${JSON.stringify({ data: { user_details: [{ plan: 'FREE' }] }, pending: [{ id: '0', path: ['user_details', 0] }], hasNext: true })}\\r\\n--b\\r\\n\\r\\n${JSON.stringify({ incremental: [{ id: '0', data: later }], completed: [{ id: '0' }], hasNext: false })}\\r\\n--b--`, { type: 'multipart/mixed;boundary=b' }), post(ask));",
    ),
    (
        "events",
        "await fetch(echo(`event: next\\ndata: ${JSON.stringify(balance(fast))}\\n\\nevent: complete\\n\\n`, { type: 'text/event-stream' }), post(ask));",
    ),
    (
        "events of several operations",
        "await fetch(echo(`event: next\\ndata: ${JSON.stringify({ id: '1', payload: balance(fast) })}\\n\\n`, { type: 'text/event-stream' }), post(ask));",
    ),
    (
        "an EventSource",
        "const source = new EventSource(echo(`event: next\\ndata: ${JSON.stringify(balance(fast))}\\n\\n`, { type: 'text/event-stream' })); await wait(source, 'next'); source.close();",
    ),
    ("a text of XMLHttpRequest", "await xhr(echo(balance(fast)), ask);"),
    ("its JSON", "await xhr(echo(balance(fast)), ask, 'json');"),
    ("its blob", "await xhr(echo(balance(fast)), ask, 'blob');"),
    ("its bytes", "await xhr(echo(balance(fast)), ask, 'arraybuffer');"),
    (
        "a socket's text",
        "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws'); socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'next', id: '1', payload: balance(fast) }) })); socket.close();",
    ),
    (
        "a socket's blob",
        "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws'); socket.dispatchEvent(new MessageEvent('message', { data: new Blob([JSON.stringify({ type: 'next', id: '1', payload: balance(fast) })]) })); socket.close();",
    ),
    (
        "a socket's bytes",
        "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws'); socket.dispatchEvent(new MessageEvent('message', { data: new TextEncoder().encode(JSON.stringify({ type: 'next', id: '1', payload: balance(fast) })).buffer })); socket.close();",
    ),
];

/// What cannot be read, and the reason under which it is counted.
const UNREAD: [(&str, &str, &str); 6] = [
    ("a blob too large", "await xhr(echo(balance(1)) + '&pad=1000001', ask, 'blob');", "answer-too-large"),
    (
        "bytes too large",
        "await xhr(echo(balance(1)) + '&pad=1000001', ask, 'arraybuffer');",
        "answer-too-large",
    ),
    ("a picture", "await fetch(echo(balance(1), { type: 'image/png' }), post(ask));", "answer-in-other-form"),
    (
        "half an answer",
        "await fetch(echo(JSON.stringify(balance(1)).slice(0, 40)), post(ask));",
        "answer-unreadable",
    ),
    (
        "a document of XMLHttpRequest",
        "await xhr(echo('<a/>', { type: 'application/json' }), ask, 'document');",
        "answer-unreadable",
    ),
    ("an empty answer", "await fetch(echo(''), post(ask));", "answer-unreadable"),
];

/// Failures that say nothing about the balance: other operations, and requests that the page itself ends.
const BYSTANDERS: [(&str, &str); 14] = [
    (
        "the other operation of a document fails, which asks for the balance as well",
        "await fetch(echo({ errors: [{ message: 'no' }] }), post(JSON.stringify({ operationName: 'GetFeed', query: 'query GetFeed { feed { id } # user_details subscriptionTokens\\n } query GetUserTokensFromSub { user_details { subscriptionTokens } }' })));",
    ),
    (
        "another question over a socket fails",
        "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws'); try { socket.send(JSON.stringify({ type: 'subscribe', id: '7', payload: { query: '{ jobs { id } }' } })); } catch {} for (const id of ['7', '8']) socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'error', id, payload: [{ message: 'no' }] }) })); socket.close();",
    ),
    (
        "the teams fail",
        "await fetch(echo({ errors: [{ message: 'no', extensions: { code: 'invalid-jwt' } }] }), post(JSON.stringify({ operationName: 'GetUserTeams', query: 'query GetUserTeams { users { team_memberships { team { subscriptionTokens } } } }' })));",
    ),
    (
        "an update fails",
        "await fetch(echo({ errors: [{ message: 'no' }] }), post(JSON.stringify({ operationName: 'UpdateUserDetails', query: 'mutation UpdateUserDetails { update_user_details { returning { subscriptionTokens } } }' })));",
    ),
    (
        "other tokens fail",
        "await fetch(echo({ errors: [{ message: 'no' }] }), post(JSON.stringify({ operationName: 'GetTopUpTokens', query: 'query GetTopUpTokens { offers { tokens } }' })));",
    ),
    (
        "hashed tokens fail",
        "await fetch(echo({ errors: [{ message: 'no' }] }), post(JSON.stringify({ operationName: 'RefreshTokens', extensions: {} })));",
    ),
    (
        "a generation that returns the user fails",
        "await fetch(echo({ errors: [{ message: 'no' }] }), post(JSON.stringify({ query: 'mutation G { generate { user_details { subscriptionTokens } } }' })));",
    ),
    (
        "another operation meets a 401",
        "await fetch(echo('', { status: 401 }), post(JSON.stringify({ query: '{ jobs { id } }' })));",
    ),
    (
        "aborted with a reason of the page's own",
        "const end = new AbortController(); const answer = fetch(echo('', { hangs: true }), { ...post(ask), signal: end.signal }); end.abort(new Error('left')); await answer.catch(() => {});",
    ),
    (
        "aborted before it began",
        "const end = new AbortController(); end.abort(); await fetch(echo('', { hangs: true }), { ...post(ask), signal: end.signal }).catch(() => {});",
    ),
    (
        "out of time",
        "await fetch(echo('', { hangs: true }), { ...post(ask), signal: AbortSignal.timeout(50) }).catch(() => {});",
    ),
    (
        "a Request that is aborted",
        "const end = new AbortController(); const answer = fetch(new Request(echo('', { hangs: true }), { ...post(ask), signal: end.signal })); end.abort('gone'); await answer.catch(() => {});",
    ),
    (
        "an XMLHttpRequest that is aborted",
        "const request = new XMLHttpRequest(); request.open('POST', echo('', { hangs: true })); request.send(ask); request.abort();",
    ),
    (
        "an XMLHttpRequest out of time",
        "const request = new XMLHttpRequest(); request.open('POST', echo('', { hangs: true })); request.timeout = 50; request.send(ask); await wait(request, 'timeout');",
    ),
];

/// A site whose page sends no more requests by itself, and a browser that has read its balance.
async fn at_rest(kind: Kind) -> Result<(Site, Browser)> {
    let site = site_of(account("ana", Plan::Free, 72)).await?;
    site.command(Command::Bystanders { bystanders: Bystanders::Absent })?;
    let browser = looking_at(kind, &site, Options::default()).await?;
    Ok((site, browser))
}

/// Runs a script in the page, with [`TOOLS`] at hand.
pub(crate) async fn runs(browser: &Browser, script: &str) -> Result<Value> {
    browser.eval(&format!("{TOOLS}{script}")).await
}

/// Sends the page a balance, and waits until the banner shows it: everything sent before has been handled by then.
async fn banner_learns(browser: &Browser, fast: i64) -> Result<()> {
    runs(browser, &format!("await fetch(echo(balance({fast})), post(ask));")).await?;
    let banner =
        browser.wait_banner(&format!("{fast}"), |banner| banner.amount("fast") == Some(fast)).await?;
    ensure!(banner.verdict() != Some("unknown"), "{banner}");
    Ok(())
}

/// What the tab has spent since its last answer, in whole tokens.
async fn spent(browser: &Browser) -> Result<i64> {
    Ok(kept_tab(browser).await?["spent_since"].as_i64().context("a number")? / 1000)
}

/// Waits until the tab has spent this many tokens.
async fn has_spent(browser: &Browser, tokens: i64) -> Result<()> {
    for _ in 0..40 {
        if spent(browser).await? == tokens {
            return Ok(());
        }
        storage_changes(browser, "session").await?;
    }
    anyhow::bail!("{} were spent, not {tokens}", spent(browser).await?)
}

in_both_browsers! {
    async fn the_cost_of_a_generation_is_read_in_whatever_form_it_is_sent(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        for (n, (name, script)) in (1..).zip(MUTATIONS) {
            runs(&browser, script).await.with_context(|| name)?;
            has_spent(&browser, 7 * n).await.context(name)?;
        }
        quiet(&browser)
    }

    async fn what_only_looks_like_spending_does_not_count(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        for (n, (name, script)) in (1..).zip(NO_SPENDING) {
            runs(&browser, script).await.with_context(|| name)?;
            // A real generation follows. If the one before had counted, the sum would be wrong.
            runs(&browser, MUTATIONS[0].1).await?;
            has_spent(&browser, 7 * n).await.context(name)?;
        }
        quiet(&browser)
    }

    async fn a_request_over_a_socket_may_be_a_blob(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        // A cost in the answer to a query does not count, but it would if the request were not read.
        runs(&browser, r#"
            const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws');
            const payload = { query: '{ job { cost { amount unit } } }' };
            try { socket.send(new Blob([JSON.stringify({ type: 'subscribe', id: '5', payload })])); } catch {}
            for (let n = 0; n < 50; n++) await new Blob(['x']).text();
            const data = JSON.stringify({ type: 'next', id: '5', payload: cost(7) });
            socket.dispatchEvent(new MessageEvent('message', { data }));
            socket.close();
        "#).await?;
        runs(&browser, "await fetch(echo(cost(11)), post(generate));").await?;
        has_spent(&browser, 11).await
    }

    async fn the_balance_is_read_in_every_form(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        for (fast, (name, script)) in (100..).zip(ANSWERS) {
            runs(&browser, &format!("const fast = {fast}; {script}")).await.with_context(|| name)?;
            let banner = browser.wait_banner(name, |banner| banner.amount("fast") == Some(fast)).await?;
            ensure!(banner.verdict() != Some("unknown"), "{name}: {banner}");
        }
        Ok(())
    }

    async fn an_unreadable_answer_is_counted_and_reported_and_the_balance_stays(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        for (name, script, reason) in UNREAD {
            let before = refused(&browser, reason).await?;
            runs(&browser, script).await.with_context(|| name)?;
            let mut counted = false;
            for _ in 0..40 {
                counted = refused(&browser, reason).await? == before + 1;
                if counted {
                    break;
                }
                storage_changes(&browser, "local").await?;
            }
            ensure!(counted, "{name} is not counted as {reason}");
            let banner = browser.banner().await?.context("a banner")?;
            ensure!(banner.verdict() == Some("fresh") && banner.amount("fast") == Some(72), "{name}: {banner}");
        }
        let report = report(&browser, "could not be read").await?;
        for line in ["trouble: answer-unreadable", "answer-in-other-form: 1", "form xhr: 3"] {
            ensure!(report.contains(line), "{line} is not in the report: {report}");
        }
        ensure!(!report.contains("user_details") && !report.contains("leonardo.ai"), "{report}");
        Ok(())
    }

    async fn only_a_failed_balance_operation_makes_the_balance_unknown(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        for (fast, (name, script)) in (100..).zip(BYSTANDERS) {
            runs(&browser, script).await.with_context(|| name)?;
            banner_learns(&browser, fast).await.context(name)?;
            for reason in ["answer-refused", "answer-signed-out", "answer-empty", "answer-without-body"] {
                ensure!(refused(&browser, reason).await? == 0, "{name}: counted as {reason}");
            }
        }
        for (status, says) in [(401, "signed-out"), (403, "signed-out"), (429, "refused"), (500, "refused")] {
            runs(&browser, &format!("await fetch(echo('', {{ status: {status} }}), post(ask));")).await?;
            let banner = browser.wait_verdict("unknown").await.context(status)?;
            ensure!(refused(&browser, &format!("answer-{says}")).await? > 0, "{status}: {banner}");
            banner_learns(&browser, 200 + status).await?;
        }
        let before = refused(&browser, "answer-refused").await?;
        runs(&browser, r#"
            const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql', 'graphql-transport-ws');
            try { socket.send(JSON.stringify({ type: 'subscribe', id: '7', payload: JSON.parse(ask) })); } catch {}
            const data = JSON.stringify({ type: 'error', id: '7', payload: [{ message: 'no' }] });
            socket.dispatchEvent(new MessageEvent('message', { data }));
            socket.close();
        "#).await?;
        browser.wait_verdict("unknown").await.context("a question over a socket that is refused")?;
        ensure!(refused(&browser, "answer-refused").await? > before, "it was not counted");
        Ok(())
    }

    async fn the_team_is_read_as_the_browser_sends_it(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        // Letter case and spaces in the header's value do not matter. An empty value selects no team; two values, as
        // below, select none that is known.
        for (fast, headers, team) in [
            (41, "[' TEAM-B ']", Some(5)),
            (42, "['']", None),
            (43, "['team-b']", Some(5)),
        ] {
            runs(&browser, &format!(
                "const told = balance({fast}); told.data.teams = [{{ akUUID: 'team-b', plan: 'TEAM', subscriptionTokens: 5 }}];
                 const request = new XMLHttpRequest();
                 request.open('POST', echo(told));
                 for (const value of {headers}) request.setRequestHeader('X-Leonardo-Team-Id', value);
                 request.send(ask);
                 await wait(request, 'loadend');"
            )).await?;
            let (pool, amount) = team.map_or(("fast", fast), |amount| ("team", amount));
            browser.wait_banner(headers, |banner| banner.amount(pool) == Some(amount)).await?;
        }
        runs(&browser, "const request = new XMLHttpRequest();
             request.open('POST', echo({ data: { ...balance(44).data, teams: [{ akUUID: 'team-b', subscriptionTokens: 5 }] } }));
             for (const value of ['team-b', 'team-a']) request.setRequestHeader('x-leonardo-team-id', value);
             request.send(ask);
             await wait(request, 'loadend');").await?;
        browser.wait_verdict("unknown").await?;
        Ok(())
    }

    async fn the_page_does_not_notice_the_wrappers(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        let looks = runs(&browser, r#"
            const frame = document.createElement('iframe');
            document.body.append(frame);
            const other = frame.contentWindow;
            const wrapped = (w) => [w.fetch, w.XMLHttpRequest.prototype.open, w.XMLHttpRequest.prototype.send,
              w.XMLHttpRequest.prototype.setRequestHeader, w.WebSocket, w.WebSocket.prototype.send, w.EventSource, w.Function.prototype.toString];
            const look = (w) => JSON.stringify(wrapped(w).map((f) => [f.toString(), `${f}`, w.Function.prototype.toString.call(f), f.name, f.length,
              Object.getOwnPropertyNames(f).sort()]));
            const [ours, theirs] = [look(window), look(other)];
            frame.remove();
            return [ours, theirs];
        "#).await?;
        ensure!(looks[0] == looks[1], "wrapped {}\nnative {}", looks[0], looks[1]);

        let rejected = runs(&browser, r#"
            const unhandled = [];
            const hear = (event) => { unhandled.push(String(event.reason?.message ?? event.reason)); event.preventDefault(); };
            addEventListener('unhandledrejection', hear);
            const heard = async (request) => { const before = unhandled.length; request(); 
              while (unhandled.length === before) await wait(window, 'unhandledrejection'); };
            await heard(() => { fetch('https://nowhere.leonardo.ai/v1/graphql', post(ask)); });
            await heard(() => { fetch('https://nowhere.leonardo.ai/other'); });
            removeEventListener('unhandledrejection', hear);
            const stackOf = (address, init) => fetch(address, init).catch((reason) => reason.stack);
            const stacks = [await stackOf('https://nowhere.leonardo.ai/other'), await stackOf('https://nowhere.leonardo.ai/v1/graphql', post(ask))];
            try { fetch.call(document, 'x').catch(() => {}); new XMLHttpRequest().send(); } catch (reason) { stacks.push(reason.stack); }
            return { unhandled, stacks };
        "#).await?;
        ensure!(rejected["unhandled"].as_array().map(Vec::len) == Some(2), "{rejected}");
        for stack in rejected["stacks"].as_array().context("stacks")? {
            ensure!(!stack.as_str().unwrap_or_default().contains("extension:"), "a stack names our file: {stack}");
        }
        Ok(())
    }

    async fn an_answer_without_an_id_belongs_to_the_account_it_was_asked_for(kind: Kind) -> Result<()> {
        let (_site, browser) = at_rest(kind).await?;
        let ask = |sub: &str, fast: i64| format!(
            "const told = balance({fast}); delete told.data.user_details[0].id;
             await fetch(echo(told), post(JSON.stringify({{ operationName: 'GetUserTokensFromSub', query: BALANCE, variables: {} }})));",
            json!({ "sub": sub })
        );
        for (sub, fast) in [("auth0|one", 31), ("auth0|two", 32), ("auth0|one", 33)] {
            runs(&browser, &ask(sub, fast)).await?;
            browser.wait_banner(sub, |banner| banner.amount("fast") == Some(fast)).await?;
        }
        let kept = browser.eval_extension("return JSON.stringify(await chrome.storage.local.get());").await?;
        let kept = kept.as_str().context("a text")?;
        ensure!(!kept.contains("auth0"), "the account's name itself is stored: {kept}");
        let kept: Value = serde_json::from_str(kept)?;
        let accounts = kept.as_object().context("an object")?.keys().filter(|key| key.starts_with("account:")).count();
        // The page's own account, and the two that were asked for.
        ensure!(accounts == 3, "{accounts} accounts");
        Ok(())
    }
}
