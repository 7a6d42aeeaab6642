// The product's two workers, as built, handled as its own page handles them.
const where = Object.fromEntries(new URL(location).searchParams);

/** Open the camera as the product does. */
export async function camera() {
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };
  return (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks()[0];
}

/** Split a track into its frames. */
export function frames(track) {
  return new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable;
}

class Side {
  constructor(name) {
    this.worker = new Worker(where[name], { type: "module", name });
    this.worker.onerror = ({ message }) => (window.failed = message);
    this.worker.postMessage({ type: "headstart", headstart: null });
    this.ready = new Promise((done) => (this.started = done));
    this.asking = new Map();
    this.worker.onmessage = ({ data }) => {
      if (data.type.endsWith("_failed")) window.failed = data.reason;
      if (data.type.endsWith("_ready")) this.started();
      if ("request" in data) this.asking.get(data.request)?.(data);
    };
  }

  stats() {
    const request = this.asking.size;
    this.worker.postMessage({ type: "ask_stats", request });
    return new Promise((answer) => this.asking.set(request, answer));
  }
}

export class Cutout extends Side {
  constructor(lens) {
    super("cutout");
    this.track = new MediaStreamTrackGenerator({ kind: "video" });
    const gate = new Worker(where.gate, { type: "module", name: "gate" });
    gate.postMessage({ type: "out", sink: this.track.writable }, [this.track.writable]);
    const { port1, port2 } = new MessageChannel();
    gate.postMessage({ type: "from", port: port1 }, [port1]);
    const message = { type: "camera", frames: frames(lens), cutouts: port2 };
    this.worker.postMessage(message, [message.frames, message.cutouts]);
  }
}

export class Stage extends Side {
  constructor(canvas) {
    super("stage");
    const offscreen = canvas.transferControlToOffscreen();
    this.worker.postMessage({ type: "stage_start", canvas: offscreen, renderer: null, room: null }, [offscreen]);
  }

  guest(guest, track) {
    const stream = frames(track.clone());
    this.worker.postMessage({ type: "guest_frames", guest, frames: stream }, [stream]);
  }

  /** Let these people stand in a row, as scene.arranged() places six. */
  row(names) {
    const people = names.map((name) => ({ guest: name, name, camera: true, presence: "here" }));
    const scale = Math.min(0.92, (2 / names.length) * (4 / 3));
    const still = { scale, y: 1 - scale / 2, rotation: 0, mirror: false, opacity: 1 };
    const layers = names.map((guest, at) => ({ guest, x: (at + 0.5) / names.length, ...still }));
    const background = { name: "curtain", colour: "#D9CBB8" };
    this.worker.postMessage({ type: "people", people });
    this.worker.postMessage({ type: "scene_is", scene: { background, layers } });
  }
}
