// The stage's frames on their way to whoever encodes them, and the word back of what became of each:
// the stage has only so many under way, and leaves out of the take what is beyond.

/** What the stage sends; null at the end. */
export interface Shot {
  frame: VideoFrame;
  key: boolean;
  coarseness: number;
  lost: number;
}

const ENDS_MS = 1_000; // a stage that is gone says nothing at the end

export class Tape {
  readonly waiting: Shot[] = [];
  lost = 0; // frames that the stage left out
  private port: MessagePort | null = null;
  private under = 0; // frames that this port's stage has not heard of
  private ended = Promise.withResolvers<void>();

  /** Take frames from this port from now on; `arrived` hears of each. */
  thread(port: MessagePort, arrived: () => void): void {
    this.port = port;
    this.under = 0;
    this.ended = Promise.withResolvers<void>();
    port.onmessage = ({ data }: MessageEvent<Shot | null>) => {
      if (!data) return this.ended.resolve();
      this.under++;
      this.lost = data.lost;
      this.waiting.push(data);
      arrived();
    };
  }

  /** Say that so many frames are done with, and how many bytes were made of them. */
  done(frames: number, bytes: number): void {
    for (let n = 1; n <= frames && this.under > 0; n++, this.under--) {
      this.port?.postMessage(n === frames ? bytes : 0);
    }
  }

  /** Wait until what the stage handed over has come. */
  async end(): Promise<void> {
    if (!this.port) return;
    await Promise.race([this.ended.promise, new Promise((late) => setTimeout(late, ENDS_MS))]);
    this.port.close();
  }
}
