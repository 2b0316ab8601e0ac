// How an offer makes itself noticed: sound, a notification, the page's title.
//
// Once for each offer, and in one tab alone (see leader.js). The sounds are made here,
// of a few tones each: nothing has to be loaded when it matters.

const PATTERNS = {
  soft: { tones: [[523, 0, 0.5], [659, 0.35, 0.7]], every: 2.4, shape: "sine" },
  bell: { tones: [[880, 0, 1.2], [1320, 0.02, 0.9]], every: 2.0, shape: "triangle" },
  double: { tones: [[440, 0, 0.3], [440, 0.45, 0.3]], every: 1.8, shape: "square" },
  none: { tones: [], every: 2.0, shape: "sine" },
};

let context;
let timer;
let rung = "";

export const preferences = {
  get sound() { return localStorage.getItem("sound") || "soft"; },
  set sound(name) { localStorage.setItem("sound", name); },
  get volume() { return Number(localStorage.getItem("volume") || 60); },
  set volume(number) { localStorage.setItem("volume", String(number)); },
};

// Browsers let a page sound only after somebody has clicked in it.
export function wakeSound() {
  context ??= new AudioContext();
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

export function ring(offer, words) {
  if (rung === offer) return;
  rung = offer;
  silence();
  playOnce();
  const every = (PATTERNS[preferences.sound] || PATTERNS.soft).every;
  timer = setInterval(playOnce, every * 1000);
  document.body.dataset.rings = String(Number(document.body.dataset.rings || 0) + 1);
  if (window.Notification && Notification.permission === "granted") {
    // The tag lets a second one of the same offer replace the first.
    const note = new Notification(words, { tag: offer, requireInteraction: true });
    note.onclick = () => { window.focus(); note.close(); };
    silence.note = note;
  }
}

export function silence() {
  clearInterval(timer);
  silence.note?.close();
  silence.note = undefined;
}
