// The booth's figures, for whoever wants to know; key d.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { texts } from "../i18n";
import type { Stats } from "../state";
import { IconButton } from "./controls";
import { useBooth } from "./context";

const REFRESH_MS = 1000;

export const showDiagnostics = signal(false);

/** Whether keys are typed there, and mean nothing to us. */
export const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

/** Toggle by the key d, but not while typing. */
export function useDiagnosticsKey(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (event.code === "KeyD" && plain && !typing(event.target)) {
        showDiagnostics.value = !showDiagnostics.value;
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

export function Diagnostics() {
  const t = texts.value;
  if (!showDiagnostics.value) return null;
  return (
    <section class="diagnostics" aria-label={t.diagnostics.title}>
      <header class="panel-head">
        <h2>{t.diagnostics.title}</h2>
        <IconButton icon="close" name={t.close} kind="quiet" onClick={() => (showDiagnostics.value = false)} />
      </header>
      <Figures />
    </section>
  );
}

function Figures() {
  const booth = useBooth();
  const stats = useSignal<Stats | null>(null);
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const refresh = async () => {
      const figures = await booth.stats();
      if (gone) return;
      stats.value = figures;
      timer = setTimeout(refresh, REFRESH_MS);
    };
    void refresh();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [booth]);
  const t = texts.value.diagnostics;
  const s = stats.value;
  if (s === null) return <p class="note">{t.measuring}</p>;
  const { stage, cutout, transport, load } = s;
  return (
    <div class="figures" tabIndex={0} role="group" aria-label={t.title}>
      <Row title={t.stage} figures={[
        [t.renderer, s.renderer ?? "–"], [t.fps, round(stage.fps)], [t.compose, ms(stage.compose_ms)],
        [t.ingest, ms(stage.ingest_ms)], [t.ticks, stage.ticks], [t.dropped, stage.dropped],
        [t.spared, stage.spared.map((step) => t.steps[step]).join(", ") || t.nothing],
      ]} />
      <Row title={t.cutout} figures={[
        [t.runtime, cutout.runtime || "–"], [t.fps, round(cutout.fps)], [t.infer, ms(cutout.infer_ms)],
        [t.frame, ms(cutout.frame_ms)], [t.frames, cutout.frames], [t.segmentations, cutout.segmentations],
      ]} />
      <Row title={t.transport} figures={[
        [t.kind, transport.kind], [t.up, `${Math.round(transport.up_kbps)} kbps`],
        [t.down, `${Math.round(transport.down_kbps)} kbps`], [t.version, s.version],
      ]} />
      <Row title={t.load} figures={[
        [t.page, ms(load.js_ms)], [t.python, ms(load.pyodide_ms)], [t.model, ms(load.model_ms)],
        [t.firstPicture, ms(load.first_picture_ms)], [t.bytes, `${(load.bytes / 1e6).toFixed(1)} MB`],
      ]} />
      <Guests guests={s.guests} />
    </div>
  );
}

function Row({ title, figures }: { title: string; figures: [string, string | number][] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Guests({ guests }: { guests: Stats["guests"] }) {
  const t = texts.value.diagnostics;
  return (
    <table>
      <caption>{t.guests}</caption>
      <thead>
        <tr>
          {[t.name, t.fps, t.age, t.size, t.codec, t.loss, t.rtt].map((head) => (
            <th key={head} scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {guests.map((guest) => (
          <tr key={guest.id}>
            <th scope="row">{guest.name}{guest.me && ` (${texts.value.you})`}</th>
            <td>{round(guest.fps)}</td>
            <td>{ms(guest.age_ms)}</td>
            <td>{guest.width}×{guest.height}</td>
            <td>{guest.codec?.replace(/^video\//, "") ?? "–"}</td>
            <td>{guest.loss === null ? "–" : `${(guest.loss * 100).toFixed(1)} %`}</td>
            <td>{guest.rtt_ms === null ? "–" : ms(guest.rtt_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const round = (figure: number) => figure.toFixed(1);
const ms = (figure: number) => (figure < 100 ? `${figure.toFixed(1)} ms` : `${Math.round(figure)} ms`);
