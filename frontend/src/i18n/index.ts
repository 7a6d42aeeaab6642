// Which language is spoken, remembered on this device; <html lang> follows.
import { computed, effect, signal } from "@preact/signals";
import { remembered } from "../ui/remember";
import { en, type NoticeKey, type Texts } from "./en";
import { ko } from "./ko";
import type { Notice } from "../state";

export type { NoticeKey, Texts, Values } from "./en";

export const languages = { en, ko } satisfies Record<string, Texts>;
export type Language = keyof typeof languages;

const isLanguage = (value: string): value is Language => Object.hasOwn(languages, value);

function preferred(): Language {
  const tags = navigator.languages.length > 0 ? navigator.languages : [navigator.language];
  return tags.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

export const language = remembered<Language>("language", isLanguage, preferred());
export const texts = computed<Texts>(() => languages[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
});

/** The sentence of a notice; a key that no dictionary has gets a friendly general one. */
export function sentence(notice: Notice): string {
  const { notices } = texts.value;
  const known = Object.hasOwn(notices, notice.key) && notice.key !== "label" && notice.key !== "dismiss";
  return notices[known ? (notice.key as NoticeKey) : "unknown"](notice.values ?? {});
}

/** Read out once by the live region; see ui/announcer.tsx. */
export const announcement = signal("");

export function announce(text: string): void {
  // The same sentence twice is only read again if the text differs.
  announcement.value = announcement.peek() === text ? `${text}\u00A0` : text;
}
