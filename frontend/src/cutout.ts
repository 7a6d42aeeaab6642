// The page's side of the cutout worker: hands it the camera, and starts it anew when it is lost.
// What the worker makes goes through the gate, which alone decides what may leave, see
// workers/gate.ts. The camera's own track never goes anywhere but into the worker.
import type { ClockSample, CutoutStats, Exposed, FromCutout, Sparing, ToCutout } from "./generated/messages";
import { sendHeadstart } from "./headstart";
import type { FromGate, ToGate } from "./workers/gate";

const DEAD_MS = 3_000; // a worker that is silent for so long, and does not answer either
const HUNG_MS = 10_000; // ... or even if it does: the model, or the camera's stream, may hang
const RESTART_MS = [0, 1_000, 3_000, 10_000]; // waits before a worker that keeps failing

export interface CutoutEvents {
  /** The own picture is empty against our will, or is back. */
  failed(failed: boolean): void;
  progress(step: "python" | "scissors", loaded: number, total: number): void;
  ready(figures: { runtime: string; pyodide_ms: number; model_ms: number }): void;
  loaded(bytes: number): void;
}

export class Cutout {
  /** What goes out, and what one sees of oneself: one track for good, whatever happens. */
  readonly track: MediaStreamTrack;
  private worker!: Worker;
  private readonly gate = new Worker(new URL("./workers/gate.ts", import.meta.url), {
    type: "module",
    name: "gate",
  });
  private camera: MediaStreamTrack | null = null;
  private empty: boolean | null = null; // whether its last picture is, says the worker
  private silent = false; // the gate says that nothing comes
  private heard = 0; // when the worker last said anything at all
  private asked = 0; // when it was last asked whether it lives
  private ready = false;
  private restarts = 0; // since the last cutout
  private restarting: ReturnType<typeof setTimeout> | undefined;
  private request = 0;
  private readonly asking = new Map<number, (answer: CutoutStats | Exposed | null) => void>();
  private ping: ClockSample | null = null; // the newest: a new worker begins with it
  private spared: Sparing | null = null; // and with this

  constructor(private readonly events: CutoutEvents) {
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    this.track = generator;
    this.gate.onmessage = ({ data }) => this.passed(data as FromGate);
    this.tell({ type: "out", sink: generator.writable }, [generator.writable]);
    this.start();
  }

  /** Cut out of this camera; null: camera off, the empty picture. */
  use(camera: MediaStreamTrack | null): void {
    this.camera = camera;
    if (camera) return this.hand(camera);
    this.tell({ type: "shut" });
    this.post({ type: "camera_off" });
  }

  /** Tell the time, by a ping; an exposure's instant is the server's. */
  clock(sent: number, server: number, received: number): void {
    this.ping = { type: "clock_sample", sent, server, received };
    this.post(this.ping);
  }

  /** Cut as often as there is time for; null: all that the camera gives. */
  spare(sparing: Sparing | null): void {
    this.spared = sparing;
    this.post(sparing ?? { type: "sparing", steps: [], camera_fps: null });
  }

  /** Make the own layer of a shot, of the frame nearest to this server time; null: there is none. */
  async expose(at: number): Promise<Exposed | null> {
    return (await this.ask((request) => ({ type: "expose", request, at }))) as Exposed | null;
  }

  /** Cut a photo out, at its own size; null: it could not be done. The frame is the worker's then. */
  async cutOut(frame: VideoFrame): Promise<Exposed | null> {
    return (await this.ask((request) => ({ type: "cut_out", request, frame }), [frame])) as Exposed | null;
  }

  /** The worker's figures; null while there is no worker to ask. */
  async stats(): Promise<CutoutStats | null> {
    return (await this.ask((request) => ({ type: "ask_stats", request }))) as CutoutStats | null;
  }

  close(): void {
    clearTimeout(this.restarting);
    this.end();
    this.gate.terminate();
    this.track.stop();
  }

  private async ask(
    message: (request: number) => ToCutout,
    transfer: Transferable[] = [],
  ): Promise<CutoutStats | Exposed | null> {
    if (!this.ready) return null;
    const request = ++this.request;
    return new Promise((resolve) => {
      this.asking.set(request, resolve);
      this.post(message(request), transfer);
    });
  }

  /** End the worker; whoever waits for its answer gets none. */
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
    void sendHeadstart(this.worker);
    if (this.ping) this.post(this.ping);
    if (this.spared) this.spare(this.spared);
    if (this.camera) this.hand(this.camera);
  }

  private restart(why: string): void {
    console.warn("cutout worker started anew:", why);
    this.tell({ type: "shut" });
    this.silent = true;
    this.judge();
    this.end();
    clearTimeout(this.restarting);
    const wait = RESTART_MS[Math.min(this.restarts++, RESTART_MS.length - 1)]!;
    this.restarting = setTimeout(() => this.start(), wait);
  }

  /** New streams each time: those of before belong to the worker of before. */
  private hand(camera: MediaStreamTrack): void {
    const { readable } = new MediaStreamTrackProcessor({
      track: camera as MediaStreamVideoTrack,
      maxBufferSize: 1,
    });
    const { port1, port2 } = new MessageChannel();
    this.empty = null;
    this.tell({ type: "from", port: port1 }, [port1]);
    this.post({ type: "camera", frames: readable, cutouts: port2 }, [readable, port2]);
  }

  private hear(message: FromCutout): void {
    this.heard = performance.now();
    switch (message.type) {
      case "progress":
        return this.events.progress(message.step, message.loaded, message.total);
      case "loaded":
        return this.events.loaded(message.bytes);
      case "cutout_ready":
        this.ready = true;
        return this.events.ready(message);
      case "cutout_beat":
        this.empty = message.empty;
        if (!message.empty) this.restarts = 0;
        return this.judge();
      case "cutout_failed":
        this.empty = true;
        this.judge();
        if (message.fatal) this.restart(message.reason);
        return;
      case "expose_failed":
        console.warn("no layer:", message.reason);
        return this.answer(message.request, null);
      case "exposed":
      case "cutout_stats":
        return this.answer(message.request, message);
    }
  }

  private answer(request: number, answer: CutoutStats | Exposed | null): void {
    this.asking.get(request)?.(answer);
    this.asking.delete(request);
  }

  private passed(message: FromGate): void {
    this.silent = message.type === "silent";
    this.judge();
    if (message.type === "passing" || !this.ready) return;
    // A camera that gives no frames is not the worker's fault: ask before blaming it.
    if (this.asked <= this.heard) {
      this.asked = performance.now();
      this.post({ type: "ask_stats", request: ++this.request });
    }
    const dead = performance.now() - Math.max(this.asked, this.heard) > DEAD_MS;
    if (dead || message.ms > HUNG_MS) this.restart(`silent for ${Math.round(message.ms)} ms`);
  }

  private judge(): void {
    if (!this.camera) return;
    if (this.silent || this.empty) this.events.failed(true);
    else if (this.empty === false) this.events.failed(false);
  }

  private tell(message: ToGate, transfer: Transferable[] = []): void {
    this.gate.postMessage(message, transfer);
  }

  private post(message: ToCutout, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
