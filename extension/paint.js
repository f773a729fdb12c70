// Draws a tree that the Rust core made: `["tag", {attribute: "value"}, child, …]`, a text being a string.
//
// The same painter serves the banner, the popup and the options. It changes an existing drawing in place, so
// that focus, selection and running transitions survive, and it knows nothing of what it draws. It is shared
// by content scripts and pages, hence no module: `paint` is its one name.
"use strict";
const paint = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  // The core writes none of these. Should a tree ever be made from something hostile, it still cannot run code.
  const NEVER = new Set(["script", "iframe", "frame", "object", "embed", "link", "base", "meta", "form"]);
  const NEVER_SET = /^(?:on|srcdoc$|formaction$)/i;
  const ADDRESS = /^(?:href|src|xlink:href)$/i;
  const GOOD_ADDRESS = /^(?:https:\/\/|#|[\w-]+\.html(?:#|$))/;

  /** What tells two siblings of one tag apart: without one of these they are matched by their order. */
  const KEYS = ["id", "data-key", "data-pool"];
  const keyIn = (attributes) => KEYS.map((key) => attributes[key] ?? "").join("|");
  const keyOf = (node) => KEYS.map((key) => node.getAttribute(key) ?? "").join("|");

  const mayHold = (name, value) =>
    !NEVER_SET.test(name) && (!ADDRESS.test(name) || GOOD_ADDRESS.test(value));

  /** What the keyboard was just called to. */
  let called;
  const isFocused = (node) => node.getRootNode().activeElement === node;

  /** What a form control shows is a property; the attribute is only where it starts. */
  const setControl = (node, name, value) => {
    if (name === "value" && "value" in node && node.value !== value && !isFocused(node)) node.value = value ?? "";
    if (name === "checked" && "checked" in node) node.checked = value !== undefined;
    if (name === "selected" && "selected" in node) node.selected = value !== undefined;
  };

  const setAttributes = (node, attributes, isNew) => {
    for (const { name } of [...node.attributes]) {
      // Whether a <details> stands open is the reader's business once it is drawn.
      if (name in attributes || (name === "open" && !isNew)) continue;
      node.removeAttribute(name);
      setControl(node, name, undefined);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (!mayHold(name, value) || (name === "open" && !isNew)) continue;
      // The page's policy may refuse a style attribute, but not a style that is set by script.
      if (name === "style") {
        if (node.style.cssText !== value) node.style.cssText = value;
      } else if (node.getAttribute(name) !== value) {
        node.setAttribute(name, value);
        if (name === "autofocus") called = node;
      }
      setControl(node, name, value);
    }
  };

  const create = (tree, namespace) => {
    if (typeof tree === "string") return document.createTextNode(tree);
    const [tag, attributes, ...children] = tree;
    const within = tag === "svg" ? SVG : namespace;
    const node = within ? document.createElementNS(within, tag) : document.createElement(tag);
    // The children first: a <select> can only take a value that is among its options.
    setChildren(node, children, within, null);
    setAttributes(node, attributes, true);
    return node;
  };

  const matches = (node, tree) => {
    if (typeof tree === "string") return node.nodeType === Node.TEXT_NODE;
    return node.nodeType === Node.ELEMENT_NODE && node.localName === tree[0] && keyOf(node) === keyIn(tree[1]);
  };

  const update = (node, tree, namespace) => {
    if (typeof tree === "string") {
      if (node.data !== tree) node.data = tree;
      return;
    }
    const [tag, attributes, ...children] = tree;
    setChildren(node, children, tag === "svg" ? SVG : namespace, node.firstChild);
    setAttributes(node, attributes, false);
  };

  /** Makes what stands in `parent` from `at` on into `trees`. Nodes are never moved: that would lose focus. */
  const setChildren = (parent, trees, namespace, at) => {
    for (const tree of trees) {
      if (typeof tree !== "string" && NEVER.has(String(tree[0]).toLowerCase())) continue;
      let found = at;
      while (found && !matches(found, tree)) found = found.nextSibling;
      if (!found) {
        parent.insertBefore(create(tree, namespace), at);
        continue;
      }
      while (at !== found) {
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

  const listened = new WeakSet();

  /** Passes on what the user presses or chooses inside `root`; nothing that a script made up. */
  const listen = (root, act, signal) => {
    if (listened.has(root)) return;
    listened.add(root);
    root.addEventListener(
      "click",
      (event) => {
        const pressed = event.target instanceof Element ? event.target.closest("[data-action]") : null;
        if (!event.isTrusted || !pressed || pressed.matches(":disabled,[aria-disabled=true]")) return;
        event.preventDefault();
        act(pressed.dataset.action, pressed.dataset.value, event);
      },
      { signal },
    );
    root.addEventListener(
      "change",
      async (event) => {
        const control = event.target;
        const setting = control instanceof Element ? control.getAttribute("data-setting") : null;
        if (!event.isTrusted || setting === null) return;
        if (control.type !== "file") {
          act(`set:${setting}`, control.type === "checkbox" ? String(control.checked) : control.value, event);
        } else if (control.files[0]) {
          act(`set:${setting}`, await control.files[0].text(), event);
          // The same file may be chosen again.
          control.value = "";
        }
      },
      { signal },
    );
    root.addEventListener(
      "keydown",
      (event) => {
        const left = event.key === "Escape" && root.querySelector("[data-on-escape]");
        if (event.isTrusted && left) act(left.dataset.onEscape, undefined, event);
      },
      { signal },
    );
  };

  /**
   * Draws `tree` as the one thing in `root`, beside style sheets that stand there already, and calls
   * `act(action, value, event)` for what the user does in it, until `signal` is aborted.
   */
  return (root, tree, act, signal) => {
    listen(root, act, signal);
    const had = (root.activeElement !== undefined ? root : document).activeElement;
    const action = had && root.contains(had) ? (had.dataset.action ?? "") : null;
    let first = root.firstChild;
    while (first?.nodeName === "STYLE") first = first.nextSibling;
    called = undefined;
    setChildren(root, [tree], null, first);
    called?.focus({ preventScroll: true });
    // Who pressed a button that is gone by now with the keyboard goes on from its likeness, or from the first.
    if (action !== null && !called && !(had.isConnected && had.checkVisibility())) {
      const buttons = [...root.querySelectorAll("[data-action]")].filter((button) => button.checkVisibility());
      (buttons.find((button) => button.dataset.action === action) ?? buttons[0])?.focus({ preventScroll: true });
    }
  };
})();
