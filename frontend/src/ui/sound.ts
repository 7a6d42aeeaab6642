// The sounds of the shutter, made on the spot: three soft ticks and a mechanical click.
import { sounds } from "./settings";

let context: AudioContext | null = null;

/** The browser lets a page sound only after a gesture; by the shutter there has been one. */
function audio(): AudioContext | null {
  if (sounds.value === "off" || !navigator.userActivation?.hasBeenActive) return null;
  context ??= new AudioContext();
  void context.resume();
  return context;
}

export function tick(): void {
  const on = audio();
  if (on === null) return;
  const { currentTime: start } = on;
  const tone = new OscillatorNode(on, { type: "sine", frequency: 880 });
  tone.connect(fading(on, start, 0.16, 0.18));
  tone.start(start);
  tone.stop(start + 0.2);
}

/** Two bursts of noise, as a mirror goes up and a curtain falls. */
export function click(): void {
  const on = audio();
  if (on === null) return;
  const noise = new AudioBuffer({ length: on.sampleRate * 0.08, sampleRate: on.sampleRate });
  const samples = noise.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  for (const [delay, frequency, loud] of [[0, 2600, 0.32], [0.09, 1500, 0.24]] as const) {
    const start = on.currentTime + delay;
    const burst = new AudioBufferSourceNode(on, { buffer: noise });
    const band = new BiquadFilterNode(on, { type: "bandpass", frequency, Q: 0.8 });
    burst.connect(band).connect(fading(on, start, loud, 0.07));
    burst.start(start);
  }
}

function fading(on: AudioContext, start: number, loud: number, seconds: number): GainNode {
  const gain = new GainNode(on, { gain: loud });
  gain.gain.setValueAtTime(loud, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  gain.connect(on.destination);
  return gain;
}
