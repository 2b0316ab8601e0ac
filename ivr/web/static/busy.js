// A click is answered at once, however long the service takes: the button looks and says
// that it is at work until the answer is there, and does nothing a second time.
//
// It is not disabled: whoever is at it with the keyboard would be thrown out of it. What
// is drawn anew meanwhile is at work still.

const LEAVES = 5000; // a page that is left is still here when the browser asks whether to

const works = new Set();

const markOf = (button) => JSON.stringify([
  button.form?.getAttribute("action") ?? button.getAttribute("hx-post"), button.id, button.value,
]);

function draw(button) {
  const is = works.has(markOf(button));
  if (is === (button.ariaBusy === "true")) return;
  for (const name of ["aria-busy", "aria-disabled"]) {
    if (is) button.setAttribute(name, "true");
    else button.removeAttribute(name);
  }
}

// After each drawing.
export function keep() {
  for (const button of document.querySelectorAll("button")) draw(button);
}

// Until what it returns is called.
export function begin(button) {
  const mark = markOf(button);
  works.add(mark);
  draw(button);
  return () => {
    works.delete(mark);
    keep();
  };
}

function refuse(event) {
  if (!event.target.closest?.('button[aria-busy="true"]')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function sent({ detail: { elt, xhr, requestConfig: asked } }) {
  const button = asked.triggeringEvent?.submitter ?? (elt.matches("button") ? elt : null);
  if (asked.verb === "post" && button) xhr.addEventListener("loadend", begin(button));
}

// A form without htmx leads to another page.
function left(event) {
  const { target: form, submitter, defaultPrevented } = event;
  if (!submitter || defaultPrevented || form.target === "_blank") return;
  const end = begin(submitter);
  setTimeout(end, LEAVES);
  addEventListener("pageshow", end, { once: true });
}

// Before all others that hear a click.
export function listen() {
  document.addEventListener("click", refuse, true);
  document.addEventListener("submit", left);
  document.body.addEventListener("htmx:beforeSend", sent);
}
