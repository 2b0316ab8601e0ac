// What is heard and measured here: the ringing, and how loud the microphone is.

let context;

function soundContext() {
  if (typeof AudioContext === "undefined") return null;
  context ??= new AudioContext();
  context.resume().catch(() => {});
  return context;
}

// Tell how loud a microphone is, from 0 to 1, until the returned function is called.
function measure(stream, tell) {
  const sound = stream && soundContext();
  if (!sound) return () => {};
  const source = sound.createMediaStreamSource(stream);
  const analyser = new AnalyserNode(sound, { fftSize: 32, smoothingTimeConstant: 0.3 });
  const levels = new Uint8Array(analyser.frequencyBinCount);
  source.connect(analyser);
  const timer = setInterval(() => {
    analyser.getByteFrequencyData(levels);
    tell(levels.reduce((sum, level) => sum + level, 0) / levels.length / 255);
  }, VOLUME_EVERY);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

function playFile(address, speakers) {
  const sound = new Audio(address);
  sound.loop = true;
  if (speakers.length && sound.setSinkId) sound.setSinkId(speakers[0]).catch(() => {});
  sound.play().catch(() => {});
  return () => sound.pause();
}

function playTone() {
  const sound = soundContext();
  if (!sound) return () => {};
  const beep = () => {
    for (const frequency of [440, 480]) {
      const tone = new OscillatorNode(sound, { frequency });
      tone.connect(new GainNode(sound, { gain: 0.1 })).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 1);
    }
  };
  beep();
  const timer = setInterval(beep, RING_EVERY);
  return () => clearInterval(timer);
}

const stopTracks = (stream) => stream?.getTracks().forEach((track) => track.stop());
