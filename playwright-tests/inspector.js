// Looks at every frame that this page's WebRTC decodes, before anything else sees it.
//
// A stacked frame shows the sender's room if, where its mask is empty, its colour is not flat. Right
// at the mask's edge a codec smears, so the mask is grown by MARGIN before looking; beyond, noise of
// a codec stays within NOISE of flat.
const FLAT = 128;
const EMPTY = 24; // luma up to which the mask is empty: 16 and the codec's noise
const MARGIN = 24; // pixels, one and a half macroblocks
const NOISE = 24;
const SHARE = 0.001; // of the pixels looked at may be beyond noise

window.inspection = { frames: 0, leaks: 0, worst: 0, empty: 0, person: 0, sizes: {} };

window.inspectPlanes = (planes, width, height) => {
  const colour = Math.floor((height * 2) / 3);
  const near = new Uint8Array(width * colour); // mask, grown
  let inside = 0;
  for (let y = 0; y < colour; y++) {
    const row = (colour + (y >> 1)) * width;
    for (let x = 0; x < width; x++) {
      if (planes[row + x] <= EMPTY) continue;
      inside++;
      // Mark coarse cells; a cell of the margin's size covers what is near enough.
      near[Math.floor(y / MARGIN) * width + Math.floor(x / MARGIN)] = 1;
    }
  }
  const cell = (x, y) => {
    const i = Math.floor(x / MARGIN);
    const j = Math.floor(y / MARGIN);
    for (let b = Math.max(0, j - 1); b <= j + 1; b++)
      for (let a = Math.max(0, i - 1); a <= i + 1; a++) if (near[b * width + a]) return true;
    return false;
  };
  const chroma = width * height;
  const half = (width + 1) >> 1;
  const second = chroma + half * ((height + 1) >> 1);
  let looked = 0;
  let loud = 0;
  let total = 0;
  for (let y = 0; y < colour - MARGIN; y += 2) {
    for (let x = 0; x < width; x += 2) {
      if (cell(x, y)) continue;
      const at = (y >> 1) * half + (x >> 1);
      const off = Math.max(
        Math.abs(planes[y * width + x] - FLAT),
        Math.abs(planes[chroma + at] - FLAT),
        Math.abs(planes[second + at] - FLAT),
      );
      looked++;
      total += off;
      if (off > NOISE) loud++;
    }
  }
  return {
    leak: looked > 0 && loud / looked > SHARE,
    mean: looked ? total / looked : 0,
    looked,
    person: inside / (width * colour),
  };
};

async function watch(track) {
  const { readable } = new MediaStreamTrackProcessor({ track: track.clone() });
  const reader = readable.getReader();
  const seen = window.inspection;
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) return;
    try {
      const { width, height } = frame.visibleRect;
      const planes = new Uint8Array(frame.allocationSize());
      await frame.copyTo(planes);
      const found = window.inspectPlanes(planes, width, height);
      const stacked = Math.abs(height / width - 1.125) < 0.02 || Math.abs(height / width - 2) < 0.02;
      seen.frames++;
      seen.sizes[`${width}x${height}`] = (seen.sizes[`${width}x${height}`] ?? 0) + 1;
      if (found.leak || !stacked) seen.leaks++;
      if (found.person < 0.01) seen.empty++;
      seen.person = found.person;
      seen.worst = Math.max(seen.worst, found.mean);
      seen.format = frame.format;
    } finally {
      frame.close();
    }
  }
}

const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real {
  constructor(...options) {
    super(...options);
    this.addEventListener("track", ({ track }) => track.kind === "video" && void watch(track));
  }
};
