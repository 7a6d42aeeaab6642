// What the person is holding on the stage. While a layer is held, the hand's word goes, not the
// scene's: updates that arrive for it meanwhile (one's own, coming back) would make it jump.
import { computed, effect, signal } from "@preact/signals";
import type { Box } from "../../generated/messages";
import { cupboard } from "../../generated/props";
import type { Layer, Prop } from "../../generated/wire";
import type { Booth } from "../../state";
import { hasMoved } from "../settings";
import { aspectOf, boxOf, clamped } from "./geometry";

const worded: readonly string[] = cupboard.worded;
const standing: readonly string[] = cupboard.standing;

const SEND_EVERY_MS = 17; // at most 60 a second
const KEEP_AFTER_MS = 250; // keys and wheel have no end: they are kept once they rest
const BELIEVE_MS = 1500; // how long to wait for the scene to say what was kept

export class Hand {
  /** The guest whose name and tools are shown. */
  readonly selected = signal<string | null>(null);
  /** The guest under the mouse. */
  readonly hovered = signal<string | null>(null);
  /** The layer as it is held; null when nothing is. */
  readonly held = signal<Layer | null>(null);
  readonly dragging = signal(false);
  /** The prop whose words are being written. */
  readonly editing = signal<string | null>(null);

  /** Where everyone is shown, back to front. */
  readonly boxes = computed<Box[]>(() => {
    const held = this.held.value;
    return this.booth.boxes.value.map((box) =>
      box.guest === held?.guest ? boxOf(held, aspectOf(box)) : box,
    );
  });

  private sendTimer: ReturnType<typeof setTimeout> | null = null;
  private keepTimer: ReturnType<typeof setTimeout> | undefined;
  private letGoTimer: ReturnType<typeof setTimeout> | undefined;
  private kept: Layer | null = null;
  private readonly stop: () => void;

  constructor(private readonly booth: Booth) {
    this.stop = effect(() => this.compare(booth.scene.value.layers ));
  }

  dispose(): void {
    this.stop();
    clearTimeout(this.keepTimer);
    clearTimeout(this.letGoTimer);
    if (this.sendTimer !== null) clearTimeout(this.sendTimer);
  }

  /** Whether this person may move this guest: oneself and props, or all for the host. */
  may(guest: string): boolean {
    const mine = this.booth.isHost.value || guest === this.booth.me.value || this.prop(guest) !== null;
    return this.layer(guest) !== null && mine;
  }

  prop(id: string): Prop | null {
    return this.booth.scene.value.props.find((prop) => prop.id === id) ?? null;
  }

  /** Which of a layer's edges stays where it is when it is scaled: see `scaled`. */
  still(id: string): 0 | 1 {
    const prop = this.prop(id);
    return prop === null || standing.includes(prop.design) ? 1 : 0;
  }

  /** Write on a prop, if anything can be written on it; true if so. */
  edit(id: string): boolean {
    const prop = this.prop(id);
    if (prop === null || !worded.includes(prop.design)) return false;
    this.selected.value = this.editing.value = id;
    return true;
  }

  remove(id: string): void {
    if (this.held.peek()?.guest === id) this.letGo();
    if (this.selected.peek() === id) this.selected.value = null;
    this.booth.props.remove(id);
  }

  layer(guest: string): Layer | null {
    const held = this.held.value;
    if (held?.guest === guest) return held;
    const layer = this.booth.scene.value.layers.find((one) => one.guest === guest);
    return layer ?? null;
  }

  /** Show a layer there, here and for everyone. */
  show(layer: Layer): void {
    if (this.held.peek()?.guest !== layer.guest) this.keepNow();
    clearTimeout(this.letGoTimer);
    this.kept = null;
    this.held.value = clamped(layer);
    this.sendTimer ??= setTimeout(() => {
      this.sendTimer = null;
      const held = this.held.peek();
      if (held !== null && this.kept === null) this.booth.dragLayer(held);
    }, SEND_EVERY_MS);
  }

  /** Show a layer and keep it once nothing has changed for a moment. */
  showAndKeep(layer: Layer): void {
    this.show(layer);
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.keepNow(), KEEP_AFTER_MS);
  }

  /** Keep what is held; it stays in the hand until the scene says the same. */
  keepNow(): void {
    clearTimeout(this.keepTimer);
    const held = this.held.peek();
    if (held === null || this.kept !== null) return;
    this.kept = held;
    hasMoved.value = "on";
    this.booth.placeLayer(held);
    this.letGoTimer = setTimeout(() => this.letGo(), BELIEVE_MS);
  }

  private letGo(): void {
    clearTimeout(this.keepTimer);
    clearTimeout(this.letGoTimer);
    this.kept = null;
    this.held.value = null;
  }

  reset(guest: string): void {
    if (this.held.peek()?.guest === guest) {
      clearTimeout(this.keepTimer);
      this.letGo();
    }
    this.booth.reset(guest);
  }

  private compare(layers: Layer[]): void {
    const kept = this.kept;
    const said = kept && layers.find((layer) => layer.guest === kept.guest);
    if (kept && said && alike(said, kept)) this.letGo();
  }
}

function alike(a: Layer, b: Layer): boolean {
  const near = (x: number, y: number) => Math.abs(x - y) < 1e-3;
  return (
    near(a.x, b.x) && near(a.y, b.y) && near(a.scale, b.scale) &&
    Math.abs(a.rotation - b.rotation) < 0.1 && a.mirror === b.mirror
  );
}
