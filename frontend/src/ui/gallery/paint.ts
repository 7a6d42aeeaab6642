// Plausible pictures for the gallery: a scene and people, quickly painted.
import { catalogue } from "../../generated/backgrounds";
import type { Background, Guest, Layer, Look, LookName, Preset, Prop, Scene } from "../../generated/wire";
import { designed } from "./designs";

const looks = [
  ["#F4CFB4", "#2B2422", "#F1D58B"], ["#E6B48F", "#453129", "#4D6B73"], ["#A9714E", "#1F1A1C", "#7FA08A"],
  ["#F0C8A8", "#6B4A34", "#B8604C"], ["#8C5A3C", "#171314", "#C9B7D8"], ["#F3D3BC", "#8A6A50", "#39495E"],
] as const;

/** Paint the scene as the stage would; where a camera is off, paper stands in. */
export function paint(canvas: HTMLCanvasElement, scene: Scene, guests: Guest[]): void {
  const on = canvas.getContext("2d")!;
  const { width, height } = canvas;
  backdrop(on, scene.background, width, height);
  for (const layer of scene.layers) {
    const at = guests.findIndex((guest) => guest.id === layer.guest);
    const guest = guests[at];
    const prop = scene.props.find(({ id }) => id === layer.guest);
    if (prop) thing(on, layer, prop);
    else if (guest !== undefined || layer.guest === "me") person(on, layer, guest, Math.max(0, at));
  }
}

/** Roughly what each look does. */
const filters: Record<LookName, string> = {
  natural: "none", warm: "sepia(0.2) saturate(1.2)", film: "contrast(1.1) saturate(0.9)",
  black_and_white: "grayscale(1)", sepia: "sepia(0.85)", vivid: "saturate(1.5) contrast(1.1)",
  soft: "brightness(1.1) contrast(0.9)", noir: "grayscale(1) contrast(1.5)",
  instant: "sepia(0.25) contrast(0.9)", pastel: "brightness(1.15) saturate(0.7)",
  cool: "hue-rotate(-10deg) saturate(0.9)", party: "hue-rotate(-40deg) saturate(1.4)",
};

/** Paint the scene in small, with a look. */
export function filtered(scene: Scene, guests: Guest[], look: Look): HTMLCanvasElement {
  const [plain, canvas] = [0, 1].map(() => Object.assign(document.createElement("canvas"), { width: 320, height: 180 }));
  paint(plain!, scene, guests);
  const on = canvas!.getContext("2d")!;
  on.filter = filters[look.name as LookName];
  on.drawImage(plain!, 0, 0);
  return canvas!;
}

function backdrop(on: CanvasRenderingContext2D, background: Background, width: number, height: number): void {
  const { name, colour } = background;
  on.fillStyle = name === "plain" ? colour : catalogue.tints[(background.file ?? name) as Preset];
  on.fillRect(0, 0, width, height);
  if (name === "plain") return;
  const light = on.createLinearGradient(0, 0, 0, height);
  light.addColorStop(0, "rgb(255 255 255 / 0.2)");
  light.addColorStop(1, "rgb(0 0 0 / 0.2)");
  on.fillStyle = light;
  on.fillRect(0, 0, width, height);
  if (name !== "curtain") return;
  on.fillStyle = "rgb(0 0 0 / 0.1)";
  for (let x = 0; x < width; x += width / 16) on.fillRect(x, 0, width / 42, height);
}

function thing(on: CanvasRenderingContext2D, layer: Layer, prop: Prop): void {
  const image = designed(prop.design, prop.text);
  if (image === null) return;
  const { width, height } = on.canvas;
  const h = layer.scale * height;
  const w = (h * image.naturalWidth) / image.naturalHeight;
  on.save();
  on.translate(layer.x * width, layer.y * height);
  on.rotate((layer.rotation * Math.PI) / 180);
  on.scale(layer.mirror ? -1 : 1, 1);
  on.drawImage(image, -w / 2, -h / 2, w, h);
  on.restore();
}

function person(on: CanvasRenderingContext2D, layer: Layer, guest: Guest | undefined, at: number): void {
  const { x, y, scale, rotation, mirror } = layer;
  const { width, height } = on.canvas;
  const paper = guest?.camera === "off";
  const [skin, hair, cloth] = paper ? ["#EFE9DD", "#EFE9DD", "#EFE9DD"] : looks[at % looks.length]!;
  on.save();
  on.globalAlpha = guest && !guest.here ? 0.4 : 1;
  on.translate(x * width, y * height);
  on.rotate((rotation * Math.PI) / 180);
  on.scale((mirror ? -1 : 1) * scale * height, scale * height); // the frame is 4/3 × 1 from here
  const blob = (colour: string, cx: number, cy: number, rx: number, ry: number) => {
    on.fillStyle = colour;
    on.beginPath();
    on.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
    on.fill();
  };
  blob(hair, 0, -0.16, 0.19, 0.22);
  on.fillStyle = cloth;
  on.beginPath();
  on.moveTo(-0.36, 0.5);
  on.bezierCurveTo(-0.36, 0.16, -0.26, 0.12, 0, 0.12);
  on.bezierCurveTo(0.26, 0.12, 0.36, 0.16, 0.36, 0.5);
  on.fill();
  on.fillStyle = skin;
  on.fillRect(-0.065, 0, 0.13, 0.17);
  blob(skin, 0, -0.1, 0.145, 0.18);
  blob(hair, 0.02, -0.26, 0.15, 0.08);
  on.restore();
}

const cache = new Map<string, string>();

function drawn(key: string, width: number, height: number, draw: (on: CanvasRenderingContext2D) => void): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  draw(canvas.getContext("2d")!);
  const url = canvas.toDataURL();
  cache.set(key, url);
  return url;
}

export const thumbnail = (name: Preset): string =>
  drawn(name, 320, 180, (on) => backdrop(on, { name, colour: "#D9CBB8" }, 320, 180));

/** A square of noise that looks like a QR code from afar. */
export function picture(key: string): string {
  return drawn(key, 29, 29, (on) => {
    on.fillStyle = "#fff";
    on.fillRect(0, 0, 29, 29);
    on.fillStyle = "#000";
    for (let i = 0; i < 29 * 29; i++) if ((i * i * 7919 + i * 104729) % 97 < 45) on.fillRect(i % 29, Math.floor(i / 29), 1, 1);
  });
}

/** A print of a scene. */
export const printOf = (scene: Scene, guests: Guest[]): string =>
  drawn(JSON.stringify(scene), 960, 540, (on) => paint(on.canvas, scene, guests));
