// The telephone in the browser is there while its operator is on duty: "available" is a
// promise that it rings. It belongs to the tab that leads.

import * as softphone from "./softphone.js";
import { leading } from "./leader.js";
import { alarm, draw, live, say } from "./page.js";

const body = document.body;
const SETTLES = 1000;
const ARRIVES = 5000;
const PAUSE = 4000;
const TRIES = 3;
const CARRIES = ["ringing", "talking"];

const isNeeded = () => Boolean(body.dataset.softphone) && live()?.dataset.reach === "browser";
const isOnDuty = () => isNeeded() && Boolean(live()?.dataset.onDuty);

let isTrying = false;
let pausesUntil = 0;
let failures = 0;
let wasReady = false;
let rejoined = "";
let redraw = () => {};

export function guard(settled) {
  redraw = settled;
  document.addEventListener("click", promise, true);
}

// After each drawing of the state.
export function settle(now) {
  softphone.settle();
  openBeside(isNeeded() && leading() && CARRIES.includes(now.state));
  if (!isNeeded() || !leading()) return;
  keepOn();
  if (now.offer && now.answer) setTimeout(giveBack, ARRIVES, now.answer);
  if (now.lost && softphone.isReady() && rejoined !== now.claim) {
    rejoined = now.claim;
    setTimeout(rejoin, SETTLES);
  }
  if (!now.lost) rejoined = "";
}

// A page that is left cuts its caller off: other pages open beside the one that rings.
function openBeside(is) {
  const leads = document.querySelectorAll('a[href^="/"]:not([hx-get]), form.languages');
  for (const each of leads) each.target = is ? "_blank" : "";
}

// What was accepted here and never rang here would keep the caller until its time is up.
function giveBack(leg) {
  const now = live()?.dataset;
  if (!now?.offer || now.answer !== leg || softphone.has(leg)) return;
  draw("POST", `/operator/offers/${now.offer}/decline`);
}

// A caller who hangs up ends the telephone's call too, and that may be heard of first.
function rejoin() {
  if (!live()?.dataset.lost) return;
  draw("POST", "/operator/talk/rejoin");
}

// --- on duty with it ----------------------------------------------------------

// Whoever is on duty has it, by tries with pauses between them. Called at each beat too.
export async function keepOn() {
  if (!isOnDuty() || !leading() || softphone.isReady()) return;
  if (isTrying || performance.now() < pausesUntil) return;
  isTrying = true;
  await start().catch(failed);
  isTrying = false;
  pause();
}

function pause() {
  pausesUntil = performance.now() + PAUSE;
}

// One that was there comes back, most often; one that never was is not waited for.
async function failed() {
  failures += 1;
  if (failures >= (wasReady ? TRIES : 1)) await standDown();
}

// The promise is taken back, once: afterwards nobody is on duty, or wishes not to be.
async function standDown() {
  if (!isOnDuty()) return;
  if (live().dataset.wish !== "away") {
    await draw("POST", "/operator/state", { state: "away", reason: "technical" });
  }
  tell(isOnDuty() && live().dataset.wish !== "away" ? "lost" : "failed");
}

// Nobody becomes available without it. Another tab's click is answered by the leader's.
async function promise(event) {
  const button = event.target.closest("button[data-needs-phone]");
  if (!button || !isNeeded() || !leading() || softphone.isReady()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await start().catch((error) => console.warn("telephone", error.message));
  // Meanwhile the state may have been drawn anew, and the button with it.
  if (softphone.isReady()) document.getElementById(button.id)?.click();
}

function start() {
  return softphone.start(body.dataset.softphone, told);
}

function told(state) {
  if (state === "ready") {
    wasReady = true;
    failures = 0;
  }
  if (state === "lost") pause(); // the SDK tries by itself first
  tell(state === "failed" && isOnDuty() ? "lost" : state);
  if (state === "ready") redraw();
}

function tell(state) {
  body.dataset.telephone = state;
  const words = body.dataset[`telephone${state[0].toUpperCase()}${state.slice(1)}`];
  say("telephone", words);
  alarm("telephone", state === "failed" || state === "lost" ? words : "");
}
