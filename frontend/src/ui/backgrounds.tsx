// The backgrounds a room can choose from; whatever is chosen, everyone sees at once.
import { useId } from "preact/hooks";
import type { Preset } from "../generated/wire";
import { texts } from "../i18n";
import { useBooth } from "./context";
import { links } from "./links";

const presets: readonly Preset[] = [
  "curtain", "studio", "seoul_night", "beach", "forest",
  "first_snow", "party", "riso", "sunset", "plain",
];

/** In the order of their names in i18n. */
const swatches = ["#D9CBB8", "#E3B5AE", "#EBD08A", "#A9B9A0", "#A8C1D6", "#2E2C2A"] as const;

export function BackgroundPanel() {
  const booth = useBooth();
  const t = texts.value.background;
  const group = useId();
  const { name: chosen, colour } = booth.scene.value.background;
  return (
    <div class="backgrounds">
      <p class="note">{t.note}</p>
      <div class="thumbs" role="radiogroup" aria-label={t.title}>
        {presets.map((name) => (
          <label key={name} class="thumb">
            <input
              type="radio"
              name={group}
              checked={name === chosen}
              onChange={() => booth.setBackground({ name, colour })}
            />
            {name === "plain" ? (
              <span class="thumb-picture" style={{ backgroundColor: colour }} />
            ) : (
              <img class="thumb-picture" src={links.thumbnail(name)} alt="" width={160} height={90} />
            )}
            <span class="thumb-name">{t.names[name]}</span>
          </label>
        ))}
      </div>
      {chosen === "plain" && <Colours colour={colour} />}
    </div>
  );
}

function Colours({ colour }: { colour: string }) {
  const booth = useBooth();
  const t = texts.value.background;
  const group = useId();
  const choose = (picked: string) => booth.setBackground({ name: "plain", colour: picked.toUpperCase() });
  return (
    <fieldset class="colours">
      <legend>{t.colour}</legend>
      <div class="swatches">
        {swatches.map((swatch, i) => (
          <label key={swatch} class="swatch" title={t.colours[i]}>
            <input
              type="radio"
              name={group}
              aria-label={t.colours[i]}
              checked={swatch === colour.toUpperCase()}
              onChange={() => choose(swatch)}
            />
            <span style={{ backgroundColor: swatch }} />
          </label>
        ))}
        <label class="swatch other" title={t.otherColour}>
          <input
            type="color"
            aria-label={t.otherColour}
            value={colour.toLowerCase()}
            onChange={(event) => choose(event.currentTarget.value)}
          />
        </label>
      </div>
    </fieldset>
  );
}
