// A talk over this browser that is cut off. The page knows it before the server does:
// until that tells how the talk stands, nothing here may say that somebody talks.

import * as clocks from "./clocks.js";
import * as spoken from "./spoken.js";
import { alarm, live } from "./page.js";

const body = document.body;
const bar = document.getElementById("connection");
const usual = bar.textContent;

let isCut = false;
let since = 0;
let wasApart = false;

const isTalking = () => live()?.dataset.state === "talking";
const isHere = () => isTalking() && live().dataset.reach === "browser";

export const title = () => (isCut ? body.dataset.cutShort : live()?.dataset.sign ?? "");

// How sure it is: "surely" where the telephone is cut off too, "perhaps" where the page
// hears nothing of the service, which need not carry the sound; "" where it is not so.
// Whether it was told.
export function mind(how) {
  const help = how && isHere() ? body.dataset[how === "surely" ? "cutSurely" : "cutPerhaps"] : "";
  tellInBar(how, help);
  if (!help) return false;
  if (!isCut) since = clocks.now();
  isCut = wasApart = true;
  show(help);
  spoken.prime(live().dataset);
  alarm("cut", `${body.dataset.cut}. ${help}`);
  return true;
}

function tellInBar(how, help) {
  const elsewhere = how && isTalking() ? body.dataset.pageLost : usual;
  bar.textContent = help || elsewhere;
}

function show(help) {
  put(document.querySelector(".state-word strong"), body.dataset.cutShort);
  live().classList.add("cut");
  const heading = document.getElementById("talk-title");
  if (!heading) return;
  put(heading, body.dataset.cut);
  const clock = heading.querySelector("[data-since]");
  clock.dataset.was ??= clock.dataset.since;
  clock.dataset.since = String(since);
  const more = document.getElementById("cut-help");
  more.textContent = help;
  more.hidden = false;
  heading.closest(".card").classList.add("cut");
}

// The first piece of it alone: beside a title a clock goes on.
function put(place, words) {
  if (!place) return;
  place.dataset.was ??= place.firstChild.textContent;
  place.firstChild.textContent = `${words} `;
}

function takeBack() {
  for (const place of document.querySelectorAll(".state-word strong, #talk-title")) {
    if (place.dataset.was) place.firstChild.textContent = place.dataset.was;
  }
  for (const clock of document.querySelectorAll("#talk-title [data-was]")) {
    clock.dataset.since = clock.dataset.was;
  }
  for (const place of document.querySelectorAll(".cut")) place.classList.remove("cut");
  const more = document.getElementById("cut-help");
  if (more) more.hidden = true;
  alarm("cut", "");
}

// After each drawing: what is to be said of it first, if somebody is back in a talk.
export function settle(how) {
  mind(how);
  const goesOn = isCut && how !== "" && isHere();
  if (isCut && !goesOn) {
    isCut = false;
    takeBack();
  }
  const apart = goesOn || Boolean(live()?.dataset.apart);
  const isBack = wasApart && !apart && isTalking();
  wasApart = apart;
  return isBack ? body.dataset.back : "";
}
