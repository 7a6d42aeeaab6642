// One connection to one other guest: perfect negotiation, ICE restarts, rebuilding.
//
// The impolite side (lower epoch) makes the transceivers and the first offer, so there is exactly
// one m-line of each kind whatever happens; tracks come and go by replaceTrack alone.
import type { Guest, IceServer, Signal, Signalled } from "./generated/wire";

const RECOVER_MS = 4_000; // how long "disconnected" may last before ICE is restarted
const CONNECT_MS = 12_000; // how long connecting may take
const RESTARTS = 2; // after so many failed restarts the connection is built anew

export interface PeerEvents {
  signal(message: Signal): void;
  track(track: MediaStreamTrack): void;
  data(data: string): void;
  lost(): void;
  unreachable(): void;
}

export interface Tracks {
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
}

export class Peer {
  pc!: RTCPeerConnection;
  private channel!: RTCDataChannel;
  private generation = 0;
  private restarts = 0;
  private makingOffer = false;
  private ignoring = false;
  private answering = false;
  private early: RTCIceCandidateInit[] = [];
  private recover: ReturnType<typeof setTimeout> | undefined;
  // What each sender was last told to send: sender.track still names the one before while
  // replaceTrack is under way, and a wish to return to it would be lost.
  private readonly fed = new WeakMap<RTCRtpSender, MediaStreamTrack | null>();
  private readonly polite: boolean;

  constructor(
    readonly guest: Guest,
    private readonly epoch: number,
    private readonly ice: IceServer[],
    private readonly tracks: Tracks,
    private maxBitrate: number,
    private readonly events: PeerEvents,
  ) {
    this.polite = epoch > guest.epoch;
    this.build();
  }

  /** Send these from now on, without negotiating. */
  publish(tracks: Tracks): void {
    Object.assign(this.tracks, tracks);
    for (const transceiver of this.pc.getTransceivers()) this.refeed(this.pc, transceiver);
  }

  /** Spend at most this many bits per second on the video. */
  limit(maxBitrate: number): void {
    this.maxBitrate = maxBitrate;
    for (const { sender } of this.pc.getTransceivers()) {
      if (sender.track?.kind === "video") void this.shape(sender);
    }
  }

  send(data: string): void {
    if (this.channel.readyState === "open" && this.channel.bufferedAmount < 16_384) {
      this.channel.send(data);
    }
  }

  async signalled(message: Signalled): Promise<void> {
    if (message.generation < this.generation) return; // of a connection that is gone
    if (message.generation > this.generation) {
      this.generation = message.generation;
      this.build();
    }
    const pc = this.pc;
    try {
      if (message.description) await this.described(pc, message.description as RTCSessionDescriptionInit);
      else if (message.candidate) await this.candidate(pc, message.candidate);
    } catch (error) {
      this.failed(pc, `negotiation: ${String(error)}`);
    }
  }

  close(): void {
    clearTimeout(this.recover);
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  private build(): void {
    if (this.pc) this.close();
    this.restarts = 0;
    this.early = [];
    this.makingOffer = this.ignoring = this.answering = false;
    const iceServers = this.ice.map(({ urls, username, credential }) => ({
      urls,
      ...(username ? { username } : {}),
      ...(credential ? { credential } : {}),
    }));
    const pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.pc = pc;
    this.channel = pc.createDataChannel("moves", {
      negotiated: true,
      id: 0,
      ordered: false,
      maxRetransmits: 0,
    });
    this.channel.onmessage = ({ data }) => {
      if (typeof data === "string" && data.length < 1_000) this.events.data(data);
    };
    pc.onicecandidate = ({ candidate }) => {
      if (candidate) this.say({ candidate: candidate.toJSON() as Signal["candidate"] });
    };
    pc.ontrack = ({ track }) => this.events.track(track);
    pc.onconnectionstatechange = () => this.watch(pc);
    this.watch(pc);
    if (this.polite) pc.onnegotiationneeded = null; // until the first offer came, see described()
    else {
      for (const kind of ["audio", "video"] as const) {
        const transceiver = pc.addTransceiver(kind, { direction: "sendrecv" });
        prefer(transceiver, kind);
        this.refeed(pc, transceiver);
      }
      pc.onnegotiationneeded = () => this.offer(pc);
    }
  }

  private async offer(pc: RTCPeerConnection): Promise<void> {
    try {
      this.makingOffer = true;
      await pc.setLocalDescription();
      this.describe(pc);
    } catch (error) {
      this.failed(pc, `offer: ${String(error)}`);
    } finally {
      if (pc === this.pc) this.makingOffer = false;
    }
  }

  private async described(
    pc: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ): Promise<void> {
    const free =
      !this.makingOffer && (pc.signalingState === "stable" || this.answering);
    const collision = description.type === "offer" && !free;
    this.ignoring = !this.polite && collision;
    if (this.ignoring) return;
    this.answering = description.type === "answer";
    await pc.setRemoteDescription(description);
    this.answering = false;
    for (const candidate of this.early.splice(0)) await this.candidate(pc, candidate);
    if (description.type !== "offer") return;
    for (const transceiver of pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      prefer(transceiver, transceiver.receiver.track.kind);
      await this.feed(transceiver);
    }
    await pc.setLocalDescription();
    this.describe(pc);
    pc.onnegotiationneeded ??= () => this.offer(pc);
  }

  private async candidate(pc: RTCPeerConnection, candidate: RTCIceCandidateInit): Promise<void> {
    if (!pc.remoteDescription) {
      this.early.push(candidate);
      return;
    }
    try {
      await pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.ignoring) throw error; // a candidate of an offer that we did not take
    }
  }

