// What apps, their scripts and other extensions do to a document that they share.

/** Rewrites the whole document, which also removes every listener on window and document. */
export const rewrite = async () => {
  const html = await (await fetch(location.href)).text();
  window.standIn.rewritten += 1;
  // A module runs once per address.
  const again = `$1?again=${window.standIn.rewritten}`;
  document.open();
  document.write(html.replace(/(\/_next\/static\/app(?:\.dev)?\.js)/, again));
  document.close();
};

/** Replaces the present `<body>` with another that has the same children. */
export const renewBody = () => {
  const body = document.createElement('body');
  body.className = document.body.className;
  body.append(...document.body.childNodes);
  document.body.replaceWith(body);
};

/** Removes everything the app does not know from the root element. */
export const sweep = () => {
  for (const child of [...document.documentElement.children]) {
    if (child !== document.head && child !== document.body) child.remove();
  }
};
