// The popup and the options: asks the background for this surface's tree and paints it.
"use strict";
(() => {
  /** @typedef {Protocol.Action} Action */
  /** @typedef {Protocol.Branch} Branch */
  /** @typedef {Protocol.File} File */
  /** @typedef {Protocol.Message} Message */
  /** @typedef {Protocol.Picture} Picture */
  /** @typedef {Protocol.Push} Push */
  /** @typedef {Protocol.Reply} Reply */
  /** @typedef {Protocol.Sent} Sent */
  /** @typedef {Protocol.Surface} Surface */
  const surface = /** @type {Surface} */ (document.documentElement.dataset.surface);
  const LONGEST_TIMER = 2 ** 31 - 1;
  const CARD_MS = 300;
  const life = new AbortController();
  /** @type {number | undefined} */
  let timer;
  /**
   * This script asks before the painter and the style sheets have loaded; they have by the time the page is parsed.
   */
  const isRead = new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));

  document.title = chrome.i18n.getMessage("ext_name");

  const send = async (/** @type {Message} */ message) => {
    /** @type {Sent} */
    const sent = { ...message, surface };
    /** @type {Reply | undefined} */
    const reply = await chrome.runtime.sendMessage(sent);
    if (!reply) return;
    /** @type {Branch} */
    const tree = JSON.parse(reply.view);
    await isRead;
    paint(document.body, tree, act, life.signal);
    const { lang, dir } = tree[1];
    Object.assign(document.documentElement, { lang, dir });
    // The picture first: saving a file may close the popup.
    if (reply.picture) await takePicture(reply.picture);
    if (reply.file) saveText(reply.file);
    if (typeof reply.copy === "string") navigator.clipboard.writeText(reply.copy).catch(() => {});
    clearTimeout(timer);
    if (typeof reply.ask_again_ms === "number") {
      timer = setTimeout(look, Math.min(Math.max(reply.ask_again_ms, 50), LONGEST_TIMER));
    }
  };
  const save = (/** @type {string} */ name, /** @type {string} */ address) => {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  };
  /** Hands a file from the core to the user. */
  const saveText = (/** @type {File} */ { name, text }) => {
    const address = URL.createObjectURL(new Blob([text]));
    save(name, address);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  /** Saves a picture of the tab in front if it is one of `pages`; the toolbar button granted access to it. */
  const takePicture = async (/** @type {Picture} */ { name, pages }) => {
    try {
      // The page draws its card meanwhile.
      await new Promise((done) => setTimeout(done, CARD_MS));
      const [tab] = await chrome.tabs.query({ active: true, currentWindow: true, url: pages });
      save(name, await chrome.tabs.captureVisibleTab(tab.windowId, { format: "png" }));
    } catch {
      act({ action: "no-picture" });
    }
  };
  const look = () => send({ kind: "look" });
  /** @returns {unknown} */
  const act = (/** @type {Action} */ action) => {
    // Browsers accept this request only straight from the click, so it cannot go through the background.
    if (action.action === "ask-access") return chrome.permissions.request({ origins: [action.value] }).then(look);
    send({ kind: "act", ...action });
    // The same here. This page may not live to see the answer; the background will.
    if (action.action === "fresh-login" || action.action === "login-anyway") {
      const permission = /** @type {chrome.runtime.ManifestPermission} */ (action.value);
      const asked = chrome.permissions.request({ permissions: [permission] });
      asked.then((granted) => granted && act({ action: "may-clear" }));
    }
    // The user now wants the page, not the popup.
    if (action.action === "pick-counter" && chrome.extension.getViews({ type: "popup" }).includes(window)) window.close();
    return undefined;
  };

  chrome.runtime.onMessage.addListener((/** @type {Push | undefined} */ message) => {
    if (message?.kind === "changed") look();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  look();
})();
