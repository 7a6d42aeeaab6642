// The backgrounds a room can choose from; whatever is chosen, everyone sees at once.
import { useEffect, useId, useRef } from "preact/hooks";
import { catalogue } from "../generated/backgrounds";
import type { Preset } from "../generated/wire";
import { texts } from "../i18n";
import { OwnPictures } from "./backdrops";
import { useBooth } from "./context";
import { Icon } from "./icons";
import { links } from "./links";

const families = Object.entries(catalogue.families) as [keyof typeof catalogue.families, Preset[]][];

/** In the order of their names in i18n. */
const swatches = ["#D9CBB8", "#E3B5AE", "#EBD08A", "#A9B9A0", "#A8C1D6", "#2E2C2A"] as const;

export function BackgroundPanel() {
  const booth = useBooth();
  const t = texts.value.background;
  const group = useId();
  const panel = useRef<HTMLDivElement>(null);
  const { name: chosen, colour } = booth.scene.value.background;
  const plain = chosen === "plain";
  // What is chosen is in sight when the panel opens, and so are the colours when they appear.
  useEffect(() => {
    const seen = panel.current?.querySelector(plain ? "fieldset" : "label:has(:checked)");
    seen?.scrollIntoView({ block: "nearest" });
  }, [plain]);
  return (
    <div class="backgrounds" ref={panel}>
      <p class="note">{t.note}</p>
      <OwnPictures group={group} />
      {/* One group of radio buttons over all families: arrow keys go through all of them. */}
      <div class="families" role="radiogroup" aria-label={t.title}>
        {families.map(([family, presets]) => (
          <section key={family} role="group" aria-labelledby={`${group}-${family}`}>
            <h3 id={`${group}-${family}`} class="family">
              {t.families[family]}
            </h3>
            <div class="thumbs">
              {presets.map((name) => (
                <label key={name} class="thumb">
                  <input
                    type="radio"
                    name={group}
                    checked={name === chosen}
                    onChange={() => booth.setBackground({ name, colour })}
                  />
                  <Thumbnail name={name} colour={name === "plain" ? colour : catalogue.tints[name]} />
                  {name === chosen && <Icon name="check" />}
                  <span class="thumb-name">{t.names[name]}</span>
                </label>
              ))}
            </div>
          </section>
        ))}
      </div>
      {plain && <Colours colour={colour} />}
    </div>
  );
}

/** A small picture on its average colour, which stands there until the picture has come. */
function Thumbnail({ name, colour }: { name: Preset; colour: string }) {
  return (
    <span class="thumb-picture" style={{ backgroundColor: colour }}>
      {name !== "plain" && (
        <img src={links.thumbnail(name)} alt="" width={320} height={180} loading="lazy" decoding="async" />
      )}
    </span>
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
