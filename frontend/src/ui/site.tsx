// The line at the top of the pages around the room.
import { texts } from "../i18n";
import { LanguageChoice } from "./more";

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 28 28" width={28} height={28} aria-hidden="true">
      <rect class="mark-paper" x={2} y={1} width={24} height={26} />
      <rect class="mark-picture" x={5} y={4} width={18} height={17} />
      <path class="mark-people" d="M6.500 21 v-2.500 a4 4 0 0 1 7.500 -1.500 a4 4 0 0 1 7.500 1.500 V21z M7.800 11.800 a2.500 2.500 0 1 1 5 0 a2.500 2.500 0 1 1 -5 0 M15.200 11.800 a2.500 2.500 0 1 1 5 0 a2.500 2.500 0 1 1 -5 0" />
    </svg>
  );
}

export function SiteHead() {
  return (
    <header class="site-head">
      <a class="wordmark" href="/">
        <Mark />
        <span>{texts.value.app}</span>
      </a>
      <LanguageChoice />
    </header>
  );
}
