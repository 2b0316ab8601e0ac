// The record saves itself while it is written (htmx). What could not be saved says so
// and is tried again, and nothing takes the form away before its words are kept.

import * as left from "./left.js";
import { rest as restKeys } from "./keys.js";
import { alarm } from "./page.js";

const [SAVE, COMPLETE] = ["/operator/record", "/operator/record/complete"];
const REFUSED = [409, 422]; // with a reason, which stands on the form
const TOO_MUCH = [400, 413]; // which no further try would change
const AGAIN = 4000;
const RESTS = 60000;
const IN_HAND = ["talking", "wrap-up"];
const AT_REST = ["available", "offline"];

const form = () => document.getElementById("record-form");

let typed = 0;
let sent = 0;
let kept = 0;
let timer;
let isAwaited = false;
let isCompleting = false;
let looks;
let rests;
let hasFailed = false;
let isRefused = false;
let writesUntil = -Infinity;
let state = {};

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
  if (TOO_MUCH.includes(status)) return refuses();
  if (!isAnswered) return fails();
  alarm("record", "");
  hasFailed = false;
  isRefused = REFUSED.includes(status);
  kept = sent;
  if (kept !== typed) return;
  clearTimeout(timer);
  if (isAwaited && !isRefused) goOn();
}

// The version stays where it is: it goes along with the next try.
function fails() {
  typed += 1; // what stands there is not known to be kept, even if it had been before
  hasFailed = true;
  tell(document.body.dataset.notSaved);
  saveLater();
  mind(state);
}

// It is not tried again before something has been changed.
function refuses() {
  tell(document.body.dataset.notTaken);
  isRefused = true;
  kept = sent;
  clearTimeout(timer);
  mind(state);
}

function tell(words) {
  const line = document.querySelector("#record-status > p");
  if (line) Object.assign(line, { textContent: words, className: "fault" });
  alarm("record", words);
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

// The form of the call in hand is open, and that of the last one is folded away where
// nobody rings and nobody is away (what is owed can be opened there). What stands there
// and should not is out of sight, and no place for words, until it has been replaced:
// another call's form, or one that is not saved yet, which goes on trying.
export function mind(now) {
  const place = document.getElementById("record");
  if (!place || !now.state) return;
  state = now;
  const isThere = isFit() || isStillWritten();
  if (!isThere && place.contains(document.activeElement)) restKeys();
  place.hidden = place.inert = !isThere;
  document.getElementById("record-waits").hidden = isThere || !hasFailed;
  left.show(isInHand() || isAtRest());
  if (isDue() === Boolean(looks)) return;
  clearInterval(looks);
  looks = isDue() ? setInterval(goOn, AGAIN) : undefined;
}

const value = (id) => document.getElementById(id)?.value ?? "";
const isInHand = () => IN_HAND.includes(state.state);
const isAtRest = () => AT_REST.includes(state.state);

function isFit() {
  const call = value("record-call");
  if (!call) return !isInHand();
  if (value("record-shown") === "now") return isInHand() && call === state.call;
  return isAtRest() || (state.state === "away" && call === state.call);
}

// Nothing is folded away from under a hand, nor while a reason why it was not saved
// stands on it.
function isStillWritten() {
  const isAtIt = document.getElementById("record").contains(document.activeElement);
  return isAtRest() && (isRefused || (isAtIt && performance.now() < writesUntil));
}

function isDue() {
  if (isInHand()) return state.call !== "" && value("record-call") !== state.call;
  return value("record-shown") === "now" && !isStillWritten();
}

// The words of a save that was refused stay until another caller is talked to.
function isInTheWay() {
  return isUnsaved() || (isRefused && !isInHand()) || isStillWritten();
}

function writes() {
  writesUntil = performance.now() + RESTS;
  clearTimeout(rests);
  rests = setTimeout(() => { mind(state); if (isDue()) goOn(); }, RESTS);
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
    writes();
    saveLater();
  });
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const isByItself = detail.requestConfig.elt.id === "record";
    if (!isByItself || detail.xhr.status !== 200) return;
    if (isInTheWay()) {
      detail.shouldSwap = false;
      isAwaited = true;
    } else if (isRefused) left.setAside(form());
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "record") return;
    kept = typed;
    hasFailed = false;
    isRefused = false;
    isCompleting = false;
    // htmx would send all that the form sends to where its last button points.
    document.getElementById("complete")?.removeAttribute("formaction");
  });
  addEventListener("beforeunload", (event) => { if (isUnsaved() || isRefused || left.isAny()) event.preventDefault(); });
  left.listen();
}
