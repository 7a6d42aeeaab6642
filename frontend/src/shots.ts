// The shots of this visit. The stage's own picture is shown at once; meanwhile everyone's layer goes
// to the server in full size, and the print that is made of them takes its place.
import { signal } from "@preact/signals";
import type { Exposed, Photo } from "./generated/messages";
import type { Print, Series, SheetChanged, Shoot, ShotChanged, Shutter } from "./generated/wire";
import { now } from "./signalling";
import type { Picture, Seconds, Template } from "./state";

const STAGE = { width: 1920, height: 1080 };
const FILL_MS = 3_000; // after the instant, whoever's layer has not come is filled in from the stage
const HELD = 12; // prints' files kept for sharing, 2 to 4 MB each
const AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]; // a network may be away for a minute

export interface ShotsOptions {
  me(): string | null;
  room(): string | null;
  token(): string | null;
  offset(): number; // server time minus own, ms
  photo(at: number, width: number, height: number): Promise<Photo | null>;
  expose(at: number): Promise<Exposed | null>;
  fill(guest: string, at: number): Promise<Blob | null>;
  failed(code: string): void;
}

export class Shots {
  readonly pictures = signal<Picture[]>([]);
  readonly timer = signal<Seconds>(3);
  readonly format = signal<Template | null>(null);
  readonly series = signal<Series | null>(null);
  private readonly known = new Map<string, ShotChanged>();
  private readonly held = new Map<string, Promise<Blob | null>>(); // prints' files, by address
  private count = 0;

  constructor(private readonly options: ShotsOptions) {}

  /** What a press of the shutter asks for. */
  order(): Shoot {
    const zone = -new Date().getTimezoneOffset();
    return { type: "shoot", seconds: this.timer.value, template: this.format.value, zone };
  }

  /** Take the own part of a shot: the stage's picture to look at, the own layer for the print. */
  async take(shutter: Shutter): Promise<void> {
    void this.deliver(shutter);
    const series = (this.series.value = shutter.series ?? null);
    const photo = await this.options.photo(shutter.at, STAGE.width, STAGE.height);
    if (series?.number === series?.count) this.series.value = null;
    if (this.options.me() === null) return;
    if (!photo) return this.options.failed("photo_failed");
    const picture: Picture = {
      id: ++this.count,
      shot: shutter.shot,
      kind: series ? "of_series" : "single",
      ...developed(photo.image, photo.taken - this.options.offset()),
      ...STAGE,
      mine: false,
      state: "developing",
      print: null,
    };
    const known = this.known.get(shutter.shot);
    if (known) this.hold(known.print);
    this.pictures.value = [known ? this.followed(picture, known) : picture, ...this.pictures.value];
  }

  /** Follow what becomes of a shot or a sheet. */
  changed(message: ShotChanged | SheetChanged): void {
    if (message.type === "sheet_changed") return this.bound(message);
    this.known.set(message.shot, message);
    if (this.pictures.value.some(({ shot }) => shot === message.shot)) this.hold(message.print);
    this.pictures.value = this.pictures.value
      .filter(({ shot }) => shot !== message.shot || !message.deleted)
      .map((picture) => (picture.shot === message.shot ? this.followed(picture, message) : picture));
  }

