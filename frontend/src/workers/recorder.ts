// The recorder: encodes the frames that the stage hands over and the mixed sound, and writes both
// into the origin's private files as they come. A worker of its own, so that neither page nor stage
// waits for an encoder or a disk. It also makes whole takes of films that were interrupted.
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
} from "mediabunny";
import { TakeClock } from "../recording/clock";
import { audioChoice, type VideoChoice, videoChoice } from "../recording/codecs";
import { finish, into, look } from "../recording/finish";
import { type About, discard, fileOf, folderOf, lockOf, space } from "../recording/shelf";
import { Sound } from "../recording/sound";

export type ToRecorder =
  | { type: "record"; about: About; sound: ReadableStream<AudioData> }
  | { type: "tape"; port: MessagePort } // from the stage, or from the one that replaced it
  | { type: "pause" | "resume" | "stop"; at: number }
  | { type: "recover"; id: string };

export type FromRecorder =
  | { type: "recording"; video: string; audio: string }
  | { type: "written"; bytes: number; lost: number; space: number }
  | { type: "taken"; id: string; taken: Taken | null } // null: there was nothing to keep
  | { type: "failed"; reason: string; full: boolean };

/** A whole take. */
export interface Taken {
  file: File;
  ms: number;
  poster: Blob | null;
}

/** What the stage sends through the tape; null at the end. */
interface Shot {
  frame: VideoFrame;
  key: boolean;
  coarseness: number;
  lost: number;
}

const QUEUE = 4; // frames within the encoder; the stage holds back what is beyond
const TELL_MS = 500;
const RESERVE = 64 * 1024 ** 2; // bytes: with less space left a take ends while it can be finished

const now = () => performance.timeOrigin + performance.now();
const say = (message: FromRecorder) => self.postMessage(message);

let take: Take | null = null;

self.onmessage = async ({ data }: MessageEvent<ToRecorder>) => {
  try {
    await hear(data);
  } catch (error) {
    failed(error);
  }
};

async function hear(message: ToRecorder): Promise<void> {
  switch (message.type) {
    case "record":
      take = new Take(message.about);
      return take.start(message.sound);
    case "tape":
      return take?.thread(message.port);
    case "pause":
      return take?.clock.hold(message.at);
    case "resume":
      return take?.clock.roll(message.at);
    case "stop":
      await take?.stop(message.at);
      return;
    case "recover":
      await navigator.locks.request(lockOf(message.id), () => conclude(message.id));
  }
}

async function conclude(id: string): Promise<void> {
  const file = (await fileOf(id, "take.mp4")) ?? (await finish(id));
  if (!file) await discard(id);
  say({ type: "taken", id, taken: file && { file, ...(await look(file)) } });
}

function failed(error: unknown): void {
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  say({ type: "failed", reason: String(error), full });
}

class Take {
  readonly clock = new TakeClock();
  private readonly ready = Promise.withResolvers<void>();
  private readonly waiting: Shot[] = [];
  private tape: MessagePort | null = null;
  private choice!: VideoChoice;
  private video!: VideoEncoder;
  private audio!: AudioEncoder;
  private sound!: Sound;
  private reader!: ReadableStreamDefaultReader<AudioData>;
  private output!: Output;
  private handle!: FileSystemSyncAccessHandle;
  private adding: Promise<unknown> = Promise.resolve();
  private fresh = 0; // bytes encoded that the stage was not told of
  private lost = 0;
  private broken = false;
  private unlock!: () => void;

  constructor(private readonly about: About) {}

  async start(sound: ReadableStream<AudioData>): Promise<void> {
    const { id, width, height } = this.about;
    const [video, audio] = await Promise.all([videoChoice(width, height), audioChoice()]);
    if (!video || !audio) throw new Error("no encoder");
    this.choice = video;
    await new Promise<void>((locked) => {
      void navigator.locks.request(lockOf(id), () => {
        locked();
        return new Promise<void>((unlock) => (this.unlock = unlock));
      });
    });
    await this.open(id);
    const pictures = new EncodedVideoPacketSource(video.name);
    const voices = new EncodedAudioPacketSource(audio.name);
    this.output = new Output({
      format: new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: 0.25 }),
      target: new StreamTarget(into(this.handle)),
    });
    this.output.addVideoTrack(pictures, { frameRate: 30 });
    this.output.addAudioTrack(voices);
    await this.output.start();
    this.video = new VideoEncoder({
      output: (chunk, meta) => this.add(pictures, chunk, meta),
      error: (error) => this.break(error),
    });
    this.video.ondequeue = () => this.encode();
    this.video.configure(video.config);
    this.audio = new AudioEncoder({
      output: (chunk, meta) => this.add(voices, chunk, meta),
      error: (error) => this.break(error),
    });
    this.audio.configure(audio.config);
    this.sound = new Sound(this.clock, (data) => this.audio.encode(data));
    this.reader = sound.getReader();
    void this.listen();
    this.ready.resolve();
    say({ type: "recording", video: video.config.codec, audio: audio.config.codec });
    void this.tell();
  }

  /** Take frames from this port from now on. */
  async thread(port: MessagePort): Promise<void> {
    await this.ready.promise;
    this.tape = port;
    port.onmessage = ({ data }: MessageEvent<Shot | null>) => {
      if (!data) return port.close();
      this.waiting.push(data);
      this.encode();
    };
  }

  async stop(at: number): Promise<void> {
    await this.ready.promise;
    const length = this.clock.length(at);
    this.clock.hold(at);
    // What the stage had handed over by then is still on its way through the port.
    await new Promise((arrived) => setTimeout(arrived, 100));
    while (this.waiting.length && !this.broken) await new Promise((next) => setTimeout(next, 10));
    this.tape?.close();
    await this.reader.cancel();
    if (length > 0) this.sound.finish(at);
    if (!this.broken) await Promise.all([this.video.flush(), this.audio.flush()]);
    await this.adding.catch(() => undefined);
    await this.output.finalize().catch(() => undefined); // a full disk: what is whole is kept
    this.handle.close();
    take = null;
    await conclude(this.about.id).finally(this.unlock);
  }

  private async open(id: string): Promise<void> {
    const folder = await folderOf(id, true);
    const about = await (await folder.getFileHandle("about.json", { create: true })).createSyncAccessHandle();
    about.write(new TextEncoder().encode(JSON.stringify(this.about)));
    about.close();
    const film = await folder.getFileHandle("film.mp4", { create: true });
    this.handle = await film.createSyncAccessHandle();
  }

  /** Hand to the encoder what it has room for; only then may the stage send more. */
  private encode(): void {
    while (this.waiting.length && (this.broken || this.video.encodeQueueSize < QUEUE)) {
      const { frame, key, coarseness, lost } = this.waiting.shift()!;
      try {
        this.lost = lost;
        if (!this.broken) this.video.encode(frame, { keyFrame: key, ...this.choice.options(coarseness) });
      } finally {
        frame.close();
      }
      this.sound.fill(now());
      this.tape?.postMessage(this.fresh);
      this.fresh = 0;
    }
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

  private break(error: unknown): void {
    if (this.broken) return;
    this.broken = true;
    failed(error);
  }

  /** Say how it goes, until the take is over. */
  private async tell(): Promise<void> {
    while (take === this) {
      this.handle.flush(); // so that not even a power failure takes more than the last second
      const left = await space();
      if (take !== this) return;
      say({ type: "written", bytes: this.handle.getSize(), lost: this.lost, space: left });
      if (left < RESERVE) this.break(new DOMException("no space left", "QuotaExceededError"));
      await new Promise((again) => setTimeout(again, TELL_MS));
    }
  }
}
