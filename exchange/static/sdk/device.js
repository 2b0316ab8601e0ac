// Twilio.Device: registers a client, hears of its calls, and stays in touch.

class Device extends Emitter {
  audio;
  #id = randomName();
  #token;
  #options = { allowIncomingWhileBusy: false, sounds: {}, tokenRefreshMs: 10000 };
  #state = "unregistered";
  #identity = null;
  #calls = [];
  #active = null;
  #isListening = false;
  #isKnown = false;
  #isRunning = false;
  #isLeaving = false;
  #read = 0;
  #reading = new AbortController();
  #waiting = [];
  #done = Promise.resolve();
  #expiry;
  #hush = null;
  #leave = () => this.destroy();

  constructor(token, options = {}) {
    super();
    this.updateToken(token);
    this.updateOptions(options);
    this.audio = new AudioHelper(this.#options, (stream) => this.#replace(stream));
    globalThis.addEventListener?.("pagehide", this.#leave);
  }

  get state() {
    return this.#state;
  }

  get identity() {
    return this.#identity;
  }

  get token() {
    return this.#token;
  }

  get calls() {
    return this.#calls;
  }

  get isBusy() {
    return this.#active !== null;
  }

  get edge() {
    return this.#isKnown ? "roaming" : null;
  }

  get home() {
    return null;
  }

  async register() {
    this.#demand("register", "unregistered");
    this.#isListening = true;
    this.#setState("registering");
    const registered = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // During a call a request waits for news already: it would keep the device waiting too.
    this.#reading.abort();
    this.#run();
    await registered;
  }

  async unregister() {
    this.#demand("unregister", "registered");
    this.#isListening = this.#isKnown = false;
    clearTimeout(this.#expiry);
    await this.#ask("DELETE").catch(() => {});
    this.#setState("unregistered");
    if (!this.#isNeeded()) this.#reading.abort();
  }

  destroy() {
    if (this.#state === "destroyed") return;
    this.#isLeaving = true;
    for (const call of [...this.#calls]) call.reject();
    this.disconnectAll();
    globalThis.removeEventListener?.("pagehide", this.#leave);
    clearTimeout(this.#expiry);
    this.#isListening = false;
    if (this.#identity !== null) this.#sayGoodbye();
    this.#setState("unregistered");
    this.#setState("destroyed");
    this.#settle(new InvalidStateError("Device has been destroyed."));
    this.#reading.abort();
    this.#quieten();
    this.audio._destroy();
    this.removeAllListeners();
  }

  disconnectAll() {
    for (const call of [...this.#calls]) call.disconnect();
    this.#active?.disconnect();
  }

  updateToken(token) {
    this.#refuseDestroyed("updateToken");
    if (typeof token !== "string") {
      throw new InvalidArgumentError('Parameter "token" must be of type "string".');
    }
    this.#token = token;
    if (this.#state === "registered") this.#renew();
    else if (this.#isListening) this.#run();
  }

  updateOptions(options = {}) {
    this.#refuseDestroyed("updateOptions");
    Object.assign(this.#options, options);
  }

  async connect() {
    throw new NotSupportedError("The exchange takes no calls from browsers");
  }

  toString() {
    return "[Twilio.Device instance]";
  }

  // --- news

  #isNeeded() {
    return this.#isListening || this.#active !== null || this.#calls.length > 0;
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    let pause = FIRST_PAUSE;
    while (this.#state !== "destroyed" && this.#isNeeded()) {
      try {
        if (this.#isListening && !this.#isKnown) await this.#enter();
        await this.#fetchNews();
        pause = FIRST_PAUSE;
      } catch (fault) {
        if (fault.name === "AbortError") continue;
        if (this.#isRefusal(fault)) break;
        this.#falter(fault);
        await later(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
    this.#isRunning = false;
  }

  async #enter() {
    const known = await this.#ask("POST");
    if (!this.#isListening) return;
    this.#isKnown = true;
    this.#identity = known.identity;
    if (known.fresh) this.#read = 0;
    this.#expectExpiry(known.ttl);
    if (this.#state === "unregistered") this.#setState("registering");
    this.#setState("registered");
    for (const call of this.#everyCall()) {
      const isThere = known.calls.includes(call.parameters.CallSid);
      safely(() => (isThere ? call._recover() : call._vanish()));
    }
  }

  async #fetchNews() {
    this.#reading = new AbortController();
    const path = `/events?after=${this.#read}&wait=${WAIT_SECONDS}`;
    const { events } = await this.#ask("GET", path, undefined, this.#reading.signal);
    for (const notice of events) {
      this.#read = notice.number;
      safely(() => this.#take(notice));
    }
    for (const call of this.#everyCall()) safely(() => call._recover());
  }

  #take(notice) {
    const call = this.#everyCall().find((each) => each.parameters.CallSid === notice.call);
    if (notice.kind === "incoming") this.#ring(notice);
    else if (notice.kind === "disconnect") call?._end();
    else call?._cancel();
  }

  #falter(fault) {
    const wasKnown = this.#isKnown;
    this.#isKnown = false;
    safely(() => this.emit("error", new TwilioError(31005, fault)));
    for (const call of this.#everyCall()) safely(() => call._falter());
    if (fault.status === 404 && !wasKnown) this.#dropCalls();
    if (wasKnown) this.#setState("unregistered");
  }

  #isRefusal(fault) {
    if (fault.status !== 401 && fault.status !== 403) return false;
    this.#isKnown = false;
    const error = new TwilioError(fault.code === 20104 ? 20104 : 20101, fault);
    this.#setState("unregistered");
    this.#settle(error);
    this.#dropCalls();
    safely(() => this.emit("error", error));
    return true;
  }

  // --- calls

  #ring(notice) {
    if (this.#active && !this.#options.allowIncomingWhileBusy) return;
    const call = new Call(
      {
        audio: this.audio,
        ask: (deed, body) => this.#act(notice.call, deed, body),
        makeRoom: (next) => this.#active !== next && this.#active?.disconnect(),
        forget: (gone) => this.#forget(gone),
      },
      notice,
    );
    this.#calls.push(call);
    call.once("accept", () => this.#begin(call));
    for (const end of ["cancel", "reject", "disconnect"]) call.once(end, () => this.#forget(call));
    call.on("error", () => call.status() === "closed" && this.#forget(call));
    if (this.audio.incoming() && !this.#active) this.#sound();
    this.emit("incoming", call);
  }

  #everyCall() {
    return this.#active ? [...this.#calls, this.#active] : [...this.#calls];
  }

  #begin(call) {
    this.#active = call;
    this.#calls = this.#calls.filter((each) => each !== call);
    if (!this.#calls.length) this.#quieten();
  }

  #dropCalls() {
    for (const call of this.#everyCall()) safely(() => call._vanish());
  }

  #forget(call) {
    this.#calls = this.#calls.filter((each) => each !== call);
    if (this.#active === call) this.#active = null;
    if (!this.#calls.length) this.#quieten();
    if (!this.#isNeeded()) this.#reading.abort();
  }

  #replace(stream) {
    if (this.#active && !stream) {
      throw new InvalidStateError("Cannot unset input device while a call is in progress.");
    }
    this.#active?._hear(stream);
  }

  #sound() {
    const speakers = [...this.audio.ringtoneDevices.get()].map((device) => device.deviceId);
    const own = this.#options.sounds?.incoming;
    this.#hush ??= own ? playFile(own, speakers) : playTone();
  }

  #quieten() {
    this.#hush?.();
    this.#hush = null;
  }

  // --- state

  #setState(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (state === "registered") this.#settle();
    safely(() => this.emit(state));
  }

  #settle(error) {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }

  #demand(deed, state) {
    if (this.#state === state) return;
    throw new InvalidStateError(
      `Attempt to ${deed} when device is in state "${this.#state}". Must be "${state}".`,
    );
  }

  #refuseDestroyed(deed) {
    if (this.#state !== "destroyed") return;
    throw new InvalidStateError(`Attempt to "${deed}" when device is in state "destroyed".`);
  }

  #expectExpiry(seconds) {
    clearTimeout(this.#expiry);
    const left = Math.max(0, seconds * 1000 - this.#options.tokenRefreshMs);
    this.#expiry = setTimeout(() => this.emit("tokenWillExpire", this), left);
  }

  async #renew() {
    try {
      await this.#enter();
    } catch (fault) {
      // Who reads the news next meets the same, and says so.
      if (fault.status === 401 && this.#state === "registered") this.#isKnown = false;
      this.#reading.abort();
    }
  }

  // --- the wire

  // One deed after the other, as over a WebSocket: muted and unmuted is not the reverse.
  // A goodbye ends all calls by itself: whoever has said it needs say no more.
  #act(call, deed, body) {
    const done = this.#done.then(() => {
      if (this.#isLeaving) return { done: false };
      return this.#ask("POST", `/calls/${call}/${deed}`, body);
    });
    this.#done = done.catch(() => {});
    return done;
  }

  async #ask(method, path = "", body, signal) {
    const headers = { Authorization: `Bearer ${this.#token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(new URL(this.#id + path, CLIENTS), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
      credentials: "omit",
    });
    const told = await answer.json().catch(() => ({}));
    signal?.throwIfAborted();
    if (answer.ok) return told;
    const { status } = answer;
    throw Object.assign(new Error(told.message ?? `status ${status}`), { status, code: told.code });
  }

  // A page that goes away may still send a beacon: without headers, so with the token.
  #sayGoodbye() {
    const address = new URL(`${this.#id}/gone`, CLIENTS);
    const words = JSON.stringify({ token: this.#token });
    if (globalThis.navigator?.sendBeacon?.(address, words)) return;
    fetch(address, { method: "POST", body: words, keepalive: true }).catch(() => {});
  }
}
