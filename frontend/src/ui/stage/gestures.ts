// Mouse, finger and pen on the stage: pick who is under them, then drag, pinch, wheel, reset.
import type { Layer } from "../../generated/wire";
import type { Booth } from "../../state";
import type { Hand } from "./hand";
import { clamped, scaled } from "./geometry";

interface Point {
  x: number;
  y: number;
}

/** A grip: the layer as it was, and where the fingers were then. */
interface Grip {
  layer: Layer;
  middle: Point;
  spread: number;
}

const SLACK_PX = 4; // a tap is not a drag
const HOVER_EVERY_MS = 60;

/** Listen on `surface`, which lies exactly over the stage; returns how to stop. */
export function listen(surface: HTMLElement, booth: Booth, hand: Hand): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const fingers = new Map<number, Point>();
  let grip: Grip | null = null;
  let moved = false;
  let lastHover = 0;
  let press = 0; // which press a picked answer belongs to

  const at = (event: MouseEvent): Point => {
    const { left, top, width, height } = surface.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  };

  const now = (): { middle: Point; spread: number } => {
    const [a, b] = [...fingers.values()];
    if (a === undefined) return { middle: { x: 0, y: 0 }, spread: 0 };
    if (b === undefined) return { middle: a, spread: 0 };
    const { width, height } = surface.getBoundingClientRect();
    return {
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
      spread: Math.hypot((a.x - b.x) * width, (a.y - b.y) * height),
    };
  };

  const take = (guest: string): void => {
    const layer = hand.may(guest) ? hand.layer(guest) : null;
    grip = layer === null ? null : { layer, ...now() };
  };

  const own = (event: Event) => (event.target as Element).closest("[data-control]") !== null;

  surface.addEventListener(
    "pointerdown",
    async (event) => {
      if (event.button !== 0) return;
      if (own(event)) {
        press += 1; // a handle is in the hand now, whatever an earlier press is said to have hit
        return;
      }
      surface.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
      if (fingers.size > 1) {
        if (grip) take(grip.layer.guest);
        return;
      }
      moved = false;
      const mine = ++press;
      const { x, y } = at(event);
      const guest = await booth.pick(x, y);
      if (mine !== press) return;
      hand.selected.value = guest;
      // So that the arrow keys go on from where the pointer left off.
      const person = surface.querySelector<HTMLElement>(`[data-guest="${guest}"]`);
      if (person) person.focus({ preventScroll: true });
      else if (surface.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
      if (guest !== null && fingers.size > 0) take(guest);
    },
    { signal },
  );

  surface.addEventListener(
    "pointermove",
    (event) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) {
        if (event.pointerType === "mouse" && !own(event)) void hover(event);
        return;
      }
      fingers.set(event.pointerId, at(event));
      if (grip === null) return;
      const { middle, spread } = now();
      const { width, height } = surface.getBoundingClientRect();
      const [dx, dy] = [middle.x - grip.middle.x, middle.y - grip.middle.y];
      const far = Math.hypot(dx * width, dy * height) > SLACK_PX || fingers.size > 1;
      if (!moved && !far) return;
      moved = true;
      hand.dragging.value = true;
      const dragged = { ...grip.layer, x: grip.layer.x + dx, y: grip.layer.y + dy };
      const factor = grip.spread > 0 && spread > 0 ? spread / grip.spread : 1;
      hand.show(scaled(clamped(dragged), factor, 0));
    },
    { signal },
  );

  // Else the browser would take the focus away again, to the page.
  surface.addEventListener("mousedown", (event) => own(event) || event.preventDefault(), { signal });

  const release = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    if (fingers.size > 0) {
      if (grip) take(grip.layer.guest); // the finger that stays goes on from here
      return;
    }
    if (grip && moved) hand.keepNow();
    grip = null;
    hand.dragging.value = false;
  };
  surface.addEventListener("pointerup", release, { signal });
  surface.addEventListener("pointercancel", release, { signal });
  surface.addEventListener("pointerleave", () => (hand.hovered.value = null), { signal });

  async function hover(event: PointerEvent): Promise<void> {
    if (event.timeStamp - lastHover < HOVER_EVERY_MS) return;
    lastHover = event.timeStamp;
    const { x, y } = at(event);
    const guest = await booth.pick(x, y);
    if (fingers.size === 0) hand.hovered.value = guest;
  }

  surface.addEventListener(
    "wheel",
    (event) => {
      const guest = hand.hovered.value ?? hand.selected.value;
      const layer = guest !== null && hand.may(guest) ? hand.layer(guest) : null;
      if (layer === null || own(event)) return;
      event.preventDefault();
      // A trackpad's pinch arrives as a wheel with Ctrl, in far smaller steps.
      const step = event.ctrlKey ? 0.01 : event.deltaMode === 0 ? 0.0012 : 0.04;
      hand.selected.value = layer.guest;
      hand.showAndKeep(scaled(layer, Math.exp(-event.deltaY * step), hand.still(layer.guest)));
    },
    { signal, passive: false },
  );

  surface.addEventListener(
    "dblclick",
    async (event) => {
      if (own(event)) return;
      const { x, y } = at(event);
      const guest = await booth.pick(x, y);
      if (guest !== null && hand.may(guest) && !hand.edit(guest)) hand.reset(guest);
    },
    { signal },
  );

  return () => stopping.abort();
}
