// Two tabs of one operator behave as one: one of them rings and holds the telephone.
//
// The browser gives the lock to one tab; when that tab is closed, to the next.

let leads = false;

export function leading() {
  return leads;
}

export function lead(begin) {
  if (!navigator.locks) {
    leads = true;
    begin();
    return;
  }
  navigator.locks.request("hotline-desk", () => {
    leads = true;
    begin();
    return new Promise(() => {});
  });
}
