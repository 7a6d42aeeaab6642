// The shots of this visit. The stage's own picture is shown at once; meanwhile everyone's layer goes
// to the server in full size, and the print that is made of them takes its place.
import { signal } from "@preact/signals";
import type { Exposed, Photo } from "./generated/messages";
import type { Print, Series, SheetChanged, Shoot, ShotChanged, Shutter } from "./generated/wire";
import { sent } from "./sending";
import { now } from "./signalling";
import type { Picture, Seconds, Template } from "./state";

const STAGE = { width: 1920, height: 1080 };
const FILL_MS = 3_000; // after the instant, whoever's layer has not come is filled in from the stage

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
  private count = 0;

  constructor(private readonly options: ShotsOptions) {}

  /** What a press of the shutter asks for. */
  order(): Shoot {
    return { type: "shoot", seconds: this.timer.value, template: this.format.value };
  }

  /** Take the own part of a shot: the stage's picture to look at, the own layer for the print. */
  async take(shutter: Shutter): Promise<void> {
    void this.deliver(shutter);
    const series = (this.series.value = shutter.series ?? null);
    const photo = await this.options.photo(shutter.at, STAGE.width, STAGE.height);
    // What comes after the pause is said at once: that is what one poses for.
    const next = series && series.number < series.count ? { ...series, number: series.number + 1 } : null;
    if (this.series.value === series) this.series.value = next;
    if (this.options.me() === null) return;
    if (!photo) return this.options.failed("photo_failed");
    const picture: Picture = {
      id: ++this.count,
      shot: shutter.shot,
      kind: series ? "of_series" : "single",
      ...developed(photo.image, photo.taken - this.options.offset()),
      ...STAGE,
      mine: false,
      people: [],
      state: "developing",
      print: null,
    };
    const known = this.known.get(shutter.shot);
    this.pictures.value = [known ? this.followed(picture, known) : picture, ...this.pictures.value];
  }

  /** Follow what becomes of a shot or a sheet. */
  changed(message: ShotChanged | SheetChanged): void {
    if (message.type === "sheet_changed") return this.bound(message);
    this.known.set(message.shot, message);
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
    const people = print ? [...layers, ...fills] : [];
    const mine = made === "printed" && people.includes(me);
    return { ...picture, state: made, print: print ?? null, mine, people };
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
      people: [],
      state: state === "printed" ? "printed" : "developing",
      print: print ?? null,
    };
    const at = before ? this.pictures.value.indexOf(before) : 0;
    this.pictures.value = pictures.toSpliced(at, 0, picture);
    if (state === "printed") void this.fetched(picture);
  }

  /** Hold a sheet's file, to be shared. */
  private async fetched(picture: Picture): Promise<void> {
    const answer = await fetch(picture.print!.jpeg).catch(() => null);
    if (!answer?.ok) return;
    const blob = await answer.blob();
    const filename = picture.filename.replace(".png", "_strip.jpg");
    this.pictures.value = this.pictures.value.map((one) =>
      one.shot === picture.shot ? { ...one, blob, filename } : one,
    );
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

  private async put(path: string, image: Blob): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/shots/${path}`;
    const why = await sent(url, image, this.options.token());
    if (why === "upload_failed") this.options.failed(why);
    else if (why) console.warn(`${path}: ${why}`);
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
