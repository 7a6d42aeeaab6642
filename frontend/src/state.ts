// What the interface shows and what it can ask for. The interface (ui/) reads these signals and
// calls these actions; it knows nothing of workers, sockets or peers. booth.ts implements it.
import type { ReadonlySignal, Signal } from "@preact/signals";
import type {
  Arrangement, Backdrop, Background, Furnishing, Guest, Layer, Light, Look, Maker, Pressers, Print, Recording,
  RemoteMade, Retaking, Scene, Series, Shoot, ShotChanged, Wanted, Wish,
} from "./generated/wire";
import type { templates } from "./generated/templates";
import type { Box, Sparing } from "./generated/messages";

/** Which page one is on. `closed` carries the reason in `closedBy`. */
export type View = "landing" | "lobby" | "room" | "closed";

/** Why there is no room to show; each has its own page with what to do. */
export type ClosedBy =
  | "left" // pressed Leave
  | "unknown_room"
  | "room_full"
  | "replaced" // the same guest joined from another tab
  | "unsupported" // no Chrome: what is missing
  | "insecure" // not https or localhost
  | "server_gone" // not reachable for long
  | "protocol"; // refused for a fault of ours

/** What keeps the camera from us; each has its own message with what to do. */
export type CameraProblem =
  | "denied"
  | "not_found"
  | "in_use"
  | "unplugged"
  | "failed";

export type CameraState =
  | { kind: "off" }
  | { kind: "asking" }
  | { kind: "on" } // open; the cutout may still be loading, see `loading`
  | { kind: "problem"; problem: CameraProblem };

export interface Device {
  id: string;
  label: string;
}

/** Progress of the first load, by bytes where known. null: done. */
export interface Loading {
  step: "python" | "scissors" | "camera" | "first_cutout";
  loaded: number;
  total: number;
}

export type Link = "connecting" | "open" | "reconnecting";

/** 3 good · 2 fair · 1 poor · 0 no connection yet. */
export type Quality = 0 | 1 | 2 | 3;

/** How long the shutter counts; 0: it does not. */
export type Seconds = NonNullable<Shoot["seconds"]>;

/** A sheet's template, by name; each has its texts in i18n. */
export type Template = keyof typeof templates;

/** What the shutter takes besides a single photo. */
export type Format = Template | Exclude<NonNullable<Shoot["format"]>, "single">;

/** The two kinds of moving pictures. */
export type Motion = NonNullable<ShotChanged["motion"]>;

export interface Picture {
  id: number;
  shot: string; // or the sheet
  kind: "single" | "of_series" | "sheet" | Motion;
  by: string; // who pressed
  burst: string | null; // what it is one of, until one of those is chosen
  mine: boolean; // one is in it, and may take oneself out
  people: string[]; // who is in it and may be retaken; nobody until it is printed
  state: "developing" | "printed" | "missed"; // missed: nobody's layer came, the stage's stays
  print: Print | null; // in full size, once it is made
  url: string; // blob: URL of the stage's BMP, shown until then
  blob: Blob; // the same: a strict connect-src lets nobody fetch a blob: URL
  filename: string;
  width: number;
  height: number;
}

/** How tall a take is; its width follows. */
export type TakeHeight = 720 | 1080;

/** The take that is being recorded here. */
export interface TakeNow {
  state: "starting" | "rolling" | "paused" | "finishing";
  ms: number; // long
  bytes: number;
  frames: number; // in it
  lost: number; // those of the stage that the recorder had no time for
  space: number | null; // bytes left on this device
  share: number; // of the take that is made of the film, at the end
}

/** A take that lies on this device. */
export interface KeptTake {
  id: string;
  file: File;
  url: string; // blob: URL
  filename: string;
  bytes: number;
  width: number;
  height: number;
  started: number;
  ms: number; // long
  poster: Blob | null; // a picture of it
  upload: "none" | "failed" | number; // into the album: the share that has come
  recovered: boolean; // of an earlier visit, which may have ended unforeseen
}

