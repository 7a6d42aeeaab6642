// The mesh: one peer connection to every other guest. Good for rooms of up to about eight.
import type { Guest, Signalled } from "./generated/wire";
import { Peer, type Tracks } from "./peer";
import type { Quality } from "./state";
import type {
  GuestTraffic,
  Traffic,
  Transport,
  TransportEvents,
  TransportOptions,
} from "./transport";

const UPLINK = 4_000_000; // bits per second for all copies of our cutout together
const PER_GUEST = { most: 1_200_000, least: 350_000 };
const POLL_MS = 1_000;

interface Count {
  bytesUp: number;
  bytesDown: number;
  received: number;
  lost: number;
}

export class Mesh implements Transport {
  private readonly peers = new Map<string, Peer>();
  private readonly counts = new Map<string, Count>();
  private readonly tracks: Tracks = { video: null, audio: null };
  private latest: Traffic = { kind: "mesh", up_kbps: 0, down_kbps: 0, guests: {} };
  private polled = performance.now();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly options: TransportOptions,
    private readonly events: TransportEvents,
  ) {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
  }

  publish(video: MediaStreamTrack | null, audio: MediaStreamTrack | null): void {
    Object.assign(this.tracks, { video, audio });
    for (const peer of this.peers.values()) peer.publish(this.tracks);
  }

  roster(guests: Guest[]): void {
    const others = guests.filter((guest) => guest.here && guest.id !== this.options.me);
    for (const [id, peer] of this.peers) {
      const still = others.find((guest) => guest.id === id && guest.epoch === peer.guest.epoch);
      if (!still) this.drop(id);
    }
    const share = UPLINK / Math.max(1, others.length);
    const bitrate = Math.max(PER_GUEST.least, Math.min(PER_GUEST.most, share));
    for (const guest of others) {
      const peer = this.peers.get(guest.id);
      if (peer) peer.limit(bitrate);
      else this.peers.set(guest.id, this.connect(guest, bitrate));
    }
  }

  signalled(message: Signalled): void {
    const peer = this.peers.get(message.sender);
    const current =
      peer?.guest.epoch === message.epoch && message.to_epoch === this.options.epoch;
    if (peer && current) void peer.signalled(message);
  }

  broadcast(data: string): void {
    for (const peer of this.peers.values()) peer.send(data);
  }

  traffic(): Traffic {
    return this.latest;
  }

  close(): void {
    clearInterval(this.timer);
    for (const id of [...this.peers.keys()]) this.drop(id);
  }

  private connect(guest: Guest, bitrate: number): Peer {
    const { epoch, ice } = this.options;
    return new Peer(guest, epoch, ice, { ...this.tracks }, bitrate, {
      signal: (message) => this.events.signal(message),
      track: (track) => this.events.track(guest.id, track),
      data: (data) => this.events.data(guest.id, data),
      lost: () => this.events.lost(guest.id),
      unreachable: () => this.events.unreachable(guest.id),
    });
  }

  private drop(id: string): void {
    this.peers.get(id)?.close();
    this.peers.delete(id);
    this.counts.delete(id);
  }

  private async poll(): Promise<void> {
    const seconds = (performance.now() - this.polled) / 1_000;
    this.polled = performance.now();
    const guests: Record<string, GuestTraffic> = {};
    let up = 0;
    let down = 0;
    for (const [id, peer] of this.peers) {
      const { count, rtt_ms, codec } = read(await peer.pc.getStats());
      const before = this.counts.get(id) ?? count;
      this.counts.set(id, count);
      up += count.bytesUp - before.bytesUp;
      down += count.bytesDown - before.bytesDown;
      const lost = count.lost - before.lost;
      const expected = count.received - before.received + lost;
      const loss = expected > 0 ? Math.max(0, lost / expected) : null;
      guests[id] = { codec, loss, rtt_ms };
      this.events.quality(id, grade(peer.pc.connectionState, loss, rtt_ms));
    }
    const kbps = (bytes: number) => Math.max(0, Math.round((bytes * 8) / 1_000 / seconds));
    this.latest = { kind: "mesh", up_kbps: kbps(up), down_kbps: kbps(down), guests };
  }
}

function grade(state: RTCPeerConnectionState, loss: number | null, rtt: number | null): Quality {
  if (state !== "connected") return 0;
  if ((loss ?? 0) > 0.05 || (rtt ?? 0) > 400) return 1;
  if ((loss ?? 0) > 0.01 || (rtt ?? 0) > 150) return 2;
  return 3;
}

// The fields of getStats() that we read; TypeScript's own types leave most of them out.
interface Entry {
  id: string;
  type: string;
  kind?: string;
  nominated?: boolean;
  state?: string;
  bytesSent?: number;
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  currentRoundTripTime?: number;
  codecId?: string;
  mimeType?: string;
}

function read(report: RTCStatsReport): { count: Count; rtt_ms: number | null; codec: string | null } {
  const entries = [...(report as unknown as Map<string, Entry>).values()];
  const pair = entries.find((e) => e.type === "candidate-pair" && e.nominated);
  const video = entries.find((e) => e.type === "inbound-rtp" && e.kind === "video");
  const codec = entries.find((e) => e.type === "codec" && e.id === video?.codecId);
  const rtt = pair?.currentRoundTripTime;
  return {
    count: {
      bytesUp: pair?.bytesSent ?? 0,
      bytesDown: pair?.bytesReceived ?? 0,
      received: video?.packetsReceived ?? 0,
      lost: video?.packetsLost ?? 0,
    },
    rtt_ms: rtt === undefined ? null : rtt * 1_000,
    codec: codec?.mimeType ?? null,
  };
}
