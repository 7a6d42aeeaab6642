// "Make one": a background out of words, or out of the one that is shown; what is being made, and
// what was wished for before.
import { signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Maker, Wish, WishKind } from "../generated/wire";
import { sentence, texts } from "../i18n";
import { useBooth } from "./context";
import { Choice, IconButton, TextButton } from "./controls";
import { Icon } from "./icons";
import { say } from "./notices";

const PROMPT_MAX = 300; // as the server has it
const styles = ["paint", "duotone", "night", "winter", "depth"] as const;
const movements = ["parallax", "drift", "snow", "rain", "leaks"] as const;

/** Whether that part of the picker is unfolded. */
export const makeOpen = signal(false);

/** The way in, beside the one for pictures. */
export function MakeTile({ group }: { group: string }) {
  const { backdrops } = useBooth();
  if (!backdrops.mayChange.value) return null;
  return (
    <button
      type="button"
      class="thumb add"
      aria-expanded={makeOpen.value}
      aria-controls={`${group}-making`}
      onClick={() => (makeOpen.value = !makeOpen.value)}
    >
      <span class="thumb-picture"><Icon name="make" /></span>
      <span class="thumb-name">{texts.value.wishes.title}</span>
    </button>
  );
}

export function Make({ group }: { group: string }) {
  const booth = useBooth();
  const { wishes, backdrops } = booth;
  const t = texts.value.wishes;
  const kind = useSignal<WishKind>("draw");
  if (!backdrops.mayChange.value || !makeOpen.value) return null;
  const open = wishes.all.value.filter(({ state }) => state === "waiting" || state === "making");
  return (
    <section id={`${group}-making`} class="make" aria-labelledby={`${group}-make`}>
      <h3 id={`${group}-make`} class="family">{t.title}</h3>
      <Choice
        legend={t.from}
        value={kind.value}
        options={[["draw", t.words], ["restyle", t.shown], ["move", t.moving]]}
        choose={(chosen) => (kind.value = chosen)}
      />
      {(kind.value === "draw" || listens(wishes.maker.value, kind.value)) && <Words kind={kind.value} />}
      {kind.value !== "draw" && <Chips kind={kind.value} />}
      {open.length > 0 && (
        <ul class="wishes">
          {open.map((wish) => <Open key={wish.wish} wish={wish} />)}
        </ul>
      )}
      <History />
      {booth.isHost.value && <Forbidden />}
    </section>
  );
}

/** Whether a model reads words for this; our own brushes have styles and movements to choose from. */
const listens = (maker: Maker, kind: WishKind): boolean =>
  maker === "diffusers" || (maker === "openai" && kind === "restyle");

