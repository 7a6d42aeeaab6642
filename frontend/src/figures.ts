// window.sameframe.stats(): what stage, cutout and transport measure, as one object.
import type { CutoutStats, StageStats } from "./generated/messages";
import type { Guest } from "./generated/wire";
import type { Stats } from "./state";
import type { Traffic } from "./transport";

declare const __VERSION__: string;

/** What there is to tell; null: not there, or not yet. */
export interface Parts {
  me: string | null;
  guests: Guest[];
  stage: StageStats | null;
  cutout: CutoutStats | null;
  own: { runtime: string; pyodide_ms: number; model_ms: number; bytes: number };
  traffic: Traffic | null;
  load: { js_ms: number; first_picture_ms: number; bytes: number };
}

export function figures({ me, guests, stage, cutout, own, traffic, load }: Parts): Stats {
  return {
    version: __VERSION__,
    renderer: stage?.renderer ?? null,
    stage: {
      fps: stage?.fps ?? 0,
      compose_ms: stage?.compose_ms ?? 0,
      ingest_ms: stage?.ingest_ms ?? 0,
      ticks: stage?.ticks ?? 0,
      dropped: stage?.dropped ?? 0,
      spared: stage?.spared ?? [],
    },
    cutout: {
      fps: cutout?.fps ?? 0,
      infer_ms: cutout?.infer_ms ?? 0,
      frame_ms: cutout?.frame_ms ?? 0,
      runtime: cutout?.runtime ?? own.runtime,
      segmentations: cutout?.segmentations ?? 0,
      frames: cutout?.frames ?? 0,
    },
    guests: guests.map(({ id, name }) => {
      const drawn = stage?.guests.find((guest) => guest.guest === id);
      const wire = traffic?.guests[id];
      return {
        id,
        name,
        me: id === me,
        fps: drawn?.fps ?? 0,
        age_ms: drawn?.age_ms ?? 0,
        width: drawn?.width ?? 0,
        height: drawn?.height ?? 0,
        codec: wire?.codec ?? null,
        loss: wire?.loss ?? null,
        rtt_ms: wire?.rtt_ms ?? null,
      };
    }),
    transport: {
      kind: "mesh",
      up_kbps: traffic?.up_kbps ?? 0,
      down_kbps: traffic?.down_kbps ?? 0,
    },
    load: {
      js_ms: Math.round(load.js_ms),
      pyodide_ms: own.pyodide_ms,
      model_ms: own.model_ms,
      first_picture_ms: Math.round(load.first_picture_ms),
      bytes: load.bytes + own.bytes + fetched(),
    },
  };
}

/** Bytes that the page itself fetched over the wire. */
function fetched(): number {
  const entries = performance.getEntries() as PerformanceResourceTiming[];
  return entries.reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0);
}
