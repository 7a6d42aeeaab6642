// Before stepping in: one's name, camera and microphone, and who is there already.
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { texts } from "../i18n";
import type { CameraProblem } from "../state";
import { CameraButton, MicrophoneButton } from "./bar";
import { Picker, TextButton } from "./controls";
import { useBooth } from "./context";
import { Outline } from "./drawing";
import { Icon } from "./icons";
import { LoadingLine } from "./loading";
import { LevelMeter } from "./more";
import { Shelf } from "./takes";

/** What lies over the stage in the lobby. */
export function Mirror() {
  const booth = useBooth();
  const camera = booth.camera.value;
  const waiting = booth.cameraOn.value && (booth.loading.value !== null || camera.kind !== "on");
  return (
    <>
      {waiting && <Outline />}
      {booth.cameraOn.value && camera.kind === "problem" && <Problem problem={camera.problem} />}
      {!booth.cameraOn.value && <div class="lines"><div class="line-pill"><p>{texts.value.lobby.cameraOff}</p></div></div>}
      <div class="mirror-bar">
        <LoadingLine />
        <div class="mirror-switches">
          <MicrophoneButton />
          <CameraButton />
        </div>
      </div>
    </>
  );
}

function Problem({ problem }: { problem: CameraProblem }) {
  const booth = useBooth();
  const t = texts.value;
  return (
    <div class="problem" role="alert">
      <Icon name="cameraOff" size={28} />
      <h2>{t.camera[problem].title}</h2>
      <p>{t.camera[problem].help}</p>
      <TextButton onClick={() => booth.retryCamera()}>{t.tryAgain}</TextButton>
    </div>
  );
}

export function Lobby() {
  const booth = useBooth();
  const t = texts.value.lobby;
  const name = useId();
  const input = useRef<HTMLInputElement>(null);
  const missing = useSignal(false);
  const joining = useSignal(false);
  const camera = booth.camera.value;
  const without = booth.cameraOn.value && camera.kind === "problem";
  const microphone = booth.microphoneProblem.value;

  const join = async (event: SubmitEvent) => {
    event.preventDefault();
    missing.value = booth.name.value.trim() === "";
    if (missing.value) return input.current!.focus();
    if (joining.value) return;
    joining.value = true;
    await booth.join().finally(() => (joining.value = false));
  };

  return (
    <form class="lobby-form" onSubmit={join} noValidate>
      <div class="lobby-title">
        <h1>{t.title}</h1>
        {booth.room.value && <p class="note">{t.room(booth.room.value)}</p>}
      </div>
      <div class="field">
        <label for={name}>{t.name}</label>
        <input
          id={name}
          ref={input}
          class="input"
          name="name"
          autoComplete="nickname"
          placeholder={t.namePlaceholder}
          value={booth.name.value}
          onInput={(event) => {
            booth.setName(event.currentTarget.value);
            missing.value = false;
          }}
          aria-invalid={missing.value}
          aria-describedby={missing.value ? `${name}-missing` : undefined}
        />
        {missing.value && (
          <p id={`${name}-missing`} class="wrong" role="alert">
            {t.nameMissing}
          </p>
        )}
      </div>
      <Picker
        label={t.camera}
        devices={booth.cameras.value}
        chosen={booth.cameraId.value}
        choose={(id) => booth.chooseCamera(id)}
      />
      <Picker
        label={t.microphone}
        devices={booth.microphones.value}
        chosen={booth.microphoneId.value}
        choose={(id) => booth.chooseMicrophone(id)}
      >
        <LevelMeter />
        {microphone && booth.microphoneOn.value && <p class="wrong">{texts.value.microphone[microphone]}</p>}
      </Picker>
      <Inside />
      {booth.recorded.value && (
        <p class="recorded" role="alert">
          <span class="recording-dot" aria-hidden="true" />
          {texts.value.takes.recorded}
        </p>
      )}
      <div class="lobby-join">
        <TextButton type="submit" kind="primary" large aria-disabled={joining.value}>
          {joining.value ? t.joining : without ? t.joinWithout : t.join}
        </TextButton>
        <p class="note">{without ? t.watching : t.private}</p>
      </div>
      <Shelf />
    </form>
  );
}

function Inside() {
  const booth = useBooth();
  const t = texts.value.lobby;
  const others = booth.inside.value;
  const full = others.length >= booth.capacity.value;
  return (
    <p class="inside">
      {others.length === 0 ? t.nobody : t.inside(others.join(", "))}
      {full && <strong>{t.full(booth.capacity.value)}</strong>}
    </p>
  );
}
