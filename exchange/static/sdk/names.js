// The names under which a page finds all this.

const capital = (word) => word[0].toUpperCase() + word.slice(1);
const named = (...words) => Object.fromEntries(words.map((word) => [capital(word), word]));

Object.assign(Device, {
  isSupported: true,
  packageName: "@twilio/voice-sdk",
  version: "2.18.5",
  State: named("destroyed", "unregistered", "registering", "registered"),
  EventName: named(
    ...["error", "incoming", "destroyed", "unregistered"],
    ...["registering", "registered", "tokenWillExpire"],
  ),
  SoundName: named("incoming", "outgoing", "disconnect"),
});
Object.assign(Call, {
  State: named("closed", "connecting", "open", "pending", "reconnecting", "ringing"),
  CallDirection: { Incoming: "INCOMING", Outgoing: "OUTGOING" },
  Codec: { Opus: "opus", PCMU: "pcmu" },
});

// No name of the library: what a page may know of the exchange alone.
globalThis.theExchange = { carriesSound: false };
globalThis.Twilio = { ...globalThis.Twilio, Call, Device, TwilioError };