  private watch(pc: RTCPeerConnection): void {
    clearTimeout(this.recover);
    if (pc.connectionState === "connected") {
      this.restarts = 0;
      for (const { sender } of pc.getTransceivers()) {
        if (sender.track?.kind === "video") void this.shape(sender);
      }
    } else if (pc.connectionState === "disconnected") {
      this.events.lost();
      this.recover = setTimeout(() => this.failed(pc, "disconnected"), RECOVER_MS);
    } else if (pc.connectionState === "failed") {
      this.failed(pc, "ice");
    } else {
      // Still connecting: an offer or an answer may have been lost on the way.
      this.recover = setTimeout(() => this.failed(pc, "no connection"), CONNECT_MS);
    }
  }

  private failed(pc: RTCPeerConnection, why: string): void {
    // One that was replaced or closed meanwhile may fail as it likes.
    if (pc !== this.pc || pc.signalingState === "closed") return;
    console.warn(`connection to ${this.guest.id}: ${why}, restart ${this.restarts + 1}`);
    this.events.lost();
    clearTimeout(this.recover);
    if (this.restarts++ < RESTARTS) {
      pc.restartIce();
      this.recover = setTimeout(() => this.failed(pc, "restart"), 2 * RECOVER_MS);
      return;
    }
    this.events.unreachable();
    if (this.polite) return; // the other side builds it anew
    this.generation += 1;
    this.build();
  }

  private refeed(pc: RTCPeerConnection, transceiver: RTCRtpTransceiver): void {
    this.feed(transceiver).catch((error: unknown) => this.failed(pc, `track: ${String(error)}`));
  }

  private async feed(transceiver: RTCRtpTransceiver): Promise<void> {
    const kind = transceiver.receiver.track.kind as "audio" | "video";
    const { sender } = transceiver;
    const track = this.tracks[kind];
    if ((this.fed.get(sender) ?? null) !== track) {
      this.fed.set(sender, track);
      await sender.replaceTrack(track);
    }
    if (kind === "video") await this.shape(sender);
  }

  /** A busy machine gives up some sharpness, of colour and mask together, before it freezes. */
  private async shape(sender: RTCRtpSender): Promise<void> {
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings;
    if (!encoding || encoding.maxBitrate === this.maxBitrate) return;
    encoding.maxBitrate = this.maxBitrate;
    parameters.degradationPreference = "balanced";
    try {
      await sender.setParameters(parameters);
    } catch {
      // Negotiation was under way; watch() comes back to it when connected.
    }
  }

  private describe(pc: RTCPeerConnection): void {
    if (pc !== this.pc) return; // its generation is over
    const { type, sdp } = pc.localDescription!;
    this.say({ description: { type, sdp } });
  }

  private say(step: Pick<Signal, "description" | "candidate">): void {
    this.events.signal({
      type: "signal",
      to: this.guest.id,
      epoch: this.epoch,
      to_epoch: this.guest.epoch,
      generation: this.generation,
      ...step,
    });
  }
}

const ORDER = ["video/h264", "video/vp8"];
const REPAIR = ["video/rtx", "video/red", "video/ulpfec"];

/** H.264, then VP8; never AV1, whose screen tools spoil masks. */
function prefer(transceiver: RTCRtpTransceiver, kind: string): void {
  if (kind !== "video") return;
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const pick = (mime: string) => codecs.filter((c) => c.mimeType.toLowerCase() === mime);
  transceiver.setCodecPreferences([...ORDER, ...REPAIR].flatMap(pick));
}
