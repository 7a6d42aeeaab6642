// Goes into a recording guest's page: a clapperboard. In one and the same turn of the page a tone goes
// into the microphone, and the stage gets another background: how far apart both are in the take is
// how far picture and sound are from each other.
const context = new AudioContext({ sampleRate: 48_000 });
const tone = new OscillatorNode(context, { frequency: 1_000 });
const loud = new GainNode(context, { gain: 0 });
const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
tone.connect(loud).connect(microphone);
tone.start();

const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
  const stream = video ? await real({ video }) : new MediaStream();
  if (audio) stream.addTrack(microphone.stream.getAudioTracks()[0].clone());
  return stream;
};

const EVERY_MS = 2_000;
const TONE_S = 0.08;
let bright = false;

/** Clap from now on. */
window.clap = () => setInterval(() => {
  const { booth } = window.sameframe;
  bright = !bright;
  const background = { name: "plain", colour: bright ? "#ffffff" : "#000000" };
  loud.gain.setValueAtTime(0.8, context.currentTime);
  loud.gain.setValueAtTime(0, context.currentTime + TONE_S);
  booth.stage.scene({ ...booth.scene.value, background });
}, EVERY_MS);
