// Whether the page holds text that the user typed and has not sent, which a reload would lose. It checks only when
// asked, and only whether there is any; no text leaves this file.
"use strict";
const unsent = (() => {
  const TYPED_INTO = new Set(["text", "search", "url", "email", "tel", "number"]);
  /**
   * What each text field held when the user first came to it: a framework may have set both its value and its
   * default.
   * @type {WeakMap<Element, string>}
   */
  const before = new WeakMap();
  /** After an update Firefox puts this script into open pages, where text may have been typed before. */
  const cameLate = document.readyState === "complete";

  const isThere = (/** @type {Element} */ element) => element.checkVisibility?.() ?? true;
  const isField = (/** @type {Element} */ element) =>
    element.localName === "input" && TYPED_INTO.has(/** @type {HTMLInputElement} */ (element).type);

  const holdsText = (/** @type {Element} */ element) => {
    if (isField(element) || element.localName === "textarea") {
      const { value, defaultValue, readOnly, disabled } = /** @type {HTMLInputElement} */ (element);
      const first = before.get(element) ?? (cameLate && element.localName === "textarea" ? "" : defaultValue);
      return value.trim() !== "" && value !== first && !readOnly && !disabled && isThere(element);
    }
    const { isContentEditable, parentElement, textContent } = /** @type {HTMLElement} */ (element);
    const isEditor = isContentEditable === true && parentElement?.isContentEditable !== true;
    return isEditor && textContent?.trim() !== "" && isThere(element);
  };

  /**
   * In the document, in open shadow roots, and in same-origin frames.
   * @param {Document | ShadowRoot} root
   * @returns {boolean}
   */
  const isIn = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.id === "refill-watch") continue;
      if (holdsText(element)) return true;
      if (element.shadowRoot && isIn(element.shadowRoot)) return true;
      if (element.localName !== "iframe") continue;
      try {
        const inner = /** @type {HTMLIFrameElement} */ (element).contentDocument;
        if (inner && isIn(inner)) return true;
      } catch {
        // Another origin's frame: what is typed there is not ours to look at.
      }
    }
    return false;
  };

  /** Notes what a field holds before the user types into it. */
  const watch = (/** @type {AbortSignal} */ signal) => {
    const came = (/** @type {Event} */ event) => {
      const element = /** @type {Element} */ (event.composedPath()[0]);
      if (!(element instanceof Element) || before.has(element)) return;
      if (isField(element) || (element.localName === "textarea" && !cameLate)) {
        before.set(element, /** @type {HTMLInputElement} */ (element).value);
      }
    };
    document.addEventListener("focusin", came, { capture: true, passive: true, signal });
  };

  return { watch, isThere: () => isIn(document) };
})();
