// Handlers of events, as the real library's EventEmitter keeps them: it has no `off`.

class Emitter {
  #handlers = new Map();

  on(name, handler) {
    this.#handlers.set(name, [...this.listeners(name), handler]);
    return this;
  }

  once(name, handler) {
    const first = (...given) => {
      this.removeListener(name, first);
      handler.apply(this, given);
    };
    first.handler = handler;
    return this.on(name, first);
  }

  addListener(name, handler) {
    return this.on(name, handler);
  }

  removeListener(name, handler) {
    const kept = this.listeners(name).filter((h) => h !== handler && h.handler !== handler);
    this.#handlers.set(name, kept);
    return this;
  }

  removeAllListeners(name) {
    if (name === undefined) this.#handlers.clear();
    else this.#handlers.delete(name);
    return this;
  }

  listeners(name) {
    return this.#handlers.get(name) ?? [];
  }

  listenerCount(name) {
    return this.listeners(name).length;
  }

  emit(name, ...given) {
    const handlers = this.listeners(name);
    if (name === "error" && handlers.length === 0) throw given[0];
    for (const handler of handlers) handler.apply(this, given);
    return handlers.length > 0;
  }
}
