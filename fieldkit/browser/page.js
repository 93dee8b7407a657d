"use strict";
{
  // The key has been changed for a cookie: it need not stay where others look over a shoulder.
  history.replaceState(null, "", "/");

  document.querySelector("#terminal").dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + "/ws";

  // What the server says when there is no app to be seen.
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => {
        const [kind, text] = typeof event.data === "string" ? JSON.parse(event.data) : [];
        if (kind === "ended" && text) document.querySelector("#said").textContent = text;
      });
      this.addEventListener("close", () => document.querySelector("#again").focus());
    }
  };
  document.querySelector("#again").addEventListener("click", () => location.reload());

  // xterm.js sends what an input method chose a moment later; a key that overtook that on a busy computer made it drop
  // characters. So the sending is done before the next key.
  const later = window.setTimeout;
  let send = () => {};
  const sentSoon = (deed) => {
    let isSent = false;
    send = () => {
      if (!isSent) deed();
      isSent = true;
    };
    return later(send);
  };
  window.addEventListener("compositionend", () => (window.setTimeout = sentSoon), true);
  window.addEventListener("compositionend", () => (window.setTimeout = later));
  window.addEventListener("keydown", () => send(), true);

  // Keys that browsers keep to themselves come with Alt instead of Ctrl; the app names them so.
  const kept = ["n", "t", "w", "q", "PageUp", "PageDown"];
  window.addEventListener(
    "keydown",
    (event) => {
      if (!event.altKey || event.ctrlKey || !kept.includes(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { key, code, keyCode } = event;
      event.target.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, keyCode, ctrlKey: true, bubbles: true, cancelable: true }),
      );
    },
    true,
  );

  // The terminal measures its cells once, as it begins: the fonts must be there before.
  const begin = window.onload;
  window.onload = null;
  const faces = ["16px", "bold 16px", "italic 16px", "italic bold 16px"].map((face) => face + " 'Roboto Mono'");
  Promise.allSettled(faces.map((face) => document.fonts.load(face, "a永"))).then(() => begin.call(window));
}
