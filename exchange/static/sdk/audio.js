// Device.audio: microphones and speakers, found, chosen, lost.

// The device a browser takes when none was chosen.
const usual = (devices) => devices.get("default") ?? [...devices.values()][0];

// Where there is no device, browsers say so and not that it may not be used.
async function isMicrophoneDenied() {
  const asked = globalThis.navigator?.permissions?.query({ name: "microphone" });
  return (await asked?.catch(() => null))?.state === "denied";
}

class Outputs {
  #known;
  #chosen = new Set();
  #isSupported;

  constructor(known, isSupported) {
    this.#known = known;
    this.#isSupported = isSupported;
  }

  get() {
    return this.#chosen;
  }

  async set(ids) {
    if (!this.#isSupported) throw new NotSupportedError("Outputs cannot be chosen here");
    const wanted = [ids].flat();
    if (!wanted.length) throw new InvalidArgumentError("Must specify at least one device to set");
    const missing = wanted.filter((id) => !this.#known.has(id));
    if (missing.length) throw new InvalidArgumentError(`Devices not found: ${missing.join(", ")}`);
    this.#chosen.clear();
    for (const id of wanted) this.#chosen.add(this.#known.get(id));
  }

  delete(device) {
    const wasChosen = this.#chosen.delete(device);
    const rest = usual(this.#known);
    if (!this.#chosen.size && rest) this.#chosen.add(rest);
    return wasChosen;
  }

  async test() {
    playTone()();
  }
}

class AudioHelper extends Emitter {
  availableInputDevices = new Map();
  availableOutputDevices = new Map();
  isVolumeSupported = typeof AudioContext !== "undefined";
  inputDevice = null;
  inputStream = null;
  audioConstraints = null;
  #enabled = { disconnect: true, incoming: true, outgoing: true };
  #options;
  #replaced;
  #quiet = () => {};
  #refreshed = () => this._refresh().catch(() => {});

  constructor(options, replaced) {
    super();
    this.#options = options;
    this.#replaced = replaced;
    const sinks = typeof HTMLAudioElement !== "undefined" && HTMLAudioElement.prototype.setSinkId;
    this.isOutputSelectionSupported = Boolean(sinks) && Boolean(this.#media());
    this.speakerDevices = this.#outputs();
    this.ringtoneDevices = this.#outputs();
    this.#media()?.addEventListener?.("devicechange", this.#refreshed);
    this.#refreshed();
  }

  disconnect(enable) {
    return this.#enable("disconnect", enable);
  }

  incoming(enable) {
    return this.#enable("incoming", enable);
  }

  outgoing(enable) {
    return this.#enable("outgoing", enable);
  }

  async setInputDevice(id) {
    const device = this.availableInputDevices.get(id);
    if (!device) throw new InvalidArgumentError(`Device not found: ${id}`);
    if (this.inputDevice?.deviceId === id && this.inputStream) return;
    await this.#use(device);
  }

  async unsetInputDevice() {
    if (!this.inputDevice) return;
    this.#replaced(null);
    this.#keep(null, null);
  }

  async setAudioConstraints(constraints) {
    this.audioConstraints = { ...constraints };
    delete this.audioConstraints.deviceId;
    if (this.inputDevice) await this.#use(this.inputDevice);
  }

  async unsetAudioConstraints() {
    this.audioConstraints = null;
    if (this.inputDevice) await this.#use(this.inputDevice);
  }

  // A microphone for one call: the chosen one, or whichever the browser gives.
  async _open(constraints) {
    if (this.inputStream) return this.inputStream;
    try {
      return await this.#open(constraints);
    } catch (fault) {
      // No sound is carried here: a machine without a microphone may try the desk.
      if (fault.name !== "NotFoundError") throw fault;
      if (!(await isMicrophoneDenied())) return null;
      throw new DOMException("The microphone may not be used", "NotAllowedError");
    }
  }

  _close(stream) {
    if (stream !== this.inputStream) stopTracks(stream);
  }

  _destroy() {
    this.#media()?.removeEventListener?.("devicechange", this.#refreshed);
    this.#keep(null, null);
    this.removeAllListeners();
  }

  async _refresh() {
    const list = this.#options.enumerateDevices ?? (() => this.#media()?.enumerateDevices());
    const found = (await list()) ?? [];
    this.#update(found, "audiooutput", this.availableOutputDevices, (device) => {
      const spoke = this.speakerDevices.delete(device);
      return this.ringtoneDevices.delete(device) || spoke;
    });
    this.#update(found, "audioinput", this.availableInputDevices, (device) => this.#lost(device));
    const first = usual(this.availableOutputDevices);
    for (const outputs of [this.speakerDevices, this.ringtoneDevices]) {
      if (first && !outputs.get().size) await outputs.set(first.deviceId).catch(() => {});
    }
  }

  #media() {
    return globalThis.navigator?.mediaDevices;
  }

  #outputs() {
    return new Outputs(this.availableOutputDevices, this.isOutputSelectionSupported);
  }

  #enable(sound, enable) {
    if (enable !== undefined) this.#enabled[sound] = Boolean(enable);
    return this.#enabled[sound];
  }

  async #open(audio) {
    const ask = this.#options.getUserMedia ?? ((wanted) => this.#media().getUserMedia(wanted));
    const stream = await ask({ audio });
    this.#refreshed();
    return stream;
  }

  async #use(device) {
    const wanted = { ...this.audioConstraints, deviceId: { exact: device.deviceId } };
    const stream = await this.#open(wanted);
    this.#replaced(stream);
    this.#keep(device, stream);
  }

  #keep(device, stream) {
    this.#quiet();
    stopTracks(this.inputStream);
    Object.assign(this, { inputDevice: device, inputStream: stream });
    this.#quiet = measure(stream, (volume) => this.emit("inputVolume", volume));
  }

  #lost(device) {
    if (this.inputDevice?.deviceId !== device.deviceId) return false;
    this.#keep(null, null);
    const other = usual(this.availableInputDevices);
    if (other) this.#use(other).catch(() => {});
    return true;
  }

  #update(found, kind, known, lose) {
    const before = new Map(known);
    known.clear();
    for (const { deviceId, groupId, label } of found.filter((device) => device.kind === kind)) {
      const unnamed = deviceId === "default" ? "Default" : `Unknown Device ${known.size + 1}`;
      const name = label || unnamed;
      const old = before.get(deviceId);
      known.set(deviceId, old?.label === name ? old : { deviceId, groupId, kind, label: name });
    }
    const lost = [...before.values()].filter((device) => !known.has(device.deviceId));
    const isNew = [...known].some(([id, device]) => before.get(id) !== device);
    if (lost.length || isNew) safely(() => this.emit("deviceChange", lost.filter(lose)));
  }
}
