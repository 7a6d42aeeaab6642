// The first page: one sentence, one button, and a picture of what will happen.
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { texts } from "../i18n";
import { TextButton } from "./controls";
import { useBooth } from "./context";
import { LivingExample } from "./example";
import { links, roomIn, roomPath } from "./links";
import { SiteHead } from "./site";

export function Landing() {
  const booth = useBooth();
  const t = texts.value.landing;
  const starting = useSignal(false);
  const start = async () => {
    if (starting.value) return;
    starting.value = true;
    await booth.startRoom().finally(() => (starting.value = false));
  };
  return (
    <div class="page landing">
      <SiteHead />
      <main>
        <div class="landing-words">
          <h1>{t.headline}</h1>
          <p class="lead">{t.lead}</p>
          <div class="landing-start">
            <TextButton kind="primary" large aria-disabled={starting.value} onClick={start}>
              {starting.value ? t.starting : t.start}
            </TextButton>
            <p class="note">{t.free}</p>
          </div>
          <HaveLink />
        </div>
        <LivingExample />
        <section class="landing-how">
          <h2>{t.howTitle}</h2>
          <ol>
            {t.how.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p class="privacy">{t.privacy}</p>
        </section>
      </main>
    </div>
  );
}

function HaveLink() {
  const t = texts.value.landing;
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  const wrong = useSignal(false);
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const room = roomIn(input.current!.value);
    wrong.value = room === null;
    if (room === null) input.current!.focus();
    else links.go(roomPath(room));
  };
  return (
    <details class="have-link">
      <summary>{t.haveLink}</summary>
      <form onSubmit={enter} noValidate>
        <label for={field} class="visually-hidden">
          {t.linkLabel}
        </label>
        <input
          id={field}
          ref={input}
          class="input"
          placeholder={t.linkPlaceholder}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          aria-invalid={wrong.value}
          aria-describedby={wrong.value ? `${field}-wrong` : undefined}
        />
        <TextButton type="submit">{t.go}</TextButton>
      </form>
      {wrong.value && (
        <p id={`${field}-wrong`} class="wrong" role="alert">
          {t.linkEmpty}
        </p>
      )}
    </details>
  );
}