  /** Take oneself out of a picture: from its print, its history and what it was made of. */
  async withdraw(shot: string): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/shots/${shot}/guests/${this.options.me()}`;
    const headers = { authorization: `Bearer ${this.options.token()}` };
    const answer = await fetch(url, { method: "DELETE", headers }).catch(() => null);
    if (!answer?.ok) this.options.failed("withdraw_failed");
  }

  /** What a picture is after news of its shot. */
  private followed(picture: Picture, { state, print, layers, fills }: ShotChanged): Picture {
    const made = state === "printed" ? "printed" : state === "missed" ? "missed" : "developing";
    const me = this.options.me() ?? "";
    const mine = made === "printed" && (layers.includes(me) || fills.includes(me));
    return { ...picture, state: made, print: print ?? null, mine };
  }

  /** Follow a sheet, which shows the last of its shots until it is there itself. */
  private bound({ sheet, shots, state, print, deleted }: SheetChanged): void {
    const pictures = this.pictures.value.filter(({ shot }) => shot !== sheet);
    const last = pictures.find(({ shot }) => shots.includes(shot));
    const gone = deleted || state === "taking" || state === "missed";
    if (gone || !last) return void (this.pictures.value = pictures);
    const before = this.pictures.value.find(({ shot }) => shot === sheet);
    const picture: Picture = {
      ...(before ?? { ...last, id: ++this.count }),
      shot: sheet,
      kind: "sheet",
      mine: false,
      state: state === "printed" ? "printed" : "developing",
      print: print ?? null,
    };
    const at = before ? this.pictures.value.indexOf(before) : 0;
    this.pictures.value = pictures.toSpliced(at, 0, picture);
    this.hold(print);
  }

  /** Return what is shared of a picture: its print once there is one, until then the stage's. */
  async file({ print, blob, filename, kind }: Picture): Promise<File | null> {
    if (!print) return new File([blob], filename, { type: blob.type });
    const held = this.held.get(print.jpeg) ?? this.fetched(print.jpeg);
    this.held.set(print.jpeg, held);
    const jpeg = await held;
    if (!jpeg) this.options.failed("share_failed");
    const name = filename.replace(".png", kind === "sheet" ? "_strip.jpg" : ".jpg");
    return jpeg && new File([jpeg], name, { type: jpeg.type });
  }

  /** Have a print's file here before anyone presses Share: a press is good for some seconds only. */
  private hold(print: Print | null | undefined): void {
    if (!print || !("canShare" in navigator) || this.held.has(print.jpeg)) return;
    this.held.set(print.jpeg, this.fetched(print.jpeg));
    for (const old of [...this.held.keys()].slice(0, -HELD)) this.held.delete(old);
  }

  private async fetched(jpeg: string): Promise<Blob | null> {
    const answer = await fetch(jpeg).catch(() => null);
    if (answer?.ok) return answer.blob();
    this.held.delete(jpeg); // asked for again with the next press
    return null;
  }

  /** Follow the album to its new link. */
  moved(from: string, to: string): void {
    this.pictures.value = this.pictures.value.map((picture) => ({
      ...picture,
      print: picture.print && relinked(picture.print, from, to),
    }));
  }

  private async deliver({ shot, at, by, expects }: Shutter): Promise<void> {
    const me = this.options.me();
    if (me === null) return;
    // What the stage holds at the instant, in case a layer does not come: one's own, and everyone's
    // at the browser of whoever pressed.
    const wanted = expects.filter((guest) => guest === me || by === me);
    const held = wanted.map(async (guest) => ({ guest, image: await this.options.fill(guest, at) }));
    const layer = expects.includes(me) ? await this.options.expose(at) : null;
    if (layer) await this.put(`${shot}/layers/${me}?taken=${layer.taken}`, layer.image);
    await new Promise((go) => setTimeout(go, at + FILL_MS - this.options.offset() - now()));
    for (const { guest, image } of await Promise.all(held)) {
      const came = this.known.get(shot)?.layers.includes(guest) || (guest === me && layer);
      if (image && !came) await this.put(`${shot}/fills/${guest}`, image);
    }
  }

  /** Upload a picture, and again while the network is away. */
  private async put(path: string, image: Blob): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/shots/${path}`;
    const headers = { authorization: `Bearer ${this.options.token()}`, "content-type": image.type };
    for (const wait of [...AGAIN_MS, null]) {
      const response = await fetch(url, { method: "PUT", body: image, headers }).catch(() => null);
      if (response?.ok) return;
      if (response && response.status < 500 && response.status !== 429) {
        const problem = (await response.json().catch(() => null)) as { code?: string } | null;
        return console.warn(`${path}: ${problem?.code ?? response.status}`);
      }
      if (wait !== null) await new Promise((again) => setTimeout(again, wait));
    }
    this.options.failed("upload_failed");
  }
}

function relinked(print: Print, from: string, to: string): Print {
  const path = (old: string) => old.replace(from, to);
  const { page, jpeg, png, preview, pdf } = print;
  return {
    ...print,
    page: path(page),
    jpeg: path(jpeg),
    png: path(png),
    preview: path(preview),
    pdf: pdf ? path(pdf) : null,
  };
}

/** A photo as it is shown and kept, named by the own clock's time. */
function developed(image: Blob, taken: number): Pick<Picture, "url" | "blob" | "filename"> {
  const stamp = new Date(taken).toLocaleString("sv").replace(" ", "_").replaceAll(":", "-");
  return { url: URL.createObjectURL(image), blob: image, filename: `sameframe_${stamp}.png` };
}
