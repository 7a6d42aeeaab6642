// What there is to say over the stage: one line at a time, the most pressing one.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { texts } from "../../i18n";
import type { Booth } from "../../state";
import { TextButton } from "../controls";
import { useBooth } from "../context";
import { copyInvite } from "../invite";
import { Icon, type IconName } from "../icons";
import { hasMoved } from "../settings";

/** Said once a visit. */
const knowsWatching = signal(false);

interface Line {
  icon?: IconName;
  text: string;
  action?: ComponentChildren;
  picture?: string; // what it is about
}

export function Lines() {
  const booth = useBooth();
  const line = pressing(booth);
  return (
    <div class="lines" role="status">
      {line && (
        <div class="line-pill">
          {line.icon && <Icon name={line.icon} />}
          {line.picture && <img src={line.picture} alt={texts.value.retake.subject} />}
          <p>{line.text}</p>
          {line.action}
        </div>
      )}
    </div>
  );
}

function pressing(booth: Booth): Line | null {
  const t = texts.value;
  const retaking = retake(booth);
  if (retaking) return retaking;
  const camera = booth.camera.value;
  const me = booth.guests.value.find((guest) => guest.id === booth.me.value);
  const watching = me?.camera === "none";
  if (booth.link.value === "reconnecting") return { icon: "warning", text: t.room.reconnecting };
  if (booth.link.value === "connecting") return { text: t.room.connecting };
  if (camera.kind === "problem" && booth.cameraOn.value && !watching) {
    const { title, help } = t.camera[camera.problem];
    const again = <TextButton onClick={() => booth.retryCamera()}>{t.tryAgain}</TextButton>;
    return { icon: "cameraOff", text: `${title}. ${help}`, action: again };
  }
  if (booth.cutoutFailed.value) return { icon: "warning", text: t.room.cutoutFailed };
  const microphone = booth.microphoneProblem.value;
  if (microphone && booth.microphoneOn.value) return { icon: "microphoneOff", text: t.microphone[microphone] };
  const others = booth.guests.value.filter((guest) => guest.id !== booth.me.value);
  if (others.length === 0) {
    const copy = (
      <TextButton icon="copy" onClick={() => copyInvite(booth)}>
        {t.copyLink}
      </TextButton>
    );
    return { text: t.room.alone, action: copy };
  }
  const coming = others.filter((guest) => guest.here && booth.waitingFor.value.includes(guest.id));
  if (coming.length > 0) {
    const names = coming.map((guest) => guest.name).join(t.room.and);
    return { text: coming.length > 1 ? t.room.joiningMany(names) : t.room.joining(names) };
  }
  if (watching && !knowsWatching.value) {
    const done = <TextButton onClick={() => (knowsWatching.value = true)}>{t.room.hintDone}</TextButton>;
    return { icon: "watching", text: t.room.viewer, action: done };
  }
  const seen = booth.loading.value === null && booth.boxes.value.some((box) => box.guest === me?.id);
  if (hasMoved.value === "off" && seen) {
    const done = <TextButton onClick={() => (hasMoved.value = "on")}>{t.room.hintDone}</TextButton>;
    return { text: t.room.hint, action: done };
  }
  return null;
}

/** Whose picture is taken anew; whoever is asked answers here. */
function retake(booth: Booth): Line | null {
  const retaking = booth.retaking.value;
  if (!retaking) return null;
  const t = texts.value.retake;
  const { guest, by, state, preview } = retaking;
  const named = (id: string | null) => booth.guests.value.find((one) => one.id === id)?.name ?? "";
  if (guest !== booth.me.value) return { icon: "retake", text: t[state === "asked" ? "asked" : "taking"](named(guest)) };
  if (state === "taking") {
    return { icon: "retake", text: booth.countdown.value !== null ? t.posing : t.sending };
  }
  const asker = named(by);
  const text = by === guest ? t.questionSelf : asker ? t.question(asker) : t.questionHost;
  const action = (
    <div class="actions">
      <TextButton kind="primary" onClick={() => booth.answerRetake(true)}>
        {t.accept}
      </TextButton>
      <TextButton onClick={() => booth.answerRetake(false)}>{t.decline}</TextButton>
    </div>
  );
  return { picture: preview, text, action };
}
