// What counts down or up on the page, by the server's clock and not by this machine's.

let offset = 0;

export function setServerTime(seconds) {
  if (seconds) offset = seconds - Date.now() / 1000;
}

function shown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const now = () => serverTime();
const serverTime = () => Date.now() / 1000 + offset;

// Nothing is past that has no time.
export function isPast(seconds) {
  return Boolean(seconds) && serverTime() >= Number(seconds);
}

export function tick() {
  const now = serverTime();
  for (const each of document.querySelectorAll("[data-until]")) {
    if (each.dataset.until) each.textContent = shown(Number(each.dataset.until) - now);
  }
  for (const each of document.querySelectorAll("[data-since]")) {
    if (each.dataset.since) each.textContent = shown(now - Number(each.dataset.since));
  }
}
