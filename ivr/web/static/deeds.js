// A deed that fails says so, in sight and aloud: whether nothing was changed, or nobody
// knows. What is refused with a reason is told with the state.

import { alarm } from "./page.js";

const FAULT = 500;

let reason = null;
let reasonOf = "";

function tell(words) {
  const place = document.getElementById("deed");
  place.textContent = words;
  place.hidden = !words;
  alarm("deed", words);
}

export function begun() {
  tell("");
  reason = null;
  document.getElementById("notice")?.removeAttribute("data-refusal");
}

// An event may have the state drawn anew at once: why a deed was refused stays to be
// read until something else is done, or happens.
export function keepReason({ state, call, offer }) {
  const now = [state, call, offer].join();
  const told = document.querySelector("#notice[data-refusal]");
  if (told) [reason, reasonOf] = [told, now];
  else if (reason && now === reasonOf) document.getElementById("notice")?.replaceWith(reason);
  else reason = null;
}

// The server may have failed after the deed, and an answer may be lost on its way.
export function failed(status) {
  const isKnown = status > 0 && status < FAULT;
  tell(document.body.dataset[isKnown ? "deedRefused" : "deedUnknown"]);
}
