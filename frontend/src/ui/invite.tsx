// The link to send: copied, shared, or read by a phone.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { announce, texts } from "../i18n";
import type { Booth } from "../state";
import { TextButton } from "./controls";
import { useBooth } from "./context";
import { links } from "./links";
import { say } from "./notices";

export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return false; // not allowed, not secure
    throw error;
  }
}

export async function copyInvite(booth: Booth): Promise<void> {
  if (await copied(booth.invite.value)) say("info", "link_copied");
  else say("warning", "copy_failed");
}

export function InvitePanel() {
  const booth = useBooth();
  const t = texts.value;
  const field = useId();
  const done = useSignal(false);
  const room = booth.room.value;
  const copy = async () => {
    done.value = await copied(booth.invite.value);
    if (done.value) announce(t.copied);
    else say("warning", "copy_failed");
  };
  const share = () => {
    navigator.share({ title: t.app, url: booth.invite.value }).catch(() => undefined); // closed by the person
  };
  return (
    <div class="invite">
      <p>{t.invite.text}</p>
      <div class="field">
        <label for={field} class="visually-hidden">
          {t.invite.link}
        </label>
        <input
          id={field}
          class="input"
          readOnly
          value={booth.invite.value}
          onFocus={(event) => event.currentTarget.select()}
        />
      </div>
      <div class="actions">
        <TextButton icon={done.value ? "check" : "copy"} kind="primary" onClick={copy}>
          {done.value ? t.copied : t.invite.copy}
        </TextButton>
        {"share" in navigator && (
          <TextButton icon="share" onClick={share}>
            {t.invite.share}
          </TextButton>
        )}
      </div>
      {room !== null && (
        <figure class="qr">
          <img src={links.qr(room)} alt={t.invite.qr} width={176} height={176} />
          <figcaption>{t.invite.qrNote}</figcaption>
        </figure>
      )}
    </div>
  );
}
