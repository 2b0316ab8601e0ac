// The telephone in the browser is there while its operator is on duty: "available" is a
// promise that it rings, and that whoever is picked up can hear. It belongs to the tab
// that leads; the microphone is asked for in whichever tab somebody becomes available.

import * as busy from "./busy.js";
import * as microphone from "./microphone.js";
import * as softphone from "./softphone.js";
import { leading } from "./leader.js";
import { alarm, draw, later, live, say } from "./page.js";

const body = document.body;
const SETTLES = 1000;
const ARRIVES = 5000;
const PAUSE = 4000;
const TRIES = 3;
const QUESTION = 3000; // for which somebody may be on duty whom the browser asks
const GONE = 1500; // a caller who hangs up ends the leg too, and the server tells so
const BAD = ["lost", "failed", "denied", "missing"];
const CARRIES = ["ringing", "talking"];

const isNeeded = () => Boolean(body.dataset.softphone) && live()?.dataset.reach === "browser";
const isOnDuty = () => isNeeded() && Boolean(live()?.dataset.onDuty);

let isTrying = false;
let pausesUntil = 0;
let failures = 0;
let wasReady = false;
let rejoined = "";
let toldLast = "";
let isDoubted = false;
let wholeAt = performance.now();
let redraw = () => {};

export function guard(settled) {
  redraw = settled;
  document.addEventListener("click", promise, true);
  microphone.watch(microphoneChanged);
  microphone.isDenied().then((is) => { if (is) microphoneChanged("denied"); });
}

// What may be heard is decided outside the page, at any time: whoever cannot be heard
// any more is on duty no longer.
function microphoneChanged(state) {
  if (!isNeeded()) return;
  if (state === "denied") tell("denied");
  else if (["denied", "asking", "missing"].includes(toldLast)) tell(softphone.isReady() ? "ready" : "");
  pausesUntil = 0;
  keepOn();
}

// A talk that this tab carries and that does not go over its telephone just now.
export function isCutOff() {
  const now = live()?.dataset;
  if (now?.state !== "talking" || !isNeeded() || !leading()) return false;
  if (toldLast === "lost" || toldLast === "failed" || softphone.isBroken(now.answer)) return true;
  const isWhole = !now.answer || softphone.has(now.answer);
  if (isWhole) wholeAt = performance.now();
  return performance.now() - wholeAt > GONE;
}

// While the page hears nothing, nobody knows whether the telephone still does.
export function doubt(is) {
  isDoubted = is;
  show();
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
  if (!isOnDuty() || !leading() || isThere()) return;
  if (isTrying || performance.now() < pausesUntil) return;
  isTrying = true;
  await start().catch(failed);
  isTrying = false;
  pause();
}

function pause() {
  pausesUntil = performance.now() + PAUSE;
}

const isThere = () => microphone.isAllowed() && (!leading() || softphone.isReady());

// One that was there comes back, most often; one that never was is not waited for, nor
// is somebody who cannot be heard.
async function failed({ reason }) {
  failures += 1;
  if (reason || failures >= (wasReady ? TRIES : 1)) await standDown(reason);
}

// The promise is taken back, once: afterwards nobody is on duty, or wishes not to be.
async function standDown(reason) {
  if (!isOnDuty()) return;
  if (live().dataset.wish !== "away") {
    await draw("POST", "/operator/state", { state: "away", reason: "technical" });
  }
  tell(reason || (isOnDuty() && live().dataset.wish !== "away" ? "lost" : "failed"));
}

// Nobody becomes available without it. Another tab's click is answered by the leader's.
async function promise(event) {
  const button = event.target.closest("button[data-needs-phone]");
  if (!button || !isNeeded() || isThere()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const end = busy.begin(button);
  await start().catch((error) => console.warn("telephone", error.message));
  end();
  // Meanwhile the state may have been drawn anew, and the button with it.
  if (isThere()) document.getElementById(button.id)?.click();
}

async function start() {
  if (!microphone.isAllowed()) await listen();
  if (leading()) await softphone.start(body.dataset.softphone, told);
}

// Whoever is on duty is not waited for until the browser's question is answered.
async function listen() {
  if (await microphone.isToBeAsked()) tell("asking");
  try {
    const had = microphone.ask();
    await (isOnDuty() ? Promise.race([had, unanswered()]) : had);
    if (toldLast === "asking") tell("");
  } catch (error) {
    if (await isNotNeeded(error)) microphone.excuse();
    else {
      tell(error.reason);
      throw error;
    }
  }
}

function unanswered() {
  const refusal = Object.assign(new Error("the browser's question waits"), { reason: "asking" });
  return later(QUESTION).then(() => { throw refusal; });
}

async function isNotNeeded({ reason }) {
  return reason === "missing" && await softphone.isWithoutSound(body.dataset.softphone);
}

function told(state) {
  if (state === "unheard") {
    microphone.forget();
    pausesUntil = 0;
    keepOn();
    return;
  }
  if (state === "reconnecting" || state === "reconnected") {
    redraw();
    return;
  }
  if (state === "ready") {
    wasReady = true;
    failures = 0;
  }
  if (state === "lost") pause(); // the SDK tries by itself first
  tell(state === "failed" && isOnDuty() ? "lost" : state);
  if (state === "ready") redraw();
}

function tell(state) {
  toldLast = state;
  show();
  alarm("telephone", BAD.includes(state) ? wordsOf(state) : "");
}

const wordsOf = (state) => body.dataset[`telephone${state.charAt(0).toUpperCase()}${state.slice(1)}`] ?? "";

// In red, and in words, what keeps callers from being heard here.
function show() {
  const state = isDoubted && toldLast === "ready" ? "doubted" : toldLast;
  body.dataset.telephone = state;
  say("telephone", state && wordsOf(state));
  document.getElementById("telephone").className = BAD.includes(state) ? "fault" : "";
}
