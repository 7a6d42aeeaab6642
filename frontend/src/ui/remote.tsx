// The remote's one page: the newest print, how long the shutter counts, and the shutter itself.
import { useSignalEffect } from "@preact/signals";
import { render } from "preact";
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/controls.css";
import "../styles/remote.css";
import type { Control } from "../control";
import { announce, sentence, texts, type Texts } from "../i18n";
import { Announcer } from "./announcer";
import { Choice } from "./controls";
import type { Seconds } from "../state";

const COUNTS: readonly Seconds[] = [0, 3, 5, 10];

export function mountRemote(root: HTMLElement, control: Control): void {
  render(<RemotePage control={control} />, root);
}

function RemotePage({ control }: { control: Control }) {
  useSignalEffect(() => {
    document.title = `${texts.value.remote.title} · ${texts.value.app}`;
  });
  useSignalEffect(() => {
    const seconds = control.countdown.value;
    if (seconds !== null) announce(texts.peek().shutter.countdown(seconds));
  });
  const { ended } = control;
  return (
    <>
      {ended.value === null ? <Pressing control={control} /> : <Ended code={ended.value} />}
      <Announcer />
    </>
  );
}

function Pressing({ control }: { control: Control }) {
  const t = texts.value.remote;
  const view = control.view.value;
  const open = control.link.value === "open" && view !== null;
  const counting = control.countdown.value !== null;
  const able = open && view.held === null && !view.busy;
  const state = open ? "connected" : control.link.value === "connecting" || !view ? "connecting" : "reconnecting";
  return (
    <main class="remote">
      <header class="remote-head">
        <h1>{view ? t.as(view.name) : texts.value.app}</h1>
        <p class={`remote-state ${state}`} role="status">
          {t[state]}
        </p>
      </header>
      <section class="remote-view">
        <Newest control={control} />
        {counting && (
          <div key={control.countdown.value} class="remote-count" aria-hidden="true">
            {control.countdown.value}
          </div>
        )}
        {control.flash.value > 0 && <div key={`flash${control.flash.value}`} class="remote-flash" aria-hidden="true" />}
      </section>
      <section class="remote-press">
        <p class="remote-said" role="status">
          {said(control)}
        </p>
        <button type="button" class="remote-shutter" aria-label={t.press} disabled={!able} onClick={() => control.press()} />
        <Choice
          legend={texts.value.bar.timer}
          value={String(control.timer.value)}
          options={COUNTS.map((seconds) => [String(seconds), texts.value.bar.seconds(seconds)] as const)}
          choose={(chosen) => (control.timer.value = Number(chosen) as Seconds)}
        />
      </section>
    </main>
  );
}

/** The newest print, which leads into the album. */
function Newest({ control }: { control: Control }) {
  const t = texts.value.remote;
  const print = control.view.value?.print;
  if (!print) return <p class="remote-empty">{t.noPrint}</p>;
  return (
    <a class="remote-print" href={print.page} target="_blank" rel="noopener">
      <img src={print.preview} alt={t.print} width={640} height={360} />
      <span>{t.openPrint}</span>
    </a>
  );
}

/** The one line above the shutter: why it can't be pressed, or what comes. */
function said(control: Control): string {
  const t = texts.value;
  const view = control.view.value;
  if (!view || control.link.value !== "open") return "";
  if (view.held) return view.held === "away" ? t.remote.away(view.name) : t.remote.host;
  if (view.number && view.count) {
    const pose = view.number > 1 ? t.shutter.pose : t.shutter.ready;
    return `${t.shutter.series(view.number, view.count)} · ${pose}`;
  }
  if (view.busy) return t.remote.busy;
  if (control.said.value) return sentence({ id: 0, kind: "warning", key: control.said.value });
  return "";
}

function Ended({ code }: { code: string }) {
  const t = texts.value.remote;
  const known: Partial<Record<string, Texts["remote"]["other"]>> = {
    bad_remote: t.bad_remote,
    remote_ended: t.remote_ended,
    unknown_room: t.unknown_room,
    bad_room_name: t.unknown_room,
  };
  const { title, help } = known[code] ?? t.other;
  return (
    <main class="remote ended">
      <div role="alert">
        <h1>{title}</h1>
        <p>{help}</p>
      </div>
    </main>
  );
}
