// The page's side of the recorder worker.
import { audioChoice, videoChoice } from "./recording/codecs";
import { Machine } from "./recording/machine";
import type { About } from "./recording/shelf";
import type { FromRecorder, Taken, ToRecorder } from "./workers/recorder";

export interface RecorderEvents {
  recording(): void;
  written(of: { bytes: number; frames: number; lost: number; space: number }): void;
  finishing(share: number): void;
  failed(reason: string, full: boolean): void;
}

export class Recorder {
  private readonly worker = new Worker(new URL("./workers/recorder.ts", import.meta.url), {
    type: "module",
    name: "recorder",
  });
  private machine: Machine | null = null; // where the worker has no encoders
  private readonly concluding = new Map<string, (file: Taken | null) => void>();

  constructor(private readonly events: RecorderEvents) {
    this.worker.onmessage = ({ data }: MessageEvent<FromRecorder>) => this.hear(data);
    this.worker.onerror = (event) => this.events.failed(event.message, false);
  }

  /** Prepare to record this sound, and what comes through the tape; it begins with `resume`. */
  async record(about: About, sound: MediaStreamTrack): Promise<void> {
    const { width, height } = about;
    if ((await videoChoice(width, height)) && (await audioChoice())) {
      const { readable } = new MediaStreamTrackProcessor({ track: sound as MediaStreamAudioTrack });
      return this.post({ type: "record", about, sound: readable as ReadableStream<AudioData> }, [readable]);
    }
    const picture = new MediaStreamTrackGenerator({ kind: "video" });
    this.machine = new Machine(picture, sound, height, (data) => this.post({ type: "piece", data }));
    const pictures = picture.writable as WritableStream<VideoFrame>;
    this.post({ type: "relay", about, pictures }, [pictures]);
  }

  /** Return the port for the stage's frames; it replaces the one of before. */
  tape(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.post({ type: "tape", port: port1 }, [port1]);
    return port2;
  }

  pause(at: number): void {
    this.machine?.hold();
    this.post({ type: "pause", at });
  }

  resume(at: number): void {
    this.machine?.roll();
    this.post({ type: "resume", at });
  }

  /** End the take; null: there is nothing in it. */
  async stop(id: string, at: number): Promise<Taken | null> {
    await this.machine?.stop();
    this.post({ type: "stop", at });
    return this.concluded(id);
  }

  /** Make a whole take of one that was interrupted; null: there is nothing in it. */
  recover(id: string): Promise<Taken | null> {
    this.post({ type: "recover", id });
    return this.concluded(id);
  }

  close(): void {
    this.worker.terminate();
    this.conclude();
  }

  /** Nothing more comes to whoever waits; the film stays for another try. */
  private conclude(): void {
    for (const done of this.concluding.values()) done(null);
    this.concluding.clear();
  }

  private concluded(id: string): Promise<Taken | null> {
    return new Promise((done) => this.concluding.set(id, done));
  }

  private hear(message: FromRecorder): void {
    switch (message.type) {
      case "recording":
        return this.events.recording();
      case "written":
        return this.events.written(message);
      case "finishing":
        return this.events.finishing(message.share);
      case "failed":
        this.events.failed(message.reason, message.full);
        return this.conclude();
      case "taken":
        this.concluding.get(message.id)?.(message.taken);
        this.concluding.delete(message.id);
    }
  }

  private post(message: ToRecorder, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
