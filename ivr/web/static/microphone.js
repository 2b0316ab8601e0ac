// The microphone. Whoever cannot be heard must not be offered a caller: so it is asked
// for before anybody is available, and watched for as long as the page is open.

const NAME = { name: "microphone" };
const DENIALS = ["NotAllowedError", "PermissionDeniedError", "SecurityError"];

let allowed = false;
let asked;

// Whether it was had since the page was loaded, and has not been taken away.
export const isAllowed = () => allowed;

export function forget() {
  allowed = false;
}

// On a line without sound nobody needs one that is not there.
export function excuse() {
  allowed = true;
}

class Refusal extends Error {
  constructor(reason, cause) {
    super(`microphone ${reason}: ${cause?.message ?? "no access"}`);
    this.reason = reason;
  }
}

// Granted, denied or prompt, as the browser's settings say; "" where they do not.
async function permission() {
  const told = await navigator.permissions?.query(NAME).catch(() => undefined);
  return told?.state ?? "";
}

export const isDenied = async () => await permission() === "denied";
export const isToBeAsked = async () => await permission() === "prompt";

// Asks the person where nobody has; one question at a time. What is refused tells its
// reason: "denied", or "missing" where there is none that could be used.
export function ask() {
  asked ??= open().finally(() => { asked = undefined; });
  return asked;
}

async function open() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
  } catch (error) {
    // Without a device browsers say that there is none, denied or not.
    const denied = DENIALS.includes(error.name) || await isDenied();
    throw new Refusal(denied ? "denied" : "missing", error);
  }
  if (await isDenied()) throw new Refusal("denied");
  allowed = true;
}

// Tells of each change of the permission; a browser that knows none says nothing.
export async function watch(changed) {
  const status = await navigator.permissions?.query(NAME).catch(() => undefined);
  status?.addEventListener("change", () => {
    if (status.state !== "granted") forget();
    changed(status.state);
  });
}
