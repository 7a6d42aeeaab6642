// A booth that only pretends: enough of one to look at the interface and to play with it.
import { computed, effect, signal, type Signal } from "@preact/signals";
import type { Box } from "../../generated/messages";
import { cupboard } from "../../generated/props";
import type {
  Arrangement, Backdrop, Background, Furnishing, Guest, Layer, Light, Look, Maker, Preset, Pressers, Recording,
  RemoteMade, Retaking, Scene, Series, Wanted, Wish,
} from "../../generated/wire";
import type {
  Backdrops, Booth, CameraProblem, CameraState, ClosedBy, Device, Link, Loading, Notice, Picture, Quality, Stats, View,
  Seconds, Format, KeptTake, Props, TakeHeight, TakeNow, Takes, Wishes, } from "../../state";
import { NATURAL } from "../../mirror";
import { sameBackground } from "../favourites";
import { boxOf } from "../stage/geometry";
import { designed } from "./designs";
import { filtered, paint, picture, printOf, thumbnail } from "./paint";

const names = ["Mina", "준호", "Ada", "Theo", "서연", "Priya"];

export const guest = (i: number, changed: Partial<Guest> = {}): Guest => ({
  id: `g0000000${i}`, name: names[i]!, host: i === 0, camera: "on", microphone: true, here: true, epoch: i,
  ...changed,
});

const layer = (changed: Partial<Layer> & { guest: string }): Layer => ({
  x: 0.5, y: 0.5, scale: 0.92, rotation: 0, mirror: false, opacity: 1, ...changed,
});

const inRow = (guests: Guest[]): Layer[] => {
  const standing = guests.filter(({ camera }) => camera !== "none");
  const scale = Math.min(0.92, 2.67 / standing.length);
  return standing.map(({ id }, i) => layer({ guest: id, x: (i + 0.5) / standing.length, y: 1 - scale / 2, scale }));
};

export class FakeTakes implements Takes {
  now = signal<TakeNow | null>(null);
  kept = signal<KeptTake[]>([]);
  recovering = signal<number | null>(null);
  recording = signal<Recording>({ type: "recording", by: [], since: null });
  height = signal<TakeHeight>(720);

  async start(): Promise<void> {
    this.now.value = { state: "rolling", ms: 83_000, bytes: 41_300_000, frames: 2_490, lost: 0, space: 12_400_000_000, share: 0 };
    this.recording.value = { type: "recording", by: ["g00000000"], since: 0 };
  }
  pause(): void {
    this.now.value = { ...this.now.value!, state: "paused" };
  }
  resume(): void {
    this.now.value = { ...this.now.value!, state: "rolling" };
  }
  async stop(): Promise<void> {
    this.now.value = null;
    this.recording.value = { type: "recording", by: [], since: null };
  }
  async upload(): Promise<void> {}
  discard(): void {
    this.kept.value = [];
  }
}

class FakeBackdrops implements Backdrops {
  brought = signal<Backdrop[]>([]);
  sending = signal<number | null>(null);
  rules = signal<Furnishing>({ type: "furnishing", changers: "everyone", undo: 2, favourites: [] });
  mayChange = computed(() => this.rules.value.changers === "everyone" || this.isHost());
  constructor(readonly choose: (file: string) => void, readonly isHost: () => boolean) {}
  undo(): void {
    this.rules.value = { ...this.rules.value, undo: this.rules.value.undo - 1 };
  }
  favour(background: Background, on: boolean): void {
    const others = this.rules.value.favourites.filter((one) => !sameBackground(one, background));
    this.rules.value = { ...this.rules.value, favourites: on ? [...others, background] : others };
  }
  letChange(changers: Pressers): void {
    this.rules.value = { ...this.rules.value, changers };
  }
  bring(_picture: Blob, _part?: string): Promise<string | null> {
    this.sending.value = 0.6;
    return new Promise(() => {});
  }
  cancel(): void {
    this.sending.value = null;
  }
  async remove(file: string): Promise<string | null> {
    this.brought.value = this.brought.value.filter((one) => one.file !== file);
    return null;
  }
  thumbnail(file: string): string {
    return thumbnail(file as Preset);
  }
}

