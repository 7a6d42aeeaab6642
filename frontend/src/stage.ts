// The page's side of the stage worker.
import type {
  ClockIs,
  Fill,
  Frames,
  FromStage,
  Sparing,
  Layout,
  Person,
  Photo,
  Picked,
  Prepared,
  Preview,
  StageStats,
  ToStage,
} from "./generated/messages";
import type { Background, Layer, Look, Scene } from "./generated/wire";
import { sendHeadstart } from "./headstart";

export interface StageEvents {
  firstPicture(guest: string): void;
  layout(message: Layout): void;
  clock(message: ClockIs): void;
  backgroundFailed(): void;
  /** What is given up now so that the picture stays smooth. */
  sparing(sparing: Sparing): void;
  failed(reason: string): void;
  loaded(bytes: number): void;
}

type Answer = Photo | Preview | Prepared | Fill | Frames | Picked | StageStats | null; // null: the stage was closed meanwhile

export class Stage {
  private readonly worker = new Worker(new URL("./workers/stage.ts", import.meta.url), {
    type: "module",
    name: "stage",
  });
  private request = 0;
  private readonly asking = new Map<number, (answer: Answer) => void>();
  private readonly sources = new Map<string, MediaStreamTrack>();

  constructor(private readonly events: StageEvents) {
    this.worker.onmessage = ({ data }) => this.hear(data as FromStage);
    this.worker.onerror = (event) => this.events.failed(event.message);
    void sendHeadstart(this.worker);
  }

  start(canvas: HTMLCanvasElement, renderer: "cpu" | "gpu" | null, room: string | null): void {
    const offscreen = canvas.transferControlToOffscreen();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.post({ type: "stage_start", canvas: offscreen, renderer, room, calm }, [offscreen]);
  }

  /** Show this track as the guest's cutout; replaces the one of before. */
  guest(guest: string, track: MediaStreamTrack): void {
    this.forget(guest);
    if (track.readyState === "ended") return; // nothing will come, and the browser refuses it
    const source = track.clone(); // to be ended by us alone
    this.sources.set(guest, source);
    const { readable } = new MediaStreamTrackProcessor({
      track: source as MediaStreamVideoTrack,
      maxBufferSize: 1,
    });
    this.post({ type: "guest_frames", guest, frames: readable }, [readable]);
  }

  people(people: Person[]): void {
    const named = new Set(people.map(({ guest }) => guest));
    for (const guest of this.sources.keys()) if (!named.has(guest)) this.forget(guest);
    this.post({ type: "people", people });
  }

  scene(scene: Scene): void {
    this.post({ type: "scene_is", scene });
  }

  moves(layer: Layer): void {
    this.post({ type: "layer_moves", layer });
  }

  /** Show a look here alone, until the scene has another one than before. */
  tryLook(look: Look): void {
    this.post({ type: "try_look", look });
  }

  /** Have a background here before the scene has it; ends when it is, or can't be had. */
  async prepare(background: Background): Promise<void> {
    await this.ask((request) => ({ type: "prepare", request, background }));
  }

  /** The stage in small, with this look; null: there was no stage any more. */
  async preview(look: Look): Promise<ImageBitmap | null> {
    const answer = await this.ask((request) => ({ type: "take_preview", request, look }));
    return (answer as Preview | null)?.image ?? null;
  }

  clock(sent: number, server: number, received: number): void {
    this.post({ type: "clock_sample", sent, server, received });
  }

  /** Take the picture at this server time; null: there was no stage any more. */
  async photo(at: number | null, width: number, height: number): Promise<Photo | null> {
    return (await this.ask((request) => ({
      type: "take_photo",
      request,
      at,
      width,
      height,
    }))) as Photo | null;
  }

  /** Cut a guest out of the stage at this server time (WebP); null: nobody is seen. */
  async fill(guest: string, at: number): Promise<Blob | null> {
    const answer = await this.ask((request) => ({ type: "take_fill", request, guest, at }));
    return (answer as Fill | null)?.image ?? null;
  }

  /** Draw a moving picture's frames from this server time on (WebP); null: there are none. */
  async frames(at: number): Promise<Blob | null> {
    const answer = await this.ask((request) => ({ type: "take_frames", request, at }));
    return (answer as Frames | null)?.image ?? null;
  }

  /** Hand the stage's frames to the recorder, from this instant on. */
  film(tape: MessagePort, width: number, height: number, at: number, done: number): void {
    this.post({ type: "film_start", tape, width, height, at, done }, [tape]);
  }

  pauseFilm(at: number): void {
    this.post({ type: "film_pause", at });
  }

  resumeFilm(at: number): void {
    this.post({ type: "film_resume", at });
  }

  cutFilm(): void {
    this.post({ type: "film_stop" });
  }

  async pick(x: number, y: number): Promise<string | null> {
    const answer = await this.ask((request) => ({ type: "pick", request, x, y }));
    return (answer as Picked | null)?.guest ?? null;
  }

  async stats(): Promise<StageStats | null> {
    return (await this.ask((request) => ({ type: "ask_stats", request }))) as StageStats | null;
  }

  close(): void {
    this.worker.terminate();
    for (const answer of this.asking.values()) answer(null);
    this.asking.clear();
    for (const guest of [...this.sources.keys()]) this.forget(guest);
  }

  private forget(guest: string): void {
    this.sources.get(guest)?.stop();
    this.sources.delete(guest);
  }

  private hear(message: FromStage): void {
    switch (message.type) {
      case "stage_ready":
        return; // what it says, stats() tell as well
      case "first_picture":
        return this.events.firstPicture(message.guest);
      case "layout":
        return this.events.layout(message);
      case "clock_is":
        return this.events.clock(message);
      case "sparing":
        return this.events.sparing(message);
      case "background_failed":
        return this.events.backgroundFailed();
      case "stage_failed":
        return this.events.failed(message.reason);
      case "loaded":
        return this.events.loaded(message.bytes);
      default:
        this.asking.get(message.request)?.(message);
        this.asking.delete(message.request);
    }
  }

  private ask(message: (request: number) => ToStage): Promise<Answer> {
    const request = ++this.request;
    return new Promise((resolve) => {
      this.asking.set(request, resolve);
      this.post(message(request));
    });
  }

  private post(message: ToStage, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
