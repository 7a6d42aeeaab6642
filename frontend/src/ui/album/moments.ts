// Moments by the reader's own clock and in the page's language. The server knows only its own; where
// there is no script, that stays.

const browser = navigator.languages.find((tag) => tag.split("-")[0] === document.documentElement.lang);
const locale = browser ?? document.documentElement.lang; // en-US rather than en, if that is theirs
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const calendar = new Intl.DateTimeFormat(locale, { dateStyle: "long" });

/** Show every moment below `root` as the reader's clock has it, and items under the days they are of. */
export function localise(root: ParentNode): void {
  for (const said of root.querySelectorAll<HTMLElement>("[data-said]")) {
    const at = Number(said.dataset.at);
    const text = said.dataset.said!.replace("{time}", clock.format(at)).replace("{day}", calendar.format(at));
    if (said instanceof HTMLImageElement) said.alt = text;
    else if (said instanceof HTMLVideoElement) said.ariaLabel = text;
    else said.textContent = text;
  }
  regroup([...root.querySelectorAll<HTMLElement>("section[data-day]")]);
  for (const day of root.querySelectorAll<HTMLTimeElement>("time[data-moment=day]"))
    day.textContent = calendar.format(Date.parse(day.dateTime));
}

/** Put items under one heading a day, as the reader's days are. */
function regroup(sections: HTMLElement[]): void {
  const items = sections.flatMap((section) => [...section.querySelectorAll<HTMLElement>("li")]);
  const days = new Map<string, HTMLElement[]>();
  for (const item of items) {
    const day = new Date(Number(item.dataset.at)).toDateString();
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  let last = sections[0];
  [...days.values()].forEach((group, n) => {
    const section = sections[n] ?? (last!.cloneNode(true) as HTMLElement);
    if (!section.parentNode) last!.after(section);
    const list = section.querySelector("ul")!;
    const same = list.children.length === group.length && group.every((item) => item.parentNode === list);
    if (!same) list.replaceChildren(...group);
    section.querySelector("time")!.dateTime = new Date(Number(group[0]!.dataset.at)).toISOString();
    last = section;
  });
  for (const empty of sections.slice(days.size)) empty.remove();
}
