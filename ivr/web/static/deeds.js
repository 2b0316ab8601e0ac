// A deed that fails says so, in sight and aloud: whether nothing was changed, or nobody
// knows. What is refused with a reason is told with the state.
//
// It is said once, and stays to be read until somebody closes it, does something else,
// or comes to another state; where all is as it was, for a while after the state has
// been seen again.

import { alarm, live, words } from "./page.js";
import * as press from "./press.js";

const FAULT = 500;
const READ = 30000;
const [REFUSAL, TALK, GUEST] = ["#refusal", "#talk-title", "#guest"];

let reason = "";
let reasonOf = "";
let toldOf = "";
let timer;

const bar = () => document.getElementById("failed");
const refusal = () => document.querySelector(REFUSAL);

// Where somebody is: what was told of one place is old at another.
function place({ state, claim, call, offer }) {
  return [state, claim, call, offer].join();
}

function show(where, said) {
  where.textContent = said;
  where.hidden = !said;
}

function tell(said) {
  clearTimeout(timer);
  timer = undefined;
  document.getElementById("deed").textContent = said;
  bar().hidden = !said;
  alarm("deed", said);
}

function tellReason(said) {
  show(refusal(), said);
  document.getElementById("close-refusal").hidden = !said;
}

export function begun() {
  tell("");
  reason = "";
  if (refusal()) tellReason("");
}

// An event may have the state drawn anew at once: why a deed was refused stays to be
// read until something else is done, or happens.
export function keepReason(state) {
  const now = [place(state), words(TALK), words(GUEST)].join();
  const told = words(REFUSAL);
  if (told) [reason, reasonOf] = [told, now];
  else if (now !== reasonOf) reason = "";
  if (refusal()) tellReason(reason);
}

// The server may have failed after the deed, and an answer may be lost on its way.
export function failed(status) {
  const isKnown = status > 0 && status < FAULT;
  tell(document.body.dataset[isKnown ? "deedRefused" : "deedUnknown"]);
  toldOf = place(live()?.dataset ?? {});
  bar().scrollIntoView({ block: "nearest" });
}

// The state has been drawn as the server knows it: what came of the deed is seen there.
export function seen(state) {
  if (bar().hidden) return;
  if (place(state) !== toldOf) tell("");
  else timer ??= setTimeout(fade, READ);
}

// Not from under a hand, nor unread in a tab that nobody looks at.
function fade() {
  const isInUse = press.isOn() || document.hidden || bar().matches(":hover, :focus-within");
  if (isInUse) timer = setTimeout(fade, READ);
  else tell("");
}

// Whoever was at the button is at the state then, and not thrown out of the page.
function close({ target }) {
  if (target.closest("#close-deed")) tell("");
  else if (target.closest("#close-refusal")) {
    reason = "";
    tellReason("");
  } else return;
  live()?.focus();
}

export function listen() {
  document.addEventListener("click", close);
}
