// Everyone's voice as one track: what a take hears. It runs only while something is recorded.

export class Mixer {
  private readonly context = new AudioContext({ sampleRate: 48_000 });
  private readonly out = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
  private readonly voices = new Map<string, MediaStreamAudioSourceNode>();

  constructor() {
    // A source that never ends, or the mix would stand still until somebody has a microphone.
    const silence = new ConstantSourceNode(this.context, { offset: 0 });
    silence.connect(this.out);
    silence.start();
    void this.context.resume(); // pressing Record allows it
  }

  get track(): MediaStreamTrack {
    return this.out.stream.getAudioTracks()[0]!;
  }

  /** Hear exactly these from now on, by guest. */
  hear(tracks: Map<string, MediaStreamTrack>): void {
    for (const [guest, voice] of this.voices) {
      if (voice.mediaStream.getTracks()[0] === tracks.get(guest)) continue;
      voice.disconnect();
      this.voices.delete(guest);
    }
    for (const [guest, track] of tracks) {
      if (this.voices.has(guest) || track.readyState === "ended") continue;
      const voice = this.context.createMediaStreamSource(new MediaStream([track]));
      voice.connect(this.out);
      this.voices.set(guest, voice);
    }
  }

  close(): void {
    this.track.stop();
    void this.context.close();
  }
}
