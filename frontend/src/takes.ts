// Takes: recordings of the stage with everyone's voice. The stage hands its frames to the recorder,
// the mixer its sound; here is what starts, holds and ends them, and what became of earlier ones.
import { signal } from "@preact/signals";
import type { Recording } from "./generated/wire";
import { Mixer } from "./mixer";
import { Recorder } from "./recorder";
import { TakeClock } from "./recording/clock";
import { type About, discard, shelved, space, written } from "./recording/shelf";
import { now } from "./signalling";
import type { Stage } from "./stage";
import type { Taken } from "./workers/recorder";
import type { KeptTake, TakeHeight, TakeNow, Takes } from "./state";

const LEAD_MS = 30; // for both workers to hear of an instant before it comes
const CLOSING_S = 10; // until a tab that was reloaded has let go of its take
const NEEDED = 256 * 1024 ** 2; // bytes free: half of that is for making the take of the film
const WIDTH: Record<TakeHeight, number> = { 720: 1280, 1080: 1920 };

export interface TakesOptions {
  room(): string | null;
  album(): string | null;
  me(): string | null;
  token(): string | null;
  stage(): Stage | null;
  own(): MediaStreamTrack | null; // one's microphone
  others(): Map<string, MediaStreamTrack>; // voices by guest
  say(on: boolean): void;
  notify(kind: "info" | "error", key: string): void;
}

export class LiveTakes implements Takes {
  readonly now = signal<TakeNow | null>(null);
  readonly kept = signal<KeptTake[]>([]);
  readonly recovering = signal<number | null>(null);
  readonly recording = signal<Recording>(NOBODY);
  readonly height = signal<TakeHeight>(720);

  private recorder: Recorder | null = null;
  private mixer: Mixer | null = null;
  private about: About | null = null;
  private clock = new TakeClock();

  constructor(private readonly options: TakesOptions) {}

  async start(): Promise<void> {
    if (this.now.value) return;
    this.now.value = { state: "starting", ms: 0, bytes: 0, frames: 0, lost: 0, space: null, share: 0 };
    this.mixer = new Mixer(); // at once: a click allows sound
    if ((await space()) < NEEDED) return this.abandon("take_no_space");
    this.options.say(true); // it begins once everyone knows
  }

  pause(): void {
    if (this.now.value?.state !== "rolling") return;
    const at = now() + LEAD_MS;
    this.clock.hold(at);
    this.recorder?.pause(at);
    this.options.stage()?.pauseFilm(at);
    this.update({ state: "paused", ms: this.clock.length(at) });
  }

  resume(): void {
    if (this.now.value?.state !== "paused") return;
    const at = now() + LEAD_MS;
    this.clock.roll(at);
    this.recorder?.resume(at);
    this.options.stage()?.resumeFilm(at);
    this.update({ state: "rolling" });
  }

  async stop(): Promise<void> {
    const state = this.now.value?.state;
    if (!state || state === "finishing") return;
    if (!this.recorder || !this.about) return this.abandon(null);
    this.update({ state: "finishing" });
    const { recorder, about } = this;
    const at = now();
    this.clock.hold(at);
    this.options.stage()?.cutFilm();
    this.options.say(false);
    const taken = await recorder.stop(about.id, at);
    this.release();
    if (taken) this.keep(about, taken, false);
    else this.options.notify("error", "take_failed");
  }

  /** Take what the server says of who records. */
  recordingIs(recording: Recording): void {
    this.recording.value = recording;
    const mine = recording.by.includes(this.options.me() ?? "");
    const state = this.now.value?.state;
    if (mine && state === "starting" && !this.recorder) this.record();
    if (mine !== (state !== undefined && state !== "finishing")) this.options.say(!mine);
  }

  /** The connection is new: what was said before may be forgotten. */
  welcomed(): void {
    this.recording.value = NOBODY; // told right after, where anyone records
    if (this.now.value && this.now.value.state !== "finishing") this.options.say(true);
  }

  /** The stage is new: go on filming it. */
  restaged(): void {
    const state = this.now.value?.state;
    if (!this.recorder || (state !== "rolling" && state !== "paused")) return;
    this.film(now() + LEAD_MS);
    if (state === "paused") this.options.stage()?.pauseFilm(now());
  }

