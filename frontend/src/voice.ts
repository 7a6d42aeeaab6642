// Voices: playing the others', and showing how loud one's own is.

/** Plays each guest's voice. */
export class Voices {
  private readonly players = new Map<string, HTMLAudioElement>();

  play(guest: string, track: MediaStreamTrack): void {
    this.stop(guest);
    const player = new Audio();
    player.srcObject = new MediaStream([track]);
    this.players.set(guest, player);
    // After a reload a page may make no sound until the first click or key.
    player.play().catch(() => {
      const again = () => void player.play().catch(() => undefined);
      for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, again, { once: true });
    });
  }

  stop(guest: string): void {
    const player = this.players.get(guest);
    if (player) player.srcObject = null;
    this.players.delete(guest);
  }

  /** Everyone's voice, by guest. */
  get tracks(): Map<string, MediaStreamTrack> {
    const heard = [...this.players].map(([guest, { srcObject }]) => {
      return [guest, (srcObject as MediaStream).getAudioTracks()[0]!] as const;
    });
    return new Map(heard);
  }

  close(): void {
    for (const guest of [...this.players.keys()]) this.stop(guest);
  }
}

/** Report the loudness of a track, 0..1, ten times a second; returns how to stop. */
export function meter(track: MediaStreamTrack, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    // Opened by a link, a page may make sound, and run this, after the first click only.
    if (context.state === "suspended" && navigator.userActivation.hasBeenActive) void context.resume();
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    // -60 dB is a quiet room, 0 dB full scale.
    report(Math.max(0, Math.min(1, 1 + Math.log10(power + 1e-12) / 6)));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
    report(0);
  };
}
