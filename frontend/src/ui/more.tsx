// What is wanted rarely.
import { language, languages, texts, type Language } from "../i18n";
import { Choice, Meter, Picker, TextButton } from "./controls";
import { useBooth } from "./context";
import { showDiagnostics } from "./diagnostics";
import { Icon } from "./icons";
import { sounds, theme } from "./settings";
import { TakeSize } from "./takes";

export function LanguageChoice() {
  const options = Object.entries(languages).map(([code, text]) => [code as Language, text.language] as const);
  return (
    <Choice
      legend={texts.value.more.language}
      value={language.value}
      options={options}
      choose={(chosen) => (language.value = chosen)}
    />
  );
}

function ThemeChoice() {
  const t = texts.value.more;
  return (
    <Choice
      legend={t.theme}
      value={theme.value}
      options={[["system", t.system], ["light", t.light], ["dark", t.dark]]}
      choose={(chosen) => (theme.value = chosen)}
    />
  );
}

export function MorePanel() {
  const booth = useBooth();
  const t = texts.value;
  return (
    <div class="more">
      <Picker
        label={t.lobby.camera}
        devices={booth.cameras.value}
        chosen={booth.cameraId.value}
        choose={(id) => booth.chooseCamera(id)}
      />
      <Picker
        label={t.lobby.microphone}
        devices={booth.microphones.value}
        chosen={booth.microphoneId.value}
        choose={(id) => booth.chooseMicrophone(id)}
      >
        <LevelMeter />
      </Picker>
      <LanguageChoice />
      <ThemeChoice />
      <TakeSize />
      <label class="switch">
        <span>{t.more.sounds}</span>
        <input
          type="checkbox"
          role="switch"
          checked={sounds.value === "on"}
          onChange={(event) => (sounds.value = event.currentTarget.checked ? "on" : "off")}
        />
      </label>
      {booth.album.value && (
        <a class="text-button quiet" href={booth.album.value} target="_blank">
          <Icon name="album" />
          <span>{t.prints.album}</span>
        </a>
      )}
      <TextButton icon="activity" kind="quiet" aria-keyshortcuts="d" onClick={() => (showDiagnostics.value = true)}>
        {t.more.diagnostics} <kbd>D</kbd>
      </TextButton>
    </div>
  );
}

/** Apart from the rest, because it draws anew with every change of level. */
export function LevelMeter() {
  const booth = useBooth();
  const heard = booth.microphoneOn.value && booth.microphoneProblem.value === null;
  return <Meter level={heard ? booth.level.value : 0} label={texts.value.lobby.level} />;
}
