// What all parts need: where the exchange is, patience, and care with pages' handlers.

const CLIENTS = new URL("clients/", document.currentScript.src);
const WAIT_SECONDS = 15;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;
const VOLUME_EVERY = 50;
const RING_EVERY = 3000;
const DIGIT_PAUSE = 500;
const UNANSWERED = ["pending", "connecting"];
const ONGOING = ["open", "reconnecting"];

const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What a page's handler throws is the page's: it must not stop the telephone.
function safely(deed) {
  try {
    deed();
  } catch (fault) {
    setTimeout(() => { throw fault; });
  }
}
