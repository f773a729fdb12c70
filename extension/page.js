// The extension's script in the page: relays what hook.js saw, watches the page's counter, and paints the banner.
//
// It decides nothing: every message goes to the background, and every reply is a tree to paint and a time to ask
// again. Everything it starts hangs on one signal, which ends when the extension is updated or removed. Events that
// the page could fake must be the browser's own, and are rate-limited.
"use strict";
(() => {
  /** A hook.js report is a few hundred characters; a longer text is dropped and counted. */
  const LONGEST = 16_384;
  /** At most this many messages a second, however many the page makes up. */
  const A_SECOND = 20;
  /** How often a page that removes the banner gets it back. */
  const ATTACHMENTS = 50;
  /** A page that never finishes loading gets its banner this long after its text is there. */
  const LOAD_MS = 5000;
  /** An app that rewrites its document while it loads removes every listener. */
  const LONGEST_LOAD_MS = 30_000;
  /** How long after loading a page without a balance gets its banner anyway. */
  const NO_ANSWER_MS = 2000;
  /** How often the drawing is renewed, see `HOST_STYLE`. */
  const RENEWED_MS = 60_000;
  const UNANSWERED_MS = 60_000;
  /** The waits before a message is sent again: a busy computer takes seconds to start the background. */
  const RETRY_MS = [0, 200, 500, 1000, 2000, 4000, 8000];
  /** A message unanswered for this long no longer holds up the next ones. */
  const LONGEST_TURN_MS = 30_000;
  const LONGEST_TIMER = 2 ** 31 - 1;
  /**
   * The page's own rules cannot reach in here: among important rules, the innermost win. Firefox ends this script
   * silently when the extension is removed, and its drawing would stay forever. So it hides on its own when it has
   * not been painted for five minutes.
   */
  const HOST_STYLE = `
    :host { all: initial !important; color-scheme: inherit !important; position: fixed !important; inset: 0 !important;
      display: block !important; z-index: 2147483647 !important; pointer-events: none !important;
      visibility: var(--lost, visible) !important; }
    @keyframes alive-0 { from, to { --lost: hidden; } }
    @keyframes alive-1 { from, to { --lost: hidden; } }
    [data-verdict] { pointer-events: auto; }
    :host([hidden]) { display: none !important; }
    @media print { :host { display: none !important; } }`;
  /** A banner that was removed and came back may have landed under the pointer. */
  const JUST_BACK_MS = 500;

  /** @typedef {Protocol.Action} Action */
  /** @typedef {Protocol.Branch} Branch */
  /** @typedef {Protocol.Message} Message */
  /** @typedef {Protocol.Push} Push */
  /** @typedef {Protocol.Reply} Reply */
  /** @typedef {Protocol.Sent} Sent */
  /** @typedef {Protocol.Shown} Shown */

  const life = new AbortController();
  const { signal } = life;

  // Messages to the background, and its replies.

  const oneOf = (/** @type {EventTarget} */ target, /** @type {string} */ type) =>
    new Promise((done) => target.addEventListener(type, done, { once: true, signal }));
  const after = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
  /** @type {PromiseWithResolvers<void>} */
  const isAnswered = Promise.withResolvers();
  /**
   * The page comes first: we send, wake and draw nothing until the page has loaded, has had its first balance, and is
   * idle. This also leaves a server-rendered page untouched while its framework hydrates it. A prerendered page,
   * which may never be looked at, is not a tab yet.
   */
  const isQuiet = (async () => {
    if ("prerendering" in document && document.prerendering) await oneOf(document, "prerenderingchange");
    if (document.readyState !== "complete") {
      const hasText = document.readyState === "loading" ? oneOf(document, "DOMContentLoaded") : undefined;
      const isLate = Promise.resolve(hasText).then(() => after(LOAD_MS));
      await Promise.race([oneOf(window, "load"), isLate, after(LONGEST_LOAD_MS)]);
    }
    await Promise.race([isAnswered.promise, after(NO_ANSWER_MS)]);
    await new Promise((done) => requestIdleCallback(done, { timeout: 1500 }));
  })();
  /** @type {Reply | undefined} */
  let view;
  /** @type {Branch} */
  let tree;
  let kept = "";
  /** @type {string | undefined} */
  let farewell;
  /** @type {number | undefined} */
  let timer;
  let hasAsked = false;

  /** After an update of the extension this script lives on, cut off; it goes silent. */
  const isCutOff = () => {
    if (signal.aborted) return true;
    if (chrome.runtime?.id) return false;
    life.abort();
    return true;
  };

  /** The first message of this document has not arrived yet. */
  let isFirst = true;
  /**
   * @param {Message} message
   * @returns {Promise<Reply | undefined>}
   */
  const deliver = async (message, tries = 0) => {
    if (isCutOff()) return undefined;
    const path = location.pathname.slice(0, 64);
    const now = { wall: Date.now(), mono: performance.now() };
    const isInFront = document.visibilityState === "visible";
    const page = { path, in_front: isInFront, first: isFirst, unstyled: css === "", sent: now };
    /** @type {Sent} */
    const sent = { ...message, page };
    /** @type {Reply | undefined} */
    let reply;
    try {
      reply = await chrome.runtime.sendMessage(sent);
    } catch {
      // The background was just ending, and the next message wakes it. Or it is gone for good.
    }
    if (reply) {
      isFirst = false;
      return show(reply);
    }
    if (tries >= RETRY_MS.length) return undefined;
    await after(RETRY_MS[tries]);
    return deliver(message, tries + 1);
  };

  /** @type {Promise<unknown>} */
  let turn = isQuiet;
  /**
   * Sends a message after those before it, and shows the view that comes back, to which it resolves. A report that
   * overtook its document's first message would count for the document before.
   * @param {Message} message
   */
  const send = async (message) => {
    hasAsked = true;
    // Nobody is left to hear of a message already sent.
    if (isCutOff()) return undefined;
    const delivered = turn.then(() => deliver(message));
    // A view that cannot be drawn fails only its own turn.
    turn = Promise.race([delivered.catch(() => {}), turn.then(() => after(LONGEST_TURN_MS))]);
    return delivered;
  };

  const show = (/** @type {Reply | undefined} */ reply) => {
    if (signal.aborted || !reply) return undefined;
    kept = reply.kept ?? kept;
    clearTimeout(timer);
    if (reply.view === "") {
      // Nobody sees this page: it asks when the user looks at it.
      counter.expect(reply.sums);
      return reply;
    }
    view = reply;
    tree = JSON.parse(reply.view);
    if (typeof view.style === "string" && css !== HOST_STYLE + view.style) {
      css = HOST_STYLE + view.style;
      style.textContent = css;
    }
    if (performance.now() - renewedAt > RENEWED_MS) stayAlive();
    farewell = view.farewell ?? farewell;
    if (typeof view.ask_again_ms === "number") {
      timer = setTimeout(look, Math.min(Math.max(view.ask_again_ms, 50), LONGEST_TIMER));
    }
    draw();
    return view;
  };

  /** Asks for something to paint; without a reply, it is asked for again anyway. */
  const ask = (/** @type {Message} */ message) => {
    clearTimeout(timer);
    timer = setTimeout(look, UNANSWERED_MS);
    send(message);
  };
  const look = (/** @type {unknown} */ fromCache = false) =>
    ask({ kind: "look", kept, from_cache: fromCache === true });
  const act = (/** @type {Action} */ action, /** @type {Event} */ event) => {
    const isSettled = attachments <= 1 || performance.now() - attachedAt > JUST_BACK_MS;
    if (isSettled && isReallySeen(host, event)) send({ kind: "act", ...action });
  };

  // What hook.js saw. The page may have made up all of it: it is limited here and judged in the core.

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

  /** The newest report over the limit: it is sent later, so that a burst never ends on an old number. */
  /** @type {string | undefined} */
  let held;
  const relay = (/** @type {string} */ text) => {
    send(dropped > 0 ? { kind: "hooked", text, dropped } : { kind: "hooked", text });
    dropped = 0;
  };
  const hooked = (/** @type {unknown} */ text) => {
    isAnswered.resolve();
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
        if (held !== undefined) relay(held);
        held = undefined;
      }, 1000);
    }
  };

  // The other end of the handshake in hook.js: cancelling the event says that the secret was taken. Only the first
  // greeting counts; it comes before the page has run anything.
  let secret = "";
  const heard = (/** @type {Event} */ told) => {
    told.preventDefault();
    hooked(/** @type {CustomEvent} */ (told).detail);
  };
  const greeted = new AbortController();
  window.addEventListener(
    "refill-watch:hello",
    (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (typeof detail !== "string" || !/^[0-9a-f-]{36}$/.test(detail)) return;
      secret = detail;
      event.preventDefault();
      greeted.abort();
      window.addEventListener(secret, heard, { signal });
    },
    { signal: AbortSignal.any([signal, greeted.signal]) },
  );

  // The banner.

  let css = "";
  /** @type {HTMLElement} */
  let host;
  /** @type {ShadowRoot} */
  let shadow;
  /** @type {HTMLElement} */
  let style;
  /** @type {HTMLElement} */
  let alive;
  let beat = 0;
  let renewedAt = 0;
  let isPicking = false;
  /** @type {PromiseWithResolvers<void>} */
  const isDrawn = Promise.withResolvers();
  let attachments = 0;
  let attachedAt = 0;

  const makeHost = () => {
    host = document.createElement("div");
    host.id = "refill-watch";
    shadow = host.attachShadow({ mode: "closed" });
    style = document.createElement("style");
    style.textContent = css;
    alive = document.createElement("style");
    stayAlive();
    shadow.append(style, alive);
    // What happens on the banner is none of the site's business.
    for (const type of ["click", "pointerdown", "pointerup", "mousedown", "mouseup", "keydown", "keyup", "keypress"]) {
      shadow.addEventListener(type, (event) => event.stopPropagation());
    }
    hideInFullScreen();
  };
  /** Restarts the delay. Never empty: Firefox would blame an empty style on the page and refuse it with a warning. */
  const stayAlive = () => {
    beat ^= 1;
    renewedAt = performance.now();
    alive.textContent = `:host { animation: alive-${beat} 1000000s steps(1) 300s infinite !important; }`;
  };
  const hideInFullScreen = () => host.toggleAttribute("hidden", document.fullscreenElement !== null);

  const counter = new Counter(
    async (found, watched) =>
      isAllowed() ? (await send({ kind: "candidates", found, ...(watched < 0 ? {} : { watched }) }))?.counter : undefined,
    (text) => {
      if (isAllowed()) send({ kind: "counter", text });
    },
    signal,
  );

  const attach = () => {
    // An app may be about to replace the root element.
    if (host.isConnected || document.documentElement === null || attachments >= ATTACHMENTS || isCutOff()) return;
    attachments += 1;
    attachedAt = performance.now();
    // A document that the app rewrote has lost every listener, including those in the banner.
    listen();
    if (attachments > 1) {
      makeHost();
      paint(shadow, tree, act, signal);
    }
    // The newest instance wins: one left behind by an update of the extension makes way.
    for (const old of document.querySelectorAll("#refill-watch")) old.remove();
    document.documentElement.append(host);
    // The page may replace its root element entirely.
    removals.observe(document, { childList: true });
    removals.observe(document.documentElement, { childList: true });
  };
  const removals = new MutationObserver(() => {
    if (!host.isConnected) requestIdleCallback(attach, { timeout: 1000 });
  });

  const draw = () => {
    if (view === undefined || css === "" || isPicking) return;
    paint(shadow, tree, act, signal);
    attach();
    isDrawn.resolve();
    counter.expect(view.sums);
  };

  const letPick = async (/** @type {string} */ hint) => {
    // A page that was never looked at has no banner yet.
    await isDrawn.promise;
    if (isPicking) return;
    attach();
    isPicking = true;
    paint(shadow, JSON.parse(hint), act, signal);
    const found = Counter.found();
    const element = await pick(shadow, [...found.keys()], signal);
    isPicking = false;
    if (signal.aborted) return;
    draw();
    if (!element) return;
    counter.take(element);
    send({ kind: "picked", picked: [found.get(element) ?? "", Counter.placeOf(element)] });
  };

  // Cut off: the drawing is no longer updated, and says so in words that we kept for this.
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    removals.disconnect();
    const wasShown = host.isConnected && view !== undefined && tree[1].hidden === undefined;
    host.remove();
    if (!wasShown || farewell === undefined) return;
    makeHost();
    alive.textContent = ":host { animation: none !important; }";
    const reload = (/** @type {unknown} */ _, /** @type {Event} */ event) => {
      if (!isReallySeen(host, event)) return;
      /** @type {HTMLElement | null} */
      const warning = shadow.querySelector("[data-unsent]");
      if (warning?.hidden && unsent.isThere()) warning.hidden = false;
      else location.reload();
    };
    const still = new AbortController().signal;
    unsent.watch(still);
    paint(shadow, JSON.parse(farewell), reload, still);
    document.documentElement.append(host);
  });

  let path = location.pathname;
  const moved = () => {
    if (path === location.pathname || !isAllowed()) return;
    path = location.pathname;
    look();
  };
  const becameVisible = (/** @type {Event} */ event) => event.isTrusted && document.visibilityState === "visible" && look();
  const woke = (/** @type {Event} */ event) => event.isTrusted && look();
  const cameBack = (/** @type {Event} */ event) =>
    event.isTrusted && /** @type {PageTransitionEvent} */ (event).persisted && look(true);

  /** Starts to listen; again after the app has rewritten its document, without doubling what is still there. */
  const listen = () => {
    /** @param {EventTarget} target @param {string} type @param {(event: Event) => void} react */
    const on = (target, type, react) => target.addEventListener(type, react, { signal });
    on(document, "visibilitychange", becameVisible);
    on(document, "resume", woke);
    on(document, "fullscreenchange", hideInFullScreen);
    on(window, "pageshow", cameBack);
    on(window, "popstate", moved);
    if (window.navigation) on(window.navigation, "currententrychange", moved);
    if (secret !== "") on(window, secret, heard);
    unsent.watch(signal);
  };

  /**
   * @param {Push} message
   * @param {chrome.runtime.MessageSender} sender
   * @param {(answer: Protocol.UnsentText | Protocol.Shown) => void} answer
   */
  const pushed = (message, sender, answer) => {
    if (sender.id !== chrome.runtime.id || isCutOff()) return;
    if (message.kind === "ask-unsent") answer({ is_there: unsent.isThere() });
    if (message.kind === "paint") {
      const isInFront = document.visibilityState === "visible";
      answer({ in_front: isInFront });
      // It asks when the user looks at it.
      if (!isInFront) return;
    }
    // The background may know this tab by an open card of the previous document.
    isQuiet.then(() => {
      if (message.kind === "paint") show(message);
      if (message.kind === "pick") letPick(message.hint);
    });
  };
  chrome.runtime.onMessage.addListener(pushed);
  signal.addEventListener("abort", () => chrome.runtime?.onMessage?.removeListener(pushed));

  makeHost();
  listen();
  isQuiet.then(() => {
    if (!hasAsked) look();
  });
  window.dispatchEvent(new CustomEvent("refill-watch:ask"));
})();
