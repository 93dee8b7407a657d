"use strict";
{
  document.querySelector("#terminal").dataset.sessionWebsocketUrl = new URL("ws", location).href.replace(/^http/, "ws");

  // The line to the server; what it says when there is no app to be seen.
  let line;
  const field = () => document.querySelector(".xterm-helper-textarea");
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      line = this;
      this.addEventListener("open", () => field().focus());
      this.addEventListener("message", (event) => {
        const [kind, text] = typeof event.data === "string" ? JSON.parse(event.data) : [];
        if (kind === "ended" && text) document.querySelector("#said").textContent = text;
      });
      this.addEventListener("close", () => document.querySelector("#again").focus());
    }
  };
  document.querySelector("#again").addEventListener("click", () => location.reload());

  // Texts: from an input method, a list of signs, handwriting, and of keys all that is not done when they go down. xterm.js
  // compares its field with what it was a moment ago, and drops what comes while a key is down; whoever is quicker, or has a busy
  // computer, finds signs doubled, lost or taken back. So it is told nothing of them, and each is sent the moment it is there.
  const isText = ({ target }) => target === field();
  const heard = (name, deed) =>
    window.addEventListener(
      name,
      (event) => {
        if (!isText(event)) return;
        event.stopImmediatePropagation();
        deed(event);
      },
      true,
    );
  const send = (text) => {
    field().value = "";
    if (text) line.send(JSON.stringify(["stdin", text]));
  };
  const show = (letters) => {
    field().classList.toggle("composing", letters !== "");
    field().cols = 2 * letters.length + 1;
  };
  heard("input", ({ isComposing, inputType, data }) => {
    if (!isComposing) send(inputType === "insertText" ? data : "");
  });
  heard("keypress", () => {});
  heard("compositionstart", () => {});
  heard("compositionupdate", ({ data }) => show(data));
  heard("compositionend", ({ data }) => {
    show("");
    send(data);
  });
  window.addEventListener(
    "keydown",
    (event) => {
      if (isText(event) && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    },
    true,
  );

  // Keys that browsers keep to themselves come with another key than Ctrl; the app names them so.
  const kept = { Alt: ["n", "t", "w", "q", "PageUp", "PageDown"], Shift: ["F4"] };
  window.addEventListener(
    "keydown",
    (event) => {
      const held = ["Alt", "Shift", "Control", "Meta"].filter((each) => event.getModifierState(each)).join();
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (!kept[held]?.includes(key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { code, keyCode } = event;
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
