// The page of an operator: it follows the server, which alone knows the state.

import * as busy from "./busy.js";
import * as caller from "./caller.js";
import * as clocks from "./clocks.js";
import * as cut from "./cut.js";
import * as deeds from "./deeds.js";
import * as keys from "./keys.js";
import * as press from "./press.js";
import * as record from "./record.js";
import * as spoken from "./spoken.js";
import * as telephone from "./telephone.js";
import { follow } from "./connection.js";
import { prefer } from "./device.js";
import { askForVoice, giveVoiceBack, hasVoice, lead, leading } from "./leader.js";
import { alarm, draw, later, live, words as spokenOf } from "./page.js";
import { hasFailed, watch } from "./requests.js";
import { canSound, hush, notify, silence, sound, wakeSound } from "./ring.js";

const body = document.body;
const title = document.title;
const shown = { state: "", call: "", offer: "" };
const doubts = { lost: false, unknown: false };
let isOffline = false;

// --- following --------------------------------------------------------------

const NOW = "/operator/now";
const AGAIN = 3000;
const LONGEST = 10000;

let asking = false;
let again = false;
let deedsSeen = 0;
let askedAfter = 0;
let timer;

// Whatever becomes of an answer, the next one can be asked for.
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  askedAfter = deedsSeen;
  clearTimeout(timer);
  const last = live()?.dataset.claim || body.dataset.lastClaim || "";
  try {
    await Promise.race([draw("GET", `${NOW}?last=${encodeURIComponent(last)}`), later(LONGEST)]);
  } finally {
    asking = false;
  }
  if (again) {
    again = false;
    refresh();
  }
}

function began(asked) {
  if (record.isOurs(asked)) record.begun(asked);
  if (asked.verb !== "post" || record.isSaving(asked)) return;
  deedsSeen += 1;
  deeds.begun();
  spoken.forget();
}

function ended(asked, status) {
  if (record.isOurs(asked)) record.ended(asked, status);
  if (!hasFailed(status)) return;
  if (asked.path === NOW) {
    doubt("unknown", true);
    timer = setTimeout(refresh, AGAIN);
  } else if (asked.verb === "post" && !record.isSaving(asked)) {
    deeds.failed(status);
    refresh();
  }
}

const isState = (path) => path.startsWith(NOW);

// A deed's own answer is newer, and tells what became of it. Some deeds' answers tell
// nothing of the state: so it is asked for once more.
function isOutdated({ path }) {
  if (!isState(path) || askedAfter === deedsSeen) return false;
  if (asking) again = true;
  else setTimeout(refresh);
  return true;
}

function isInTheWay({ path, verb }, target) {
  if (verb !== "get" || !press.isOn()) return false;
  if (isState(path)) press.putOff(NOW, refresh);
  else press.putOff(path, () => htmx.ajax("GET", path, { source: target, target }));
  return true;
}

// What is open stays so when it is drawn anew, and whoever was at a button that is gone
// stays at the top, and is not thrown out of it.
let opened = [];
let chosen = [];
let wasHere = false;
body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { requestConfig: asked, target } = detail;
  if (isOutdated(asked) || isInTheWay(asked, target)) detail.shouldSwap = false;
  opened = [...document.querySelectorAll("details[open][id]")].map((each) => each.id);
  const claim = live()?.dataset.claim;
  chosen = [...document.querySelectorAll("#live select, #talk select")]
    .map(({ id, value }) => ({ id, value, claim }));
  wasHere = document.activeElement?.closest("#live, #talk") !== null;
});

function keepPlace() {
  for (const each of opened) document.getElementById(each)?.setAttribute("open", "");
  opened = [];
  // What is chosen for one talk is not chosen for the next.
  for (const { id, value, claim } of chosen) {
    const list = document.getElementById(id);
    const isThere = list && [...list.options].some((each) => each.value === value);
    if (isThere && claim === live()?.dataset.claim) list.value = value;
  }
  chosen = [];
  if (wasHere && document.activeElement === body) live().focus();
  wasHere = false;
}

function settled() {
  busy.keep();
  keepPlace();
  const now = live()?.dataset;
  if (!now?.state) return;
  if (now.claim) body.dataset.lastClaim = now.claim;
  keepTime(now);
  keys.label();
  noticeOffer(now.offer);
  deeds.keepReason(now);
  spoken.speak(now, cut.settle(howCut()));
  setTitle();
  caller.mind(now);
  record.mind(now);
  if (now.state !== shown.state) htmx.trigger(body, "desk:state");
  if (now.call !== shown.call) htmx.trigger(body, "desk:call");
  Object.assign(shown, { state: now.state, call: now.call, offer: now.offer });
  telephone.settle(now);
}

