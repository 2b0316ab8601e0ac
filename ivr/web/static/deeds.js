// A deed that fails says so, in sight and aloud: whether nothing was changed, or nobody
// knows. What is refused with a reason is told with the state.

import { alarm } from "./page.js";

const FAULT = 500;

function tell(words) {
  const place = document.getElementById("deed");
  place.textContent = words;
  place.hidden = !words;
  alarm("deed", words);
}

export function begun() {
  tell("");
}

// The server may have failed after the deed, and an answer may be lost on its way.
export function failed(status) {
  const isKnown = status > 0 && status < FAULT;
  tell(document.body.dataset[isKnown ? "deedRefused" : "deedUnknown"]);
}