class FakeProps implements Props {
  sending = signal<number | null>(null);
  private count = 0;
  constructor(readonly scene: Signal<Scene>) {}
  add(design: string, text = ""): void {
    const id = `o0000000${++this.count}`;
    const scene = this.scene.value;
    const prop = { id, design, text: design === "date" ? "’26 11 26" : text, picture: "", zone: 0 };
    const stands = (cupboard.standing as readonly string[]).includes(design);
    const scale = design === "window" ? 1 : stands ? 0.36 : 0.24;
    const placed = layer({ guest: id, x: 0.5, y: stands ? 1 - scale / 2 : 0.3, scale });
    this.scene.value = { ...scene, props: [...scene.props, prop], layers: [...scene.layers, placed] };
  }
  word(id: string, text: string): void {
    const props = this.scene.value.props.map((prop) => (prop.id === id ? { ...prop, text } : prop));
    this.scene.value = { ...this.scene.value, props };
  }
  remove(id: string): void {
    const { props, layers } = this.scene.value;
    this.scene.value = {
      ...this.scene.value, props: props.filter((one) => one.id !== id), layers: layers.filter(({ guest }) => guest !== id),
    };
  }
  async cutOut(photo: Blob): Promise<Blob> {
    return photo;
  }
  befriend(): Promise<string | null> {
    this.sending.value = 0.6;
    return new Promise(() => {});
  }
  cancel(): void {
    this.sending.value = null;
  }
}

class FakeWishes implements Wishes {
  maker = signal<Maker>("procedural");
  all = signal<Wish[]>([]);
  forbidden = signal<string[]>([]);
  async wish({ kind, prompt, style, movement, source }: Wanted): Promise<null> {
    this.add({ kind, prompt: prompt ?? "", style: style ?? null, movement: movement ?? null, source: source ?? null });
    return null;
  }
  /** Put a wish into the list. */
  add(changed: Partial<Wish>): void {
    this.all.value = [...this.all.value, {
      wish: `w${this.all.value.length}`, by: "g00000000", at: 0, kind: "draw", prompt: "", style: null, movement: null,
      source: null, maker: this.maker.value, state: "waiting", place: 1, progress: 0, words: [], file: null,
      problem: null, ...changed,
    }];
  }
  async cancel(wish: string): Promise<void> {
    this.all.value = this.all.value.filter((one) => one.wish !== wish);
  }
  forbid(words: string[]): void {
    this.forbidden.value = words.map((word) => word.trim()).filter(Boolean);
  }
}

