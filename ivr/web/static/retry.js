// The page of a service that does not answer looks for itself whether it does again.

const AGAIN = 5000;

async function look() {
  const isThere = await fetch(location.href, { method: "HEAD", cache: "no-store" })
    .then(({ status }) => status < 500, () => false);
  if (isThere) location.reload();
  else setTimeout(look, AGAIN);
}

setTimeout(look, AGAIN);
