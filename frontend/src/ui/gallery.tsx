// Every view and state with a booth that only pretends, for looking and for tests; not built.
// gallery.html?state=room-alone&lang=ko&theme=dark ; without a state, a list of all.
import { render } from "preact";
import { language, languages, type Language } from "../i18n";
import { design, designsReady } from "./gallery/designs";
import { FakeBooth } from "./gallery/fake";
import { picture, thumbnail } from "./gallery/paint";
import { remotes } from "./gallery/remotes";
import { states } from "./gallery/states";
import { links } from "./links";
import { hasMoved, theme, themes, type Theme } from "./settings";
import { mountRemote } from "./remote";
import { mount } from ".";

const query = new URLSearchParams(location.search);
const name = query.get("state");
const root = document.getElementById("app")!;

const lang = query.get("lang");
if (lang !== null && Object.hasOwn(languages, lang)) language.value = lang as Language;
const chosen = query.get("theme");
if ((themes as readonly (string | null)[]).includes(chosen)) theme.value = chosen as Theme;
hasMoved.value = name === "room-hint" ? "off" : "on";

links.thumbnail = thumbnail;
links.prop = design;
links.qr = () => picture("qr");
links.go = (path) => console.info("would go to", path);

const state = name === null ? undefined : states[name];
if (name !== null && Object.hasOwn(remotes, name)) {
  mountRemote(root, remotes[name]!());
  document.documentElement.dataset.ready = "";
} else if (state === undefined) {
  render(
    <ul>
      {Object.keys({ ...states, ...remotes }).map((one) => (
        <li key={one}>
          <a href={`?state=${one}`}>{one}</a>
        </li>
      ))}
    </ul>,
    root,
  );
} else {
  await designsReady;
  const booth = new FakeBooth();
  state.set?.(booth);
  Object.assign(window, { booth });
  mount(root, booth);
  // What only a person's hand brings about: open a panel, step up to somebody.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      state.then?.(booth);
      document.documentElement.dataset.ready = "";
    }),
  );
}
