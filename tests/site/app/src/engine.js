// What react-dom's server build looks for on start and never uses here. The engine that draws the first HTML has only
// the language: no browser, no Node.

globalThis.TextEncoder ??= class {
  encode(text) {
    return text;
  }
};
globalThis.MessageChannel ??= class {
  port1 = {};
  port2 = { postMessage() {} };
};
globalThis.setTimeout ??= () => 0;
globalThis.clearTimeout ??= () => {};
globalThis.queueMicrotask ??= (task) => Promise.resolve().then(task);
globalThis.console ??= { error() {}, warn() {}, info() {}, log() {} };
