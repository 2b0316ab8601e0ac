// One key for what has one: the button says which (data-key). There is an off switch,
// and no key counts while somebody types or holds another key.

const TYPING = "input, textarea, select, [contenteditable]";

export function areOn() {
  return localStorage.getItem("shortcuts") !== "off";
}

export function turn(on) {
  localStorage.setItem("shortcuts", on ? "on" : "off");
}

// Whoever types on while the field is taken away means none of the keys.
const RESTS = 5000;
let restsUntil = -Infinity;
export function rest() {
  restsUntil = performance.now() + RESTS;
}

function button(key) {
  const all = document.querySelectorAll(`button[data-key="${CSS.escape(key)}"]`);
  return [...all].find((each) => !each.disabled && each.offsetParent !== null);
}

// The letter on the key where the layout has other letters: "ф" is typed with the A.
// A layout with letters of ours means what it says, wherever it has them.
function lettered(event) {
  const isOther = /^\P{ASCII}$/u.test(event.key);
  const [, letter] = /^Key([A-Z])$/.exec(event.code) || [];
  return (isOther && letter ? letter : event.key).toLowerCase();
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (!areOn() || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.matches(TYPING)) return;
    if (performance.now() < restsUntil) return rest();
    // What fills in a form by itself sends events without a key.
    const found = event.key && button(lettered(event));
    if (found) {
      event.preventDefault();
      found.click();
    }
  });
}

// Sighted people see the key on the button; screen readers are told by the attribute.
export function label() {
  for (const each of document.querySelectorAll("button[data-key]")) {
    if (areOn()) each.setAttribute("aria-keyshortcuts", each.dataset.key);
    else each.removeAttribute("aria-keyshortcuts");
  }
}
