// What react-dom's server build looks for at its start and never uses here: the engine that draws the first HTML
// knows the language alone, no browser and no Node.

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
