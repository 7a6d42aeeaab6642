// Goes into the product's pages: a plain connection beside the product's, and the reading of
// numbers off pictures. `squares` says where in a frame of 640 × 480 they are.
const FRAME = { width: 640, height: 480 };
const CELL = 4; // what a square is drawn down to; its inner 2 × 2 are read

if (window.blind) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
}

// --- the plain way -------------------------------------------------------------------------------

async function gathered(pc) {
  if (pc.iceGatheringState !== "complete") {
    await new Promise((done) => pc.addEventListener("icegatheringstatechange", () =>
      pc.iceGatheringState === "complete" && done()));
  }
  return pc.localDescription.toJSON();
}

async function plainOffer() {
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };
  const [lens] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
  watchCamera(lens.clone());
  const pc = (window.plainPc = new RTCPeerConnection());
  window.plainData = pc.createDataChannel("plain", { ordered: false, maxRetransmits: 0 });
  const transceiver = pc.addTransceiver(lens, { direction: "sendonly" });
  const { codecs } = RTCRtpSender.getCapabilities("video");
  const of = (mime) => codecs.filter((codec) => codec.mimeType === mime);
  transceiver.setCodecPreferences(["video/H264", "video/VP8", "video/rtx"].flatMap(of));
  await pc.setLocalDescription();
  return gathered(pc);
}

async function plainAnswer(offer) {
  const pc = (window.plainPc = new RTCPeerConnection());
  pc.ontrack = ({ track }) => {
    const video = (window.plain = document.createElement("video"));
    Object.assign(video, { muted: true, autoplay: true, srcObject: new MediaStream([track]) });
    video.style = "position: fixed; right: 0; top: 0; width: 160px; z-index: 9";
    document.body.append(video);
  };
  pc.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data));
  await pc.setRemoteDescription(offer);
  await pc.setLocalDescription();
  return gathered(pc);
}

async function plainConnect(answer) {
  await plainPc.setRemoteDescription(answer);
  const [sender] = plainPc.getSenders();
  const parameters = sender.getParameters();
  parameters.encodings[0].maxBitrate = 1_200_000;
  parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters);
}

// --- a layer in one's hand -----------------------------------------------------------------------

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Send a number over the plain connection and back; return the ms of one way. */
async function plainWay() {
  const sent = now();
  await new Promise((done) => {
    plainData.onmessage = done;
    plainData.send("1");
  });
  return (now() - sent) / 2;
}

/** Drag the own layer in small steps; return when it was put where, and what plain data took. */
async function drag(steps, everyMs) {
  const { booth } = window.sameframe;
  const own = booth.scene.value.layers.find((layer) => layer.guest === booth.me.value);
  const moves = [];
  const plain = [];
  for (let step = 0; step < steps; step++) {
    const x = 0.3 + (0.4 * step) / steps;
    moves.push([x, now()]);
    booth.dragLayer({ ...own, x });
    plain.push(await plainWay());
    await pause(everyMs);
  }
  return { moves, plain };
}

/** Note from now on where the only layer stands on this page's stage, and since when. */
function watchLayer() {
  window.stood = [];
  window.sameframe.booth.boxes.subscribe(([box]) => {
    if (box) stood.push([box.x + box.width / 2, now()]);
  });
}

// --- reading -------------------------------------------------------------------------------------

const now = () => performance.timeOrigin + performance.now();
let reading = null;

function startReading() {
  reading = { camera: [], plain: [], both: [] };
}

function stopReading() {
  const read = reading;
  reading = null;
  return read;
}

function reader() {
  const { left, top, side, columns } = squares;
  const width = columns * CELL;
  const height = (8 / columns) * CELL;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  /** Return the number in a picture whose frame lies in `box`, or null. */
  return (picture, box) => {
    const sx = box.width / FRAME.width;
    const sy = box.height / FRAME.height;
    context.drawImage(picture, box.x + left * sx, box.y + top * sy, columns * side * sx,
      (8 / columns) * side * sy, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const bits = Array.from({ length: 8 }, (_, at) => {
      const x = (at % columns) * CELL + 1;
      const y = Math.floor(at / columns) * CELL + 1;
      const of = (dx, dy) => data[((y + dy) * width + x + dx) * 4 + 1];
      return (of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4 > 128 ? 1 : 0;
    });
    const parity = bits.slice(0, 6).reduce((sum, bit) => sum ^ bit, 0);
    if (!bits[7] || parity !== bits[6]) return null;
    let number = 0;
    for (let bit = 5, before = 0; bit >= 0; bit--) number |= (before ^= bits[bit]) << bit;
    return number;
  };
}

/** Note when each of the camera's frames comes to this page. */
async function watchCamera(track) {
  const read = reader();
  const frames = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  for (;;) {
    const { done, value: frame } = await frames.read();
    if (done) return;
    const number = reading && read(frame, { x: 0, y: 0, ...FRAME });
    frame.close();
    if (typeof number === "number") reading.camera.push([number, now()]);
  }
}

/** Compare, in every animation frame, what the video element and the stage show. */
function compare() {
  const readPlain = reader();
  const readStage = reader();
  let last = null;
  const look = () => {
    requestAnimationFrame(look);
    const stage = document.querySelector("canvas[role=img], [role=img] canvas, canvas");
    const [box] = window.sameframe?.booth.boxes.value ?? [];
    const video = window.plain;
    if (!reading || !video || !stage || !box) return;
    const { width, height } = stage;
    const plain = readPlain(video, { x: 0, y: 0, width: video.videoWidth, height: video.videoHeight });
    const ours = readStage(stage, {
      x: box.x * width, y: box.y * height, width: box.width * width, height: box.height * height,
    });
    if (plain !== null && plain !== last) reading.plain.push([(last = plain), now()]);
    if (plain !== null && ours !== null) reading.both.push([plain, ours]);
  };
  look();
}

Object.assign(window, { plainOffer, plainAnswer, plainConnect, startReading, stopReading });
Object.assign(window, { drag, watchLayer });
if (window.blind) compare();
