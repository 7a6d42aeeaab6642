// The phone as a second shutter: a link for it as a QR code, asked for when it is wanted.
import { useSignal } from "@preact/signals";
import type { RemoteMade } from "../generated/wire";
import { announce, texts } from "../i18n";
import { TextButton } from "./controls";
import { useBooth } from "./context";
import { Icon } from "./icons";
import { copied } from "./invite";
import { say } from "./notices";

/** Whether the link leads to the very machine it is opened on. */
const onlyHere = (link: string) => /^(localhost|127\..*|\[::1\])$/.test(new URL(link).hostname);

export function RemoteLink() {
  const booth = useBooth();
  const made = useSignal<RemoteMade | null>(null);
  const done = useSignal(false);
  const t = texts.value.remote;
  const copy = async (link: string) => {
    done.value = await copied(link);
    if (done.value) announce(texts.peek().copied);
    else say("warning", "copy_failed");
  };
  return (
    <details
      class="remote-link"
      onToggle={async ({ currentTarget: details }) => {
        if (!details.open) return;
        made.value ??= await booth.remote();
        details.open = made.value !== null; // it was said why there is none; opening asks again
      }}
    >
      <summary>
        <Icon name="phone" /> {t.title}
      </summary>
      <div class="remote-link-body">
        <p class="note">{t.text}</p>
        {made.value === null ? (
          <p role="status">{t.making}</p>
        ) : (
          <>
            <figure class="qr">
              <img src={`data:image/svg+xml,${encodeURIComponent(made.value.qr)}`} alt={t.qr} width={176} height={176} />
            </figure>
            {onlyHere(made.value.link) && <p class="note">{t.localOnly}</p>}
            <TextButton icon={done.value ? "check" : "copy"} onClick={() => void copy(made.value!.link)}>
              {done.value ? texts.value.copied : t.copy}
            </TextButton>
          </>
        )}
      </div>
    </details>
  );
}
