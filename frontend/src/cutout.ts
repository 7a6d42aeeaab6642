// The page's side of the cutout worker: hands it the camera, watches over it, and decides what may
// leave: the cutout while the worker's heart beats, the empty picture otherwise. The camera's own
// track never goes anywhere but into the worker.
import { emptyTrack } from "./empty";
import type { CutoutStats, FromCutout, ToCutout } from "./generated/messages";

const STALL_MS = 500; // without a beat for so long, the empty picture goes out
const DEAD_MS = 3_000; // ... and the worker, if it does not answer either, is started anew
const HUNG_MS = 10_000; // ... and even if it does: the model, or the camera's stream, may hang
const WATCH_MS = 100;
const RESTART_MS = [0, 1_000, 3_000, 10_000]; // waits before a worker that keeps failing

export interface CutoutEvents {
  /** Send and show this track from now on. */
  outgoing(track: MediaStreamTrack): void;
  /** The own picture is empty against our will, or is back. */
  failed(failed: boolean): void;
  progress(step: "python" | "scissors", loaded: number, total: number): void;
  ready(figures: { runtime: string; pyodide_ms: number; model_ms: number }): void;
  loaded(bytes: number): void;
}

export class Cutout {
  private worker!: Worker;
  private camera: MediaStreamTrack | null = null;
  private cut: MediaStreamTrack | null = null; // what the worker writes
  private empty: MediaStreamTrack | null = null;
  private showing: MediaStreamTrack | null = null;
  private beat: number | null = null; // when the last one came
  private doubted: number | null = null; // since when the next one is overdue
  private answered = 0; // when the worker last said anything at all
  private ready = false;
  private restarts = 0; // since the last cutout
  private restarting: ReturnType<typeof setTimeout> | undefined;
  private request = 0;
  private readonly asking = new Map<number, (stats: CutoutStats | null) => void>();
  private readonly watch: Worker;

  constructor(private readonly events: CutoutEvents) {
    this.start();
    // A page's own timers slow down when it is hidden; a worker's do not.
    this.watch = new Worker(new URL("./workers/timer.ts", import.meta.url), { type: "module" });
    this.watch.onmessage = () => this.check();
    this.watch.postMessage(WATCH_MS);
  }

  /** Cut out of this camera; null: camera off, the empty picture. */
  use(camera: MediaStreamTrack | null): void {
    this.camera = camera;
    this.beat = this.doubted = null;
    if (camera) this.hand(camera);
    else {
      this.post({ type: "camera_off" });
      this.show("empty");
    }
  }

  /** The worker's figures; null while there is no worker to ask. */
  async stats(): Promise<CutoutStats | null> {
    if (!this.ready) return null;
    const request = ++this.request;
    return new Promise((resolve) => {
      this.asking.set(request, resolve);
      this.post({ type: "ask_stats", request });
    });
  }

  close(): void {
    this.watch.terminate();
    clearTimeout(this.restarting);
    this.end();
    this.cut?.stop();
    this.empty?.stop();
  }

  /** End the worker; whoever waits for its figures gets none. */
  private end(): void {
    this.worker.terminate();
    this.ready = false;
    for (const answer of this.asking.values()) answer(null);
    this.asking.clear();
  }

  private start(): void {
    this.worker = new Worker(new URL("./workers/cutout.ts", import.meta.url), {
      type: "module",
      name: "cutout",
    });
    this.worker.onmessage = ({ data }) => this.hear(data as FromCutout);
    this.worker.onerror = (event) => this.restart(event.message);
    if (this.camera) this.hand(this.camera);
  }

  private restart(why: string): void {
    console.warn("cutout worker started anew:", why);
    this.show("empty");
    this.events.failed(true);
    this.end();
    this.beat = this.doubted = null;
    clearTimeout(this.restarting);
    const wait = RESTART_MS[Math.min(this.restarts++, RESTART_MS.length - 1)]!;
    this.restarting = setTimeout(() => this.start(), wait);
  }

  /** New streams each time: those of before belong to the worker of before. */
  private hand(camera: MediaStreamTrack): void {
    this.show("empty");
    const { readable } = new MediaStreamTrackProcessor({
      track: camera as MediaStreamVideoTrack,
      maxBufferSize: 1,
    });
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    const before = this.cut;
    this.cut = generator;
    this.post({ type: "camera", frames: readable, cutouts: generator.writable }, [
      readable,
      generator.writable,
    ]);
    before?.stop(); // not earlier: a line that still writes into it would fail
  }

  private hear(message: FromCutout): void {
    this.answered = performance.now();
    switch (message.type) {
      case "progress":
        return this.events.progress(message.step, message.loaded, message.total);
      case "loaded":
        return this.events.loaded(message.bytes);
      case "cutout_ready":
        this.ready = true;
        return this.events.ready(message);
      case "cutout_beat":
        return this.beaten(message.empty);
      case "cutout_failed":
        this.events.failed(true);
        if (message.fatal) this.restart(message.reason);
        return;
      case "cutout_stats":
        this.asking.get(message.request)?.(message);
        this.asking.delete(message.request);
    }
  }

  private beaten(empty: boolean): void {
    if (!this.camera) return;
    this.beat = performance.now();
    this.doubted = null;
    if (!empty) this.restarts = 0;
    this.show("cut");
    this.events.failed(empty);
  }

  private check(): void {
    if (!this.camera || this.beat === null) return;
    const now = performance.now();
    const silent = now - this.beat;
    if (silent < STALL_MS - WATCH_MS) return;
    // After the page itself stood still, beats and ticks wait in one line: whatever beats came are
    // heard before the next tick that is a tick's length later.
    this.doubted ??= now;
    if (now - this.doubted < WATCH_MS / 2) return;
    if (this.showing === this.cut) {
      this.show("empty");
      this.events.failed(true);
      // A camera that gives no frames is not the worker's fault: ask before blaming it.
      this.post({ type: "ask_stats", request: ++this.request });
    } else if (this.ready && silent > (this.answered < this.beat + STALL_MS ? DEAD_MS : HUNG_MS)) {
      this.restart(`silent for ${Math.round(silent)} ms`);
    }
  }

  private show(what: "cut" | "empty"): void {
    if (what === "cut" && this.cut) {
      if (this.showing === this.cut) return;
      this.empty?.stop();
      this.empty = null;
      this.showing = this.cut;
    } else {
      if (this.empty) return;
      this.showing = this.empty = emptyTrack();
    }
    this.events.outgoing(this.showing);
  }

  private post(message: ToCutout, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
