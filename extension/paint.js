// Draws a tree made by the Rust core: `["tag", {attribute: "value"}, child, …]`, where a text is a string.
//
// The same painter serves the banner, the popup and the options. It updates an existing drawing in place, so that
// focus, selection and running transitions survive, and it does not know what it draws. Content scripts and pages
// share it, so it is not a module: `paint` is its one global name.
"use strict";
const paint = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  // The core writes none of these. If a tree is ever made from something hostile, it still cannot run code.
  const NEVER = new Set(["script", "iframe", "frame", "object", "embed", "link", "base", "meta", "form"]);
  const NEVER_SET = /^(?:on|srcdoc$|formaction$)/i;
  const ADDRESS = /^(?:href|src|xlink:href)$/i;
  const GOOD_ADDRESS = /^(?:https:\/\/|#|[\w-]+\.html(?:#|$))/;

  /** @typedef {Protocol.Action} Action */
  /** @typedef {Protocol.Branch} Branch */
  /** @typedef {Protocol.Tree} Tree */

  /** Attributes that identify siblings with the same tag; without any, they are matched by order. */
  const KEYS = ["id", "data-key", "data-pool"];
  const keyIn = (/** @type {Branch[1]} */ attributes) => KEYS.map((key) => attributes[key] ?? "").join("|");
  const keyOf = (/** @type {Element} */ node) => KEYS.map((key) => node.getAttribute(key) ?? "").join("|");

  const mayHold = (/** @type {string} */ name, /** @type {string} */ value) =>
    !NEVER_SET.test(name) && (!ADDRESS.test(name) || GOOD_ADDRESS.test(value));

  /** @typedef {HTMLElement | SVGElement} Drawn */

  /**
   * What the keyboard command just focused.
   * @type {Drawn | undefined}
   */
  let called;
  const isFocused = (/** @type {Element} */ node) =>
    /** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement === node;

  /**
   * A form control shows its property; the attribute is only its initial value.
   * @param {Element} node
   * @param {string} name
   * @param {string | undefined} value
   */
  const setControl = (node, name, value) => {
    if (name === "value" && "value" in node && node.value !== value && !isFocused(node)) node.value = value ?? "";
    if (name === "checked" && "checked" in node) node.checked = value !== undefined;
    if (name === "selected" && "selected" in node) node.selected = value !== undefined;
  };

  /** @param {Drawn} node @param {Branch[1]} attributes @param {boolean} isNew */
  const setAttributes = (node, attributes, isNew) => {
    for (const { name } of [...node.attributes]) {
      // Once drawn, only the reader opens or closes a <details>.
      if (name in attributes || (name === "open" && !isNew)) continue;
      node.removeAttribute(name);
      setControl(node, name, undefined);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (!mayHold(name, value) || (name === "open" && !isNew)) continue;
      // The page's policy may refuse a style attribute, but not a style set by script.
      if (name === "style") {
        if (node.style.cssText !== value) node.style.cssText = value;
      } else if (node.getAttribute(name) !== value) {
        node.setAttribute(name, value);
        if (name === "autofocus") called = node;
      }
      setControl(node, name, value);
    }
  };

  /** @param {Tree} tree @param {string | null} namespace @returns {Drawn | Text} */
  const create = (tree, namespace) => {
    if (typeof tree === "string") return document.createTextNode(tree);
    const [tag, attributes, ...children] = tree;
    const within = tag === "svg" ? SVG : namespace;
    const node = /** @type {Drawn} */ (within ? document.createElementNS(within, tag) : document.createElement(tag));
    // Children first: a <select> can only take a value among its options.
    setChildren(node, children, within, null);
    setAttributes(node, attributes, true);
    return node;
  };

  const matches = (/** @type {ChildNode} */ node, /** @type {Tree} */ tree) => {
    if (typeof tree === "string") return node.nodeType === Node.TEXT_NODE;
    return node instanceof Element && node.localName === tree[0] && keyOf(node) === keyIn(tree[1]);
  };

  /** @param {ChildNode} matching @param {Tree} tree @param {string | null} namespace */
  const update = (matching, tree, namespace) => {
    if (typeof tree === "string") {
      const text = /** @type {Text} */ (matching);
      if (text.data !== tree) text.data = tree;
      return;
    }
    const node = /** @type {Drawn} */ (matching);
    const [tag, attributes, ...children] = tree;
    setChildren(node, children, tag === "svg" ? SVG : namespace, node.firstChild);
    setAttributes(node, attributes, false);
  };

  /**
   * Turns the children of `parent` from `at` on into `trees`. Nodes are never moved: that would lose focus.
   * @param {ParentNode} parent
   * @param {Tree[]} trees
   * @param {string | null} namespace
   * @param {ChildNode | null} at
   */
  const setChildren = (parent, trees, namespace, at) => {
    for (const tree of trees) {
      if (typeof tree !== "string" && NEVER.has(String(tree[0]).toLowerCase())) continue;
      let found = at;
      while (found && !matches(found, tree)) found = found.nextSibling;
      if (!found) {
        parent.insertBefore(create(tree, namespace), at);
        continue;
      }
      while (at && at !== found) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      update(found, tree, namespace);
      at = found.nextSibling;
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  /** What pressing an element does, as the core wrote it there. */
  const actionOf = (/** @type {HTMLElement} */ { dataset: { action, value } }) =>
    /** @type {Action} */ (value === undefined ? { action } : { action, value });

  const listened = new WeakSet();

  /**
   * Passes on what the user presses or chooses inside `root`, and nothing that a script faked.
   * @param {HTMLElement | ShadowRoot} root
   * @param {(action: Action, event: Event) => unknown} act
   * @param {AbortSignal} signal
   */
  const listen = (root, act, signal) => {
    if (listened.has(root)) return;
    listened.add(root);
    root.addEventListener(
      "click",
      (event) => {
        /** @type {HTMLElement | null} */
        const pressed = event.target instanceof Element ? event.target.closest("[data-action]") : null;
        if (!event.isTrusted || !pressed || pressed.matches(":disabled,[aria-disabled=true]")) return;
        event.preventDefault();
        act(actionOf(pressed), event);
      },
      { signal },
    );
    root.addEventListener(
      "change",
      async (event) => {
        const control = /** @type {HTMLInputElement} */ (event.target);
        const setting = control instanceof Element ? control.getAttribute("data-setting") : null;
        if (!event.isTrusted || setting === null) return;
        if (control.type !== "file") {
          const value = control.type === "checkbox" ? String(control.checked) : control.value;
          act({ action: "set", value: { key: setting, value } }, event);
        } else if (control.files?.[0]) {
          // A file is passed on whole, with the action that its control names.
          act(/** @type {Action} */ ({ action: setting, value: await control.files[0].text() }), event);
          // The same file may be chosen again.
          control.value = "";
        }
      },
      { signal },
    );
    root.addEventListener(
      "keydown",
      (event) => {
        const { key } = /** @type {KeyboardEvent} */ (event);
        /** @type {HTMLElement | null} */
        const left = key === "Escape" ? root.querySelector("[data-on-escape]") : null;
        if (event.isTrusted && left) act(/** @type {Action} */ ({ action: left.dataset.onEscape }), event);
      },
      { signal },
    );
  };

  /**
   * Draws `tree` as the only thing in `root`, beside style sheets already there, and calls `act(action, event)` for
   * what the user does in it, until `signal` is aborted.
   * @param {HTMLElement | ShadowRoot} root
   * @param {Tree} tree
   * @param {(action: Action, event: Event) => unknown} act
   * @param {AbortSignal} signal
   */
  return (root, tree, act, signal) => {
    listen(root, act, signal);
    const had = /** @type {Drawn | null} */ ((root instanceof ShadowRoot ? root : document).activeElement);
    const action = had && root.contains(had) ? (had.dataset.action ?? "") : null;
    /** @type {ChildNode | null} */
    let first = root.firstChild;
    while (first?.nodeName === "STYLE") first = first.nextSibling;
    called = undefined;
    setChildren(root, [tree], null, first);
    const focus = /** @type {Drawn | undefined} */ (called);
    focus?.focus({ preventScroll: true });
    // If the keyboard pressed a button that is now gone, focus moves to its counterpart, or to the first button.
    if (had && action !== null && !called && !(had.isConnected && had.checkVisibility())) {
      /** @type {NodeListOf<HTMLElement>} */
      const all = root.querySelectorAll("[data-action]");
      const buttons = [...all].filter((button) => button.checkVisibility());
      (buttons.find((button) => button.dataset.action === action) ?? buttons[0])?.focus({ preventScroll: true });
    }
  };
})();