export class FakeBooth implements Booth {
  view = signal<View>("room");
  closedBy = signal<ClosedBy | null>(null);
  missing = signal<string[]>([]);
  room = signal<string | null>("warm-lamp-seoul");
  invite = signal("https://booth.example/r/warm-lamp-seoul");
  link = signal<Link>("open");
  me = signal<string | null>("g00000000");
  guests = signal<Guest[]>([guest(0), guest(1), guest(2)]);
  isHost = computed(() => this.guests.value.some(({ id, host }) => host && id === this.me.value));
  stageRun = signal(0);
  inside = signal<string[]>(["준호", "Ada"]);
  name = signal("Mina");
  capacity = signal(8);
  scene = signal<Scene>({
    background: { name: "curtain", colour: "#D9CBB8" }, layers: inRow(this.guests.value), look: NATURAL, light: "auto",
    props: [],
  });
  coming = signal<Background | null>(null);
  background = computed(() => this.coming.value ?? this.scene.value.background);
  boxes = computed<Box[]>(() => this.scene.value.layers.map((one) => boxOf(one, this.aspect(one.guest))));
  quality = signal<Record<string, Quality>>({ g00000001: 3, g00000002: 3, g00000003: 3, g00000004: 3, g00000005: 3 });
  waitingFor = signal<string[]>([]);
  timer = signal<Seconds>(3);
  format = signal<Format | null>(null);
  motion = signal<"coming" | "rolling" | null>(null);
  pressers = signal<Pressers>("everyone");
  mayPress = computed(() => this.pressers.value === "everyone" || this.isHost.value);
  retaking = signal<Retaking | null>(null);
  series = signal<Series | null>(null);
  album = signal<string | null>("/a/example");
  takes = new FakeTakes();
  backdrops = new FakeBackdrops(
    (file) => this.setBackground({ name: "upload", colour: "#D9CBB8", file }),
    () => this.isHost.value,
  );
  wishes = new FakeWishes();
  props = new FakeProps(this.scene);
  recorded = signal(false);
  camera = signal<CameraState>({ kind: "on" });
  cameraOn = signal(true);
  microphoneOn = signal(true);
  microphoneProblem = signal<CameraProblem | null>(null);
  level = signal(0.55);
  cameras = signal<Device[]>([{ id: "a", label: "FaceTime HD Camera" }, { id: "b", label: "Logitech BRIO" }]);
  microphones = signal<Device[]>([{ id: "m", label: "MacBook Pro Microphone" }]);
  cameraId = signal<string | null>("a");
  microphoneId = signal<string | null>("m");
  loading = signal<Loading | null>(null);
  cutoutFailed = signal(false);
  countdown = signal<number | null>(null);
  flash = signal(0);
  pictures = signal<Picture[]>([]);
  notices = signal<Notice[]>([]);

  private aspect(id: string): number {
    const prop = this.scene.value.props.find((one) => one.id === id);
    const image = prop && designed(prop.design, prop.text);
    return image ? image.naturalWidth / image.naturalHeight : 4 / 3;
  }

  /** Set who is here; they stand in a row. */
  people(guests: Guest[]): void {
    this.guests.value = guests;
    this.scene.value = { ...this.scene.value, layers: inRow(guests), props: [] };
  }

  /** Show the lobby: oneself, or nobody while there is no picture. */
  lobby(seen: boolean): void {
    this.view.value = "lobby";
    this.me.value = null;
    this.guests.value = [];
    const layers = seen ? [layer({ guest: "me", y: 0.54, mirror: true })] : [];
    this.scene.value = { ...this.scene.value, layers };
  }

