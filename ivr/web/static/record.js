// The record saves itself while it is written (htmx). What could not be saved says so
// and is tried again, and nothing takes the form away before its words are kept.

import { alarm } from "./page.js";

const SAVES = ["/operator/record", "/operator/record/complete"];
const REFUSED = [409, 422]; // with a reason, which stands on the form
const AGAIN = 4000;

const form = () => document.getElementById("record-form");

let typed = 0;
let sent = 0;
let kept = 0;
let timer;
let isAwaited = false;

const isUnsaved = () => form() !== null && kept !== typed;
export const isOurs = ({ verb, path }) => verb === "post" && SAVES.includes(path);
export const isSaving = ({ path }) => path === SAVES[0];

export function begun() {
  sent = typed;
}

export function ended(status) {
  const isAnswered = (status >= 200 && status < 400) || REFUSED.includes(status);
  if (!isAnswered) return fails();
  alarm("record", "");
  kept = sent;
  if (kept !== typed) return;
  clearTimeout(timer);
  if (isAwaited && !REFUSED.includes(status)) goOn();
}

// The version stays where it is: it goes along with the next try.
function fails() {
  typed += 1; // what stands there is not known to be kept, even if it had been before
  const words = document.body.dataset.notSaved;
  const line = document.querySelector("#record-status > p");
  if (line) Object.assign(line, { textContent: words, className: "fault" });
  alarm("record", words);
  saveLater();
}

// Also where nothing came of it at all: a form that has just been drawn, say, does not
// save itself for a moment.
function saveLater() {
  clearTimeout(timer);
  timer = setTimeout(() => { if (isUnsaved()) htmx.trigger(form(), "input"); }, AGAIN);
}

// The form of the next call waits until this one is kept, and is then asked for again.
function goOn() {
  isAwaited = false;
  htmx.trigger(document.body, "desk:call");
}

export function listen() {
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#record-form")) return;
    typed += 1;
    saveLater();
  });
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const isByItself = detail.requestConfig.elt.id === "record";
    if (!isByItself || detail.xhr.status !== 200 || !isUnsaved()) return;
    detail.shouldSwap = false;
    isAwaited = true;
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "record") kept = typed;
  });
  addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
}
