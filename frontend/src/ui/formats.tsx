// What the shutter takes: a single shot, a burst, a moving picture, or a series that makes a sheet,
// drawn from the templates.
import { templates } from "../generated/templates";
import { texts } from "../i18n";
import type { Format as Formats, Seconds, Template } from "../state";
import { Choice } from "./controls";
import { useBooth } from "./context";

const names = Object.keys(templates) as Template[];
const COUNTS: readonly Seconds[] = [0, 3, 5, 10];
const SIDE = 40; // of the drawing's picture

type Slots = readonly (readonly number[])[];

function Drawing({ width, height, slots }: { width: number; height: number; slots: Slots }) {
  const scale = SIDE / Math.max(width, height);
  const left = (SIDE - width * scale) / 2;
  const top = (SIDE - height * scale) / 2;
  return (
    <svg viewBox={`-1 -1 ${SIDE + 2} ${SIDE + 2}`} width={48} height={48} aria-hidden="true">
      <rect class="format-paper" x={left} y={top} width={width * scale} height={height * scale} />
      {slots.map(([x, y, w, h], i) => (
        <rect
          key={i}
          class="format-slot"
          x={left + x! * scale}
          y={top + y! * scale}
          width={w! * scale}
          height={h! * scale}
        />
      ))}
    </svg>
  );
}

/** Photos lying on each other, the last one whole. */
function Pile({ count, children }: { count: number; children?: preact.ComponentChild }) {
  const [width, height, step] = count === 1 ? [SIDE, 22, 0] : [32, 18, 4];
  const left = (SIDE - width - step * (count - 1)) / 2;
  const top = (SIDE - height - step * (count - 1)) / 2;
  return (
    <svg viewBox={`-1 -1 ${SIDE + 2} ${SIDE + 2}`} width={48} height={48} aria-hidden="true">
      {Array.from({ length: count }, (_, i) => (
        <rect
          key={i}
          class={i === count - 1 ? "format-slot framed" : "format-paper"}
          x={left + step * i}
          y={top + step * i}
          width={width}
          height={height}
        />
      ))}
      {children}
    </svg>
  );
}

/** A photo with arrows: round and round, or there and back. */
function Moving({ back }: { back: boolean }) {
  return (
    <Pile count={1}>
      <path
        class="format-arrow"
        d={back ? "M12 20h16M15 16.5l-3.5 3.5 3.5 3.5M25 16.5l3.5 3.5-3.5 3.5" : "M25.5 18a6 6 0 1 0 .2 3.8M26.5 14v4.5h-4.5"}
      />
    </Pile>
  );
}

/** One of the formats; a radio button that shows its sheet. */
function Format({ name, label, children }: { name: Formats | null; label: string; children: preact.ComponentChild }) {
  const booth = useBooth();
  return (
    <label class="format">
      <input
        type="radio"
        name="format"
        checked={booth.format.value === name}
        onChange={() => (booth.format.value = name)}
      />
      {children}
      <span>{label}</span>
    </label>
  );
}

/** How long the shutter counts. */
function Timer() {
  const { timer } = useBooth();
  const t = texts.value.bar;
  return (
    <Choice
      legend={t.timer}
      value={String(timer.value)}
      options={COUNTS.map((seconds) => [String(seconds), t.seconds(seconds)] as const)}
      choose={(chosen) => (timer.value = Number(chosen) as Seconds)}
    />
  );
}

export function FormatPanel() {
  const t = texts.value.formats;
  return (
    <div class="format-panel">
      <Timer />
      <fieldset class="formats">
        <legend>{t.label}</legend>
        <Format name={null} label={t.single}>
          <Drawing width={16} height={9} slots={[[0, 0, 16, 9]]} />
        </Format>
        <Format name="burst" label={t.burst}>
          <Pile count={3} />
        </Format>
        <Format name="loop" label={t.loop}>
          <Moving back={false} />
        </Format>
        <Format name="boomerang" label={t.boomerang}>
          <Moving back={true} />
        </Format>
        {names.map((name) => (
          <Format key={name} name={name} label={t[name]}>
            <Drawing {...templates[name]} />
          </Format>
        ))}
      </fieldset>
    </div>
  );
}
