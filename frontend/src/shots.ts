// The shots of this visit. The stage's own picture is shown at once; meanwhile everyone's layer goes
// to the server in full size, and the print that is made of them takes its place.
import { signal } from "@preact/signals";
import type { Exposed, Photo } from "./generated/messages";
import type { Print, Series, SheetChanged, Shoot, ShotChanged, Shutter } from "./generated/wire";
import { sent } from "./sending";
import { now } from "./signalling";
import type { Format, Picture, Seconds } from "./state";

const STAGE = { width: 1280, height: 720 };
const MOTION_MS = 2_000; // as long as a moving picture is (sameframe_worker/frames.py)
const FILL_MS = 3_000; // after the instant, whoever's layer has not come is filled in from the stage
const HELD = 12; // prints' files kept for sharing, 2 to 4 MB each

export interface ShotsOptions {
  me(): string | null;
  room(): string | null;
  token(): string | null;
  host(): string | null; // the host's token, where one is
  offset(): number; // server time minus own, ms
  photo(at: number, width: number, height: number): Promise<Photo | null>;
  expose(at: number): Promise<Exposed | null>;
  fill(guest: string, at: number): Promise<Blob | null>;
  frames(at: number): Promise<Blob | null>;
  failed(code: string): void;
}

export class Shots {
  readonly pictures = signal<Picture[]>([]);
  readonly timer = signal<Seconds>(3);
  readonly format = signal<Format | null>(null);
  readonly motion = signal<"coming" | "rolling" | null>(null);
  readonly series = signal<Series | null>(null);
  private readonly known = new Map<string, ShotChanged>();
  private readonly held = new Map<string, Promise<Blob | null>>(); // prints' files, by address
  private count = 0;

  constructor(private readonly options: ShotsOptions) {}

  /** What a press of the shutter asks for. */
  order(): Shoot {
    const [format, seconds] = [this.format.value, this.timer.value];
    const zone = -new Date().getTimezoneOffset();
    if (format === "burst" || format === "loop" || format === "boomerang")
      return { type: "shoot", seconds, template: null, format, zone };
    return { type: "shoot", seconds, template: format, format: "single", zone };
  }

  /** Take the own part of a shot: the stage's picture to look at, the own layer for the print. */
  async take(shutter: Shutter): Promise<void> {
    const taking = this.options.photo(shutter.at, STAGE.width, STAGE.height); // the first to be seen
    if (shutter.motion) void this.roll(shutter);
    else void this.deliver(shutter);
    const series = (this.series.value = shutter.series ?? null);
    const photo = await taking;
    if (this.series.value === series) this.series.value = following(series);
    if (this.options.me() === null) return;
    if (!photo) return this.options.failed("photo_failed");
    const picture: Picture = {
      id: ++this.count,
      shot: shutter.shot,
      kind: series?.sheet ? "of_series" : (shutter.motion ?? "single"),
      by: shutter.by,
      burst: series?.burst ?? null,
      ...developed(photo.image, photo.taken - this.options.offset()),
      ...STAGE,
      mine: false,
      people: [],
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

  /** Keep one shot of a burst and delete the others, or (null) keep all. */
  async choose(burst: string, shot: string | null): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/bursts/${burst}/keep/${shot ?? "all"}`;
    // Whoever pressed may, and the host, whose token counts for both.
    const headers = { authorization: `Bearer ${this.options.host() ?? this.options.token()}` };
    const answer = await fetch(url, { method: "POST", headers }).catch(() => null);
    if (!answer?.ok) this.options.failed("choose_failed");
  }

  /** Take oneself out of a picture: from its print, its history and what it was made of. */
  async withdraw(shot: string): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/shots/${shot}/guests/${this.options.me()}`;
    const headers = { authorization: `Bearer ${this.options.token()}` };
    const answer = await fetch(url, { method: "DELETE", headers }).catch(() => null);
    if (!answer?.ok) this.options.failed("withdraw_failed");
  }

  /** What a picture is after news of its shot. */
  private followed(picture: Picture, { state, print, layers, fills, motion, burst }: ShotChanged): Picture {
    const made = state === "printed" ? "printed" : state === "missed" ? "missed" : "developing";
    const me = this.options.me() ?? "";
    const people = print && !motion ? [...layers, ...fills] : [];
    const mine = made === "printed" && people.includes(me);
    return { ...picture, state: made, print: print ?? null, mine, people, burst: burst ?? null };
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
      burst: null,
      mine: false,
      people: [],
      state: state === "printed" ? "printed" : "developing",
      print: print ?? null,
    };
    const at = before ? this.pictures.value.indexOf(before) : 0;
    this.pictures.value = pictures.toSpliced(at, 0, picture);
    this.hold(print);
  }