  async startRoom(): Promise<void> {
    this.lobby(true);
  }
  attachStage(canvas: HTMLCanvasElement): void {
    effect(() => paint(canvas, this.scene.value, this.guests.value));
  }
  async join(): Promise<void> {
    this.me.value = "g00000000";
    this.people([guest(0, { name: this.name.value }), guest(1), guest(2)]);
    this.view.value = "room";
  }
  leave(): void {
    this.closedBy.value = "left";
    this.view.value = "closed";
  }
  setName(name: string): void {
    this.name.value = name;
  }
  setCamera(on: boolean): void {
    this.cameraOn.value = on;
  }
  setMicrophone(on: boolean): void {
    this.microphoneOn.value = on;
  }
  chooseCamera(id: string): void {
    this.cameraId.value = id;
  }
  chooseMicrophone(id: string): void {
    this.microphoneId.value = id;
  }
  retryCamera(): void {
    this.camera.value = { kind: "on" };
  }
  dragLayer(): void {}
  placeLayer(placed: Layer): void {
    const layers = this.scene.value.layers.map((one) => (one.guest === placed.guest ? placed : one));
    this.scene.value = { ...this.scene.value, layers };
  }
  order(id: string, step: 1 | -1): void {
    const layers = [...this.scene.value.layers];
    const at = layers.findIndex((one) => one.guest === id);
    const [moved] = layers.splice(at, 1);
    layers.splice(Math.max(0, at + step), 0, moved!);
    this.scene.value = { ...this.scene.value, layers };
  }
  reset(id: string): void {
    this.placeLayer(inRow(this.guests.value).find((one) => one.guest === id)!);
  }
  tidy(_how: Arrangement): void {
    this.people(this.guests.value);
  }
  setBackground(background: Background): void {
    this.scene.value = { ...this.scene.value, background };
  }
  setLook(look: Look): void {
    this.scene.value = { ...this.scene.value, look };
  }
  setLight(light: Light): void {
    this.scene.value = { ...this.scene.value, light };
  }
  tryLook(): void {}
  previewLook(look: Look): Promise<ImageBitmap> {
    return createImageBitmap(filtered(this.scene.value, this.guests.value, look));
  }
  takePhoto(): void {
    this.flash.value++;
    this.print();
  }
  async fileOf(): Promise<File | null> {
    return null;
  }
  async withdraw(): Promise<void> {}
  async choose(burst: string, shot: string | null): Promise<void> {
    this.pictures.value = this.pictures.value
      .filter((one) => shot === null || one.burst !== burst || one.shot === shot)
      .map((one) => ({ ...one, burst: null }));
  }
  letPress(who: Pressers): void {
    this.pressers.value = who;
  }
  async retake(shot: string, of: string): Promise<void> {
    this.asked(of, shot);
  }
  /** Ask a guest for a new picture. */
  asked(of: string, shot = "s1", state: Retaking["state"] = "asked"): void {
    const preview = printOf(this.scene.value, this.guests.value);
    const by = this.guests.value.find(({ host }) => host)!.id;
    this.retaking.value = { type: "retaking", shot, guest: of, by, state, at: 0, preview };
  }
  answerRetake(accept: boolean): void {
    this.retaking.value = accept ? { ...this.retaking.value!, state: "taking" } : null;
  }
  async remote(): Promise<RemoteMade> {
    const image = `<image href="${picture("qr")}" width="29" height="29" image-rendering="pixelated"/>`;
    const qr = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29">${image}</svg>`;
    return { link: "https://booth.example/r/warm-lamp-seoul/remote#key", qr };
  }
  print(changed: Partial<Picture> = {}): void {
    const id = this.pictures.value.length + 1;
    const url = printOf(this.scene.value, this.guests.value);
    const blob = new Blob();
    const picture: Picture = {
      id, url, blob, shot: `s${id}`, kind: "single", mine: true, state: "developing", print: null,
      people: this.guests.value.map((one) => one.id),
      filename: `sameframe_${id}.png`, width: 1920, height: 1080, by: "g00000000", burst: null, ...changed,
    };
    this.pictures.value = [picture, ...this.pictures.value];
  }
  async pick(x: number, y: number): Promise<string | null> {
    const under = (box: Box) =>
      x > box.x + box.width * 0.22 && x < box.x + box.width * 0.78 && y > box.y + box.height * 0.1;
    return this.boxes.value.findLast(under)?.guest ?? null;
  }
  dismiss(id: number): void {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }
  async stats(): Promise<Stats> {
    return {
      version: "0.1.0",
      renderer: "cpu",
      stage: { fps: 30, compose_ms: 1.94, ingest_ms: 0.41, ticks: 4127, dropped: 3, spared: ["wrap"] },
      cutout: { fps: 29.9, infer_ms: 6.3, frame_ms: 9.7, runtime: "litert", segmentations: 4120, frames: 4121 },
      guests: this.guests.value.map(({ id, name }, i) => ({
        id, name, me: id === this.me.value, fps: 30 - i, age_ms: 24 + 9 * i, width: 640, height: 480,
        codec: i === 0 ? null : "H264", loss: i === 0 ? null : 0.002 * i, rtt_ms: i === 0 ? null : 4 + i,
      })),
      transport: { kind: "mesh", up_kbps: 1210, down_kbps: 1198 },
      load: { js_ms: 84, pyodide_ms: 612, model_ms: 181, first_picture_ms: 1620, bytes: 7_430_000 },
    };
  }
}
