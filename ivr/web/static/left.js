// Words that were refused, and never saved, are kept beside the next caller's form, folded
// away: whoever wrote them copies them, or throws them away.

const place = () => document.getElementById("left-words");
const words = () => place()?.querySelector(".written");

export const isAny = () => Boolean(words()?.textContent);

export function setAside(form) {
  if (!words()) return;
  const written = [...form.querySelectorAll("textarea")].map(({ value }) => value.trim());
  words().textContent = [words().textContent, ...written].filter(Boolean).join("\n\n");
}

// Out of sight while it rings, and while nobody is there.
export function show(is) {
  if (!place()) return;
  place().hidden = !is || !isAny();
  if (place().hidden) place().open = false;
}

export function listen() {
  place()?.querySelector("button").addEventListener("click", () => {
    words().textContent = "";
    show(false);
  });
}
