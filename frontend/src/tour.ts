// The landing page's living example: three people we drew, standing in a scene that changes every
// few seconds, composed by the real stage.
import { NATURAL } from "./mirror";
import { Stage } from "./stage";
import type { Layer } from "./generated/wire";

const PEOPLE = ["a", "b", "c"];
const CHANGE_MS = 4_000;
const REPEAT_MS = 1_000; // stills: a frame now and then keeps them fresh

const layer = (guest: string, x: number, scale: number): Layer => ({
  guest,
  x,
  y: 1 - scale / 2,
  scale,
  rotation: 0,
  mirror: false,
  opacity: 1,
});

// Back to front. Ada's raised hand needs the left end.
const SCENES: { background: string; layers: Layer[] }[] = [
  {
    background: "curtain",
    layers: [layer("a", 0.24, 0.86), layer("c", 0.76, 0.88), layer("b", 0.5, 0.98)],
  },
  {
    background: "beach",
    layers: [layer("b", 0.74, 0.9), layer("a", 0.28, 0.88), layer("c", 0.51, 0.94)],
  },
  {
    background: "seoul_night",
    layers: [layer("b", 0.45, 1.0), layer("c", 0.73, 0.84), layer("a", 0.22, 0.82)],
  },
];

export class Tour {
  private readonly stage: Stage;
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private at = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.stage = new Stage({
      firstPicture: () => undefined,
      layout: () => undefined,
      clock: () => undefined,
      backgroundFailed: () => {},
      sparing: () => {},
      failed: () => this.close(),
      loaded: () => undefined,
    });
    this.stage.start(canvas, null, null);
    this.stage.people(
      PEOPLE.map((guest) => ({ guest, name: "", camera: true, presence: "here" as const })),
    );
    this.show();
    for (const person of PEOPLE) void this.stand(person);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.timers.push(setInterval(() => this.show(), CHANGE_MS));
    }
  }

  close(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.stage.close();
  }

  private show(): void {
    const { background, layers } = SCENES[this.at++ % SCENES.length]!;
    const scene = { background: { name: background, colour: "#D9CBB8" }, layers, look: NATURAL };
    this.stage.scene({ ...scene, light: "auto", props: [] });
  }

  /** A still as a video track, like any guest's. */
  private async stand(person: string): Promise<void> {
    const response = await fetch(`/people/${person}.webp`);
    const bitmap = await createImageBitmap(await response.blob());
    const track = new MediaStreamTrackGenerator({ kind: "video" });
    const writer = track.writable.getWriter();
    const write = (): void => {
      const frame = new VideoFrame(bitmap, { timestamp: performance.now() * 1_000 });
      void writer.write(frame).catch(() => track.stop());
    };
    this.stage.guest(person, track);
    write();
    this.timers.push(setInterval(write, REPEAT_MS));
  }
}
