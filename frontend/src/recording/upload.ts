// A take's way into the album: by tus, in pieces, going on where a lost network broke it off.
import { type DetailedError, Upload } from "tus-js-client";
import type { KeptTake } from "../state";

const PIECE = 8 * 1024 ** 2; // as the server takes and hashes them
const DAMAGED = 460; // on its way: what was sent is not what came
const AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Upload a take to the room's album; `sent` hears which share has come. Rejects with why it can't. */
export async function upload(
  take: KeptTake,
  room: string,
  token: string,
  sent: (share: number) => void,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const endpoint = `${location.origin}/api/rooms/${encodeURIComponent(room)}/takes`;
  const url = await send(take.file, endpoint, headers, take, sent);
  if (take.poster) await fetch(`${url}/poster`, { method: "PUT", body: take.poster, headers });
}

/** Send a film by tus and return its address there. */
export async function send(
  file: File,
  endpoint: string,
  headers: Record<string, string>,
  { width, height, ms }: { width: number; height: number; ms: number },
  sent: (share: number) => void,
): Promise<string> {
  const sha256 = await digest(file);
  return new Promise<string>((done, failed) => {
    const way: Upload = new Upload(file, {
      endpoint,
      headers,
      chunkSize: PIECE,
      retryDelays: AGAIN_MS,
      removeFingerprintOnSuccess: true,
      metadata: { sha256, width: String(width), height: String(height), ms: String(Math.round(ms)) },
      onBeforeRequest: async (request) => {
        if (request.getMethod() !== "PATCH") return;
        const at = Number(request.getHeader("Upload-Offset"));
        const bytes = await hashed(file.slice(at, at + PIECE));
        request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...bytes))}`);
      },
      onShouldRetry: (error) => again((error as DetailedError).originalResponse?.getStatus() ?? 0),
      onProgress: (bytes, all) => sent(bytes / all),
      onSuccess: () => done(way.url!),
      onError: failed,
    });
    void way.findPreviousUploads().then(([earlier]) => {
      if (earlier) way.resumeFromPreviousUpload(earlier);
      way.start();
    });
  });
}

/** Tell whether what was answered so may be answered otherwise the next time. */
function again(status: number): boolean {
  return status < 400 || status >= 500 || [409, 423, DAMAGED].includes(status);
}

/** SHA-256 of the SHA-256 of each piece: a take may be larger than what can be hashed at once. */
async function digest(file: File): Promise<string> {
  const digests: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < file.size; at += PIECE) digests.push(await hashed(file.slice(at, at + PIECE)));
  const whole = await hashed(new Blob(digests));
  return [...whole].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function hashed(piece: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
}
