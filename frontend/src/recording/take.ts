// A take that is being recorded: the stage's frames and the mixed sound, encoded by WebCodecs and
// written into its film as they come.
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
  StreamTarget,
} from "mediabunny";
import { TakeClock } from "./clock";
import type { AudioChoice, VideoChoice } from "./codecs";
import type { Film } from "./film";
import { Sound } from "./sound";
import { Tape } from "./tape";

const QUEUE = 4; // frames before the encoder
const STUCK_MS = 1_000;

const now = () => performance.timeOrigin + performance.now();

export class Take {
  private readonly clock = new TakeClock();
  private readonly tape = new Tape();
  private readonly pictures: EncodedVideoPacketSource;
  private readonly voices: EncodedAudioPacketSource;
  private readonly output: Output;
  private readonly video: VideoEncoder;
  private readonly audio: AudioEncoder;
  private readonly sound: Sound;
  private readonly within: number[] = []; // stamps of the frames within the encoder
  private heard = 0; // when it last gave one back
  private adding: Promise<unknown> = Promise.resolve();
  private fresh = 0; // bytes encoded that the stage was not told of
  private swallowed = 0; // frames that the encoder left out
  frames = 0; // that are in the film
  private broken = false;

  constructor(
    film: Film,
    private readonly choice: VideoChoice,
    audio: AudioChoice,
    private readonly reader: ReadableStreamDefaultReader<AudioData>,
    private readonly failed: (error: unknown) => void,
  ) {
    const error = (fault: unknown) => this.break(fault);
    this.pictures = new EncodedVideoPacketSource(choice.name);
    this.voices = new EncodedAudioPacketSource(audio.name);
    this.output = new Output({
      format: new MkvOutputFormat({ appendOnly: true }),
      target: new StreamTarget(film.stream()),
    });
    this.output.addVideoTrack(this.pictures);
    this.output.addAudioTrack(this.voices);
    this.video = new VideoEncoder({ output: (chunk, meta) => this.picture(chunk, meta), error });
    this.video.ondequeue = () => this.encode();
    this.video.configure(choice.config);
    this.audio = new AudioEncoder({ output: (chunk, meta) => this.add(this.voices, chunk, meta), error });
    this.audio.configure(audio.config);
    this.sound = new Sound(this.clock, (data) => this.audio.encode(data));
  }

  async start(): Promise<void> {
    await this.output.start();
    void this.listen();
  }

  get lost(): number {
    return this.tape.lost + this.swallowed;
  }

  hold(at: number): void {
    this.clock.hold(at);
  }

  roll(at: number): void {
    this.clock.roll(at);
  }

  thread(port: MessagePort): void {
    this.within.length = 0;
    this.tape.thread(port, () => this.encode());
  }

  /** End the film at this instant. */
  async stop(at: number): Promise<void> {
    const length = this.clock.length(at);
    this.clock.hold(at);
    await this.tape.end();
    while (this.tape.waiting.length && !this.broken) await new Promise((next) => setTimeout(next, 10));
    await this.reader.cancel();
    if (length > 0) this.sound.finish(at);
    if (!this.broken) await Promise.all([this.video.flush(), this.audio.flush()]);
    await this.adding.catch(() => undefined);
    await this.output.finalize().catch(() => undefined); // a full disk: what is whole is kept
  }

  break(error: unknown): void {
    if (this.broken) return;
    this.broken = true;
    this.failed(error);
  }

  /** Hand to the encoder what it has room for. */
  private encode(): void {
    const { waiting } = this.tape;
    while (waiting.length && (this.broken || this.video.encodeQueueSize < QUEUE)) {
      const { frame, key, coarseness } = waiting.shift()!;
      try {
        if (this.broken) {
          this.tape.done(1, 0);
          continue;
        }
        if (!this.within.length) this.heard = now();
        this.within.push(frame.timestamp);
        this.video.encode(frame, { keyFrame: key, ...this.choice.options(coarseness) });
      } finally {
        frame.close();
      }
      this.sound.fill(now());
    }
  }

  /** Take a picture that was encoded; only now may the stage send another. */
  private picture(chunk: EncodedVideoChunk, meta?: EncodedVideoChunkMetadata): void {
    this.add(this.pictures, chunk, meta);
    this.frames++;
    this.heard = now();
    const later = this.within.findIndex((stamp) => stamp > chunk.timestamp);
    const done = this.within.splice(0, later < 0 ? this.within.length : later).length;
    this.swallowed += Math.max(0, done - 1);
    this.tape.done(done, this.fresh);
    this.fresh = 0;
  }

  /** Give up what an encoder has kept to itself for long: the stage waits for word of it. */
  unstick(): void {
    if (!this.within.length || this.video.encodeQueueSize || now() - this.heard < STUCK_MS) return;
    this.swallowed += this.within.length;
    this.tape.done(this.within.splice(0).length, 0);
  }

  private async listen(): Promise<void> {
    for (;;) {
      const { done, value } = await this.reader.read();
      if (done) return;
      if (this.broken) value.close();
      else this.sound.take(value, now());
    }
  }

  private add(
    source: EncodedVideoPacketSource | EncodedAudioPacketSource,
    chunk: EncodedVideoChunk | EncodedAudioChunk,
    meta?: object,
  ): void {
    this.fresh += chunk.byteLength;
    const packet = EncodedPacket.fromEncodedChunk(chunk);
    this.adding = this.adding.then(() => source.add(packet, meta));
    this.adding.catch((error: unknown) => this.break(error));
  }
}
