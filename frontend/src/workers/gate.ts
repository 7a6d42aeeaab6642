// The gate: the one way out for the own picture. What the cutout worker hands over passes at once;
// where nothing comes for 500 ms, or the page shuts it, empty pictures go out. It is a worker of its
// own and nothing but this, so that neither a page that stands still nor a busy Python delays it.
import { emptyFrame } from "../empty";

export type ToGate =
  | { type: "out"; sink: WritableStream<VideoFrame> }
  | { type: "from"; port: MessagePort } // of the newest camera; the one of before is closed
  | { type: "shut" };

/** What passes now; `silent` is said again and again, with how long nothing has come. */
export type FromGate = { type: "passing" } | { type: "silent"; ms: number };

const STALL_MS = 500;
const WATCH_MS = 100;
const REPEAT_MS = 200; // of empty pictures: a receiver that joins late must get one too

let writer: WritableStreamDefaultWriter<VideoFrame>;
let port: MessagePort | null = null;
let came: number | null = null; // when this port's last frame did
let silent = false;
let size = { width: 640, height: 720 };
// Time stamps must rise, or the encoder drops the frame; those of another camera may begin anywhere.
let stamp = 0;
let shift = 0;
let written = performance.now();

self.onmessage = ({ data }: MessageEvent<ToGate>) => {
  if (data.type === "out") {
    writer = data.sink.getWriter();
    empty();
    setInterval(watch, WATCH_MS);
    return;
  }
  if (port) port.onmessage = null;
  port?.close();
  came = null;
  silent = false;
  port = data.type === "from" ? data.port : null;
  if (port) port.onmessage = ({ data: frame }: MessageEvent<VideoFrame>) => pass(frame);
  empty();
};

function pass(frame: VideoFrame): void {
  const now = performance.now();
  if (came === null) shift = frame.timestamp > stamp ? 0 : stampAt(now) - frame.timestamp;
  if (came === null || silent) say({ type: "passing" });
  came = now;
  silent = false;
  size = { width: frame.codedWidth, height: frame.codedHeight };
  const at = Math.max(frame.timestamp + shift, stamp + 1);
  if (at === frame.timestamp) return write(frame, at);
  write(new VideoFrame(frame, { timestamp: at }), at);
  frame.close();
}

function watch(): void {
  const now = performance.now();
  if (came !== null && now - came >= STALL_MS) {
    if (!silent) empty();
    silent = true;
    say({ type: "silent", ms: now - came });
  }
  if ((came === null || silent) && now - written >= REPEAT_MS) empty();
}

function empty(): void {
  const at = stampAt(performance.now());
  write(emptyFrame(size.width, size.height, at), at);
}

function stampAt(now: number): number {
  return stamp + Math.max(1, Math.round((now - written) * 1_000));
}

function write(frame: VideoFrame, at: number): void {
  stamp = at;
  written = performance.now();
  if ((writer.desiredSize ?? 0) > 0) writer.write(frame).catch(() => frame.close());
  else frame.close();
}

function say(message: FromGate): void {
  self.postMessage(message);
}
