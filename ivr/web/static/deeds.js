// A deed that fails says so, in sight and aloud: whether nothing was changed, or nobody
// knows. What is refused with a reason is told with the state.

import { alarm, words } from "./page.js";

const FAULT = 500;

let reason = "";
let reasonOf = "";

function show(place, said) {
  place.textContent = said;
  place.hidden = !said;
}

function tell(said) {
  show(document.getElementById("deed"), said);
  alarm("deed", said);
}

const refusal = () => document.getElementById("refusal");

export function begun() {
  tell("");
  reason = "";
  if (refusal()) show(refusal(), "");
}

// An event may have the state drawn anew at once: why a deed was refused stays to be
// read until something else is done, or happens.
export function keepReason({ state, claim, call, offer }) {
  const now = [state, claim, call, offer, words("#talk-title"), words("#guest")].join();
  const told = words("#refusal");
  if (told) [reason, reasonOf] = [told, now];
  else if (now !== reasonOf) reason = "";
  else if (reason) show(refusal(), reason);
}

// The server may have failed after the deed, and an answer may be lost on its way.
export function failed(status) {
  const isKnown = status > 0 && status < FAULT;
  tell(document.body.dataset[isKnown ? "deedRefused" : "deedUnknown"]);
}
