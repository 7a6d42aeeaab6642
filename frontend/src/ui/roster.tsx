// A small row of faces: who is here, who can be heard, whose line is thin.
import type { Guest } from "../generated/wire";
import { texts } from "../i18n";
import type { Quality } from "../state";
import { useBooth, useHand } from "./context";
import { Icon } from "./icons";

export function Roster() {
  const booth = useBooth();
  return (
    <ul class="roster" aria-label={texts.value.roster.label}>
      {booth.guests.value.map((guest) => (
        <Face key={guest.id} guest={guest} />
      ))}
    </ul>
  );
}

function Face({ guest }: { guest: Guest }) {
  const booth = useBooth();
  const hand = useHand();
  const t = texts.value;
  const me = guest.id === booth.me.value;
  const quality: Quality = me ? 3 : (booth.quality.value[guest.id] ?? 0);
  const said = [
    me ? `${guest.name} (${t.you})` : guest.name,
    guest.host && t.roster.host,
    !guest.here && t.roster.away,
    guest.camera === "none" && t.roster.viewer,
    guest.camera === "off" && t.roster.cameraOff,
    guest.microphone ? t.roster.microphoneOn : t.roster.microphoneOff,
    !me && guest.here && t.roster.quality[quality],
  ].filter(Boolean);
  const shown = hand.selected.value === guest.id;
  return (
    <li>
      <button
        type="button"
        class={`face ${guest.here ? "" : "away"}`}
        aria-label={said.join(", ")}
        aria-pressed={shown}
        data-tip={said.join(" · ")}
        onClick={() => (hand.selected.value = shown ? null : guest.id)}
      >
        <span class="face-initial" aria-hidden="true">{initial(guest.name)}</span>
        {guest.host && <span class="badge host"><Icon name="host" size={11} /></span>}
        {!guest.here && <span class="badge state"><Icon name="away" size={11} /></span>}
        {guest.here && !guest.microphone && <span class="badge state"><Icon name="microphoneOff" size={11} /></span>}
        {!me && guest.here && quality < 3 && <Bars quality={quality} />}
      </button>
    </li>
  );
}

/** Three bars, filled from the left: the same without any colour. */
function Bars({ quality }: { quality: Quality }) {
  return (
    <svg class={`bars quality-${quality}`} width={13} height={11} viewBox="0 0 13 11" aria-hidden="true">
      {[1, 2, 3].map((bar) => (
        <rect
          key={bar}
          class={bar <= quality ? "full" : "empty"}
          x={bar * 4 - 3.5}
          y={10.5 - bar * 3}
          width={3}
          height={bar * 3}
        />
      ))}
    </svg>
  );
}

/** The first letter as people see it: Hangul syllables and emoji are one. */
function initial(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? "·";
}
