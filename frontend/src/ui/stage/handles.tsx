// The corners that scale and the knob that turns, for whoever has a pointer; the keys do the same.
import { useRef } from "preact/hooks";
import type { Layer } from "../../generated/wire";
import { useHand } from "../context";
import { Icon } from "../icons";
import { scaled, snapped } from "./geometry";

const corners = ["nw", "ne", "sw", "se"] as const;

interface Start {
  layer: Layer;
  x: number; // the held layer's centre on the screen
  y: number;
  distance: number;
  angle: number;
}

export function Handles({ guest }: { guest: string }) {
  const hand = useHand();
  const start = useRef<Start | null>(null);

  const polar = (event: PointerEvent, x: number, y: number) => ({
    distance: Math.hypot(event.clientX - x, event.clientY - y),
    angle: (Math.atan2(event.clientY - y, event.clientX - x) * 180) / Math.PI,
  });

  const down = (event: PointerEvent) => {
    const layer = hand.layer(guest);
    const handle = event.currentTarget as HTMLElement;
    const frame = handle.parentElement!.getBoundingClientRect();
    if (layer === null) return;
    handle.setPointerCapture(event.pointerId);
    const [x, y] = [frame.left + frame.width / 2, frame.top + frame.height / 2];
    start.current = { layer, x, y, ...polar(event, x, y) };
    hand.dragging.value = true;
  };

  const up = () => {
    if (start.current === null) return;
    start.current = null;
    hand.dragging.value = false;
    hand.keepNow();
  };

  const scale = (event: PointerEvent) => {
    const from = start.current;
    if (from) hand.show(scaled(from.layer, polar(event, from.x, from.y).distance / from.distance, 0));
  };

  const turn = (event: PointerEvent) => {
    const from = start.current;
    if (!from) return;
    const by = polar(event, from.x, from.y).angle - from.angle;
    hand.show({ ...from.layer, rotation: snapped(from.layer.rotation + by) });
  };

  const ends = { onPointerDown: down, onPointerUp: up, onPointerCancel: up };
  return (
    <>
      {corners.map((corner) => (
        <span key={corner} class={`handle ${corner}`} data-control onPointerMove={scale} {...ends} />
      ))}
      <span class="handle knob" data-control onPointerMove={turn} {...ends}>
        <Icon name="turn" size={14} />
      </span>
    </>
  );
}
