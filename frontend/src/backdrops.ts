// Backgrounds that guests bring into the room: sent, chosen, removed.
import { signal } from "@preact/signals";
import type { Backdrop, Backdrops as BackdropsAre, Background } from "./generated/wire";
import type { Backdrops } from "./state";

export interface BackdropsOptions {
  room(): string | null;
  token(): string | null;
  colour(): string;
  choose(background: Background): void;
}

export class LiveBackdrops implements Backdrops {
  readonly brought = signal<Backdrop[]>([]);
  readonly sending = signal<number | null>(null);
  private request: XMLHttpRequest | null = null;

  constructor(private readonly options: BackdropsOptions) {}

  are({ backdrops }: BackdropsAre): void {
    this.brought.value = backdrops;
  }

  choose(file: string): void {
    this.options.choose({ name: "upload", colour: this.options.colour(), file });
  }

  async bring(picture: Blob): Promise<string | null> {
    this.cancel();
    this.sending.value = 0;
    const request = (this.request = new XMLHttpRequest()); // fetch tells nothing of what is sent
    const answer = await new Promise<{ file?: string; code?: string } | null>((done) => {
      request.upload.onprogress = ({ loaded, total }) => (this.sending.value = loaded / (total || 1));
      request.onload = () => done(parsed(request.responseText));
      request.onerror = () => done({ code: "not_sent" });
      request.onabort = () => done(null);
      request.open("POST", this.path());
      request.setRequestHeader("authorization", `Bearer ${this.options.token()}`);
      request.send(picture);
    });
    if (this.request !== request) return null; // another one took its place
    this.request = null;
    this.sending.value = null;
    if (answer?.file) this.choose(answer.file);
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

  private path(file?: string): string {
    const all = `/api/rooms/${encodeURIComponent(this.options.room() ?? "")}/backdrops`;
    return file === undefined ? all : `${all}/${file}`;
  }
}

function parsed(text: string): { file?: string; code?: string } {
  try {
    return JSON.parse(text) as { file?: string; code?: string };
  } catch {
    return { code: "not_sent" };
  }
}
