// The page of an operator: it follows the server, which alone knows the state.

import * as clocks from "./clocks.js";
import * as keys from "./keys.js";
import * as softphone from "./softphone.js";
import { follow } from "./connection.js";
import { lead, leading } from "./leader.js";
import { canSound, playOnce, preferences, ring, silence, wakeSound } from "./ring.js";

const body = document.body;
const title = document.title;
const shown = { state: "", call: "", offer: "" };
const doubts = { lost: false, unknown: false };

const live = () => document.getElementById("live");
const say = (id, words) => {
  const place = document.getElementById(id);
  if (place && place.textContent !== words) place.textContent = words;
};

// --- following --------------------------------------------------------------

let asking = false;
let again = false;

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const last = live()?.dataset.claim || body.dataset.lastClaim || "";
  await draw("GET", `/operator/now?last=${encodeURIComponent(last)}`);
  asking = false;
  if (again) {
    again = false;
    refresh();
  }
}

// Ask the server, and draw the state that it answers with. That it does not answer is
// seen by the events that stay away.
function draw(method, address) {
  return htmx.ajax(method, address, { target: "#live", swap: "outerHTML" }).catch(() => {});
}

// What is open stays so when the talk is drawn anew.
body.addEventListener("htmx:oobBeforeSwap", () => {
  const before = document.getElementById("to-others")?.open;
  if (before) body.addEventListener("htmx:afterSettle", reopen, { once: true });
});

function reopen() {
  const details = document.getElementById("to-others");
  if (details) details.open = true;
}

// Whoever was at a button that is gone stays at the top, and is not thrown out of it.
let wasHere = false;
body.addEventListener("htmx:beforeSwap", () => {
  wasHere = document.activeElement?.closest("#live, #talk") !== null;
});

function keepPlace() {
  if (wasHere && document.activeElement === body) live().focus();
  wasHere = false;
}

function settled() {
  const now = live()?.dataset;
  if (!now?.state) return;
  doubt("unknown", false);
  if (now.claim) body.dataset.lastClaim = now.claim;
  keepPlace();
  clocks.setServerTime(Number(now.now));
  clocks.tick();
  keys.label();
  noticeOffer(now.offer);
  softphone.settle();
  if (now.state !== shown.state) {
    say("say", now.words);
    htmx.trigger(body, "desk:state");
  }
  if (now.call !== shown.call) htmx.trigger(body, "desk:call");
  Object.assign(shown, { state: now.state, call: now.call, offer: now.offer });
  keepTelephone(now);
}

// What the page came with is not news: its parts have been loaded with it.
function begin() {
  const now = live()?.dataset;
  if (now?.state) Object.assign(shown, { state: now.state, call: now.call });
  settled();
}

function noticeOffer(offer) {
  const words = body.dataset.ringing;
  document.title = offer ? `☎ ${words}` : title;
  if (!offer) silence();
  else if (leading()) ring(offer, words);
  if (offer && offer !== shown.offer) say("alarm", document.getElementById("offer-title")?.innerText.trim() || words);
  if (!offer) say("alarm", "");
}

// --- the telephone in the browser --------------------------------------------

const SETTLES = 1000;
const ARRIVES = 5000;
let rejoined = "";

function keepTelephone(now) {
  if (!body.dataset.softphone || now.reach !== "browser" || !leading()) return;
  if (now.onDuty && softphone.state() === "off") startTelephone().catch(() => {});
  if (now.offer && now.answer) setTimeout(giveBack, ARRIVES, now.answer);
  if (now.lost && softphone.state() === "registered" && rejoined !== now.claim) {
    rejoined = now.claim;
    setTimeout(rejoin, SETTLES);
  }
  if (!now.lost) rejoined = "";
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

function startTelephone() {
  return softphone.start(body.dataset.softphone, (state) => {
    body.dataset.telephone = state;
    say("telephone", body.dataset[`telephone${state[0].toUpperCase()}${state.slice(1)}`] || "");
    if (state === "ready") settled();
  });
}

// "Available" is a promise that the telephone rings: without one it is not made.
document.addEventListener("click", async (event) => {
  wakeSound();
  soundHint();
  const button = event.target.closest("button[data-needs-phone]");
  const needed = body.dataset.softphone && live()?.dataset.reach === "browser";
  if (!button || !needed || softphone.state() === "registered") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    await startTelephone();
    // Meanwhile the state may have been drawn anew, and the button with it.
    document.getElementById(button.id)?.click();
  } catch (error) {
    console.warn("telephone", error.message);
  }
}, true);

