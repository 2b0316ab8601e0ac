// The telephone in the browser: the carrier's SDK, or the exchange's stand-in for it.
//
// It picks up by itself exactly the leg that the server says its operator has agreed
// to. So a click in one tab answers in the tab that holds the telephone, and a reload
// during a talk leads back into it.

import { later } from "./page.js";

const tokenAddress = "/operator/token";
const PATIENCE = 10000;
const UNHEARD = [31401, 31402]; // no microphone, or none that may be used
const PAUSES = { first: 2000, longest: 15000 };

let device;
let starting;
const calls = new Map();

export function isReady() {
  return device?.state === "registered";
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error("the telephone's script did not load"));
    document.head.append(script);
  });
}

async function loaded(address) {
  if (!window.Twilio) await inTime(load(address));
}

// The exchange's stand-in plays the calls without their sound.
export async function isWithoutSound(address) {
  await loaded(address);
  return window.theExchange?.carriesSound === false;
}

async function token() {
  const answer = await fetch(tokenAddress, {
    credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).token;
}

function inTime(deed) {
  const late = later(PATIENCE).then(() => { throw new Error("the telephone does not answer"); });
  return Promise.race([deed, late]);
}

// Registered when it has come to its end, for the first time or again.
export function start(address, told) {
  if (isReady()) return Promise.resolve();
  starting ??= begin(address, told).finally(() => { starting = undefined; });
  return starting;
}

async function begin(address, told) {
  told("starting");
  try {
    await register(address, told);
    // A device that was chosen and is not there leaves the browser's own choice.
    await choose().catch(() => {});
    if (!isReady()) throw new Error("the telephone is off again");
  } catch (error) {
    letGo();
    told("failed");
    throw error;
  }
  told("ready");
}

async function register(address, told) {
  await loaded(address);
  const fresh = await token();
  if (device && device.state !== "destroyed") device.updateToken(fresh);
  else device = made(fresh, told);
  await inTime(registered(device));
}

// The SDK may be at it by itself already, after the network was away.
function registered(one) {
  if (one.state === "unregistered") return one.register();
  return new Promise((resolve) => {
    if (one.state === "registered") resolve();
    else one.once("registered", resolve);
  });
}

// The next try begins anew; not while somebody talks over this one.
function letGo() {
  if (device?.isBusy || calls.size > 0) return;
  device?.destroy();
  device = undefined;
}

function made(fresh, told) {
  const { edge } = document.body.dataset;
  const one = new window.Twilio.Device(fresh, {
    ...(edge && { edge }),
    codecPreferences: ["opus", "pcmu"],
    closeProtection: false,
    logLevel: "error",
    tokenRefreshMs: 60000,
  });
  // We ring ourselves, once for each offer.
  one.audio?.incoming(false);
  one.audio?.outgoing(false);
  one.audio?.disconnect(false);
  // What comes of a start is told at its end.
  const lost = () => { if (!starting && !isReady()) told("lost"); };
  one.on("incoming", (call) => arrived(call, told));
  one.on("registered", () => { if (!starting) told("ready"); });
  one.on("unregistered", lost);
  one.on("error", lost);
  one.on("tokenWillExpire", () => renew(one));
  return one;
}

async function renew(one) {
  for (let pause = PAUSES.first; one === device; pause = Math.min(2 * pause, PAUSES.longest)) {
    try {
      return one.updateToken(await token());
    } catch (error) {
      console.warn("telephone", error.message);
      await later(pause);
    }
  }
}

function arrived(call, told) {
  const leg = call.parameters.CallSid;
  calls.set(leg, call);
  for (const end of ["cancel", "disconnect", "reject"]) {
    call.on(end, () => calls.delete(leg));
  }
  // What becomes of a call after an error, its status says.
  call.on("error", ({ code }) => {
    const isUnheard = UNHEARD.includes(code);
    if (isUnheard || call.status() === "closed") calls.delete(leg);
    if (isUnheard) told("unheard");
  });
  for (const change of ["reconnecting", "reconnected"]) call.on(change, () => told(change));
  settle();
}

// Whether a leg is held together no more for the moment; it may be whole again.
export function isBroken(leg) {
  return calls.get(leg)?.status() === "reconnecting";
}

// Whether a leg rings here. One that was agreed to and does not is lost to this page.
export function has(leg) {
  return calls.has(leg);
}

// Pick up what was agreed to, or rung for a test; asked again it does nothing. A leg has
// its name for ever: one that is over is picked up by nobody.
export function settle() {
  const agreed = [...document.querySelectorAll("[data-answer]")].map((each) => each.dataset.answer);
  for (const [leg, call] of calls) {
    if (agreed.includes(leg) && call.status() === "pending") call.accept();
  }
}

export async function choose() {
  const audio = device?.audio;
  if (!audio) return;
  const microphone = localStorage.getItem("microphone");
  if (microphone && audio.availableInputDevices.has(microphone)) {
    await audio.setInputDevice(microphone);
  }
  const speaker = localStorage.getItem("speaker");
  if (speaker && audio.availableOutputDevices.has(speaker)) {
    await audio.speakerDevices.set([speaker]);
  }
}

export async function devices(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((each) => each.kind === kind);
}