  /** Offer what lies here of this room from visits before, whole or interrupted. */
  async recover(room: string): Promise<void> {
    const abandoned = await shelved().catch(() => []);
    for (const about of abandoned) {
      if (about.room !== room || !(await released(about.id))) continue;
      this.recovering.value = 0;
      const finishing = (share: number) => (this.recovering.value = share);
      const recorder = new Recorder({ recording() {}, written() {}, finishing, failed() {} });
      const taken = await recorder.recover(about.id);
      recorder.close();
      this.recovering.value = null;
      if (taken) this.keep(about, taken, true);
    }
  }

  async upload(id: string): Promise<void> {
    const take = this.kept.value.find((one) => one.id === id);
    const [room, token] = [this.options.room(), this.options.token()];
    if (!take || typeof take.upload === "number" || !room || !token) return;
    this.sent(id, 0);
    try {
      const { upload } = await import("./recording/upload");
      await upload(take, room, token, (share) => this.sent(id, share));
      this.options.notify("info", "take_uploaded");
      this.discard(id);
    } catch (error) {
      console.warn("take not uploaded:", error);
      this.options.notify("error", "take_not_uploaded");
      this.sent(id, "failed");
    }
  }

  private sent(id: string, upload: KeptTake["upload"]): void {
    this.kept.value = this.kept.value.map((one) => (one.id === id ? { ...one, upload } : one));
  }

  discard(id: string): void {
    const take = this.kept.value.find((one) => one.id === id);
    if (take) URL.revokeObjectURL(take.url);
    this.kept.value = this.kept.value.filter((one) => one.id !== id);
    void discard(id);
  }

  private record(): void {
    const height = this.height.value;
    const started = Date.now();
    const id = `${started}-${Math.random().toString(36).slice(2, 8)}`;
    this.about = {
      id,
      room: this.options.room() ?? "",
      album: this.options.album() ?? "",
      started,
      width: WIDTH[height],
      height,
    };
    this.clock = new TakeClock();
    this.recorder = new Recorder({
      recording: () => this.roll(),
      written: ({ bytes, frames, lost, space }) => this.look({ bytes, frames, lost, space }),
      finishing: (share) => this.update({ share }),
      failed: (reason, full) => this.failed(reason, full),
    });
    this.hear();
    this.recorder
      .record(this.about, this.mixer!.track)
      .catch((error: unknown) => this.failed(String(error), false));
  }

  /** Encoders and file are there: begin. */
  private roll(): void {
    const at = now() + LEAD_MS;
    this.clock.roll(at);
    this.recorder!.resume(at);
    this.film(at);
    this.update({ state: "rolling" });
  }

  private film(at: number): void {
    const { width, height } = this.about!;
    const done = this.clock.length(at);
    this.options.stage()?.film(this.recorder!.tape(), width, height, at, done);
  }

  /** Hear how it goes: from the recorder, as a hidden page's own timers hardly run. */
  private look(written: Partial<TakeNow>): void {
    this.update({ ms: this.clock.length(now()), ...written });
    this.hear();
  }

  private hear(): void {
    const voices = this.options.others();
    const own = this.options.own();
    this.mixer?.hear(own ? voices.set("", own) : voices);
  }

  private failed(reason: string, full: boolean): void {
    console.error("take failed:", reason);
    this.options.notify("error", full ? "take_no_space" : "take_failed");
    if (this.now.value?.state === "starting") return this.abandon(null);
    void this.stop(); // what there is by now is kept
  }

  private abandon(key: string | null): void {
    this.options.say(false);
    if (key) this.options.notify("error", key);
    this.release();
  }

  private release(): void {
    this.mixer?.close();
    this.recorder?.close();
    this.mixer = this.recorder = this.about = null;
    this.now.value = null;
  }

  private keep(about: About, taken: Taken, recovered: boolean): void {
    const stamp = new Date(about.started).toLocaleString("sv").replace(" ", "_").replaceAll(":", "-");
    const { id, width, height, started } = about;
    const take: KeptTake = {
      ...{ id, width, height, started, recovered, ...taken },
      url: URL.createObjectURL(taken.file),
      bytes: taken.file.size,
      filename: `sameframe_${stamp}.mp4`,
      upload: "none",
    };
    this.kept.value = [take, ...this.kept.value];
  }

  private update(changed: Partial<TakeNow>): void {
    if (this.now.value) this.now.value = { ...this.now.value, ...changed };
  }
}

/** Wait for a tab that is just being closed; false: another tab goes on with this take. */
async function released(id: string): Promise<boolean> {
  for (let tries = 0; tries < CLOSING_S; tries++) {
    if (!(await written(id))) return true;
    await new Promise((again) => setTimeout(again, 1_000));
  }
  return false;
}

const NOBODY: Recording = { type: "recording", by: [], since: null };
