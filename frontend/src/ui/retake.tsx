// Who of a print is to be taken anew: oneself at once, others (by the host) once they say yes.
import { texts } from "../i18n";
import type { Picture } from "../state";
import { TextButton } from "./controls";
import { useBooth } from "./context";

export function RetakePanel({ picture, close }: { picture: Picture; close: () => void }) {
  const booth = useBooth();
  const t = texts.value.retake;
  const me = booth.me.value;
  const people = booth.guests.value.filter(({ id }) => picture.people.includes(id));
  const askable = people.filter(({ id }) => id === me || booth.isHost.value);
  const ask = (guest: string) => {
    void booth.retake(picture.shot, guest);
    close();
  };
  return (
    <div class="retake">
      <p>{t.what}</p>
      {booth.retaking.value !== null && <p class="note">{texts.value.notices.already_retaking()}</p>}
      {askable.length === 0 && <p class="note">{t.nobody}</p>}
      <ul class="retake-people">
        {askable.map(({ id, name, here, camera }) => {
          const why = !here ? t.away(name) : camera !== "on" ? t.cameraOff(name) : null;
          return (
            <li key={id}>
              <TextButton
                kind={id === me ? "primary" : "plain"}
                disabled={why !== null || booth.retaking.value !== null}
                onClick={() => ask(id)}
              >
                {why ?? (id === me ? t.me : t.ask(name))}
              </TextButton>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
