// What the parts of the page share: the state as it was drawn, and how to speak of it.

export const live = () => document.getElementById("live");

// Into a region that is read aloud, "say" say: the same words are no news there.
export function say(id, words) {
  const place = document.getElementById(id);
  if (place && place.textContent !== words) place.textContent = words;
}

// The first piece of it: what counts beside a title goes on, and is not read.
export const words = (place) => document.querySelector(place)?.firstChild?.textContent.trim() ?? "";

let alarmed = "";

// What cannot wait is read aloud at once. What is over takes back its own words alone.
export function alarm(what, words) {
  if (!words && alarmed !== what) return;
  alarmed = words ? what : "";
  say("alarm", words);
}

// Ask the server, and draw the state that it answers with. Where it does not answer, the
// events stay away, or it is told as with any deed. Each has a source of its own: htmx
// lets the requests of one element wait for each other, and drops those between.
export function draw(method, address, values = {}) {
  const source = document.createElement("span");
  source.hidden = true;
  document.body.append(source);
  return htmx.ajax(method, address, { source, target: "#top", swap: "innerHTML", values })
    .catch(() => {})
    .finally(() => source.remove());
}

export const later = (pause) => new Promise((resolve) => setTimeout(resolve, pause));