export interface Takes {
  now: Signal<TakeNow | null>;
  kept: Signal<KeptTake[]>; // newest first
  recovering: Signal<number | null>; // the share of an interrupted take that is made again
  recording: Signal<Recording>; // who records, oneself included
  height: Signal<TakeHeight>; // of the next take
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  /** Put a take into the room's album; then it is no more on this device alone. */
  upload(id: string): Promise<void>;
  /** Delete a take from this device. */
  discard(id: string): void;
}

/** Backgrounds that guests bring into the room, and what the room does with all of them. */
export interface Backdrops {
  rules: Signal<Furnishing>; // who may change the background, how often that can be undone, favourites
  mayChange: ReadonlySignal<boolean>;
  undo(): void;
  favour(background: Background, on: boolean): void;
  letChange(who: Pressers): void;
  brought: Signal<Backdrop[]>; // oldest first
  sending: Signal<number | null>; // the share of a picture that has been sent
  /**
   * Send a picture of 16:9, or a video of which `part` is wanted, and make it everyone's background, of a
   * video once its loop is made; resolves to why that was refused, or null.
   */
  bring(picture: Blob, part?: string): Promise<string | null>;
  cancel(): void;
  choose(file: string): void;
  /** Take it out of the choice; resolves to why that was refused, or null. */
  remove(file: string): Promise<string | null>;
  /** The path of a small picture of it. */
  thumbnail(file: string): string;
}

/** What stands in the picture besides people; which there are is the scene's. */
export interface Props {
  sending: Signal<number | null>; // the share of a friend's cut-out that has been sent
  add(design: string, text?: string): void;
  word(prop: string, text: string): void;
  remove(prop: string): void;
  /** Cut a photo of a friend out, here; null: it can't be done. Rejects what is no picture. */
  cutOut(photo: Blob): Promise<Blob | null>;
  /** Put a friend's cut-out into the picture; resolves to why that was refused, or null. */
  befriend(cutout: Blob): Promise<string | null>;
  cancel(): void;
}

/** Backgrounds that are made of words, or of others. */
export interface Wishes {
  maker: Signal<Maker>; // who draws what is written
  all: Signal<Wish[]>; // the room's, oldest first
  forbidden: Signal<string[]>; // the host's list; empty for guests
  /** Ask for one; resolves to why that was refused, or null. */
  wish(wanted: Wanted): Promise<string | null>;
  cancel(wish: string): Promise<void>;
  forbid(words: string[]): void;
}

/** A short line to be shown and read out once; `key` names its text in i18n. */
export interface Notice {
  id: number;
  kind: "info" | "warning" | "error";
  key: string;
  values?: Record<string, string | number>;
}

export interface Booth {
  view: Signal<View>;
  closedBy: Signal<ClosedBy | null>;
  missing: Signal<string[]>; // browser features, for `unsupported`

  room: Signal<string | null>;
  invite: Signal<string>; // the link to send
  link: Signal<Link>;
  me: Signal<string | null>; // own guest id, once joined
  isHost: Signal<boolean>;
  name: Signal<string>; // remembered
  guests: Signal<Guest[]>; // all, me included, in order of arrival
  inside: Signal<string[]>; // in the lobby: the names of who is there already
  recorded: Signal<boolean>; // in the lobby: somebody records in the room
  capacity: Signal<number>;
  scene: Signal<Scene>;
  coming: Signal<Background | null>; // what the background is about to be, once everyone has it
  background: ReadonlySignal<Background>; // that one, or the scene's
  stageRun: Signal<number>; // rises when the stage needs a fresh canvas
  boxes: Signal<Box[]>; // where everyone stands on the stage, back to front, live
  quality: Signal<Record<string, Quality>>;
  waitingFor: Signal<string[]>; // guests whose picture has not come yet

  camera: Signal<CameraState>;
  cameraOn: Signal<boolean>; // the person's wish
  microphoneOn: Signal<boolean>; // the person's wish
  microphoneProblem: Signal<CameraProblem | null>;
  level: Signal<number>; // microphone, 0..1
  cameras: Signal<Device[]>;
  microphones: Signal<Device[]>;
  cameraId: Signal<string | null>;
  microphoneId: Signal<string | null>;
  loading: Signal<Loading | null>;
  cutoutFailed: Signal<boolean>; // own picture is empty just now; being restarted

