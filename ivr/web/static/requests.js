// How the page's requests end. Asked of each request itself: the form that has sent it
// may be drawn anew meanwhile, and what htmx tells of it is then heard by nobody.

const FAILED = 400;
const REFUSED = [401, 409, 422]; // these lead to the door, or say themselves why

// Refused without a reason that could be drawn: as what is not understood at all.
const BARE = 400;
const statusOf = (xhr) => (xhr.getResponseHeader("HX-Reswap") === "none" ? BARE : xhr.status);

// Zero where there was no answer, or none in time; a page that is left asks no more.
export function watch({ began, ended }) {
  document.body.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
    const asked = { verb: requestConfig.verb, path: requestConfig.path.split("?")[0] };
    began(asked);
    for (const end of ["load", "error", "timeout"]) {
      xhr.addEventListener(end, () => ended(asked, end === "load" ? statusOf(xhr) : 0));
    }
  });
}

export function hasFailed(status) {
  return status === 0 || (status >= FAILED && !REFUSED.includes(status));
}
