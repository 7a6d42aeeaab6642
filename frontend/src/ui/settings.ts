// How it looks and sounds on this device.
import { computed, effect, signal } from "@preact/signals";
import { remembered } from "./remember";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const isTheme = (value: string): value is Theme => (themes as readonly string[]).includes(value);
const isSwitch = (value: string): value is "on" | "off" => value === "on" || value === "off";

export const theme = remembered<Theme>("theme", isTheme, "system");
export const sounds = remembered<"on" | "off">("sounds", isSwitch, "on");
/** Whether the person has once moved somebody on the stage, and needs no hint any more. */
export const hasMoved = remembered<"on" | "off">("moved", isSwitch, "off");

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", (event) => (systemIsDark.value = event.matches));

/** As the bar's phone layout, styles/room.css. */
const phone = matchMedia("(max-width: 720px)");
export const narrow = signal(phone.matches);
phone.addEventListener("change", (event) => (narrow.value = event.matches));

const dark = computed(() => (theme.value === "system" ? systemIsDark.value : theme.value === "dark"));

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  // The browser's own bars follow the paper.
  const paper = dark.value ? "#131211" : "#faf8f4";
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = paper;
  }
});
