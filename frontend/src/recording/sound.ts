// A take's sound, without gaps and on the take's clock. A sound card counts its samples by a clock of
// its own, which drifts from ours: so samples are counted, and where the count leaves the clock by
// more than 20 ms, silence is put in or sound left out. Picture and sound can't drift further apart.
import { RATE } from "./codecs";
import type { TakeClock } from "./clock";

const APART_MS = 20;
// Data arrives late as often as not, but never early: the least delay within a second is the truth.
const WINDOW_MS = 1_000;
const FIRST_MS = 100; // the very first data may be as late as any
const SILENT_MS = 500; // nothing came for so long: the picture goes on without a sound
const LEFT_MS = 250; // which is not filled up yet, as it may still come

export class Sound {
  private written = 0; // samples
  private aligned = false;
  private least = Infinity;
  private until = 0;
  private skip = 0; // samples

  constructor(
    private readonly clock: TakeClock,
    private readonly encode: (data: AudioData) => void,
  ) {}

  /** Take what has just arrived, and close it. */
  take(data: AudioData, now: number): void {
    try {
      if (!this.clock.rolling(now)) {
        this.aligned = false;
        return;
      }
      this.align(this.lag(now) - ms(data.numberOfFrames) + ms(this.skip), now);
      if (this.skip >= data.numberOfFrames) this.skip -= data.numberOfFrames;
      else this.write(samplesOf(data));
    } finally {
      data.close();
    }
  }

  /** See that there is sound even while none arrives. */
  fill(now: number): void {
    if (!this.clock.rolling(now)) return;
    const lag = this.lag(now);
    if (lag > SILENT_MS) this.pad(lag - LEFT_MS);
  }

  /** End as long as the picture. */
  finish(now: number): void {
    this.pad(this.lag(now));
  }

  private align(lag: number, now: number): void {
    if (!this.aligned) {
      this.aligned = true;
      this.correct(lag);
      return this.look(now + FIRST_MS);
    }
    this.least = Math.min(this.least, lag);
    if (now < this.until) return;
    if (Math.abs(this.least) > APART_MS) this.correct(this.least);
    this.look(now + WINDOW_MS);
  }

  private look(until: number): void {
    this.least = Infinity;
    this.until = until;
  }

  private correct(lag: number): void {
    const skip = this.skip - Math.round((lag * RATE) / 1000);
    this.skip = Math.max(0, skip);
    if (skip < 0) this.pad(ms(-skip));
  }

  private lag(now: number): number {
    return this.clock.length(now) - ms(this.written);
  }

  private pad(length: number): void {
    const frames = Math.round((length * RATE) / 1000);
    if (frames > 0) this.write(new Float32Array(frames));
  }

  private write(samples: Float32Array<ArrayBuffer>): void {
    const data = new AudioData({
      format: "f32",
      sampleRate: RATE,
      numberOfChannels: 1,
      numberOfFrames: samples.length,
      timestamp: ms(this.written) * 1000,
      data: samples,
    });
    this.written += samples.length;
    this.encode(data);
    data.close();
  }
}

const ms = (samples: number) => (samples / RATE) * 1000;

function samplesOf(data: AudioData): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(data.numberOfFrames);
  data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
  return samples;
}
