// The extension's script in the page: relays what hook.js saw, watches the shown counter, and paints the banner.
//
// It decides nothing: every message goes to the background, and every answer is a tree to paint and a time to
// ask again. All that it starts hangs on one signal, which ends when the extension is updated or removed.
"use strict";
(() => {
  /** What hook.js sends is a few hundred characters; a text above this is dropped and counted. */
  const LONGEST = 16_384;
  /** At most so many messages in a second, however many the page makes up. */
  const A_SECOND = 20;
  /** A page that keeps taking the banner away gets it back so many times. */
  const ATTACHMENTS = 50;
  /** A page whose load never ends gets its banner this long after its text is there. */
  const LOAD_MS = 5000;
  const UNANSWERED_MS = 60_000;
  const LONGEST_TIMER = 2 ** 31 - 1;
  /** The page's own rules cannot reach in here: of important rules, the innermost win. */
  const HOST_STYLE = `
    :host { all: initial !important; color-scheme: inherit !important; position: fixed !important; inset: 0 !important; display: block !important;
      z-index: 2147483647 !important; pointer-events: none !important; }
    [data-verdict] { pointer-events: auto; }
    @media print { :host { display: none !important; } }`;

  const life = new AbortController();
  const { signal } = life;

  // Messages to the background, and what it answers.

  // A page that is drawn ahead, and may never be looked at, is not a tab yet.
  const opened = document.prerendering
    ? new Promise((done) => document.addEventListener("prerenderingchange", done, { once: true, signal }))
    : undefined;
  let view = null;
  let timer;

  /** After an update of the extension this script lives on, cut off: it takes its banner away and ends. */
  const isCutOff = () => {
    if (signal.aborted) return true;
    if (chrome.runtime?.id) return false;
    life.abort();
    return true;
  };

  const send = async (message, isRetry = false) => {
    if (opened) await opened;
    if (isCutOff()) return;
    let reply;
    try {
      reply = await chrome.runtime.sendMessage(message);
    } catch {
      // The background was ending just then: the next message wakes it. Or it is gone for good.
      if (!isRetry) await send(message, true);
      return;
    }
    show(reply);
  };

  const show = (text) => {
    if (signal.aborted || typeof text !== "string" || text === "") return;
    view = JSON.parse(text);
    if (typeof view.style === "string") style.textContent = HOST_STYLE + view.style;
    clearTimeout(timer);
    if (typeof view.ask_again_ms === "number") {
      timer = setTimeout(look, Math.min(Math.max(view.ask_again_ms, 50), LONGEST_TIMER));
    }
    if (isQuiet) draw();
  };

  const isStyled = () => style.textContent !== "";
  /** Asks for something to paint; should no reply come, it is asked for again all the same. */
  const ask = (message) => {
    clearTimeout(timer);
    timer = setTimeout(look, UNANSWERED_MS);
    send(message);
  };
  const look = () => ask({ kind: "look", unstyled: !isStyled() });
  const act = (action, value) => send({ kind: "act", action, value });

  // What hook.js saw. All of it may be made up by the page: it is bounded here and judged in the core.

  let allowance = A_SECOND;
  let allowedAt = performance.now();
  let dropped = 0;
  const isAllowed = () => {
    const now = performance.now();
    allowance = Math.min(A_SECOND, allowance + ((now - allowedAt) * A_SECOND) / 1000);
    allowedAt = now;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  };

  /** The newest report above the allowance: it goes out late, so that a burst never ends on an old number. */
  let held;
  const relay = (text) => {
    send(dropped > 0 ? { kind: "hooked", text, dropped } : { kind: "hooked", text });
    dropped = 0;
  };
  const hooked = (text) => {
    if (typeof text !== "string" || text.length > LONGEST) {
      dropped += 1;
    } else if (held !== undefined) {
      dropped += 1;
      held = text;
    } else if (isAllowed()) {
      relay(text);
    } else {
      held = text;
      setTimeout(() => {
        relay(held);
        held = undefined;
      }, 1000);
    }
  };

  // The other end of the handshake in hook.js: cancelling the event says that the secret was taken. Only the
  // first greeting counts, and it comes before the page has run anything.
  const greeted = new AbortController();
  window.addEventListener(
    "refill-watch:hello",
    (event) => {
      const secret = event.detail;
      if (typeof secret !== "string" || !/^[0-9a-f-]{36}$/.test(secret)) return;
      event.preventDefault();
      greeted.abort();
      window.addEventListener(secret, (told) => hooked(told.detail), { signal });
    },
    { signal: AbortSignal.any([signal, greeted.signal]) },
  );
  ask({ kind: "hello" });
  window.dispatchEvent(new CustomEvent("refill-watch:ask"));

  // The banner.

  const host = document.createElement("div");
  host.id = "refill-watch";
  const shadow = host.attachShadow({ mode: "closed" });
  const style = document.createElement("style");
  shadow.append(style);
  // What happens on the banner is no business of the site's.
  for (const type of ["click", "pointerdown", "pointerup", "mousedown", "mouseup", "keydown", "keyup", "keypress"]) {
    shadow.addEventListener(type, (event) => event.stopPropagation(), { signal });
  }

  let isQuiet = false;
  let attachments = 0;
  const counter = new Counter((text) => isAllowed() && send({ kind: "counter", text }), signal);

  const attach = () => {
    if (host.isConnected || attachments >= ATTACHMENTS || isCutOff()) return;
    attachments += 1;
    // The newest instance wins: one that an update of the extension left behind makes way.
    for (const old of document.querySelectorAll("#refill-watch")) old.remove();
    document.documentElement.append(host);
    // The page may replace its root element as a whole.
    removals.observe(document, { childList: true });
    removals.observe(document.documentElement, { childList: true });
  };
  const removals = new MutationObserver(() => {
    if (!host.isConnected) requestIdleCallback(attach, { timeout: 1000 });
  });

  const draw = () => {
    if (view === null || !isStyled()) return;
    paint(shadow, view.tree, act, signal);
    attach();
    counter.expect(view.watch ?? []);
  };

  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    removals.disconnect();
    host.remove();
  });

  // A framework that takes over a page drawn by its server must find it untouched: first the page, then us.
  const whenQuiet = () => {
    requestIdleCallback(
      () => {
        if (isQuiet || isCutOff()) return;
        isQuiet = true;
        draw();
      },
      { timeout: 1500 },
    );
  };
  window.addEventListener("load", whenQuiet, { once: true, signal });
  document.addEventListener("DOMContentLoaded", () => setTimeout(whenQuiet, LOAD_MS), { once: true, signal });
  if (document.readyState === "complete") whenQuiet();

  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look(), { signal });
  window.addEventListener("pageshow", (event) => event.persisted && look(), { signal });

  const pushed = (message, sender) => {
    if (sender.id === chrome.runtime.id && !isCutOff()) show(message?.paint);
  };
  chrome.runtime.onMessage.addListener(pushed);
  signal.addEventListener("abort", () => chrome.runtime?.onMessage?.removeListener(pushed));
})();
