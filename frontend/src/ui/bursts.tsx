// A burst: its photos side by side, and who pressed, or the host, chooses the one that stays.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { texts } from "../i18n";
import type { Picture } from "../state";
import { IconButton, TextButton } from "./controls";
import { useBooth } from "./context";

const seen = (picture: Picture) => picture.print?.preview ?? picture.url;

export function Burst({ pictures, putAway }: { pictures: Picture[]; putAway: () => void }) {
  const booth = useBooth();
  const t = texts.value.bursts;
  const group = useId();
  const chosen = useSignal<string | null>(null);
  const looked = useSignal<string | null>(null); // the one under the pointer, shown large
  const sending = useSignal(false);
  const [first] = pictures;
  const mine = booth.isHost.value || first!.by === booth.me.value;
  const by = booth.guests.value.find(({ id }) => id === first!.by)?.name;
  const large = pictures.find(({ shot }) => shot === (looked.value ?? chosen.value)) ?? pictures.at(-1)!;
  const keep = async (shot: string | null) => {
    sending.value = true;
    await booth.choose(first!.burst!, shot);
    sending.value = false;
  };
  const states = texts.value.prints.states;
  return (
    <figure class="print burst">
      <img src={seen(large)} alt="" width={large.width} height={large.height} />
      <fieldset class="burst-shots">
        <legend>{mine ? t.choose : t.others(by ?? t.someone)}</legend>
        {pictures.map((picture, i) => {
          const name = t.shot(i + 1, pictures.length);
          return mine ? (
            <label
              key={picture.shot}
              class="burst-shot"
              onPointerEnter={() => (looked.value = picture.shot)}
              onPointerLeave={() => (looked.value = null)}
            >
              <input
                type="radio"
                name={group}
                checked={chosen.value === picture.shot}
                onChange={() => (chosen.value = picture.shot)}
              />
              <img src={seen(picture)} alt={name} />
            </label>
          ) : (
            <span
              key={picture.shot}
              class="burst-shot"
              onPointerEnter={() => (looked.value = picture.shot)}
              onPointerLeave={() => (looked.value = null)}
            >
              <img src={seen(picture)} alt={name} />
            </span>
          );
        })}
      </fieldset>
      <p class="print-state" role="status">
        {sending.value ? t.sending : pictures.some(({ state }) => state === "developing") ? states.developing : t.kept}
      </p>
      <figcaption class="print-actions">
        {mine && (
          <>
            <TextButton
              kind="primary"
              disabled={chosen.value === null || sending.value}
              onClick={() => void keep(chosen.value)}
            >
              {t.keep}
            </TextButton>
            <TextButton disabled={sending.value} onClick={() => void keep(null)}>
              {t.keepAll}
            </TextButton>
          </>
        )}
        <IconButton icon="close" name={texts.value.prints.dismiss} onClick={putAway} />
      </figcaption>
    </figure>
  );
}
