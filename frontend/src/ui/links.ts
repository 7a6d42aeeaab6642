// Addresses the interface needs itself.
import type { Preset } from "../generated/wire";

/** Replaced by the gallery, which has no server. */
export const links = {
  background: (name: Preset) => `/backgrounds/${name}.webp`,
  thumbnail: (name: Preset) => `/backgrounds/${name}.thumb.webp`,
  prop: (design: string) => `/api/props/${design}.webp`,
  qr: (room: string) => `/api/rooms/${encodeURIComponent(room)}/qr.svg`,
  go: (path: string) => location.assign(path),
};

export const roomPath = (room: string): string => `/r/${encodeURIComponent(room)}`;

/** The room's name in what a person pasted: a link, or the name alone. null: neither. */
export function roomIn(text: string): string | null {
  const given = text.trim();
  const match = /(?:^|\/)r\/([^/?#\s]+)/.exec(given);
  const name = match?.[1] ?? given;
  return /^[\w-]{3,80}$/.test(name) ? name.toLowerCase() : null;
}
