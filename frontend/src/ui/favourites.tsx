// The backgrounds that the room likes: a star on each, and a family of their own, the first.
import { catalogue } from "../generated/backgrounds";
import type { Background, Preset } from "../generated/wire";
import { texts } from "../i18n";
import { useBooth } from "./context";
import { Icon } from "./icons";
import { links } from "./links";

/** Whether two are the same one: of most, the colour is only what another had before. */
export const sameBackground = (a: Background, b: Background): boolean =>
  a.name === b.name &&
  (a.file ?? null) === (b.file ?? null) &&
  (a.name !== "plain" || a.colour?.toUpperCase() === b.colour?.toUpperCase());

export function Star({ background, name }: { background: Background; name: string }) {
  const { backdrops } = useBooth();
  const t = texts.value.favourites;
  const on = backdrops.rules.value.favourites.some((one) => sameBackground(one, background));
  return (
    <button
      type="button"
      class="star"
      aria-pressed={on}
      aria-label={t.star(name)}
      title={on ? t.remove : t.add}
      onClick={() => backdrops.favour(background, !on)}
    >
      <Icon name="star" size={16} />
    </button>
  );
}

/** The room's favourites; their radio buttons are a group apart, as each is in its family, too. */
export function Favourites({ group }: { group: string }) {
  const booth = useBooth();
  const { rules, mayChange } = booth.backdrops;
  const t = texts.value;
  const { favourites } = rules.value;
  if (favourites.length === 0) return null;
  const shown = booth.background.value;
  return (
    <div role="radiogroup" aria-labelledby={`${group}-favourites`}>
      <h3 id={`${group}-favourites`} class="family">{t.favourites.title}</h3>
      <div class="thumbs">
        {favourites.map((one) => {
          const name = one.name === "upload" ? t.favourites.own : t.background.names[one.name as Preset];
          const chosen = sameBackground(one, shown);
          return (
            <div key={`${one.name} ${one.file} ${one.colour}`} class="thumb-place">
              <label class={chosen && booth.coming.value ? "thumb coming" : "thumb"}>
                <input
                  type="radio"
                  name={`${group}-favourites`}
                  checked={chosen}
                  disabled={!mayChange.value}
                  onChange={() => booth.setBackground(one)}
                />
                <Thumbnail background={one} />
                {chosen && <Icon name="check" />}
                <span class="thumb-name">{name}</span>
              </label>
              <Star background={one} name={name} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A small picture on its average colour, which stands there until the picture has come. */
export function Thumbnail({ background: { name, colour, file } }: { background: Background }) {
  const { backdrops } = useBooth();
  const own = name === "upload";
  const tint = name === "plain" || own ? colour : catalogue.tints[name as Exclude<Preset, "plain">];
  const src = own ? backdrops.thumbnail(file!) : links.thumbnail(name as Preset);
  return (
    <span class="thumb-picture" style={{ backgroundColor: tint }}>
      {name !== "plain" && <img src={src} alt="" width={320} height={180} loading="lazy" decoding="async" />}
    </span>
  );
}
