// Everyone in the picture, as what can be reached by Tab and shown when looked at: a frame, a
// name, and for those one may move handles and tools. It lies exactly over the stage.
import { useEffect, useId, useRef } from "preact/hooks";
import type { Box } from "../../generated/messages";
import type { Guest } from "../../generated/wire";
import { texts } from "../../i18n";
import { useBooth, useHand } from "../context";
import { listen } from "./gestures";
import { placeOf } from "./geometry";
import { Handles } from "./handles";
import { handled } from "./keys";
import { Thing } from "./things";
import { NameTag } from "./tools";

export function People() {
  const booth = useBooth();
  const hand = useHand();
  const surface = useRef<HTMLDivElement>(null);
  const help = useId();
  useEffect(() => listen(surface.current!, booth, hand), [booth, hand]);

  const guests = new Map(booth.guests.value.map((guest) => [guest.id, guest]));
  // In the order of arrival, so that Tab doesn't jump when somebody steps forward.
  const boxes = new Map(hand.boxes.value.map((box) => [box.guest, box]));
  const shown = hand.selected.value ?? hand.hovered.value;
  const grabbable = hand.hovered.value !== null && hand.may(hand.hovered.value);
  const state = hand.dragging.value ? "dragging" : grabbable ? "grabbable" : "";
  return (
    <div
      ref={surface}
      class={`people ${state}`}
      role="group"
      aria-label={texts.value.stage.guests}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !surface.current!.contains(to)) hand.selected.value = null;
      }}
    >
      <p id={help} hidden>
        {texts.value.stage.instructions}
      </p>
      {[...guests.values()].map((guest) => {
        const box = boxes.get(guest.id);
        return box && <Person key={guest.id} guest={guest} box={box} help={help} shown={shown === guest.id} />;
      })}
      {booth.scene.value.props.map((prop) => {
        const box = boxes.get(prop.id);
        return box && <Thing key={prop.id} prop={prop} box={box} shown={shown === prop.id} />;
      })}
    </div>
  );
}

function Person(props: { guest: Guest; box: Box; help: string; shown: boolean }) {
  const { guest, box, help, shown } = props;
  const booth = useBooth();
  const hand = useHand();
  const t = texts.value;
  const movable = hand.may(guest.id);
  const selected = hand.selected.value === guest.id;
  const name = guest.id === booth.me.value ? `${guest.name} (${t.you})` : guest.name;
  const place = placeOf(box);
  return (
    <>
      {movable && (
        <div
          class={`person ${shown ? "shown" : ""} ${selected ? "selected" : ""}`}
          style={place}
          data-guest={guest.id}
          role="application"
          tabIndex={0}
          aria-label={t.stage.person(name)}
          aria-describedby={help}
          onFocus={() => (hand.selected.value = guest.id)}
          onKeyDown={(event) => {
            if (handled(event, guest.id, booth, hand)) event.preventDefault();
          }}
        >
          {selected && <Handles guest={guest.id} />}
        </div>
      )}
      {!movable && shown && <div class="person shown" style={place} />}
      {shown && <NameTag guest={guest} name={name} box={box} tools={movable && selected} />}
    </>
  );
}
