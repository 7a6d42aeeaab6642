// Where WebCodecs can't encode, the browser's own MediaRecorder does: by the page, as workers have none.
// Everything else of a take's way is the same: frames from the stage, the film on disk, the take of it.
import { CAP } from "./codecs";

const PIECE_MS = 250; // so much is in no file yet
const VOICE_BPS = 96_000;
// What fits into MP4 as it is.
const TYPES = ["video/webm;codecs=vp9,opus", "video/x-matroska;codecs=avc1,opus"];

export class Machine {
  private readonly recorder: MediaRecorder;

  /** Record these tracks; `keep` hears of each piece. */
  constructor(picture: MediaStreamTrack, sound: MediaStreamTrack, height: number, keep: (piece: Blob) => void) {
    this.recorder = new MediaRecorder(new MediaStream([picture, sound]), {
      mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)),
      videoBitsPerSecond: CAP[height],
      audioBitsPerSecond: VOICE_BPS,
    });
    this.recorder.ondataavailable = ({ data }) => data.size && keep(data);
  }

  roll(): void {
    if (this.recorder.state === "inactive") this.recorder.start(PIECE_MS);
    else this.recorder.resume();
  }

  hold(): void {
    if (this.recorder.state === "recording") this.recorder.pause();
  }

  /** End; resolves when the last piece was given. */
  async stop(): Promise<void> {
    if (this.recorder.state === "inactive") return;
    const stopped = new Promise((done) => (this.recorder.onstop = done));
    this.recorder.stop();
    await stopped;
  }
}
