// Props, and absent friends: what the room's guests put into the picture besides themselves.
import { signal } from "@preact/signals";
import type { Exposed } from "./generated/messages";
import type { FromBrowser } from "./generated/wire";
import type { Props } from "./state";

const LARGEST = 1920; // px a side that a photo is cut out at: a layer's, from a good camera

export interface PropsOptions {
  room(): string | null;
  token(): string | null;
  send(message: FromBrowser): void;
  cutOut(frame: VideoFrame): Promise<Exposed | null>;
}

export class LiveProps implements Props {
  readonly sending = signal<number | null>(null);
  private request: XMLHttpRequest | null = null;

  constructor(private readonly options: PropsOptions) {}

  add(design: string, text = ""): void {
    const zone = -new Date().getTimezoneOffset();
    this.options.send({ type: "add_prop", design, text, zone });
  }

  word(prop: string, text: string): void {
    this.options.send({ type: "word_prop", prop, text });
  }

  remove(prop: string): void {
    this.options.send({ type: "remove_prop", prop });
  }

  async cutOut(photo: Blob): Promise<Blob | null> {
    const whole = await createImageBitmap(photo); // turned upright, as its metadata say
    const scale = Math.min(1, LARGEST / Math.max(whole.width, whole.height));
    // Even sides: the kernels work on pairs of pixels.
    const [width, height] = [whole.width, whole.height].map((side) => Math.max(16, Math.round((side * scale) / 2) * 2));
    const canvas = new OffscreenCanvas(width!, height!);
    const context = canvas.getContext("2d", { alpha: false })!;
    context.imageSmoothingQuality = "high";
    context.drawImage(whole, 0, 0, width!, height!);
    whole.close();
    const cut = await this.options.cutOut(new VideoFrame(canvas, { timestamp: 0 }));
    return cut?.image ?? null;
  }

  async befriend(cutout: Blob): Promise<string | null> {
    this.cancel();
    this.sending.value = 0;
    const request = (this.request = new XMLHttpRequest()); // fetch tells nothing of what is sent
    const refused = await new Promise<string | null>((done) => {
      request.upload.onprogress = ({ loaded, total }) => (this.sending.value = loaded / (total || 1));
      request.onload = () => done(request.status === 201 ? null : codeIn(request.responseText));
      request.onerror = () => done("not_sent");
      request.onabort = () => done(null);
      request.open("POST", `/api/rooms/${encodeURIComponent(this.options.room() ?? "")}/friends`);
      request.setRequestHeader("authorization", `Bearer ${this.options.token()}`);
      request.send(cutout);
    });
    if (this.request === request) {
      this.request = null;
      this.sending.value = null;
    }
    return refused;
  }

  cancel(): void {
    this.request?.abort();
    this.request = null;
    this.sending.value = null;
  }
}

function codeIn(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string }).code ?? "not_sent";
  } catch {
    return "not_sent";
  }
}
