// (root, seen, ms) → the surface as JSON text, as soon as it differs from `seen`; null when ms have passed or the
// root has left the document. `root` is the banner's shadow root, or null for the page itself (popup, options).
(root, seen, ms) =>
  new Promise((resolve) => {
    const page = root === null;
    const top = page ? document.body : root;
    const gone = () => !page && !root.host.isConnected;
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      const attributes = {};
      for (const { name, value } of node.attributes) attributes[name] = value;
      const { x, y, width, height } = node.getBoundingClientRect();
      const shown = node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      return {
        tag: node.localName,
        attributes,
        rect: { x, y, width, height },
        visible: shown && width > 0 && height > 0,
        value: "value" in node && node.localName !== "li" ? String(node.value) : null,
        inline: getComputedStyle(node).display === "inline",
        children: Array.from(node.childNodes)
          .filter(({ nodeType }) => nodeType === Node.TEXT_NODE || nodeType === Node.ELEMENT_NODE)
          .map(read),
      };
    };
    const readAll = () =>
      JSON.stringify(
        page ? [read(document.body)] : Array.from(root.children).filter((e) => e.localName !== "style").map(read),
      );
    const end = (value) => {
      observer.disconnect();
      removeEventListener("pagehide", left);
      clearTimeout(timer);
      resolve(value);
    };
    // A page that goes into the back/forward cache is frozen, and would never answer.
    const left = () => end(null);
    const look = () => {
      if (gone()) return end(null);
      const now = readAll();
      if (now !== seen) end(now);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => end(null), ms);
    addEventListener("pagehide", left);
    observer.observe(top, { subtree: true, childList: true, attributes: true, characterData: true });
    if (!page) observer.observe(document.documentElement, { childList: true });
    look();
  })