  countdown: Signal<number | null>; // 3, 2, 1 while the shutter counts
  flash: Signal<number>; // rises by one with each flash
  timer: Signal<Seconds>; // how long the shutter counts
  format: Signal<Format | null>; // what the shutter takes; null: a single photo
  motion: Signal<"coming" | "rolling" | null>; // a moving picture is about to be taken, or is
  series: Signal<Series | null>; // which shot of a series is being taken, or comes after the pause
  pressers: Signal<Pressers>; // who may press the shutter
  mayPress: ReadonlySignal<boolean>;
  retaking: Signal<Retaking | null>; // whose picture of an old shot is taken anew
  pictures: Signal<Picture[]>; // photos of this session, newest first
  album: Signal<string | null>; // the path of the room's album
  takes: Takes;
  backdrops: Backdrops;
  props: Props;
  wishes: Wishes;
  notices: Signal<Notice[]>;

  startRoom(): Promise<void>;
  /** Give the canvas to the stage worker; once per canvas element. */
  attachStage(canvas: HTMLCanvasElement): void;
  /** Draw the landing page's living example here; where absent, a drawn one is shown. Returns how to end it. */
  attachExample?(canvas: HTMLCanvasElement): () => void;
  /** Step into the room; resolves once one is in, or was refused. */
  join(): Promise<void>;
  leave(): void;
  setName(name: string): void;
  setCamera(on: boolean): void;
  setMicrophone(on: boolean): void;
  chooseCamera(id: string): void;
  chooseMicrophone(id: string): void;
  retryCamera(): void;
  /** Show a layer where it is being dragged to, for everyone, without keeping it. */
  dragLayer(layer: Layer): void;
  /** Keep a layer's placement. */
  placeLayer(layer: Layer): void;
  order(guest: string, step: 1 | -1): void;
  reset(guest: string): void;
  tidy(arrangement: Arrangement): void;
  setBackground(background: Background): void;
  setLook(look: Look): void;
  setLight(light: Light): void;
  /** Show a look here alone: until setLook, another's change, or another try. */
  tryLook(look: Look): void;
  /** The picture in small, with this look; null: there is no stage. */
  previewLook(look: Look): Promise<ImageBitmap | null>;
  takePhoto(): void;
  letPress(who: Pressers): void;
  /** Ask a guest, or oneself, for a new picture in an old shot. */
  retake(shot: string, guest: string): Promise<void>;
  answerRetake(accept: boolean): void;
  /** The link by which one's phone presses the shutter; null, and a notice, if there is none. */
  remote(): Promise<RemoteMade | null>;
  /** What is shared of a picture: its print once there is one; null: it can't be had just now. */
  fileOf(picture: Picture): Promise<File | null>;
  /** Take oneself out of a picture, for good. */
  withdraw(shot: string): Promise<void>;
  /** Keep one shot of a burst and delete the others, or (null) keep all. */
  choose(burst: string, shot: string | null): Promise<void>;
  /** Who is seen at this point of the stage (fractions)? Exact to the pixel of the mask. */
  pick(x: number, y: number): Promise<string | null>;
  dismiss(notice: number): void;
  stats(): Promise<Stats>;
}

/** window.sameframe.stats(), also shown by key `d`. Documented in docs/ARCHITECTURE.md. */
export interface Stats {
  version: string;
  renderer: "cpu" | "gpu" | null;
  stage: { fps: number; compose_ms: number; ingest_ms: number; ticks: number; dropped: number; spared: Sparing["steps"] };
  cutout: {
    fps: number;
    infer_ms: number;
    frame_ms: number;
    runtime: string;
    segmentations: number;
    frames: number;
  };
  guests: {
    id: string;
    name: string;
    me: boolean;
    fps: number;
    age_ms: number;
    width: number;
    height: number;
    codec: string | null;
    loss: number | null;
    rtt_ms: number | null;
  }[];
  transport: { kind: "mesh"; up_kbps: number; down_kbps: number };
  load: {
    js_ms: number;
    pyodide_ms: number;
    model_ms: number;
    first_picture_ms: number;
    bytes: number;
  };
}
