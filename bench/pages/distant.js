// Goes into the pages of guests who stand for people at machines of their own: all of the product's
// transport, but no cutting and no composing, which cost what another machine has to pay. Their
// cutout is a short film of the camera with an oval for a mask, made once, and shown again and again; or,
// after sitting.js, the product's. After composing.js their stage is the product's, too.
const WIDTH = 640;
const HEIGHT = 480;
const ROWS = HEIGHT * 1.5;
const FILM = 60; // frames
const EVERY_MS = 1000 / 30;

const Real = window.Worker;
window.Worker = class {
  constructor(url, options) {
    if (options?.name === "cutout" && !window.cuts) return new Cutout();
    if (options?.name === "stage" && !window.composes) return new Stage();
    return new Real(url, options);
  }
};

class Fake {
  say(message) {
    queueMicrotask(() => this.onmessage?.({ data: message }));
  }

  terminate() {}
}

class Stage extends Fake {
  postMessage(message) {
    if (message.type === "stage_start") this.say({ type: "stage_ready", renderer: "cpu", pyodide_ms: 0 });
    if (message.type === "guest_frames") void message.frames.cancel();
  }
}

class Cutout extends Fake {
  postMessage(message) {
    if (message.type === "camera") void this.show(message.frames, message.cutouts);
    if (message.type === "ask_stats") {
      const { request } = message;
      const figures = { fps: 30, infer_ms: 0, frame_ms: 0, runtime: "film", segmentations: 0, frames: 0 };
      this.say({ type: "cutout_stats", request, ...figures });
    }
  }

  async show(frames, port) {
    const film = await filmed(frames);
    this.say({ type: "cutout_ready", runtime: "film", pyodide_ms: 0, model_ms: 0 });
    let shown = 0;
    const began = performance.now();
    setInterval(() => {
      if (performance.now() < began + shown * EVERY_MS) return;
      const at = shown % (2 * FILM - 2);
      const planes = film[at < FILM ? at : 2 * FILM - 2 - at]; // there and back: no jump
      const size = { format: "I420", codedWidth: WIDTH, codedHeight: ROWS };
      const frame = new VideoFrame(planes, { ...size, timestamp: performance.now() * 1000 });
      port.postMessage(frame, [frame]);
      if (shown++ % 15 === 0) this.say({ type: "cutout_beat", frames: 15, empty: false });
    }, EVERY_MS / 4);
  }
}

async function filmed(frames) {
  const reader = frames.getReader();
  const film = [];
  while (film.length < FILM) {
    const { value: frame } = await reader.read();
    const planes = new Uint8Array(frame.allocationSize());
    await frame.copyTo(planes);
    frame.close();
    film.push(stacked(planes));
  }
  await reader.cancel();
  return film;
}

function stacked(planes) {
  const out = new Uint8Array(WIDTH * ROWS * 1.5).fill(128);
  const chroma = (WIDTH * HEIGHT) / 4;
  out.set(planes.subarray(0, WIDTH * HEIGHT));
  for (let y = 0; y < HEIGHT / 2; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const within = ((x - WIDTH / 2) / 150) ** 2 + ((2 * y - 0.6 * HEIGHT) / 230) ** 2 < 1;
      out[WIDTH * HEIGHT + y * WIDTH + x] = within ? 235 : 16;
    }
  }
  for (const plane of [0, 1]) {
    const from = WIDTH * HEIGHT + plane * chroma;
    out.set(planes.subarray(from, from + chroma), WIDTH * ROWS * (1 + plane / 4));
  }
  return out;
}

// Only who came first is called: what others on machines of their own say to each other costs this one nothing.
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  const { type, to } = JSON.parse(data);
  if (type !== "signal" || to === window.sameframe.booth.guests.value[0]?.id) send.call(this, data);
};

// And their voices are taken as they are: echo and noise are their machines' to cancel.
const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return given(wanted.audio ? { ...wanted, audio: { ...raw, ...wanted.audio, ...raw } } : wanted);
};
