// The looks a room can choose from, each shown on the very picture; how much of it; and the picture
// without it for as long as one holds a key or a button.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Look, LookName } from "../generated/wire";
import { announce, texts } from "../i18n";
import { NATURAL } from "../mirror";
import type { Booth } from "../state";
import { Choice } from "./controls";
import { typing } from "./diagnostics";
import { useBooth } from "./context";
import { Icon } from "./icons";

const looks: readonly LookName[] = [
  "natural", "warm", "film", "black_and_white", "sepia", "vivid",
  "soft", "noir", "instant", "pastel", "cool", "party",
];
const AGAIN_MS = 1000; // the thumbnails follow the picture, at most so often

export function LookPanel() {
  const booth = useBooth();
  const t = texts.value.look;
  const group = useId();
  const { name: chosen, strength } = booth.scene.value.look;
  const thumbs = useRef(new Map<LookName, HTMLCanvasElement>());
  useEffect(() => kept(booth, thumbs.current), [booth]);
  return (
    <div class="looks">
      <p class="note">{t.note}</p>
      <LightChoice />
      <div class="thumbs of-looks" role="radiogroup" aria-label={t.title}>
        {looks.map((name) => (
          <label key={name} class="thumb">
            <input
              type="radio"
              name={group}
              checked={name === chosen}
              onChange={() => booth.setLook({ name, strength })}
            />
            <canvas
              class="thumb-picture"
              width={320}
              height={180}
              aria-hidden="true"
              ref={(canvas) => void (canvas && thumbs.current.set(name, canvas))}
            />
            <span class="thumb-name">{t.names[name]}</span>
          </label>
        ))}
      </div>
      {chosen !== "natural" && (
        <div class="look-tools">
          <Strength look={booth.scene.value.look} />
          <Compare />
        </div>
      )}
    </div>
  );
}

/** How much people are made to belong to the background. */
function LightChoice() {
  const booth = useBooth();
  const t = texts.value.look.light;
  return (
    <div>
      <Choice
        legend={t.title}
        value={booth.scene.value.light ?? "off"}
        options={[["off", t.off], ["auto", t.auto], ["strong", t.strong]]}
        choose={(chosen) => booth.setLight(chosen)}
      />
      <p class="note">{t.note}</p>
    </div>
  );
}

/** Draw the thumbnails again and again; returns how to end it. One at a time: the stage goes on. */
function kept(booth: Booth, thumbs: Map<LookName, HTMLCanvasElement>): () => void {
  let over = false;
  const round = async () => {
    for (const name of looks) {
      const small = await booth.previewLook({ name, strength: 1 });
      if (over || small === null) return small?.close();
      thumbs.get(name)?.getContext("2d")!.drawImage(small, 0, 0);
      small.close();
    }
  };
  const rounds = async () => {
    while (!over) {
      const rest = new Promise((done) => setTimeout(done, AGAIN_MS));
      await round();
      await rest;
    }
  };
  void rounds();
  return () => void (over = true);
}

/** How much of the look: seen at once on the own stage, and by all when the slider is let go. */
function Strength({ look }: { look: Look }) {
  const booth = useBooth();
  const t = texts.value.look;
  const held = useSignal<number | null>(null);
  const shown = held.value ?? Math.round(look.strength * 100);
  return (
    <label class="strength">
      <span>{t.strength}</span>
      <input
        type="range"
        min={0}
        max={100}
        value={shown}
        aria-valuetext={t.percent(shown)}
        onInput={(event) => {
          held.value = Number(event.currentTarget.value);
          booth.tryLook({ ...look, strength: held.value / 100 });
        }}
        onChange={(event) => {
          booth.setLook({ ...look, strength: Number(event.currentTarget.value) / 100 });
          held.value = null;
        }}
      />
      <output>{t.percent(shown)}</output>
    </label>
  );
}

/** A button that is held; for a keyboard, by Space or Enter. */
function Compare() {
  const booth = useBooth();
  const t = texts.value.look;
  const on = () => compare(booth, true);
  const off = () => compare(booth, false);
  const holds = (event: KeyboardEvent) => event.key === " " || event.key === "Enter";
  return (
    <button
      type="button"
      class="text-button quiet compare"
      aria-keyshortcuts="b"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        on();
      }}
      onPointerUp={off}
      onPointerCancel={off}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => holds(event) && !event.repeat && on()}
      onKeyUp={(event) => holds(event) && off()}
      onBlur={off}
    >
      <Icon name="compare" />
      <span>{t.compare}</span>
      <kbd>B</kbd>
    </button>
  );
}

let comparing = false;

function compare(booth: Booth, on: boolean): void {
  const { look } = booth.scene.peek();
  if (on === comparing || (on && look.name === "natural")) return;
  comparing = on;
  booth.tryLook(on ? NATURAL : look);
  announce(on ? texts.peek().look.without : texts.peek().look.names[look.name as LookName]);
}

/** Show the picture without its look while the key b is held. */
export function useCompareKey(): void {
  const booth = useBooth();
  useEffect(() => {
    const ours = (event: KeyboardEvent) =>
      event.code === "KeyB" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    const press = (event: KeyboardEvent) => ours(event) && compare(booth, true);
    const release = (event: KeyboardEvent) => event.code === "KeyB" && compare(booth, false);
    const away = () => compare(booth, false);
    addEventListener("keydown", press);
    addEventListener("keyup", release);
    addEventListener("blur", away);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("keyup", release);
      removeEventListener("blur", away);
    };
  }, [booth]);
}