  /** Return what is shared of a picture: its print once there is one, until then the stage's. */
  async file({ print, blob, filename, kind }: Picture): Promise<File | null> {
    if (!print) return new File([await png(blob)], filename, { type: "image/png" });
    const address = shared(print);
    const held = this.held.get(address) ?? this.fetched(address);
    this.held.set(address, held);
    const made = await held;
    if (!made) this.options.failed("share_failed");
    const name = filename.replace(".png", print.gif ? ".gif" : kind === "sheet" ? "_strip.jpg" : ".jpg");
    return made && new File([made], name, { type: made.type });
  }

  /** Have a print's file here before anyone presses Share: a press is good for some seconds only. */
  private hold(print: Print | null | undefined): void {
    if (!print || !("canShare" in navigator) || this.held.has(shared(print))) return;
    this.held.set(shared(print), this.fetched(shared(print)));
    for (const old of [...this.held.keys()].slice(0, -HELD)) this.held.delete(old);
  }

  private async fetched(address: string): Promise<Blob | null> {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return answer.blob();
    this.held.delete(address); // asked for again with the next press
    return null;
  }

  /** Follow the album to its new link. */
  moved(from: string, to: string): void {
    this.pictures.value = this.pictures.value.map((picture) => ({
      ...picture,
      print: picture.print && relinked(picture.print, from, to),
    }));
  }

  /** Take the own part of a moving picture: whoever pressed sends the stage's frames. */
  private async roll({ shot, at, by }: Shutter): Promise<void> {
    const until = (then: number) =>
      new Promise((go) => setTimeout(go, then - this.options.offset() - now()));
    const me = this.options.me();
    const frames = me === by ? this.options.frames(at) : null;
    this.motion.value = "coming";
    await until(at);
    this.motion.value = "rolling";
    await until(at + MOTION_MS);
    this.motion.value = null;
    if (!frames) return;
    const image = await frames;
    if (!image) return this.options.failed("motion_failed");
    await this.put(`${shot}/frames/${me}`, image, "motion_failed");
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

  private async put(path: string, image: Blob, failed = "upload_failed"): Promise<void> {
    const url = `/api/rooms/${this.options.room()}/shots/${path}`;
    const why = await sent(url, image, this.options.token());
    if (why === "upload_failed") this.options.failed(failed);
    else if (why) console.warn(`${path}: ${why}`);
  }
}

/** What of a series is said once a shot is taken: what comes after the pause, as one poses for that. */
function following(series: Series | null): Series | null {
  if (!series || series.number === series.count) return null;
  return series.burst ? series : { ...series, number: series.number + 1 }; // a burst has no pauses
}
/** The file of a print that one would send to a friend. */
const shared = (print: Print): string => print.gif ?? print.jpeg;

function relinked(print: Print, from: string, to: string): Print {
  const path = (old: string) => old.replace(from, to);
  const { page, jpeg, png, preview, pdf, gif, moving } = print;
  return {
    ...print,
    page: path(page),
    jpeg: path(jpeg),
    png: path(png),
    preview: path(preview),
    pdf: pdf ? path(pdf) : null,
    gif: gif ? path(gif) : null,
    moving: moving ? path(moving) : null,
  };
}

/** What is shown at once is no format that one would keep. */
async function png(image: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(image);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob();
}

/** A photo as it is shown and kept, named by the own clock's time. */
function developed(image: Blob, taken: number): Pick<Picture, "url" | "blob" | "filename"> {
  const stamp = new Date(taken).toLocaleString("sv").replace(" ", "_").replaceAll(":", "-");
  return { url: URL.createObjectURL(image), blob: image, filename: `sameframe_${stamp}.png` };
}
