// A prop on the stage: what can be reached by Tab, grabbed, written on and put away by everyone.
import { useEffect, useRef } from "preact/hooks";
import type { Box } from "../../generated/messages";
import { cupboard } from "../../generated/props";
import type { Prop } from "../../generated/wire";
import { texts } from "../../i18n";
import { useBooth, useHand } from "../context";
import { IconButton } from "../controls";
import { propName } from "../props";
import { between, placeOf } from "./geometry";
import { Handles } from "./handles";
import { handled, mirror, order, remove } from "./keys";

const worded: readonly string[] = cupboard.worded;

export function Thing({ prop, box, shown }: { prop: Prop; box: Box; shown: boolean }) {
  const booth = useBooth();
  const hand = useHand();
  const frame = useRef<HTMLDivElement>(null);
  const selected = hand.selected.value === prop.id;
  const editing = hand.editing.value === prop.id;
  const place = placeOf(box);
  return (
    <>
      <div
        ref={frame}
        class={`person ${shown ? "shown" : ""} ${selected ? "selected" : ""}`}
        style={place}
        data-guest={prop.id}
        role="application"
        tabIndex={0}
        aria-label={texts.value.stage.person(propName(prop))}
        aria-description={texts.value.props.instructions}
        onFocus={() => (hand.selected.value = prop.id)}
        onKeyDown={(event) => {
          if (handled(event, prop.id, booth, hand)) event.preventDefault();
        }}
      >
        {selected && !editing && <Handles guest={prop.id} />}
      </div>
      {shown && (
        <div class={`name-tag ${selected ? "with-tools" : ""}`} style={beside(box)}>
          {editing ? (
            <Words prop={prop} done={() => frame.current?.focus()} />
          ) : (
            <span class="name-tag-name">{propName(prop)}</span>
          )}
          {selected && !editing && <Tools prop={prop} />}
        </div>
      )}
    </>
  );
}

/** Below what is shown or, where there is no room, on it: a tag on a star would hide it. */
function beside(box: Box): Record<string, string> {
  return {
    "--x": `${between(0.14, box.x + box.width / 2, 0.86) * 100}%`,
    "--y": `${between(0.08, box.y + box.height + 0.07, 0.9) * 100}%`,
  };
}

function Tools({ prop }: { prop: Prop }) {
  const booth = useBooth();
  const hand = useHand();
  const t = texts.value;
  const layer = hand.layer(prop.id);
  if (layer === null) return null;
  const written = worded.includes(prop.design) || prop.design === "date";
  return (
    <div class="tools" role="toolbar" aria-label={t.stage.tools(propName(prop))} data-control>
      {worded.includes(prop.design) && (
        <IconButton icon="edit" name={t.props.edit} onClick={() => hand.edit(prop.id)} />
      )}
      {!written && (
        <IconButton icon="mirror" name={t.stage.mirror} aria-pressed={layer.mirror} onClick={() => mirror(hand, layer)} />
      )}
      <IconButton icon="forward" name={t.stage.forward} onClick={() => order(booth, prop.id, 1)} />
      <IconButton icon="backward" name={t.stage.backward} onClick={() => order(booth, prop.id, -1)} />
      <IconButton icon="trash" name={t.props.remove} onClick={() => remove(hand, prop.id)} />
    </div>
  );
}

/** The words, where they are written; Enter or leaving keeps them, Escape does not. */
function Words({ prop, done }: { prop: Prop; done: () => void }) {
  const booth = useBooth();
  const hand = useHand();
  const input = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => {
    input.current!.focus({ preventScroll: true });
    input.current!.select();
  }, []);
  const end = (keep: boolean) => {
    if (over.current) return;
    over.current = true;
    const text = input.current!.value.trim();
    if (keep && text !== "" && text !== prop.text) booth.props.word(prop.id, text);
    hand.editing.value = null;
  };
  return (
    <form
      class="words"
      data-control
      onSubmit={(event) => {
        event.preventDefault();
        end(true);
        done();
      }}
    >
      <input
        ref={input}
        type="text"
        defaultValue={prop.text} // not `value`: each drawing of the stage would take the typed words back
        maxLength={cupboard.words}
        aria-label={texts.value.props.words}
        enterkeyhint="done"
        onBlur={() => end(true)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          end(false);
          done();
        }}
      />
    </form>
  );
}
