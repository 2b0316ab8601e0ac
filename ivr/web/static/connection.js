// The stream of events: what changed is asked for, and a silence is a lost connection.
//
// A beat comes every two seconds. Whoever has heard none for four is told, so that
// nobody believes to be online who is not. Why a stream is refused no browser tells a
// page: it asks for what is so now, and that answer says it.

const SILENCE = 4000;
const LOOK = 500;

export function follow(address, { changed, refused, lost, back, signedOut }) {
  let heard = performance.now();
  let isLost = false;
  let source;

  function alive() {
    heard = performance.now();
    if (isLost) {
      isLost = false;
      back();
    }
  }

  function gone() {
    if (!isLost) {
      isLost = true;
      lost();
    }
  }

  function open() {
    source = new EventSource(address, { withCredentials: true });
    source.addEventListener("here", alive);
    source.addEventListener("changed", () => {
      alive();
      changed();
    });
    source.addEventListener("signed-out", () => {
      source.close();
      signedOut();
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) refused();
    });
  }

  setInterval(() => {
    if (performance.now() - heard < SILENCE) return;
    gone();
    // The browser gives up for good after some refusals: it is not asked to here.
    if (source.readyState === EventSource.CLOSED) open();
  }, LOOK);
  addEventListener("offline", gone);
  open();
}
