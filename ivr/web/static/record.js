// The record saves itself while it is written (htmx). What could not be saved says so
// and is tried again, and nothing takes the form away before its words are kept.

import { alarm } from "./page.js";

const [SAVE, COMPLETE] = ["/operator/record", "/operator/record/complete"];
const REFUSED = [409, 422]; // with a reason, which stands on the form
const AGAIN = 4000;

const form = () => document.getElementById("record-form");

let typed = 0;
let sent = 0;
let kept = 0;
let timer;
let isAwaited = false;
let isCompleting = false;
let looks;

const isUnsaved = () => form() !== null && kept !== typed;
export const isOurs = ({ verb, path }) => verb === "post" && [SAVE, COMPLETE].includes(path);
export const isSaving = ({ path }) => path === SAVE;

export function begun(asked) {
  sent = typed;
  rest(asked.path === COMPLETE);
}

// The answer to "complete" draws the form anew: what was typed meanwhile would be lost.
function rest(is) {
  for (const each of form()?.querySelectorAll("textarea") ?? []) each.readOnly = is;
  for (const each of form()?.querySelectorAll("select") ?? []) each.disabled = is;
}

export function ended(asked, status) {
  if (asked.path === COMPLETE) {
    isCompleting = false;
    rest(false);
  }
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

// The form of another call is no place for words of this one: it is out of reach until
// its own has come, which is asked for as long as that takes.
export function mind(call) {
  const place = document.getElementById("record");
  const isOther = call !== "" && document.getElementById("record-call")?.value !== call;
  if (!place || isOther === Boolean(looks)) return;
  place.inert = isOther && !isUnsaved();
  clearInterval(looks);
  looks = isOther ? setInterval(goOn, AGAIN) : undefined;
}

export function listen() {
  document.addEventListener("click", ({ target }) => {
    if (target.closest("#complete")) isCompleting = true;
  }, true);
  // Of the saves that wait for each other the last one stays (htmx): let it be that one.
  document.body.addEventListener("htmx:confirm", (event) => {
    if (isCompleting && event.detail.verb === "post" && event.detail.path === SAVE) event.preventDefault();
  });
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
    if (detail.target.id !== "record") return;
    kept = typed;
    isCompleting = false;
    // htmx would send all that the form sends to where its last button points.
    document.getElementById("complete")?.removeAttribute("formaction");
  });
  addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
}
