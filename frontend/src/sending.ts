// A picture on its way to the server, which may be away for a while.

const AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]; // a network may be away for a minute

/** Upload a picture, and again while the network is away; null once it is kept, else an error's name. */
export async function sent(url: string, image: Blob, token: string | null): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}`, "content-type": image.type };
  for (const wait of [...AGAIN_MS, null]) {
    const response = await fetch(url, { method: "PUT", body: image, headers }).catch(() => null);
    if (response?.ok) return null;
    if (response && response.status < 500 && response.status !== 429) return refusal(response);
    if (wait !== null) await new Promise((again) => setTimeout(again, wait));
  }
  return "upload_failed";
}

/** The name of the error that the server answers with. */
export async function refusal(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => null)) as { code?: string } | null;
  return problem?.code ?? `${response.status}`;
}
