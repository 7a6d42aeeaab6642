// The backgrounds a room can choose from; whatever is chosen, everyone sees at once.
import { useEffect, useId, useRef } from "preact/hooks";
import { catalogue } from "../generated/backgrounds";
import type { Preset } from "../generated/wire";
import { texts } from "../i18n";
import { OwnPictures } from "./backdrops";
import { Choice, TextButton } from "./controls";
import { useBooth } from "./context";
import { Favourites, Star, Thumbnail } from "./favourites";
import { Icon } from "./icons";

const families = Object.entries(catalogue.families) as [keyof typeof catalogue.families, Preset[]][];

/** In the order of their names in i18n. */
const swatches = ["#D9CBB8", "#E3B5AE", "#EBD08A", "#A9B9A0", "#A8C1D6", "#2E2C2A"] as const;

export function BackgroundPanel() {
  const booth = useBooth();
  const t = texts.value.background;
  const group = useId();
  const panel = useRef<HTMLDivElement>(null);
  const { name: chosen, colour } = booth.background.value;
  const coming = booth.coming.value !== null;
  const plain = chosen === "plain";
  // What is chosen is in sight when the panel opens, and so are the colours when they appear.
  useEffect(() => {
    const seen = panel.current?.querySelector(plain ? "fieldset" : "label:has(:checked)");
    seen?.scrollIntoView({ block: "nearest" });
  }, [plain]);
  const goBack = (event: KeyboardEvent) => {
    const pressed = event.code === "KeyZ" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const writing = event.target instanceof Element && event.target.matches("textarea, [type=color]");
    if (!pressed || writing) return;
    event.preventDefault();
    booth.backdrops.undo();
  };
  return (
    <div class="backgrounds" ref={panel} onKeyDown={goBack}>
      <Head />
      <Favourites group={group} />
      <OwnPictures group={group} />
      {/* One group of radio buttons over all families: arrow keys go through all of them. */}
      <div class="families" role="radiogroup" aria-label={t.title} aria-busy={coming}>
        {families.map(([family, presets]) => (
          <section key={family} role="group" aria-labelledby={`${group}-${family}`}>
            <h3 id={`${group}-${family}`} class="family">
              {t.families[family]}
            </h3>
            <div class="thumbs">
              {presets.map((name) => (
                <div key={name} class="thumb-place">
                  <label class={name === chosen && coming ? "thumb coming" : "thumb"}>
                    <input
                      type="radio"
                      name={group}
                      checked={name === chosen}
                      disabled={!booth.backdrops.mayChange.value}
                      onChange={() => booth.setBackground({ name, colour })}
                    />
                    <Thumbnail background={{ name, colour }} />
                    {name === chosen && <Icon name="check" />}
                    <span class="thumb-name">{t.names[name]}</span>
                  </label>
                  <Star background={{ name, colour }} name={t.names[name]} />
                </div>
              ))}
            </div>
          </section>
        ))}
      </div>
      {plain && booth.backdrops.mayChange.value && <Colours colour={colour} />}
      <Changers />
    </div>
  );
}

/** One step back; the note says whose picture all of this is. */
function Head() {
  const { backdrops } = useBooth();
  const { rules, mayChange } = backdrops;
  const t = texts.value.background;
  return (
    <div class="backgrounds-head">
      <p class="note">{mayChange.value ? t.note : t.hostChanges}</p>
      {mayChange.value && (
        <TextButton
          icon="reset"
          kind="quiet"
          disabled={rules.value.undo === 0}
          aria-keyshortcuts="Control+Z"
          onClick={() => backdrops.undo()}
        >
          {t.undo}
        </TextButton>
      )}
    </div>
  );
}

/** Whether everyone may change it, which the host says. */
function Changers() {
  const booth = useBooth();
  const { rules } = booth.backdrops;
  const t = texts.value.background;
  if (!booth.isHost.value) return null;
  return (
    <Choice
      legend={t.who}
      value={rules.value.changers}
      options={[["everyone", t.everyone], ["host", t.onlyI]]}
      choose={(who) => booth.backdrops.letChange(who)}
    />
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
