// The recorder: a worker of its own, so that neither page nor stage waits for an encoder or a disk. It
// writes the film of a take into the origin's private files as it goes, and makes a whole take of it;
// also of films that were interrupted.
import { audioChoice, videoChoice } from "../recording/codecs";
import { Film } from "../recording/film";
import { finish, look } from "../recording/finish";
import { Relay } from "../recording/relay";
import { type About, discard, fileOf, lockOf } from "../recording/shelf";
import { Take } from "../recording/take";

export type ToRecorder =
  | { type: "record"; about: About; sound: ReadableStream<AudioData> }
  | { type: "relay"; about: About; pictures: WritableStream<VideoFrame> } // to the page's MediaRecorder
  | { type: "piece"; data: Blob } // of what that has made
  | { type: "tape"; port: MessagePort } // from the stage, or from the one that replaced it
  | { type: "pause" | "resume" | "stop"; at: number }
  | { type: "recover"; id: string };

export type FromRecorder =
  | { type: "recording" }
  | { type: "written"; bytes: number; frames: number; lost: number; space: number }
  | { type: "finishing"; share: number }
  | { type: "taken"; id: string; taken: Taken | null } // null: there was nothing to keep
  | { type: "failed"; reason: string; full: boolean };

/** A whole take. */
export interface Taken {
  file: File;
  ms: number;
  poster: Blob | null;
}

let id = "";
let film: Film | null = null;
let making: Take | Relay | null = null;

const say = (message: FromRecorder) => self.postMessage(message);

// One after the other: nothing is paused or stopped before it has begun.
let heard: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<ToRecorder>) => {
  heard = heard.then(() => hear(data)).catch(failed);
};

async function hear(message: ToRecorder): Promise<void> {
  switch (message.type) {
    case "record":
      return record(message.about, message.sound);
    case "relay":
      film = await Film.begin({ ...message.about, grid: false });
      return begin(message.about, new Relay(film, message.pictures));
    case "piece":
      return making instanceof Relay ? making.piece(message.data) : undefined;
    case "tape":
      return making?.thread(message.port);
    case "pause":
      return making instanceof Take ? making.hold(message.at) : undefined;
    case "resume":
      return making instanceof Take ? making.roll(message.at) : undefined;
    case "stop":
      return stop(message.at);
    case "recover":
      await navigator.locks.request(lockOf(message.id), () => conclude(message.id));
  }
}

async function record(about: About, sound: ReadableStream<AudioData>): Promise<void> {
  const [video, audio] = await Promise.all([videoChoice(about.width, about.height), audioChoice()]);
  if (!video || !audio) throw new Error("no encoder");
  film = await Film.begin({ ...about, grid: true });
  const take = new Take(film, video, audio, sound.getReader(), failed);
  await take.start();
  begin(about, take);
}

function begin(about: About, made: Take | Relay): void {
  ({ id } = about);
  making = made;
  say({ type: "recording" });
  film!
    .watch(({ bytes, space }) => {
      if (made instanceof Take) made.unstick();
      say({ type: "written", bytes, frames: made.frames, lost: made.lost, space });
    })
    .catch((error: unknown) => (made instanceof Take ? made.break(error) : failed(error)));
}

async function stop(at: number): Promise<void> {
  if (!film || !making) return;
  await making.stop(at);
  making = null;
  film.close();
  await conclude(id).finally(() => film!.release());
}

async function conclude(id: string): Promise<void> {
  const share = (share: number) => say({ type: "finishing", share });
  const file = (await fileOf(id, "take.mp4")) ?? (await finish(id, share));
  if (!file) await discard(id);
  say({ type: "taken", id, taken: file && { file, ...(await look(file)) } });
}

function failed(error: unknown): void {
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  say({ type: "failed", reason: String(error), full });
}
