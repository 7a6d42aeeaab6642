// "Your picture": what guests brought, beside the presets; and the ways in for another one.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce, sentence, texts, type NoticeKey } from "../i18n";
import { useBooth } from "./context";
import { IconButton } from "./controls";
import { Star } from "./favourites";
import { isVideo } from "./footage";
import { Icon } from "./icons";
import { say } from "./notices";
import { Make, MakeTile } from "./wishes";

/** The picture that the dialog is about. */
export const chosen = signal<File | null>(null);

/** The part of the picker that is the room's own; `group` is the presets' radio group. */
export function OwnPictures({ group }: { group: string }) {
  const booth = useBooth();
  const t = texts.value.backdrops;
  const input = useRef<HTMLInputElement>(null);
  const { brought } = booth.backdrops;
  const shown = booth.background.value;
  return (
    <section class="own-pictures" aria-labelledby={`${group}-own`}>
      <h3 id={`${group}-own`} class="family">{t.title}</h3>
      <div class="thumbs">
        <button type="button" class="thumb add" onClick={() => input.current!.click()}>
          <span class="thumb-picture"><Icon name="upload" /></span>
          <span class="thumb-name">{t.add}</span>
        </button>
        <MakeTile group={group} />
        {brought.value.map(({ file, by, loop, done, why }, i) => (
          <div key={file} class="thumb-place">
            <label
              class={shown.file === file && booth.coming.value ? "thumb coming" : "thumb"}
              title={loop === "failed" ? said(why) : undefined}
            >
              <input
                type="radio"
                name={group}
                checked={shown.name === "upload" && shown.file === file}
                disabled={loop === "making" || loop === "failed" || !booth.backdrops.mayChange.value}
                onChange={() => booth.backdrops.choose(file)}
              />
              <span class={`thumb-picture ${loop ?? ""}`}>
                <img src={booth.backdrops.thumbnail(file)} alt="" width={320} height={180} />
                {loop === "making" && <progress max={1} value={done ?? 0} aria-label={t.makingOf(named(by, i))} />}
              </span>
              {shown.file === file && <Icon name="check" />}
              {loop && loop !== "making" && (
                <span class="thumb-mark" title={loop === "made" ? t.moves : undefined}>
                  <Icon name={loop === "made" ? "moving" : "warning"} size={24} />
                </span>
              )}
              <span class="thumb-name">
                {loop === "making" ? t.beingMade : loop === "failed" ? t.failed : named(by, i)}
                {loop === "made" && <span class="visually-hidden">, {t.moves}</span>}
              </span>
            </label>
            {loop !== "making" && loop !== "failed" && (
              <Star background={{ name: "upload", colour: shown.colour, file }} name={named(by, i)} />
            )}
            {(booth.isHost.value || by === booth.me.value) && <Remove file={file} name={named(by, i)} />}
          </div>
        ))}
      </div>
      <p class="note">{t.ways}</p>
      <Make group={group} />
      <input
        ref={input}
        type="file"
        accept="image/*,video/mp4,video/webm,video/quicktime"
        hidden
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          currentTarget.value = "";
        }}
      />
    </section>
  );

  function named(by: string, i: number): string {
    if (by === booth.me.value) return t.mine(i + 1);
    const guest = booth.guests.value.find(({ id }) => id === by);
    return guest ? t.of(guest.name, i + 1) : t.picture(i + 1);
  }
}

function Remove({ file, name }: { file: string; name: string }) {
  const booth = useBooth();
  const sure = useSignal(false);
  const t = texts.value.backdrops;
  const remove = async () => {
    const refused = await booth.backdrops.remove(file);
    if (refused) say("error", refused as NoticeKey);
    else announce(t.removed);
  };
  return (
    <IconButton
      icon={sure.value ? "check" : "trash"}
      kind={sure.value ? "alert" : "quiet"}
      name={sure.value ? t.removeSure(name) : t.remove(name)}
      onBlur={() => (sure.value = false)}
      onClick={() => (sure.value ? void remove() : (sure.value = true))}
    />
  );
}

/** While one is in the room a picture may be dropped anywhere on it, or pasted. */
export function Dropping() {
  const over = useSignal(false);
  useEffect(() => {
    const ways = new AbortController();
    const on = <K extends keyof DocumentEventMap>(name: K, hear: (event: DocumentEventMap[K]) => void) =>
      document.addEventListener(name, hear, { signal: ways.signal });
    let left = 0;
    on("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      over.value = true;
      clearTimeout(left);
      // It comes several times a second; dragleave comes for every element that is left.
      left = setTimeout(() => (over.value = false), 300);
    });
    on("drop", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      over.value = false;
      take(event.dataTransfer.files);
    });
    on("paste", (event) => take(event.clipboardData?.files, true));
    return () => {
      ways.abort();
      clearTimeout(left);
      chosen.value = null;
    };
  }, []);
  return over.value ? <p class="dropping">{texts.value.backdrops.drop}</p> : null;
}

const said = (code: string | null | undefined) => sentence({ id: 0, kind: "warning", key: code ?? "bad_video" });

/** Take the first picture or video among files; what is pasted is mostly none. */
function take(files: FileList | null | undefined, quietly = false): void {
  const all = [...(files ?? [])];
  const picture = all.find((file) => file.type.startsWith("image/") || isVideo(file));
  if (picture) chosen.value = picture;
  else if (all.length > 0 && !quietly) say("warning", "bad_still");
}
