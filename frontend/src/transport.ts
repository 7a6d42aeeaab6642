// How cutouts and voices travel between guests. mesh.ts is the first implementation; one that
// speaks to an SFU will be the second.
import type { Guest, IceServer, Signal, Signalled } from "./generated/wire";
import type { Quality } from "./state";

export interface TransportEvents {
  /** Pass this on through the server. */
  signal(message: Signal): void;
  /** A guest's cutout (a video track of stacked frames) or voice; replaces the one before. */
  track(guest: string, track: MediaStreamTrack): void;
  /** Small state from a guest: unordered, sometimes lost, never trusted. */
  data(guest: string, data: string): void;
  /** A guest's connection is gone for now; its last picture is old. */
  lost(guest: string): void;
  /** A guest can't be reached, though it was tried again; we keep trying. */
  unreachable(guest: string): void;
  quality(guest: string, quality: Quality): void;
}

export interface GuestTraffic {
  codec: string | null;
  loss: number | null; // share of packets, 0..1, over the last seconds
  rtt_ms: number | null;
}

export interface Traffic {
  kind: "mesh";
  up_kbps: number;
  down_kbps: number;
  guests: Record<string, GuestTraffic>;
}

export interface Transport {
  /** What to send from now on; null: nothing. One track of each kind, ever. */
  publish(video: MediaStreamTrack | null, audio: MediaStreamTrack | null): void;
  /** Who is in the room now, me included. */
  roster(guests: Guest[]): void;
  signalled(message: Signalled): void;
  broadcast(data: string): void;
  traffic(): Traffic;
  close(): void;
}

export interface TransportOptions {
  me: string;
  epoch: number; // of my connection to the server
  ice: IceServer[];
}
