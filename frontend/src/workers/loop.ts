// A background that moves, decoded frame by frame as it is due. Frames are not kept: 20 s of them
// would be a gigabyte, and decoding one of these takes a software decoder 2 ms, on a thread of its own.
import type { VideoSample } from "mediabunny";

const FETCH_MS = 20_000;
const JUMP_S = 1.5; // behind by more: on from the nearest key frame, one in every second

/** Python's memory. When it grows `HEAPU8` becomes another: it is asked for just before it is written. */
interface Heap {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
}

interface Next {
  at: number; // seconds on the clock that `at` is asked by
  sample: VideoSample;
}

export class Loop {
  private coming: AsyncGenerator<VideoSample> | null = null;
  private lap = 0;
  private last = 0;
  private next: Next | null = null;

  private constructor(
    readonly seconds: number,
    readonly step: number, // seconds from frame to frame
    private readonly samples: (from: number) => AsyncGenerator<VideoSample>,
  ) {}

  static async open(url: string): Promise<Loop> {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const [{ BlobSource, Input, VideoSampleSink, WEBM }, file] = await Promise.all([
      import("mediabunny"),
      response.blob(),
    ]);
    const input = new Input({ source: new BlobSource(file), formats: [WEBM] });
    const track = await input.getPrimaryVideoTrack();
    if (!track || !(await track.canDecode())) throw new Error(`${url}: can't be decoded here`);
    const { packetCount, averagePacketRate } = await track.computePacketStats();
    const sink = new VideoSampleSink(track);
    return new Loop(packetCount / averagePacketRate, 1 / averagePacketRate, (from) => forever(sink, from));
  }

  /**
   * Copy the frame that is due at a second of the common clock: as I420 to the address `planes` if it
   * is that, else as RGBA to `pixels`. Says which; null: it is the one of before. Refuses another size.
   */
  async copy(second: number, width: number, height: number, heap: Heap, planes: number, pixels: number) {
    const frame = await this.at(second);
    if (!frame) return null;
    try {
      const { visibleRect: seen, format } = frame;
      if (seen?.width !== width || seen.height !== height) throw new Error("a loop of another size");
      const memory = (at: number, size: number) => new Uint8Array(heap.HEAPU8.buffer, at, size);
      if (format === "I420") await frame.copyTo(memory(planes, (width * height * 3) / 2));
      else await frame.copyTo(memory(pixels, width * height * 4), { format: "RGBA" });
      return format === "I420" ? format : "RGBA";
    } finally {
      frame.close();
    }
  }

  close(): void {
    this.next?.sample.close();
    this.next = null;
    void this.coming?.return(undefined);
    this.coming = null;
  }

  /** The frame that is due at a second of the common clock; null: it is the one of before. */
  private async at(second: number): Promise<VideoFrame | null> {
    if (!this.next || Math.abs(second - this.next.at) > JUMP_S) await this.seek(second);
    let due: VideoSample | null = null;
    while (this.next && this.next.at <= second) {
      due?.close();
      due = this.next.sample;
      this.next = null; // it is ours to close, whatever comes
      try {
        this.next = await this.pull();
      } catch (error) {
        due.close();
        throw error;
      }
    }
    const frame = due?.toVideoFrame() ?? null;
    due?.close();
    return frame;
  }

  private async seek(second: number): Promise<void> {
    this.close();
    this.lap = Math.floor(second / this.seconds);
    this.last = 0;
    // Within its last frame lies a margin for what rounding does.
    const from = Math.min(second - this.lap * this.seconds, this.seconds - this.step / 2);
    this.coming = this.samples(Math.max(0, from));
    this.next = await this.pull();
  }

  private async pull(): Promise<Next | null> {
    const { value } = (await this.coming?.next()) ?? {};
    if (!value) return null;
    if (value.timestamp < this.last) this.lap += 1;
    this.last = value.timestamp;
    return { at: this.lap * this.seconds + value.timestamp, sample: value };
  }
}

async function* forever(
  sink: { samples(from?: number): AsyncGenerator<VideoSample> },
  from: number,
): AsyncGenerator<VideoSample> {
  yield* sink.samples(from);
  for (;;) yield* sink.samples();
}
