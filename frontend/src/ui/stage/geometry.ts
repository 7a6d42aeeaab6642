// A layer's place on the stage, in fractions of it; the mirror of sameframe_worker/scene.py.
import type { Box } from "../../generated/messages";
import type { Layer } from "../../generated/wire";

const STAGE_ASPECT = 16 / 9;
const SCALE_MIN = 0.08;
const SCALE_MAX = 3;

export const between = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));

/** A layer with every number brought into its range, so that it can always be grabbed again. */
export function clamped(layer: Layer): Layer {
  return {
    ...layer,
    x: between(0, layer.x, 1),
    y: between(0, layer.y, 1.5),
    scale: between(SCALE_MIN, layer.scale, SCALE_MAX),
    rotation: ((((layer.rotation + 180) % 360) + 360) % 360) - 180,
  };
}

/** Where a layer's frame lies; `aspect` is the cutout's width by height. */
export function boxOf(layer: Layer, aspect: number): Box {
  const width = (layer.scale * aspect) / STAGE_ASPECT;
  return {
    guest: layer.guest,
    x: layer.x - width / 2,
    y: layer.y - layer.scale / 2,
    width,
    height: layer.scale,
    rotation: layer.rotation,
  };
}

/** A frame's place as a style. */
export const placeOf = (box: Box) => ({
  left: `${box.x * 100}%`,
  top: `${box.y * 100}%`,
  width: `${box.width * 100}%`,
  height: `${box.height * 100}%`,
  transform: `rotate(${box.rotation}deg)`,
});

export const aspectOf = (box: Box): number => (box.width * STAGE_ASPECT) / box.height;

/**
 * Scale a layer and leave one edge's middle where it is: 1 the lower, -1 the upper, 0 the centre.
 * People stand on the lower edge, so that is what holds still unless they are turned by a handle.
 */
export function scaled(layer: Layer, factor: number, still: -1 | 0 | 1): Layer {
  const scale = between(SCALE_MIN, layer.scale * factor, SCALE_MAX);
  const shift = (still * (layer.scale - scale)) / 2;
  const angle = (layer.rotation * Math.PI) / 180;
  return clamped({
    ...layer,
    scale,
    x: layer.x - (Math.sin(angle) * shift) / STAGE_ASPECT,
    y: layer.y + Math.cos(angle) * shift,
  });
}

/** Upright is what people mean when they are nearly upright. */
export const snapped = (degrees: number): number => (Math.abs(degrees) < 4 ? 0 : degrees);
