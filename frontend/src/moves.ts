// Layers in a guest's hand, as they come over a data channel: from another browser, never trusted.
import type { Layer } from "./generated/wire";

/** Return the layer in a message, or null for what is none. */
export function layerIn(data: string): Layer | null {
  try {
    const { guest, x, y, scale, rotation, mirror, opacity } = JSON.parse(data) as Layer;
    const sound = typeof guest === "string" && typeof mirror === "boolean";
    if (!sound || ![x, y, scale, rotation, opacity].every(Number.isFinite)) return null;
    return { guest, x, y, scale, rotation, mirror, opacity };
  } catch {
    return null;
  }
}
