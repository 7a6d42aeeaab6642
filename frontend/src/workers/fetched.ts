// Counts what a worker's shell fetches: progress while it comes, bytes on the wire when it is there.

/** Report every byte that `fetch` brings in from now on, however it is used. */
export function watchFetch(report: (bytes: number) => void): void {
  const real = self.fetch.bind(self);
  self.fetch = async (...request) => {
    const response = await real(...request);
    // The response itself goes on untouched, so that WebAssembly may stream and be cached.
    if (response.ok && response.body) void drain(response.clone().body!, report);
    return response;
  };
}

/** Bytes that came over the wire so far; what the cache gave counts nothing. */
export function wireBytes(): number {
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  return entries.reduce((sum, entry) => sum + entry.transferSize, 0);
}

async function drain(body: ReadableStream<Uint8Array>, report: (n: number) => void): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    report(value.byteLength);
  }
}
