// How an offer makes itself noticed: sound, a notification, the page's title.
//
// Each in one tab alone (see leader.js). The sounds are made here, of a few tones each:
// nothing has to be loaded when it matters.

const PATTERNS = {
  soft: { tones: [[523, 0, 0.5], [659, 0.35, 0.7]], every: 2.4, shape: "sine" },
  bell: { tones: [[880, 0, 1.2], [1320, 0.02, 0.9]], every: 2.0, shape: "triangle" },
  double: { tones: [[440, 0, 0.3], [440, 0.45, 0.3]], every: 1.8, shape: "square" },
  none: { tones: [], every: 2.0, shape: "sine" },
};

let context;
let timer;
let note;
let sounded = "";
let noted = "";
let counted = "";

export const preferences = {
  get sound() { return localStorage.getItem("sound") || "soft"; },
  set sound(name) { localStorage.setItem("sound", name); },
  get volume() { return Number(localStorage.getItem("volume") || 60); },
  set volume(number) { localStorage.setItem("volume", String(number)); },
};

// Browsers let a page sound only after somebody has clicked in it.
export function wakeSound() {
  if (context === undefined) {
    context = new AudioContext();
    context.addEventListener("statechange", () => document.dispatchEvent(new Event("desk:sound")));
  }
  return context.resume();
}

export function canSound() {
  return context !== undefined && context.state === "running";
}

export function playOnce() {
  if (context === undefined) return;
  const pattern = PATTERNS[preferences.sound] || PATTERNS.soft;
  const loudness = (preferences.volume / 100) ** 2;
  for (const [pitch, after, length] of pattern.tones) {
    const tone = new OscillatorNode(context, { type: pattern.shape, frequency: pitch });
    const begin = context.currentTime + after;
    const gain = new GainNode(context, { gain: loudness });
    gain.gain.setValueAtTime(loudness, begin);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + length);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + length);
  }
}

export function sound(offer) {
  if (sounded === offer) return;
  sounded = offer;
  document.body.dataset.sounding = offer;
  clearInterval(timer);
  playOnce();
  const every = (PATTERNS[preferences.sound] || PATTERNS.soft).every;
  timer = setInterval(playOnce, every * 1000);
}

// Where notifications are not allowed, it is still counted.
export function notify(offer, words) {
  if (noted === offer) return;
  noted = offer;
  note?.close();
  count(offer);
  if (!window.Notification || Notification.permission !== "granted") return;
  // The tag lets a second one of the same offer replace the first.
  note = new Notification(words, { tag: offer, requireInteraction: true });
  note.onclick = (event) => { window.focus(); event.target.close(); };
}

function count(offer) {
  if (counted === offer) return;
  counted = offer;
  document.body.dataset.rings = String(Number(document.body.dataset.rings || 0) + 1);
}

// Tones that nobody may hear yet would be heard later, all at once.
export function hush() {
  clearInterval(timer);
  sounded = "";
  delete document.body.dataset.sounding;
}

// The same offer may ring anew after that.
export function silence() {
  hush();
  note?.close();
  noted = "";
}
