// The operator tries this place of work: each check says what it found, in words.

import { leading } from "./leader.js";
import { live } from "./page.js";
import { playOnce, wakeSound } from "./ring.js";

const PATIENCE = 5000;
const LISTENS = 5000;
const LOUD = 0.05;

const card = (name) => document.querySelector(`[data-check="${name}"]`);
const on = (id, deed) => document.getElementById(id).addEventListener("click", deed);

function tell(name, good, value = "") {
  const place = document.getElementById(`${name}-result`);
  const words = good ? card(name).dataset.good : card(name).dataset.bad;
  place.textContent = words.replace("{value}", value);
  place.className = `result ${good ? "done" : "fault"}`;
}

function next(event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("late")), PATIENCE);
    document.body.addEventListener(event, () => { clearTimeout(late); resolve(); }, { once: true });
  });
}

// What only the operator can tell is asked, once there was something to hear.
for (const name of ["sound", "ring"]) {
  on(`${name}-heard`, () => tell(name, true));
  on(`${name}-silent`, () => tell(name, false));
}

function judge(name, may = true) {
  for (const each of ["heard", "silent"]) document.getElementById(`${name}-${each}`).disabled = !may;
}

on("try-events", async () => {
  const begin = performance.now();
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const heard = next("desk:changed");
  try {
    const answer = await fetch("/operator/self-test/echo", {
      method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    await heard;
    tell("events", true, Math.round(performance.now() - begin));
  } catch {
    heard.catch(() => {});
    tell("events", false);
  }
});

on("try-sound", async () => {
  await wakeSound();
  playOnce();
  judge("sound");
});

on("try-notes", async () => {
  const allowed = window.Notification && await Notification.requestPermission() === "granted";
  if (allowed) new Notification(card("notes").querySelector("h2").textContent, { tag: "self-test" });
  tell("notes", allowed);
});

on("try-microphone", async () => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const loudest = await listen(stream);
    for (const track of stream.getTracks()) track.stop();
    tell("microphone", loudest >= LOUD, stream.getAudioTracks()[0]?.label || "");
  } catch {
    tell("microphone", false);
  }
});

const ringAnswer = document.getElementById("ring-answer");
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target !== ringAnswer) return;
  ringAnswer.className = "result";
  judge("ring", detail.xhr.status === 200);
});

// What rings in the tab that has the telephone is not picked up from this one.
on("try-ring", (event) => {
  if (leading() || live()?.dataset.reach !== "browser") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ringAnswer.textContent = event.currentTarget.dataset.elsewhere;
  ringAnswer.className = "result fault";
});

async function listen(stream) {
  const context = new AudioContext();
  // Longer than the time between two looks: no short word falls between them.
  const analyser = new AnalyserNode(context, { fftSize: 16384 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const meter = document.getElementById("level");
  const until = performance.now() + LISTENS;
  let loudest = 0;
  while (performance.now() < until && loudest < LOUD) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    analyser.getFloatTimeDomainData(samples);
    meter.value = Math.max(...samples.map(Math.abs));
    loudest = Math.max(loudest, meter.value);
  }
  await context.close();
  return loudest;
}
