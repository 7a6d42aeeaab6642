// What the booth can't do without. All of it is in desktop and Android Chrome 120 and later.
const NEEDED: [string, () => boolean][] = [
  ["WebAssembly", () => typeof WebAssembly === "object"],
  ["OffscreenCanvas", () => "transferControlToOffscreen" in HTMLCanvasElement.prototype],
  ["VideoFrame", () => "VideoFrame" in globalThis],
  ["RTCPeerConnection", () => "RTCPeerConnection" in globalThis],
  ["MediaStreamTrackProcessor", () => "MediaStreamTrackProcessor" in globalThis],
  ["MediaStreamTrackGenerator", () => "MediaStreamTrackGenerator" in globalThis],
];

/** Name the browser features that are missing. */
export const missing = (): string[] => NEEDED.filter(([, there]) => !there()).map(([name]) => name);

/** Cameras are given to secure origins only: https, or this very machine. */
export const insecure = (): boolean => !isSecureContext;
