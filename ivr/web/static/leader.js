// Two tabs of one operator behave as one: one leads, and one has the voice.
//
// The first tab leads: it holds the telephone and shows notifications. It need not be
// one that may sound, for browsers allow that only where somebody has clicked: so the
// voice is the first tab's that may. The browser gives each lock to one tab; when that
// tab is closed, to the next.

const held = new Map();
const asked = new Set();

export const leading = () => held.has("hotline-desk");
export const hasVoice = () => held.has("hotline-voice");

export function lead(begin) {
  take("hotline-desk", begin, () => true);
}

// Asked for again whenever the tab may sound, and given back where it no longer may.
export function askForVoice(begin, maySound) {
  take("hotline-voice", begin, maySound);
}

export function giveVoiceBack() {
  held.get("hotline-voice")?.();
}

function take(name, begin, may) {
  if (asked.has(name)) return;
  asked.add(name);
  const hold = () => may() && new Promise((letGo) => {
    held.set(name, letGo);
    begin();
  });
  // Without locks each tab is on its own.
  const over = navigator.locks ? navigator.locks.request(name, hold) : hold();
  Promise.resolve(over).finally(() => {
    held.delete(name);
    asked.delete(name);
  });
}
