// The stream of events: what changed is asked for, and a silence is a lost connection.
//
// A beat comes every two seconds. Whoever has heard none for four is told, so that
// nobody believes to be online who is not, and a new stream is opened: one that hangs
// says nothing of it. Why a stream is refused no browser tells a page: it asks for what
// is so now, and that answer says it.

const SILENCE = 4000;
const LOOK = 500;
const AGAIN = 5000;

// Every second beat, of which none comes to the millisecond.
const PROOF = 3500;
const ANSWERS = 4000;

export function follow(address, { changed, beat, refused, offline, lost, back, signedOut }) {
  const prove = prover(`${address}/here`);
  let heard = performance.now();
  let opened = heard;
  let isLost = false;
  let source;

  function alive() {
    heard = performance.now();
    prove();
    beat();
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
    source?.close();
    opened = performance.now();
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

  // The browser gives up for good after some refusals, and waits for ever for an answer
  // that does not come: it is helped with both.
  function look(patience) {
    if (!isLost && performance.now() - heard < SILENCE) return;
    gone();
    if (performance.now() - opened >= patience) open();
  }

  setInterval(look, LOOK, AGAIN);
  addEventListener("offline", () => { offline(); gone(); });
  addEventListener("online", () => look(0));
  // Timers sleep in a tab that is not seen, and in a machine that is shut.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look(LOOK);
  });
  open();
}

// A stream proves to the page that the server is there, and nothing to the server: what
// it sends may end in a buffer. So the page answers, by the beats it hears, for those
// come to a hidden tab too. That an answer fails is told by the silence.
function prover(address) {
  let proved = -Infinity;
  return () => {
    if (performance.now() - proved < PROOF) return;
    proved = performance.now();
    fetch(address, {
      credentials: "include",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWERS),
    }).catch(() => {});
  };
}
