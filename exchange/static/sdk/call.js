// Twilio.Call: one call, from its first ring to its end.

class Call extends Emitter {
  parameters;
  customParameters;
  direction = "INCOMING";
  callerInfo = null;
  codec = "opus";
  #line;
  #status = "pending";
  #isTaken = false;
  #isMuted = false;
  #stream = null;
  #quiet = () => {};

  constructor(line, notice) {
    super();
    this.#line = line;
    this.parameters = notice.parameters;
    this.customParameters = new Map(Object.entries(notice.custom));
  }

  accept(options = {}) {
    if (this.#status !== "pending") return;
    this.#status = "connecting";
    this.#line.makeRoom(this);
    this.#answer(options?.rtcConstraints?.audio ?? true);
  }

  reject() {
    if (this.#status !== "pending") return;
    this.#tell("reject");
    this.#close();
    this.emit("reject");
  }

  ignore() {
    if (this.#status !== "pending") return;
    this.#tell("ignore");
    this.#close();
    this.#line.forget(this);
  }

  disconnect() {
    if (this.#status === "connecting") {
      if (!this.#isTaken) this.#tell("reject");
    } else if (ONGOING.includes(this.#status)) {
      this.#tell("hang-up");
    } else return;
    this._end();
  }

  mute(muted = true) {
    if (this.#isMuted === muted) return;
    this.#isMuted = muted;
    this.#applyMute();
    if (ONGOING.includes(this.#status)) this.#tell("mute", { muted });
    this.emit("mute", muted, this);
  }

  isMuted() {
    return this.#isMuted;
  }

  sendDigits(digits) {
    if (/[^0-9*#w]/.test(digits)) {
      throw new InvalidArgumentError("Illegal character passed into sendDigits");
    }
    this.#press(digits.split("w"));
  }

  status() {
    return this.#status;
  }

  getLocalStream() {
    return this.#stream ?? undefined;
  }

  getRemoteStream() {
    return undefined;
  }

  async postFeedback() {}

  toString() {
    return "[Twilio.Call instance]";
  }

  // What the device learns of this call:

  _cancel() {
    if (!UNANSWERED.includes(this.#status)) return;
    this.#close();
    this.emit("cancel");
  }

  _end() {
    if (this.#status === "closed") return;
    this.#close();
    this.emit("disconnect", this);
  }

  _vanish() {
    if (this.#status === "pending") this._cancel();
    else this._end();
  }

  _falter() {
    if (this.#status !== "open") return;
    this.#status = "reconnecting";
    this.emit("reconnecting", new TwilioError(53001));
  }

  _recover() {
    if (this.#status !== "reconnecting") return;
    this.#status = "open";
    this.emit("reconnected");
  }

  _hear(stream) {
    this.#quiet();
    if (this.#stream !== stream) this.#line.audio._close(this.#stream);
    this.#stream = stream;
    this.#applyMute();
    this.#quiet = measure(stream, (volume) => this.emit("volume", volume, 0));
  }

  async #answer(audio) {
    let stream;
    try {
      stream = await this.#line.audio._open(audio);
    } catch (fault) {
      const refused = ["NotAllowedError", "PermissionDeniedError"].includes(fault.name);
      this.disconnect();
      this.emit("error", new TwilioError(refused ? 31401 : 31402, fault));
      return;
    }
    this.#stream = stream;
    if (this.#status === "connecting") await this.#take();
    if (this.#status === "closed") this.#line.audio._close(stream);
  }

  async #take() {
    this.#isTaken = true;
    try {
      const told = await this.#line.ask("accept");
      if (!told.done) throw Object.assign(new Error(told.message), { code: told.code });
    } catch (fault) {
      if (this.#status !== "connecting") return;
      this.emit("error", new TwilioError(31005, fault));
      this._end();
      return;
    }
    if (this.#status !== "connecting") {
      this.#tell("hang-up");
      return;
    }
    this.#status = "open";
    this._hear(this.#stream);
    this.emit("accept", this);
  }

  async #press([digits, ...rest]) {
    if (digits) this.#tell("keys", { digits });
    if (!rest.length) return;
    await later(DIGIT_PAUSE);
    this.#press(rest);
  }

  #applyMute() {
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !this.#isMuted;
  }

  #close() {
    this.#status = "closed";
    this.#quiet();
    this.#line.audio._close(this.#stream);
  }

  #tell(deed, body) {
    this.#line.ask(deed, body).catch(() => {});
  }
}
