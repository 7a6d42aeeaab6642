// The cupboard: what one can put into the picture for everyone; and an absent friend.
import { effect } from "@preact/signals";
import { useId } from "preact/hooks";
import { cupboard } from "../generated/props";
import type { Prop } from "../generated/wire";
import { announce, texts } from "../i18n";
import type { Booth } from "../state";
import { useBooth, useHand } from "./context";
import { TextButton } from "./controls";
import { friendWanted } from "./friend";
import { links } from "./links";
import type { Hand } from "./stage/hand";

type Family = keyof typeof cupboard.families;
export type Design = (typeof cupboard.families)[Family][number];

const families = Object.entries(cupboard.families) as [Family, readonly Design[]][];
const worded: readonly string[] = cupboard.worded;
const ARRIVES_MS = 3000;

/** A prop as it is read out: what it is, and what is written on it. */
export function propName({ design, text }: Prop): string {
  const t = texts.value.props;
  const name = t.names[design as Design | "friend"];
  return worded.includes(design) ? t.saying(name, text) : name;
}

export function PropsPanel({ close }: { close: () => void }) {
  const booth = useBooth();
  const hand = useHand();
  const t = texts.value.props;
  const group = useId();
  const full = booth.scene.value.props.length >= cupboard.most;
  return (
    <div class="cupboard">
      <p class="note" role={full ? "status" : undefined}>{full ? t.full(cupboard.most) : t.note}</p>
      {families.map(([family, designs]) => (
        <section key={family} aria-labelledby={`${group}-${family}`}>
          <h3 id={`${group}-${family}`} class="family">{t.families[family]}</h3>
          <div class={`shelf-of-props of-${family}`}>
            {designs.map((design) => (
              <button
                key={design}
                type="button"
                class="prop"
                disabled={full}
                aria-label={t.names[design]}
                data-tip={t.names[design]}
                onClick={() => {
                  close();
                  add(booth, hand, design);
                }}
              >
                <img src={links.prop(design)} alt="" loading="lazy" decoding="async" />
              </button>
            ))}
          </div>
        </section>
      ))}
      <section class="friend-way" aria-labelledby={`${group}-friend`}>
        <h3 id={`${group}-friend`} class="family">{t.friend.title}</h3>
        <p class="note">{t.friend.note}</p>
        <TextButton
          icon="friend"
          disabled={full}
          onClick={() => {
            close();
            friendWanted.value = true;
          }}
        >
          {t.friend.add}
        </TextButton>
      </section>
    </div>
  );
}

/** Put a prop into the picture, and have it in hand once it is there. */
function add(booth: Booth, hand: Hand, design: Design): void {
  const t = texts.peek().props;
  const before = new Set(booth.scene.peek().props.map(({ id }) => id));
  booth.props.add(design, worded.includes(design) ? t.sample : "");
  const stop = effect(() => {
    const come = booth.scene.value.props.find((one) => one.design === design && !before.has(one.id));
    if (!come) return;
    queueMicrotask(() => {
      stop();
      if (!hand.edit(come.id)) hand.selected.value = come.id;
      announce(t.added(t.names[design]));
    });
  });
  setTimeout(stop, ARRIVES_MS);
}
