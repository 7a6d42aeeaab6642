// A take where WebCodecs can't encode: the stage's frames go on to the page's MediaRecorder, and what
// it makes comes back in pieces, for the film. It has the time of its own clock, not the take's.
import type { Film } from "./film";
import { Tape } from "./tape";

export class Relay {
  private readonly tape = new Tape();
  private readonly writer: WritableStreamDefaultWriter<VideoFrame>;
  private passing = false;
  frames = 0; // that went on to the recorder

  constructor(
    private readonly film: Film,
    pictures: WritableStream<VideoFrame>,
  ) {
    this.writer = pictures.getWriter();
  }

  get lost(): number {
    return this.tape.lost;
  }

  thread(port: MessagePort): void {
    this.tape.thread(port, () => void this.pass());
  }

  /** Keep the next piece of the film. */
  async piece(data: Blob): Promise<void> {
    this.film.append(new Uint8Array(await data.arrayBuffer()));
  }

  /** End; the recorder has given its last piece. */
  async stop(): Promise<void> {
    await this.tape.end();
    for (const { frame } of this.tape.waiting.splice(0)) frame.close();
    await this.writer.close().catch(() => undefined); // the page has ended the track
  }

  private async pass(): Promise<void> {
    if (this.passing) return;
    this.passing = true;
    const { waiting } = this.tape;
    while (waiting.length) {
      const { frame } = waiting.shift()!;
      await this.writer.write(frame).catch(() => frame.close());
      this.frames++;
      this.tape.done(1, 0);
    }
    this.passing = false;
  }
}
