// One's own camera, microphone and cutout: what the person wishes, what there is, what goes out.
import { signal } from "@preact/signals";
import { devices, open, type Opened } from "./camera";
import { Cutout } from "./cutout";
import type { Status } from "./generated/wire";
import { keepWish, remember, remembered, wish } from "./memory";
import type { CameraProblem, CameraState, Device, Loading } from "./state";
import { meter } from "./voice";

export interface OwnEvents {
  /** Send these from now on. The video is the cutout's, never the camera's. */
  publish(video: MediaStreamTrack | null, audio: MediaStreamTrack | null): void;
  /** The wishes for camera or microphone changed. */
  changed(): void;
}

export class Own {
  readonly camera = signal<CameraState>({ kind: "off" });
  readonly cameraOn = signal(wish("camera"));
  readonly microphoneOn = signal(wish("microphone"));
  readonly microphoneProblem = signal<CameraProblem | null>(null);
  readonly level = signal(0);
  readonly cameras = signal<Device[]>([]);
  readonly microphones = signal<Device[]>([]);
  readonly cameraId = signal(remembered("camera"));
  readonly microphoneId = signal(remembered("microphone"));
  readonly loading = signal<Loading | null>(null);
  readonly cutoutFailed = signal(false);
  readonly figures = { runtime: "", pyodide_ms: 0, model_ms: 0, bytes: 0 };

  video: MediaStreamTrack | null = null; // goes out: the cutout or the empty picture
  cutout: Cutout | null = null;
  private lens: MediaStreamTrack | null = null; // the camera's own track: into the worker only
  private voice: MediaStreamTrack | null = null;
  private unmeter: (() => void) | null = null;
  private asked = 0; // the newest wish for a camera: what an earlier one opens comes too late
  private hasCut = false; // a first picture was cut out of this camera or one before

  constructor(private readonly events: OwnEvents) {}

  /** Begin to load what cuts. */
  prepare(): void {
    this.loading.value ??= { step: "python", loaded: 0, total: 0 };
    if (this.cutout) return;
    this.cutout = new Cutout({
      failed: (failed) => {
        this.cutoutFailed.value = failed;
        if (failed) return;
        this.hasCut = true;
        this.loading.value = null; // a frame was cut: the wait is over
      },
      progress: (step, loaded, total) => {
        if (this.loading.value) this.loading.value = { step, loaded, total };
      },
      ready: (figures) => {
        Object.assign(this.figures, figures);
        if (this.loading.value) {
          this.loading.value = { step: "first_cutout", loaded: 0, total: 0 };
        }
      },
      loaded: (bytes) => (this.figures.bytes += bytes),
    });
    this.video = this.cutout.track;
    this.events.publish(this.video, this.voice);
  }

  /** Open what is wished for and begin to cut. */
  async start(): Promise<void> {
    this.prepare();
    navigator.mediaDevices.addEventListener("devicechange", this.list);
    await this.open(true, true);
  }

  setCamera(on: boolean): void {
    this.cameraOn.value = on;
    keepWish("camera", on);
    if (on) void this.open(true, false);
    else {
      this.asked++;
      this.dark(); // the camera's light goes out
      this.camera.value = { kind: "off" };
    }
    this.events.changed();
  }

  setMicrophone(on: boolean): void {
    this.microphoneOn.value = on;
    keepWish("microphone", on);
    if (this.voice) this.voice.enabled = on;
    else if (on) void this.open(false, true);
    this.events.changed();
  }

  chooseCamera(id: string): void {
    this.cameraId.value = id;
    remember("camera", id);
    this.cameraOn.value = true;
    void this.open(true, false);
  }

  chooseMicrophone(id: string): void {
    this.microphoneId.value = id;
    remember("microphone", id);
    void this.open(false, true);
  }

  /** Give camera and microphone back. */
  stop(): void {
    navigator.mediaDevices?.removeEventListener("devicechange", this.list);
    this.asked++;
    this.lens?.stop();
    this.voice?.stop();
    this.unmeter?.();
    this.cutout?.close();
    this.lens = this.voice = this.video = this.cutout = this.unmeter = null;
    this.hasCut = this.cutoutFailed.value = false;
    this.figures.runtime = "";
    this.camera.value = { kind: "off" };
    this.loading.value = null;
  }

  private async open(camera: boolean, microphone: boolean): Promise<void> {
    const wantCamera = camera && this.cameraOn.value;
    const wantMicrophone = microphone && this.microphoneOn.value;
    if (wantCamera) {
      this.asked++;
      this.dark(); // some systems open a camera once only
      this.camera.value = { kind: "asking" };
      if (!this.hasCut) {
        const step = this.figures.runtime ? "first_cutout" : "camera";
        this.loading.value = { step, loaded: 0, total: 0 };
      }
    }
    const asked = this.asked;
    const opened = await open({
      camera: wantCamera && this.cameraId.value,
      microphone: wantMicrophone && this.microphoneId.value,
    });
    if (opened.camera) this.seen(opened.camera, asked);
    if (opened.microphone) this.heard(opened.microphone);
    await this.list();
    this.events.changed();
  }

  private seen(opened: Opened, asked: number): void {
    if (asked !== this.asked || !this.cutout) {
      // They changed their mind, or left.
      if ("track" in opened) opened.track.stop();
      return;
    }
    if ("problem" in opened) return this.blind(opened.problem);
    this.lens = opened.track;
    opened.track.onended = () => {
      if (this.lens === opened.track) this.blind("unplugged");
    };
    this.camera.value = { kind: "on" };
    this.cutout.use(opened.track);
  }

  private blind(problem: CameraProblem): void {
    this.dark();
    this.camera.value = { kind: "problem", problem };
    this.events.changed();
  }

  /** Let go of the camera; the empty picture goes out. */
  private dark(): void {
    this.lens?.stop();
    this.lens = null;
    this.loading.value = null;
    this.cutoutFailed.value = false; // without a camera nothing is missing
    this.cutout?.use(null);
  }

  private heard(opened: Opened): void {
    if (!this.cutout) {
      if ("track" in opened) opened.track.stop(); // they left while it opened
      return;
    }
    if ("problem" in opened) {
      this.microphoneProblem.value = opened.problem;
      return;
    }
    this.voice?.stop();
    this.unmeter?.();
    const voice = opened.track;
    this.voice = voice;
    voice.enabled = this.microphoneOn.value;
    voice.onended = () => {
      if (this.voice === voice) this.mute("unplugged");
    };
    this.microphoneProblem.value = null;
    this.unmeter = meter(voice, (level) => (this.level.value = level));
    this.events.publish(this.video, voice);
  }

  private mute(problem: CameraProblem): void {
    this.voice = null; // switched on again, it is opened again
    this.unmeter?.();
    this.unmeter = null;
    this.microphoneProblem.value = problem;
    this.events.publish(this.video, null);
    this.events.changed();
  }

  /** What the others are told: who has no camera only watches. */
  told(): Pick<Status, "camera" | "microphone"> {
    const camera = this.camera.value;
    // Whoever was seen before keeps the place, and stands there as paper until a camera opens again.
    const blind = camera.kind === "problem" && camera.problem !== "unplugged" && !this.hasCut;
    const shows = camera.kind !== "problem" && this.cameraOn.value;
    return {
      camera: blind ? "none" : shows ? "on" : "off",
      microphone: this.microphoneOn.value && this.voice !== null,
    };
  }

  get microphone(): MediaStreamTrack | null {
    return this.voice;
  }

  private readonly list = async (): Promise<void> => {
    this.cameras.value = await devices("videoinput");
    this.microphones.value = await devices("audioinput");
  };
}
