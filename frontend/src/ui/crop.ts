// Which part of a picture is wanted: always 16:9, and never beyond its edges. Pure.

export const ASPECT = 16 / 9;
export const ZOOM_MAX = 4;
export const WIDEST = 3840; // px that are sent at most: what a print has

/** The middle of the part, in fractions of the picture; zoom 1 is as much as fits. */
export interface Crop {
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

export const WHOLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };

/** The part, in the picture's pixels. */
export function boxOf(crop: Crop, of: Size): Box {
  const width = Math.min(of.width, of.height * ASPECT) / crop.zoom;
  const height = width / ASPECT;
  return { left: crop.x * of.width - width / 2, top: crop.y * of.height - height / 2, width, height };
}

/** The part as a server is told: left, top, right and bottom in fractions. */
export function partOf(crop: Crop, of: Size): string {
  const { left, top, width, height } = boxOf(crop, of);
  const edges = [left / of.width, top / of.height, (left + width) / of.width, (top + height) / of.height];
  return edges.map((edge) => Math.min(1, Math.max(0, edge)).toFixed(5)).join(",");
}

/** The nearest part that lies within the picture. */
export function within(crop: Crop, of: Size): Crop {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, crop.zoom));
  const { width, height } = boxOf({ ...crop, zoom }, of);
  const between = (value: number, edge: number) => Math.min(1 - edge, Math.max(edge, value));
  return { x: between(crop.x, width / 2 / of.width), y: between(crop.y, height / 2 / of.height), zoom };
}

/** Moved by fractions of what is seen; the picture follows the hand. */
export function moved(crop: Crop, of: Size, across: number, down: number): Crop {
  const { width, height } = boxOf(crop, of);
  const [x, y] = [crop.x - (across * width) / of.width, crop.y - (down * height) / of.height];
  return within({ ...crop, x, y }, of);
}

export const zoomed = (crop: Crop, of: Size, zoom: number): Crop => within({ ...crop, zoom }, of);

/** The size in which the part is sent: its own, or what a print has. */
export function sent({ width }: Box): Size {
  const wide = Math.max(16, Math.min(WIDEST, Math.round(width)));
  return { width: wide, height: Math.round(wide / ASPECT) };
}