/** Out of words, one's own or one of the ideas. */
function Words({ kind }: { kind: WishKind }) {
  const { wishes, scene } = useBooth();
  const t = texts.value.wishes;
  const id = useId();
  const prompt = useSignal("");
  const asking = useSignal(false);
  const problem = useSignal<string | null>(null);
  const make = async (event: Event) => {
    event.preventDefault();
    asking.value = true;
    const source = kind === "draw" ? null : scene.value.background;
    problem.value = await wishes.wish({ kind, prompt: prompt.value, source });
    asking.value = false;
  };
  return (
    <form class="make-words" onSubmit={(event) => void make(event)}>
      <label for={id} class="note">
        {kind !== "draw" ? t.change : wishes.maker.value === "procedural" ? t.ours : t.model}
      </label>
      <div class="make-line">
        <input
          id={id}
          class="input"
          value={prompt.value}
          maxLength={PROMPT_MAX}
          placeholder={kind === "draw" ? t.placeholder : ""}
          aria-invalid={problem.value !== null}
          aria-describedby={`${id}-problem`}
          onInput={(event) => {
            prompt.value = event.currentTarget.value;
            problem.value = null;
          }}
        />
        <TextButton kind="primary" icon="make" type="submit" disabled={asking.value || !prompt.value.trim()}>
          {t.make}
        </TextButton>
      </div>
      <p id={`${id}-problem`} class="make-problem" role="alert">
        {problem.value && sentence({ id: 0, kind: "warning", key: problem.value })}
      </p>
      {kind === "draw" && (
        <div class="chips" role="group" aria-label={t.ideas}>
          {t.idea.map((idea) => (
            <button key={idea} type="button" class="chip" onClick={() => (prompt.value = idea)}>
              {idea}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}

/** Out of the background that is shown, in a style or a movement. */
function Chips({ kind }: { kind: "restyle" | "move" }) {
  const booth = useBooth();
  const t = texts.value.wishes;
  const names: Record<string, string> = kind === "restyle" ? t.styles : t.movements;
  const make = async (name: string) => {
    const how = kind === "restyle" ? { style: name as (typeof styles)[number] } : { movement: name as (typeof movements)[number] };
    const refused = await booth.wishes.wish({ kind, prompt: "", ...how, source: booth.scene.value.background });
    if (refused) say("warning", refused as never);
  };
  return (
    <div class="make-words">
      <p class="note">{kind === "restyle" ? t.restyle : t.move}</p>
      <div class="chips">
        {(kind === "restyle" ? styles : movements).map((name) => (
          <button key={name} type="button" class="chip" onClick={() => void make(name)}>
            {names[name]}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What a wish is called: its words, or what is done to a picture. */
function titled({ prompt, style, movement }: Wish): string {
  const t = texts.value.wishes;
  return prompt || (style && t.styles[style]) || (movement && t.movements[movement]) || "";
}

function Open({ wish }: { wish: Wish }) {
  const booth = useBooth();
  const t = texts.value.wishes;
  const title = titled(wish);
  const percent = Math.round((wish.progress ?? 0) * 100);
  const place = wish.place ?? 1;
  const state = wish.state === "making" ? (percent ? t.making(percent) : t.begun) : place > 1 ? t.place(place - 1) : t.next;
  return (
    <li class="wish">
      <span class="wish-title">{title}</span>
      <span class="wish-state">{state}</span>
      {percent ? <progress value={wish.progress} aria-label={title} /> : <progress aria-label={title} />}
      {(wish.by === booth.me.value || booth.isHost.value) && (
        <IconButton icon="close" kind="quiet" name={t.cancel(title)} onClick={() => void booth.wishes.cancel(wish.wish)} />
      )}
    </li>
  );
}

/** What was wished for, newest first; what came of it can be had again while it is there. */
function History() {
  const booth = useBooth();
  const t = texts.value.wishes;
  const over = booth.wishes.all.value.filter(({ state }) => state === "made" || state === "failed").reverse();
  if (over.length === 0) return null;
  const there = new Set(booth.backdrops.brought.value.map(({ file }) => file));
  return (
    <details class="make-more">
      <summary>{t.history(over.length)}</summary>
      <ul class="wishes">
        {over.map((wish) => {
          const has = wish.file && there.has(wish.file) ? wish.file : null;
          return (
            <li key={wish.wish} class="wish-past">
              {has ? (
                <button type="button" class="wish-again" aria-label={t.again(titled(wish))} onClick={() => booth.backdrops.choose(has)}>
                  <img src={booth.backdrops.thumbnail(has)} alt="" width={96} height={54} />
                </button>
              ) : (
                <span class="wish-none"><Icon name={wish.problem ? "warning" : "trash"} size={16} /></span>
              )}
              <span>
                <span class="wish-title">{titled(wish)}</span>
                <span class="wish-state">{outcome(wish)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function outcome(wish: Wish): string {
  const t = texts.value.wishes;
  if (wish.problem) return sentence({ id: 0, kind: "warning", key: wish.problem });
  if (wish.maker !== "procedural" || !wish.prompt) return "";
  return wish.words?.length ? t.understood(wish.words.join(", ")) : t.nothingKnown;
}

/** The host's list of words. */
function Forbidden() {
  const { wishes } = useBooth();
  const t = texts.value.wishes;
  const id = useId();
  const typed = useSignal<string | null>(null);
  const kept = wishes.forbidden.value.join(", ");
  const keep = (event: Event) => {
    event.preventDefault();
    wishes.forbid((typed.value ?? kept).split(/[,\n]/));
    typed.value = null;
  };
  return (
    <details class="make-more">
      <summary>{t.forbidden}</summary>
      <form class="make-words" onSubmit={keep}>
        <label for={id} class="note">{t.forbiddenNote}</label>
        <div class="make-line">
          <input
            id={id}
            class="input"
            value={typed.value ?? kept}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
          <TextButton type="submit" disabled={typed.value === null}>{t.keep}</TextButton>
        </div>
      </form>
    </details>
  );
}
