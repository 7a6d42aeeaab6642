// A guest's name on the stage and, for those one may move, the tools beside it.
import type { Box } from "../../generated/messages";
import type { Guest } from "../../generated/wire";
import { texts } from "../../i18n";
import { IconButton } from "../controls";
import { useBooth, useHand } from "../context";
import { between } from "./geometry";
import { mirror, order, reset } from "./keys";

export function NameTag(props: { guest: Guest; name: string; box: Box; tools: boolean }) {
  const { guest, name, box, tools } = props;
  const { roster } = texts.value;
  // On the chest rather than the face, and never outside the picture.
  const place = {
    "--x": `${between(0.1, box.x + box.width / 2, 0.9) * 100}%`,
    "--y": `${between(0.12, box.y + box.height * 0.86, 0.9) * 100}%`,
  };
  return (
    <div class={`name-tag ${tools ? "with-tools" : ""}`} style={place}>
      <span class="name-tag-name">
        {name}
        {!guest.here && <small> · {roster.away}</small>}
        {guest.here && guest.camera === "off" && <small> · {roster.cameraOff}</small>}
      </span>
      {tools && <Tools guest={guest.id} name={name} />}
    </div>
  );
}

function Tools({ guest, name }: { guest: string; name: string }) {
  const booth = useBooth();
  const hand = useHand();
  const t = texts.value.stage;
  const layer = hand.layer(guest);
  if (layer === null) return null;
  return (
    <div class="tools" role="toolbar" aria-label={t.tools(name)} data-control>
      <IconButton icon="mirror" name={t.mirror} aria-pressed={layer.mirror} onClick={() => mirror(hand, layer)} />
      <IconButton icon="forward" name={t.forward} onClick={() => order(booth, guest, 1)} />
      <IconButton icon="backward" name={t.backward} onClick={() => order(booth, guest, -1)} />
      <IconButton icon="reset" name={t.reset} onClick={() => reset(hand, guest)} />
    </div>
  );
}
