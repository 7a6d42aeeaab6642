// The camera and the microphone: opening them, and saying plainly why they would not open.
import type { CameraProblem, Device } from "./state";

// The live cutout is scaled down; a shot's layer is as large as the camera. A camera that is large
// only at 5 frames a second is taken smaller: the rate comes first, unless none of its sizes has it.
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 30, max: 30 },
  advanced: [{ frameRate: { min: 24 } }],
};
const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export type Opened = { track: MediaStreamTrack } | { problem: CameraProblem };

export interface Wanted {
  camera: string | null | false; // a device's id, null: any, false: none
  microphone: string | null | false;
}

/** Open what is wanted, with one question to the person where the browser allows it. */
export async function open(
  wanted: Wanted,
): Promise<{ camera: Opened | null; microphone: Opened | null }> {
  const video = wanted.camera === false ? false : chosen(VIDEO, wanted.camera);
  const audio = wanted.microphone === false ? false : chosen(AUDIO, wanted.microphone);
  if (video && audio) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio });
      return {
        camera: { track: stream.getVideoTracks()[0]! },
        microphone: { track: stream.getAudioTracks()[0]! },
      };
    } catch {
      // One of the two failed: open each alone, to learn which and to keep the other.
    }
  }
  return {
    camera: video ? await one({ video }) : null,
    microphone: audio ? await one({ audio }) : null,
  };
}

/** List the devices by the names they have once access was given. */
export async function devices(kind: "videoinput" | "audioinput"): Promise<Device[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((device) => device.kind === kind && device.deviceId)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

async function one(constraints: MediaStreamConstraints): Promise<Opened> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return { track: stream.getTracks()[0]! };
  } catch (error) {
    return { problem: problem(error) };
  }
}

function chosen(constraints: MediaTrackConstraints, id: string | null): MediaTrackConstraints {
  return id ? { ...constraints, deviceId: { ideal: id } } : constraints;
}

function problem(error: unknown): CameraProblem {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "not_found";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    default:
      return "failed";
  }
}
