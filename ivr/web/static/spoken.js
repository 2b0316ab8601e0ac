// What is seen to change is heard too: the state, how a talk stands, and what became of
// a deed. What the page came with is read with the page.

import { alarm, say, words } from "./page.js";

const PLACES = ["#talk-title", "#muted", "#guest", "#refusal", "#notice"];

let before = PLACES.map(() => "");
let state = "";
let isLost = false;

function news(now) {
  const seen = PLACES.map(words);
  const said = seen.filter((each, place) => each && each !== before[place]);
  if (now.words !== state) said.unshift(now.words);
  before = seen;
  state = now.words;
  return said;
}

export function prime(now) {
  news(now);
  isLost = Boolean(now.lost);
}

// What is to be said first comes from elsewhere.
export function speak(now, first = "") {
  const said = [first, ...news(now)].filter(Boolean).map((each) => each.replace(/\.$/, ""));
  if (said.length) say("say", `${said.join(". ")}.`);
  if (Boolean(now.lost) !== isLost) alarm("talk", now.lost ? words("#talk-title") : "");
  isLost = Boolean(now.lost);
}

// Whoever is refused twice is told twice.
export function forget() {
  before[PLACES.indexOf("#refusal")] = "";
  say("say", "");
}
