// Backgrounds that guests bring into the room: sent, chosen, removed.
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type {
  Backdrop, Backdrops as BackdropsAre, Background, FromBrowser, Furnishing, Pressers,
} from "./generated/wire";
import type { Backdrops } from "./state";

export interface BackdropsOptions {
  room(): string | null;
  token(): string | null;
  colour(): string;
  choose(background: Background): void;
  notify(kind: "warning", key: string): void;
  isHost: ReadonlySignal<boolean>;
  send(message: FromBrowser): void;
}

type Answer = Partial<Backdrop> & { code?: string };

const LOW = { priority: "low" } as const;

export class LiveBackdrops implements Backdrops {
  readonly rules = signal<Furnishing>({ type: "furnishing", changers: "everyone", undo: 0, favourites: [] });
  readonly mayChange = computed(() => this.rules.value.changers === "everyone" || this.options.isHost.value);
  readonly brought = signal<Backdrop[]>([]);
  readonly sending = signal<number | null>(null);
  private request: XMLHttpRequest | null = null;
  private readonly awaited = new Set<string>(); // own ones that become the background once they are made
  private readonly ready = new Map<string, Promise<unknown>>(); // fetched into the browser's cache

  constructor(private readonly options: BackdropsOptions) {}

  are({ backdrops }: BackdropsAre): void {
    // What was there when one came is fetched when it is chosen; what comes now may be chosen at once.
    const first = this.ready.size === 0 && this.brought.value.length === 0 && backdrops.length > 1;
    this.brought.value = backdrops;
    for (const backdrop of backdrops) {
      if (backdrop.loop === "making") continue;
      if (!first) this.preload(backdrop);
      if (!this.awaited.delete(backdrop.file)) continue;
      if (backdrop.loop === "failed") this.options.notify("warning", backdrop.why ?? "bad_video");
      else void this.ready.get(backdrop.file)?.then(() => this.choose(backdrop.file));
    }
  }

  undo(): void {
    if (this.rules.value.undo > 0) this.options.send({ type: "undo_background" });
  }

  favour(background: Background, on: boolean): void {
    this.options.send({ type: "favour", background, on });
  }

  letChange(who: Pressers): void {
    this.options.send({ type: "let_change", who });
  }

  choose(file: string): void {
    this.options.choose({ name: "upload", colour: this.options.colour(), file });
  }

  async bring(picture: Blob, part?: string): Promise<string | null> {
    this.cancel();
    this.sending.value = 0;
    const request = (this.request = new XMLHttpRequest()); // fetch tells nothing of what is sent
    const answer = await new Promise<Answer | null>((done) => {
      request.upload.onprogress = ({ loaded, total }) => (this.sending.value = loaded / (total || 1));
      request.onload = () => done(parsed(request.responseText));
      request.onerror = () => done({ code: "not_sent" });
      request.onabort = () => done(null);
      request.open("POST", this.path() + (part ? `?crop=${part}` : ""));
      request.setRequestHeader("authorization", `Bearer ${this.options.token()}`);
      request.send(picture);
    });
    if (this.request !== request) return null; // another one took its place
    this.request = null;
    this.sending.value = null;
    if (answer?.file && answer.loop === "making") this.awaited.add(answer.file);
    else if (answer?.file) this.choose(answer.file);
    return answer?.code ?? null;
  }

  cancel(): void {
    this.request?.abort();
    this.sending.value = null;
  }

  async remove(file: string): Promise<string | null> {
    const headers = { authorization: `Bearer ${this.options.token()}` };
    const response = await fetch(this.path(file), { method: "DELETE", headers }).catch(() => null);
    if (response?.ok) return null;
    return parsed((await response?.text()) ?? "").code ?? "not_sent";
  }

  thumbnail(file: string): string {
    return `${this.path(file)}/180.jpg`;
  }

  /** Have a background here before anyone chooses it. */
  private preload({ file, loop }: Backdrop): void {
    if (this.ready.has(file) || loop === "failed") return;
    const files = ["720.jpg", ...(loop ? ["loop.webm"] : [])];
    const fetched = files.map(async (name) => (await fetch(`${this.path(file)}/${name}`, LOW)).blob());
    this.ready.set(file, Promise.allSettled(fetched));
  }

  private path(file?: string): string {
    const all = `/api/rooms/${encodeURIComponent(this.options.room() ?? "")}/backdrops`;
    return file === undefined ? all : `${all}/${file}`;
  }
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return { code: "not_sent" };
  }
}
