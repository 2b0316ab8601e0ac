// A form that is refused keeps what was typed: nobody thinks of a password twice for one
// wrong code. What else is answered is shown as it is, and without scripts all goes as ever.

const form = document.querySelector("form[data-stays]");

async function send() {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    headers: { Accept: "text/html" },
  });
  if (answer.redirected) return location.assign(answer.url);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fault = page.getElementById("fault");
  if (!fault) throw new Error(`answered with ${answer.status}`);
  tell(fault);
}

function tell(fault) {
  document.getElementById("fault")?.remove();
  form.before(fault);
  const code = form.elements.code;
  if (code) code.value = ""; // it has been used up, or is wrong
  (code ?? form.querySelector("input:not([type=hidden], [hidden], [readonly])")).focus();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  send()
    .catch(() => form.submit())
    .finally(() => { button.disabled = false; });
});