// What else is drawn says nothing new of the time, nor that the server knows the state.
let timed;
function keepTime(now) {
  if (live() !== timed) {
    clocks.setServerTime(Number(now.now));
    doubt("unknown", false);
    deeds.seen(now);
  }
  timed = live();
  clocks.tick();
}

// What the page came with is not news: its parts have been loaded with it.
function begin() {
  const now = live()?.dataset;
  if (now?.state) {
    Object.assign(shown, { state: now.state, call: now.call });
    spoken.prime(now);
  }
  settled();
}

// --- an offer ------------------------------------------------------------------

function noticeOffer(offer) {
  const words = body.dataset.ringing;
  ring();
  if (!offer) alarm("offer", "");
  else if (offer !== shown.offer) {
    alarm("offer", spokenOf("#offer-title") || words);
  }
}

// In the list of tabs too: what is offered, and how a talk stands that is not as usual.
function setTitle() {
  const offer = live()?.dataset.offer;
  const sign = offer ? `☎ ${body.dataset.ringing}` : cut.title();
  document.title = offer || !sign ? sign || title : `${sign} · ${title}`;
}

// Neither what may be old rings nor what is over.
function ring() {
  const offer = live()?.dataset.offer;
  const until = document.querySelector("#offer [data-until]")?.dataset.until;
  if (!offer || doubts.lost || clocks.isPast(until)) return silence();
  if (hasVoice()) sound(offer);
  else hush();
  if (leading()) notify(offer, body.dataset.ringing);
}

function mindSound() {
  const hint = document.getElementById("sound-hint");
  if (hint) hint.hidden = canSound();
  if (canSound()) askForVoice(ring, canSound);
  else giveVoiceBack();
}

// --- begin ---------------------------------------------------------------------

// What the page shows may be old while no events come, or the server does not know.
function doubt(what, is) {
  if (doubts[what] === is) return;
  doubts[what] = is;
  const bar = document.getElementById("connection");
  bar.hidden = !doubts.lost && !doubts.unknown;
  body.dataset.connection = bar.hidden ? "here" : "lost";
  const isTold = cut.mind(howCut());
  alarm("connection", bar.hidden || isTold ? "" : bar.textContent);
  if (what === "lost") telephone.doubt(is);
  setTitle();
  ring();
}

// A browser that says it is off the net carries nothing; one that merely hears nothing
// of us may well carry a talk.
function howCut() {
  if (isOffline || telephone.isCutOff()) return "surely";
  return doubts.lost ? "perhaps" : "";
}

function mindTalk() {
  cut.mind(howCut());
  setTitle();
}

// Whoever leaves is told no news: what comes of leaving would lead elsewhere. But the
// browser may ask, and somebody may stay.
const LEAVES = 5000;
let leavesUntil = -Infinity;
const isLeaving = () => performance.now() < leavesUntil;
document.getElementById("sign-out").addEventListener("submit", () => {
  leavesUntil = performance.now() + LEAVES;
});
body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (isLeaving() && event.detail.xhr.status === 401) event.preventDefault();
});

let news;
function changed() {
  clearTimeout(news);
  if (isLeaving()) {
    news = setTimeout(changed, LEAVES);
    return;
  }
  htmx.trigger(body, "desk:changed");
  refresh();
}

busy.listen();
// Before those that keep a click from the others.
document.addEventListener("click", () => wakeSound().then(mindSound, () => {}), true);
document.addEventListener("desk:sound", mindSound);
watch({ began, ended });
deeds.listen();
record.listen();
caller.listen();
press.listen();
telephone.guard(settled);
body.addEventListener("htmx:afterSettle", settled);
body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});
lead(settled);
keys.listen();
prefer();
mindSound();
setInterval(() => { mindTalk(); clocks.tick(); ring(); }, 500);
follow(body.dataset.events, {
  changed,
  beat: telephone.keepOn,
  refused: () => { if (!isLeaving()) refresh(); },
  offline: () => { isOffline = true; },
  lost: () => doubt("lost", true),
  back: () => { isOffline = false; doubt("lost", false); refresh(); },
  signedOut: () => { if (!isLeaving()) location.assign(`/?next=${encodeURIComponent(location.pathname)}`); },
});
begin();
