// An absent friend: a photo is chosen, cut out on this device, looked at, and put into the picture.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce, sentence, texts, type NoticeKey } from "../i18n";
import { useBooth } from "./context";
import { IconButton, TextButton } from "./controls";

/** Whether the dialog is open. */
export const friendWanted = signal(false);

type State =
  | { at: "choosing"; problem?: string }
  | { at: "cutting" }
  | { at: "looking"; cutout: Blob; url: string; problem?: string }
  | { at: "sending"; cutout: Blob; url: string };

export function Friend() {
  return friendWanted.value ? <FriendDialog /> : null;
}

function FriendDialog() {
  const booth = useBooth();
  const t = texts.value.props.friend;
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const state = useSignal<State>({ at: "choosing" });
  const turn = useRef(0); // which photo an answer belongs to
  useEffect(() => {
    dialog.current!.showModal();
    return () => {
      turn.current = -1;
      forget(state.peek());
      booth.props.cancel();
    };
  }, []);

  const show = (next: State) => {
    if (!("url" in next) || !("url" in state.peek())) forget(state.peek());
    state.value = next;
  };
  const close = () => dialog.current!.close();
  const refuse = (code: NoticeKey) => sentence({ id: 0, kind: "error", key: code });
  const take = async (files: FileList | null | undefined) => {
    const photo = [...(files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!photo) return;
    const mine = ++turn.current;
    show({ at: "cutting" });
    const cutout = await booth.props.cutOut(photo).catch(() => undefined);
    if (mine !== turn.current) return;
    if (cutout === undefined) return show({ at: "choosing", problem: refuse("bad_still") });
    if (cutout === null) return show({ at: "choosing", problem: t.failed });
    if (!(await someone(cutout))) return show({ at: "choosing", problem: refuse("empty_cutout") });
    show({ at: "looking", cutout, url: URL.createObjectURL(cutout) });
  };
  const send = async (cutout: Blob, url: string) => {
    show({ at: "sending", cutout, url });
    const refused = await booth.props.befriend(cutout);
    if (turn.current < 0) return;
    if (refused) return show({ at: "looking", cutout, url, problem: refuse(refused as NoticeKey) });
    announce(t.done);
    close();
  };

  const now = state.value;
  const share = booth.props.sending.value;
  const problem = "problem" in now ? now.problem : undefined;
  return (
    <dialog
      ref={dialog}
      class="cropper friend"
      tabIndex={-1}
      autofocus
      aria-label={t.title}
      onClose={() => (friendWanted.value = false)}
      onPaste={(event) => {
        event.stopPropagation(); // else it became the background
        void take(event.clipboardData?.files);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void take(event.dataTransfer?.files);
      }}
    >
      <header class="panel-head">
        <h2>{t.title}</h2>
        <IconButton icon="close" name={texts.value.close} kind="quiet" onClick={close} />
      </header>
      <div class="cropper-body">
        <div class={`friend-place ${now.at}`}>
          {"url" in now ? (
            <img src={now.url} alt={t.preview} />
          ) : now.at === "cutting" ? (
            <p role="status">
              <progress aria-label={t.cutting} />
              <span>{t.cutting}</span>
            </p>
          ) : (
            <p>{t.how}</p>
          )}
        </div>
        {problem && <p class="crop-problem" role="alert">{problem}</p>}
        {now.at === "sending" ? (
          <p class="crop-sending" role="status">
            <progress max={1} value={share !== null && share < 1 ? share : undefined} aria-label={t.sending} />
            <span>{t.sending}</span>
          </p>
        ) : (
          <p class="note">{t.privacy}</p>
        )}
        <footer class="cropper-actions">
          {now.at === "looking" && (
            <>
              <TextButton kind="quiet" onClick={() => input.current!.click()}>{t.another}</TextButton>
              <TextButton kind="primary" onClick={() => void send(now.cutout, now.url)}>{t.good}</TextButton>
            </>
          )}
          {now.at === "choosing" && (
            <TextButton kind="primary" icon="friend" onClick={() => input.current!.click()}>{t.choose}</TextButton>
          )}
        </footer>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-label={t.choose}
          onChange={({ currentTarget }) => {
            void take(currentTarget.files);
            currentTarget.value = "";
          }}
        />
      </div>
    </dialog>
  );
}

function forget(state: State): void {
  if ("url" in state) URL.revokeObjectURL(state.url);
}

/** Whether anybody is to be seen in a cut-out: half a percent of it, at least. */
async function someone(cutout: Blob): Promise<boolean> {
  const small = await createImageBitmap(cutout, { resizeWidth: 64, resizeHeight: 64 });
  const context = new OffscreenCanvas(64, 64).getContext("2d")!;
  context.drawImage(small, 0, 0);
  small.close();
  const { data } = context.getImageData(0, 0, 64, 64);
  let seen = 0;
  for (let i = 3; i < data.length; i += 4) seen += data[i]! > 127 ? 1 : 0;
  return seen > (64 * 64) / 200;
}
