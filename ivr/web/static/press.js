// A click is the press and the release of one button. What is drawn between the two
// takes the button away, and the click is lost: so what the page draws by itself waits.

const LONGEST = 2000; // a release may never be heard, as of a list that was opened

const due = new Map();

let until = -Infinity;

export const isOn = () => performance.now() < until;

// Asked for at the release, once for each name.
export function putOff(name, ask) {
  due.set(name, ask);
  setTimeout(makeUp, LONGEST);
}

// After the click itself, which comes with the release.
function makeUp() {
  if (isOn()) return;
  const asks = [...due.values()];
  due.clear();
  for (const ask of asks) ask();
}

function press() {
  until = performance.now() + LONGEST;
}

function release() {
  until = -Infinity;
  if (due.size) setTimeout(makeUp);
}

export function listen() {
  const isSpace = (event) => event.key === " ";
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("keydown", (event) => { if (isSpace(event)) press(); }, true);
  document.addEventListener("keyup", (event) => { if (isSpace(event)) release(); }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);
}
