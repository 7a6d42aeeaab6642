// What this browser can encode for a take, the most widely played first. All of it fits into MP4.
import type { EncodedAudioPacketSource, EncodedVideoPacketSource } from "mediabunny";

export interface VideoChoice {
  name: ConstructorParameters<typeof EncodedVideoPacketSource>[0];
  config: VideoEncoderConfig;
  /** What a frame of this coarseness (0..1) is encoded with. */
  options(coarseness: number): VideoEncoderEncodeOptions;
}

export interface AudioChoice {
  name: ConstructorParameters<typeof EncodedAudioPacketSource>[0];
  config: AudioEncoderConfig;
}

export const RATE = 48_000;
export const FPS = 30;
export const CAP: Record<number, number> = { 720: 6_000_000, 1080: 12_000_000 }; // bits per second, as in reel.py

// Quantizers from "no difference to be seen" to "still good": the range of constant quality.
const AVC = { best: 22, worst: 36 };
const VP9 = { best: 24, worst: 44 };

interface Named {
  name: VideoChoice["name"];
  codec: Record<number, string>; // by height: levels 3.1 and 4.0
  key: "avc" | "vp9";
  range: typeof AVC;
}

const VIDEO: Named[] = [
  { name: "avc", key: "avc", codec: { 720: "avc1.64001f", 1080: "avc1.640028" }, range: AVC },
  { name: "avc", key: "avc", codec: { 720: "avc1.42e01f", 1080: "avc1.42e028" }, range: AVC },
  { name: "vp9", key: "vp9", codec: { 720: "vp09.00.31.08", 1080: "vp09.00.40.08" }, range: VP9 },
];

/** Find how to encode pictures; null: this browser can't. */
export async function videoChoice(width: number, height: number): Promise<VideoChoice | null> {
  if (!("VideoEncoder" in globalThis)) return null;
  for (const { name, codec, key, range } of VIDEO) {
    const config: VideoEncoderConfig = {
      codec: codec[height]!,
      width,
      height,
      framerate: FPS,
      bitrate: CAP[height]!,
      latencyMode: "realtime", // without a GPU the other mode takes longer than a frame lasts
      ...(name === "avc" && { avc: { format: "avc" } }),
    };
    const constant = { ...config, bitrateMode: "quantizer" as const };
    if (await supported(VideoEncoder, constant)) {
      const at = (coarse: number) => Math.round(range.best + coarse * (range.worst - range.best));
      return { name, config: constant, options: (coarse) => ({ [key]: { quantizer: at(coarse) } }) };
    }
    const variable = { ...config, bitrateMode: "variable" as const };
    if (await supported(VideoEncoder, variable)) return { name, config: variable, options: () => ({}) };
  }
  return null;
}

/** Find how to encode sound; null: this browser can't. */
export async function audioChoice(): Promise<AudioChoice | null> {
  if (!("AudioEncoder" in globalThis)) return null;
  const common = { sampleRate: RATE, numberOfChannels: 1, bitrate: 96_000 };
  const choices: AudioChoice[] = [
    { name: "aac", config: { codec: "mp4a.40.2", ...common } },
    { name: "opus", config: { codec: "opus", ...common } },
  ];
  for (const choice of choices) if (await supported(AudioEncoder, choice.config)) return choice;
  return null;
}

async function supported<C>(
  encoder: { isConfigSupported(config: C): Promise<{ supported?: boolean }> },
  config: C,
): Promise<boolean> {
  return (await encoder.isConfigSupported(config).catch(() => null))?.supported ?? false;
}
