// (ms) → JSON text of EXPRESSION's value once it is truthy, null when ms have passed. The expression is put in as
// text, because a page's policy may forbid to make a function of a string.
(ms) =>
  new Promise((resolve, reject) => {
    const end = (value) => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(value);
    };
    const look = () => {
      try {
        const value = EXPRESSION;
        if (value) end(value instanceof Node ? "true" : JSON.stringify(value));
      } catch (error) {
        reject(error);
        end(null);
      }
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => end(null), ms);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  })
