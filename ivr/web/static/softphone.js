// The telephone in the browser: the carrier's SDK, or the exchange's stand-in for it.
//
// It picks up by itself exactly the leg that the server says its operator has agreed
// to. So a click in one tab answers in the tab that holds the telephone, and a reload
// during a talk leads back into it.

const tokenAddress = "/operator/token";

let device;
let starting;
const calls = new Map();

export function state() {
  return device ? device.state : "off";
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

async function token() {
  const answer = await fetch(tokenAddress, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).token;
}

export function start(address, told) {
  starting ??= begin(address, told).catch((error) => {
    starting = undefined;
    device?.destroy();
    device = undefined;
    told("failed");
    throw error;
  });
  return starting;
}

async function begin(address, told) {
  if (!window.Twilio) await load(address);
  device = new window.Twilio.Device(await token(), {
    codecPreferences: ["opus", "pcmu"],
    closeProtection: false,
    logLevel: "error",
    tokenRefreshMs: 60000,
  });
  // We ring ourselves, once for each offer.
  device.audio?.incoming(false);
  device.audio?.outgoing(false);
  device.audio?.disconnect(false);
  device.on("incoming", arrived);
  device.on("registered", () => told("ready"));
  device.on("unregistered", () => told("off"));
  device.on("error", () => told(state() === "registered" ? "ready" : "failed"));
  device.on("tokenWillExpire", async () => device.updateToken(await token()));
  told("starting");
  await device.register();
  await choose();
  told("ready");
}

function arrived(call) {
  const leg = call.parameters.CallSid;
  calls.set(leg, call);
  for (const end of ["cancel", "disconnect", "reject", "error"]) {
    call.on(end, () => calls.delete(leg));
  }
  settle();
}

// Whether a leg rings here. One that was agreed to and does not is lost to this page.
export function has(leg) {
  return calls.has(leg);
}

// Pick up what was agreed to; asked again it does nothing.
export function settle() {
  const wanted = document.getElementById("live")?.dataset.answer;
  const any = document.body.dataset.answers === "any";
  for (const [leg, call] of calls) {
    if ((leg === wanted || any) && call.status() === "pending") call.accept();
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

// Names of devices are told only to a page that may listen.
export async function mayListen() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}

export async function devices(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((each) => each.kind === kind);
}
