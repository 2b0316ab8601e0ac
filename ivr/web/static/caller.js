// The card of the caller in hand. It is asked for when the call changes (htmx), and one
// that did not come is asked for again: the last caller's must not stand for the next.

const AGAIN = 4000;
const IN_HAND = ["talking", "wrap-up"];

let call = "";
let isDue = false;
let timer;

export function mind(now) {
  const inHand = IN_HAND.includes(now.state) ? now.call : "";
  if (inHand === call) return;
  call = inHand;
  isDue = true;
  document.getElementById("caller")?.replaceChildren();
  clearTimeout(timer);
  timer = setTimeout(ask, AGAIN);
}

function ask() {
  if (!isDue) return;
  htmx.trigger(document.body, "desk:state");
  timer = setTimeout(ask, AGAIN);
}

export function listen() {
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "caller") isDue = false;
  });
}
