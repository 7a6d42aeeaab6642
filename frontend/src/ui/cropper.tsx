// A picture on its way to become the background: positioned, sent, or put away.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce, sentence, texts } from "../i18n";
import { chosen } from "./backdrops";
import { useBooth } from "./context";
import { IconButton, TextButton } from "./controls";
import { boxOf, moved, partOf, sent, WHOLE, ZOOM_MAX, zoomed, type Crop, type Size } from "./crop";
import { type Footage, open, Refused } from "./footage";

const PREVIEW: Size = { width: 960, height: 540 };
const STEP = 0.04; // of what is seen, per press of an arrow key
const QUALITY = 0.92;

/** The dialog, while there is a picture. */
export function Cropper() {
  const file = chosen.value;
  return file && <CropDialog key={file.name + file.size} file={file} />;
}

function CropDialog({ file }: { file: File }) {
  const booth = useBooth();
  const t = texts.value.backdrops;
  const dialog = useRef<HTMLDialogElement>(null);
  const picture = useSignal<Footage | null>(null);
  const crop = useSignal<Crop>(WHOLE);
  const problem = useSignal<string | null>(null);
  const preparing = useSignal(false);

  useEffect(() => {
    dialog.current!.showModal();
    let gone = false;
    open(file).then(
      (opened) => (gone ? opened.close() : (picture.value = opened)),
      (error) => (problem.value = said(error instanceof Refused ? error.code : "bad_still")),
    );
    return () => {
      gone = true;
      picture.value?.close();
      booth.backdrops.cancel();
    };
  }, [file]);

  const share = booth.backdrops.sending.value;
  const busy = preparing.value || share !== null;
  const close = () => dialog.current!.close();
  const send = async () => {
    if (!picture.value || busy) return;
    preparing.value = true;
    problem.value = null;
    const { moves } = picture.value;
    const ready = moves ? file : await drawn(picture.value, crop.value);
    const part = moves ? partOf(crop.value, picture.value) : undefined;
    const refused = booth.link.value === "open" ? await booth.backdrops.bring(ready, part) : "not_sent";
    preparing.value = false;
    if (!dialog.current?.open) return;
    if (refused) return void (problem.value = said(refused));
    announce(moves ? t.making : t.done);
    close();
  };

  return (
    <dialog ref={dialog} class="cropper" tabIndex={-1} autofocus aria-label={t.dialog} onClose={() => (chosen.value = null)}>
      <header class="panel-head">
        <h2>{t.dialog}</h2>
        <IconButton icon="close" name={texts.value.close} kind="quiet" onClick={close} />
      </header>
      <div class="cropper-body">
        {picture.value ? (
          <Frame picture={picture.value} crop={crop.value} change={(wanted) => (crop.value = wanted)} />
        ) : (
          !problem.value && <div class="crop-frame empty"><p class="note">{t.opening}</p></div>
        )}
        {picture.value && (
          <>
            <label class="crop-zoom">
              <span>{t.zoom}</span>
              <input
                type="range"
                min={1}
                max={ZOOM_MAX}
                step={0.01}
                value={crop.value.zoom}
                disabled={busy}
                onInput={({ currentTarget }) => {
                  crop.value = zoomed(crop.value, picture.value!, currentTarget.valueAsNumber);
                }}
              />
            </label>
            <p class="note">{picture.value.moves ? t.hintMoving : t.hint}</p>
          </>
        )}
        {problem.value && <p class="crop-problem" role="alert">{problem.value}</p>}
        {busy && (
          <p class="crop-sending" role="status">
            <progress max={1} value={share !== null && share < 1 ? share : undefined} aria-label={t.sending} />
            <span>{share !== null && share < 1 ? t.sent(Math.floor(share * 100)) : t.preparing}</span>
          </p>
        )}
        <footer class="cropper-actions">
          <TextButton kind="quiet" onClick={close}>{t.cancel}</TextButton>
          {picture.value && !busy && (
            <TextButton kind="primary" onClick={() => void send()}>{t.use}</TextButton>
          )}
        </footer>
      </div>
    </dialog>
  );
}

const said = (key: string) => sentence({ id: 0, kind: "error", key });

interface FrameProps {
  picture: Footage;
  crop: Crop;
  change: (crop: Crop) => void;
}

/** What will be seen; one drags the picture behind it, or moves it by arrow keys. */
function Frame({ picture, crop, change }: FrameProps) {
  const t = texts.value.backdrops;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let next = 0;
    const draw = () => {
      show(canvas.current!.getContext("2d")!, picture, crop);
      if (picture.moves) next = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(next);
  }, [picture, crop]);
  const last = useRef<PointerEvent | null>(null);
  const drag = (event: PointerEvent) => {
    if (last.current?.pointerId !== event.pointerId) return;
    const { width, height } = canvas.current!.getBoundingClientRect();
    const [across, down] = [event.clientX - last.current.clientX, event.clientY - last.current.clientY];
    last.current = event;
    change(moved(crop, picture, across / width, down / height));
  };
  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 4 * STEP : STEP;
    const moves: Record<string, () => Crop> = {
      ArrowLeft: () => moved(crop, picture, step, 0),
      ArrowRight: () => moved(crop, picture, -step, 0),
      ArrowUp: () => moved(crop, picture, 0, step),
      ArrowDown: () => moved(crop, picture, 0, -step),
      "+": () => zoomed(crop, picture, crop.zoom * 1.1),
      "-": () => zoomed(crop, picture, crop.zoom / 1.1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    change(move());
  };
  return (
    <canvas
      ref={canvas}
      class="crop-frame"
      {...PREVIEW}
      tabIndex={0}
      role="application"
      aria-label={t.frame}
      onPointerDown={(event) => {
        last.current = event;
        canvas.current!.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onLostPointerCapture={() => (last.current = null)}
      onKeyDown={press}
      onWheel={(event) => {
        event.preventDefault();
        change(zoomed(crop, picture, crop.zoom * Math.exp(-event.deltaY / 400)));
      }}
    />
  );
}

/** Draw the part into the size that is sent. Here all that tells where it was taken ends. */
async function drawn(picture: Footage, crop: Crop): Promise<Blob> {
  const size = sent(boxOf(crop, picture));
  const canvas = new OffscreenCanvas(size.width, size.height);
  show(canvas.getContext("2d")!, picture, crop);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function show(on: Context, picture: Footage, crop: Crop): void {
  const { left, top, width, height } = boxOf(crop, picture);
  const { canvas } = on;
  on.imageSmoothingQuality = "high";
  on.fillStyle = "white"; // what is clear in a picture; a background has no holes
  on.fillRect(0, 0, canvas.width, canvas.height);
  on.drawImage(picture.shown, left, top, width, height, 0, 0, canvas.width, canvas.height);
}