function soundHint() {
  const hint = document.getElementById("sound-hint");
  if (hint) hint.hidden = canSound();
}

// --- this device -------------------------------------------------------------

function prefer() {
  const sound = document.getElementById("sound");
  if (!sound) return;
  const volume = document.getElementById("volume");
  const shortcuts = document.getElementById("shortcuts");
  sound.value = preferences.sound;
  volume.value = preferences.volume;
  shortcuts.checked = keys.areOn();
  sound.addEventListener("change", () => { preferences.sound = sound.value; playOnce(); });
  volume.addEventListener("change", () => { preferences.volume = volume.value; playOnce(); });
  shortcuts.addEventListener("change", () => { keys.turn(shortcuts.checked); keys.label(); });
  document.getElementById("try-sound").addEventListener("click", async () => {
    await wakeSound();
    playOnce();
  });
  preferNotes(document.getElementById("allow-notes"));
  preferDevices();
}

function preferNotes(button) {
  const tell = () => {
    const words = button.dataset[Notification.permission];
    if (words) {
      button.textContent = words;
      button.disabled = true;
    }
  };
  if (!window.Notification) return button.remove();
  tell();
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    tell();
  });
}

function preferDevices() {
  const picks = { microphone: "audioinput", speaker: "audiooutput" };
  const fill = async () => {
    for (const [id, kind] of Object.entries(picks)) {
      const list = document.getElementById(id);
      const found = await softphone.devices(kind);
      list.replaceChildren(...found.map((each) => new Option(each.label || each.deviceId, each.deviceId)));
      list.value = localStorage.getItem(id) || found[0]?.deviceId || "";
    }
  };
  const preferencesCard = document.getElementById("preferences");
  if (!document.getElementById("microphone") || !navigator.mediaDevices) return;
  preferencesCard.addEventListener("toggle", async () => {
    if (!preferencesCard.open) return;
    await softphone.mayListen().catch(() => {});
    await fill();
  });
  for (const id of Object.keys(picks)) {
    document.getElementById(id).addEventListener("change", async (event) => {
      localStorage.setItem(id, event.target.value);
      await softphone.choose();
    });
  }
}

// --- begin ---------------------------------------------------------------------

// What the page shows may be old while no events come, or the server does not know.
function doubt(what, is) {
  if (doubts[what] === is) return;
  doubts[what] = is;
  const bar = document.getElementById("connection");
  bar.hidden = !doubts.lost && !doubts.unknown;
  body.dataset.connection = bar.hidden ? "here" : "lost";
  say("alarm", bar.innerText);
}

body.addEventListener("htmx:responseError", (event) => {
  const isState = event.detail.pathInfo.requestPath.startsWith("/operator/now");
  if (isState && event.detail.xhr.status >= 500) doubt("unknown", true);
});

body.addEventListener("htmx:afterSettle", settled);
body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});
lead(settled);
keys.listen();
prefer();
soundHint();
setInterval(clocks.tick, 500);
follow(body.dataset.events, {
  changed: () => { htmx.trigger(body, "desk:changed"); refresh(); },
  refused: refresh,
  lost: () => doubt("lost", true),
  back: () => { doubt("lost", false); refresh(); },
  signedOut: () => { location.assign(`/?next=${encodeURIComponent(location.pathname)}`); },
});
begin();
