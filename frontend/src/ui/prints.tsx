// The prints of this session: the newest slides out, earlier ones peek in at the edge.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { announce, texts } from "../i18n";
import type { Booth, Picture } from "../state";
import { Burst } from "./bursts";
import { IconButton, Panel, TextButton } from "./controls";
import { useBooth } from "./context";
import { Icon } from "./icons";
import { RetakePanel } from "./retake";

const PEEKING = 4;

/** What lies there as one: a picture, or all photos of a burst. Newest first. */
interface Card {
  key: string;
  pictures: Picture[]; // in order
}

/** The cards of these pictures, but for a burst that is still being taken. */
function cardsOf(pictures: Picture[], taking: string | null): Card[] {
  const cards = new Map<string, Card>();
  for (const picture of pictures) {
    if (taking !== null && picture.burst === taking) continue;
    const key = picture.burst ?? picture.shot;
    const others = cards.get(key)?.pictures ?? [];
    cards.set(key, { key, pictures: [picture, ...others] });
  }
  return [...cards.values()];
}

export function Prints() {
  const booth = useBooth();
  const shown = useSignal<string | null>(null); // a card's key
  const seen = useSignal(0); // pictures up to this id were there before
  const bursts = useRef(new Map<string, string[]>()); // the shots of those there were
  const cards = useComputed(() => cardsOf(booth.pictures.value, booth.series.value?.burst ?? null));
  useSignalEffect(() => {
    const newest = cards.value.find(({ pictures }) => pictures[0]!.kind !== "of_series");
    const id = newest?.pictures.at(-1)!.id ?? 0;
    if (id > seen.peek()) {
      seen.value = id;
      shown.value = newest!.key;
      announce(texts.peek().shutter.taken);
    }
  });
  // Once a burst is none any more, say what became of it and show what is left.
  useSignalEffect(() => {
    const now = cards.value.filter(({ pictures }) => pictures[0]!.burst !== null);
    for (const [burst, shots] of bursts.current) {
      if (now.some(({ key }) => key === burst)) continue;
      bursts.current.delete(burst);
      const kept = cards.value.filter(({ key }) => shots.includes(key));
      if (kept.length === 0) continue;
      if (shown.peek() === burst) shown.value = kept[0]!.key;
      announce(kept.length === 1 ? texts.peek().bursts.chosen : texts.peek().bursts.allKept);
    }
    for (const { key, pictures } of now) {
      const before = bursts.current.get(key) ?? [];
      bursts.current.set(key, [...new Set([...before, ...pictures.map(({ shot }) => shot)])]);
    }
  });
  const all = cards.value;
  const card = all.find(({ key }) => key === shown.value);
  const earlier = all.filter((one) => one !== card).slice(0, PEEKING);
  if (all.length === 0) return null;
  const putAway = () => (shown.value = null);
  return (
    <section class="prints" aria-label={texts.value.prints.label}>
      <ul class="peeking">
        {earlier.map((one) => (
          <li key={one.key}>
            <button
              type="button"
              class="peek"
              aria-label={texts.value.prints.show(number(all, one))}
              onClick={() => (shown.value = one.key)}
            >
              <img src={one.pictures.at(-1)!.print?.preview ?? one.pictures.at(-1)!.url} alt="" />
            </button>
          </li>
        ))}
      </ul>
      {card?.pictures[0]!.burst && <Burst key={card.key} pictures={card.pictures} putAway={putAway} />}
      {card && !card.pictures[0]!.burst && (
        <Print key={card.key} picture={card.pictures[0]!} number={number(all, card)} putAway={putAway} />
      )}
    </section>
  );
}

const number = (cards: Card[], card: Card) => cards.length - cards.indexOf(card);

function Print(props: { picture: Picture; number: number; putAway: () => void }) {
  const booth = useBooth();
  const { picture, number, putAway } = props;
  const t = texts.value.prints;
  const { print } = picture;
  const playing = useSignal(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  const motion = picture.kind === "loop" || picture.kind === "boomerang" ? picture.kind : null;
  const made = motion ? t[motion] : picture.kind === "sheet" ? t.sheet : null;
  return (
    <figure class={`print ${picture.kind}`}>
      <img
        src={(playing.value && print?.moving) || (print?.preview ?? picture.url)}
        alt={(print && made) ?? t.print(number)}
        width={print?.width ?? picture.width}
        height={print?.height ?? picture.height}
      />
      <p class="print-state" role="status">
        {(motion ? t.movingStates : t.states)[picture.state]}
      </p>
      <figcaption class="print-actions">
        {print?.moving && (
          <IconButton
            icon={playing.value ? "pause" : "play"}
            name={playing.value ? t.pause : t.play}
            onClick={() => (playing.value = !playing.value)}
          />
        )}
        {print ? (
          <a
            class="icon-button"
            href={print.gif ?? print.jpeg}
            download=""
            aria-label={print.gif ? t.gif : t.download}
            data-tip={print.gif ? t.gif : t.download}
          >
            <Icon name="download" />
          </a>
        ) : (
          <IconButton icon="download" name={t.download} onClick={() => void save(booth, picture)} />
        )}
        {print?.pdf && (
          <a class="icon-button" href={print.pdf} download="" aria-label={t.pdf} data-tip={t.pdf}>
            <Icon name="printer" />
          </a>
        )}
        {canShare(picture) && (
          <IconButton icon="share" name={t.share} onClick={() => void share(booth, picture)} />
        )}
        {!motion && picture.people.length > 0 && (picture.mine || booth.isHost.value) && (
          <Panel icon="retake" name={texts.value.retake.name}>
            {(close) => <RetakePanel picture={picture} close={close} />}
          </Panel>
        )}
        <AlbumLink />
        {picture.mine && <Withdraw picture={picture} />}
        <IconButton icon="close" name={t.dismiss} onClick={putAway} />
      </figcaption>
    </figure>
  );
}

/** Take oneself out of the picture; asked once more, as there is no way back. */
function Withdraw({ picture }: { picture: Picture }) {
  const booth = useBooth();
  const t = texts.value.prints;
  return (
    <Panel icon="withdraw" name={t.withdraw}>
      {() => (
        <>
          <p class="withdraw-what">{t.withdrawWhat}</p>
          <TextButton kind="primary" onClick={() => void booth.withdraw(picture.shot)}>
            {t.withdraw}
          </TextButton>
        </>
      )}
    </Panel>
  );
}

/** The way to the room's album, where everything is kept. */
export function AlbumLink() {
  const booth = useBooth();
  const t = texts.value.prints;
  if (!booth.album.value) return null;
  return (
    <a class="icon-button" href={booth.album.value} target="_blank" aria-label={t.album} data-tip={t.album}>
      <Icon name="album" />
    </a>
  );
}

/** Whether this browser shares pictures; which of its two files it is, makes no difference. */
function canShare(picture: Picture): boolean {
  const files = [new File([], picture.filename, { type: "image/png" })];
  return "canShare" in navigator && navigator.canShare({ files });
}

/** Save the stage's own picture, as there is no print to follow a link to. */
async function save(booth: Booth, picture: Picture): Promise<void> {
  const file = await booth.fileOf(picture);
  if (!file) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // begun by then
}

async function share(booth: Booth, picture: Picture): Promise<void> {
  const file = await booth.fileOf(picture);
  // Closed by the person; or fetching took longer than a press is good for, and the next one will do.
  if (file) await navigator.share({ files: [file] }).catch(() => undefined);
}
