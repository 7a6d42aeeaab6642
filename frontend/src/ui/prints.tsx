// The prints of this session: the newest slides out, earlier ones peek in at the edge.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { announce, texts } from "../i18n";
import type { Booth, Picture } from "../state";
import { IconButton, Panel, TextButton } from "./controls";
import { useBooth } from "./context";
import { Icon } from "./icons";

const PEEKING = 4;

export function Prints() {
  const booth = useBooth();
  const shown = useSignal<number | null>(null);
  const seen = useSignal(0); // pictures up to this id were there before
  const newest = useComputed(() => booth.pictures.value.find(({ kind }) => kind !== "of_series")?.id ?? 0);
  useSignalEffect(() => {
    if (newest.value <= seen.peek()) return;
    seen.value = newest.value;
    shown.value = newest.value;
    announce(texts.peek().shutter.taken);
  });
  const pictures = booth.pictures.value;
  const picture = pictures.find((one) => one.id === shown.value);
  const earlier = pictures.filter((one) => one !== picture).slice(0, PEEKING);
  if (pictures.length === 0) return null;
  return (
    <section class="prints" aria-label={texts.value.prints.label}>
      <ul class="peeking">
        {earlier.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              class="peek"
              aria-label={texts.value.prints.show(number(pictures, one))}
              onClick={() => (shown.value = one.id)}
            >
              <img src={one.print?.preview ?? one.url} alt="" />
            </button>
          </li>
        ))}
      </ul>
      {picture && (
        <Print
          key={picture.id}
          picture={picture}
          number={number(pictures, picture)}
          putAway={() => (shown.value = null)}
        />
      )}
    </section>
  );
}

const number = (pictures: Picture[], picture: Picture) => pictures.length - pictures.indexOf(picture);

function Print(props: { picture: Picture; number: number; putAway: () => void }) {
  const booth = useBooth();
  const { picture, number, putAway } = props;
  const t = texts.value.prints;
  const { print } = picture;
  return (
    <figure class={`print ${picture.kind}`}>
      <img
        src={print?.preview ?? picture.url}
        alt={picture.kind === "sheet" && print ? t.sheet : t.print(number)}
        width={print?.width ?? picture.width}
        height={print?.height ?? picture.height}
      />
      <p class="print-state" role="status">
        {t.states[picture.state]}
      </p>
      <figcaption class="print-actions">
        <a
          class="icon-button"
          href={print?.jpeg ?? picture.url}
          download={print ? "" : picture.filename}
          aria-label={t.download}
          data-tip={t.download}
        >
          <Icon name="download" />
        </a>
        {print?.pdf && (
          <a class="icon-button" href={print.pdf} download="" aria-label={t.pdf} data-tip={t.pdf}>
            <Icon name="printer" />
          </a>
        )}
        {canShare(picture) && (
          <IconButton icon="share" name={t.share} onClick={() => void share(booth, picture)} />
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
  const files = [new File([picture.blob], picture.filename, { type: picture.blob.type })];
  return "canShare" in navigator && navigator.canShare({ files });
}

async function share(booth: Booth, picture: Picture): Promise<void> {
  const file = await booth.fileOf(picture);
  // Closed by the person; or fetching took longer than a press is good for, and the next one will do.
  if (file) await navigator.share({ files: [file] }).catch(() => undefined);
}
