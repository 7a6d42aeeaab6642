// Recording: its buttons, the sign that all see, and the takes that lie on this device.
import { useSignal, useSignalEffect } from "@preact/signals";
import { announce, language, texts } from "../i18n";
import type { KeptTake, TakeHeight, TakeNow } from "../state";
import { Choice, IconButton, TextButton } from "./controls";
import { useBooth } from "./context";
import { Icon } from "./icons";

// Left out frames nobody sees while they are few: not half a second's, and not one in a hundred.
const notable = ({ lost, ms }: TakeNow) => lost >= 15 && lost > (ms / 1000) * 30 * 0.01;

/** Record beside the shutter; while it runs, stop. */
export function RecordButton() {
  const booth = useBooth();
  const t = texts.value.takes;
  const { takes } = booth;
  const state = takes.now.value?.state;
  if (!state) {
    const ready = booth.link.value === "open";
    return (
      <IconButton icon="record" name={t.record} aria-disabled={!ready} onClick={() => ready && void takes.start()} />
    );
  }
  const ending = state === "finishing";
  return <IconButton icon="stop" kind="alert" name={t.stop} aria-disabled={ending} onClick={() => void takes.stop()} />;
}

function PauseButton({ paused }: { paused: boolean }) {
  const { takes } = useBooth();
  const t = texts.value.takes;
  return paused ? (
    <IconButton icon="record" kind="quiet" name={t.resume} onClick={() => takes.resume()} />
  ) : (
    <IconButton icon="pause" kind="quiet" name={t.pause} onClick={() => takes.pause()} />
  );
}

/** Says to everyone that a recording runs, and to whoever makes it how it goes. */
export function RecordingSign() {
  const booth = useBooth();
  const { now, recording } = booth.takes;
  const before = useSignal<string[]>([]);
  useSignalEffect(() => {
    const { by } = recording.value;
    const began = by.filter((guest) => guest !== booth.me.peek() && !before.peek().includes(guest));
    if (began.length > 0) announce(texts.peek().takes.began(named(began)));
    else if (by.length === 0 && before.peek().length > 0) announce(texts.peek().takes.ended);
    before.value = by;
  });
  const named = (guests: string[]) =>
    guests.map((id) => booth.guests.value.find((guest) => guest.id === id)?.name ?? "?").join(", ");
  const t = texts.value.takes;
  const take = now.value;
  const others = recording.value.by.filter((guest) => guest !== booth.me.value);
  if (!take && others.length === 0) return null;
  return (
    <div class="recording-sign">
      <span class={`recording-dot ${take?.state === "paused" ? "still" : ""}`} aria-hidden="true" />
      {take && (
        <span>
          {take.state === "starting" && t.starting}
          {take.state === "rolling" && t.rolling(length(take.ms), size(take.bytes))}
          {take.state === "paused" && t.paused(length(take.ms))}
          {take.state === "finishing" && t.finishing(Math.floor(take.share * 100))}
          {take.space !== null && take.state !== "finishing" && <small>{t.space(size(take.space))}</small>}
          {notable(take) && <small>{t.lost(take.lost)}</small>}
        </span>
      )}
      {(take?.state === "rolling" || take?.state === "paused") && <PauseButton paused={take.state === "paused"} />}
      {others.length > 0 && <span>{t.others(named(others))}</span>}
    </div>
  );
}

/** Takes that are on this device, of this visit and of earlier ones that ended unforeseen. */
export function Shelf() {
  const { takes } = useBooth();
  const [kept, recovering] = [takes.kept.value, takes.recovering.value];
  if (kept.length === 0 && recovering === null) return null;
  return (
    <section class="shelf" aria-label={texts.value.takes.label}>
      {recovering !== null && (
        <p class="recovering" role="status">
          {texts.value.takes.recovering(Math.floor(recovering * 100))}
        </p>
      )}
      {kept.map((take) => (
        <Take key={take.id} take={take} />
      ))}
    </section>
  );
}

function Take({ take }: { take: KeptTake }) {
  const booth = useBooth();
  const sure = useSignal(false);
  const t = texts.value.takes;
  const time = new Date(take.started).toLocaleTimeString(language.value, { hour: "2-digit", minute: "2-digit" });
  return (
    <figure class="print take">
      <video
        src={take.url}
        width={take.width}
        height={take.height}
        controls
        playsInline
        preload="metadata"
        aria-label={t.take(time)}
      />
      <p class="print-state" role="status">
        {typeof take.upload === "number"
          ? t.uploading(Math.floor(take.upload * 100))
          : take.recovered ? t.recovered(size(take.bytes)) : t.here(size(take.bytes))}
      </p>
      <figcaption class="print-actions">
        <a class="icon-button" href={take.url} download={take.filename} aria-label={t.download} data-tip={t.download}>
          <Icon name="download" />
        </a>
        {booth.me.value !== null && typeof take.upload !== "number" && (
          <IconButton icon="upload" name={t.upload} onClick={() => void booth.takes.upload(take.id)} />
        )}
        {sure.value ? (
          <TextButton icon="trash" onClick={() => booth.takes.discard(take.id)}>
            {t.discardSure}
          </TextButton>
        ) : (
          <IconButton icon="trash" name={t.discard} onClick={() => (sure.value = true)} />
        )}
      </figcaption>
    </figure>
  );
}

/** How tall the next take is. */
export function TakeSize() {
  const { height, now } = useBooth().takes;
  if (now.value) return null;
  return (
    <Choice
      legend={texts.value.takes.size}
      value={String(height.value)}
      options={[["720", "1280 × 720"], ["1080", "1920 × 1080"]]}
      choose={(chosen) => (height.value = Number(chosen) as TakeHeight)}
    />
  );
}

function length(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function size(bytes: number): string {
  const t = texts.value.takes;
  const written = (n: number) => n.toLocaleString(language.value, { maximumFractionDigits: 1 });
  return bytes < 1e9 ? t.megabytes(written(bytes / 1e6)) : t.gigabytes(written(bytes / 1e9));
}
