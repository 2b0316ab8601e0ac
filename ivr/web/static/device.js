// How this device rings: chosen here, and kept in this browser alone.

import * as keys from "./keys.js";
import * as microphone from "./microphone.js";
import * as softphone from "./softphone.js";
import { playOnce, preferences, wakeSound } from "./ring.js";

export function prefer() {
  const sound = document.getElementById("sound");
  if (!sound) return;
  const volume = document.getElementById("volume");
  const shortcuts = document.getElementById("shortcuts");
  sound.value = preferences.sound;
  volume.value = preferences.volume;
  shortcuts.checked = keys.areOn();
  sound.addEventListener("change", () => { preferences.sound = sound.value; playOnce(); });
  volume.addEventListener("change", () => { preferences.volume = volume.value; playOnce(); });
  shortcuts.addEventListener("change", () => { keys.turn(shortcuts.checked); keys.label(); });
  document.getElementById("try-sound").addEventListener("click", async () => {
    await wakeSound();
    playOnce();
  });
  preferNotes(document.getElementById("allow-notes"));
  preferDevices();
}

function preferNotes(button) {
  const tell = () => {
    const words = button.dataset[Notification.permission];
    if (words) {
      button.textContent = words;
      button.disabled = true;
    }
  };
  if (!window.Notification) return button.remove();
  tell();
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    tell();
  });
}

function preferDevices() {
  const picks = { microphone: "audioinput", speaker: "audiooutput" };
  const fill = async () => {
    for (const [id, kind] of Object.entries(picks)) {
      const list = document.getElementById(id);
      const found = await softphone.devices(kind);
      list.replaceChildren(...found.map((each) => new Option(each.label || each.deviceId, each.deviceId)));
      list.value = localStorage.getItem(id) || found[0]?.deviceId || "";
    }
  };
  const preferencesCard = document.getElementById("preferences");
  if (!document.getElementById("microphone") || !navigator.mediaDevices) return;
  preferencesCard.addEventListener("toggle", async () => {
    if (!preferencesCard.open) return;
    await microphone.ask().catch(() => {});
    await fill();
  });
  for (const id of Object.keys(picks)) {
    document.getElementById(id).addEventListener("change", async (event) => {
      localStorage.setItem(id, event.target.value);
      await softphone.choose();
    });
  }
}
