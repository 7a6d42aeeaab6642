// News: while something is on its way, the page asks for itself, by ETag, and takes over what changed.
// Only what is marked as news is touched, so nothing that one is typing is lost.
import { localise } from "./moments";

let mark: string | null = null;

/** Follow what the page shows for as long as it says that there may be news. */
export async function follow(dress: (root: ParentNode) => void): Promise<void> {
  const main = document.querySelector("main")!;
  for (;;) {
    const seconds = Number(main.dataset.live);
    if (!seconds) return;
    await new Promise((go) => setTimeout(go, seconds * 1000));
    if (document.visibilityState === "visible") await refresh(main, dress);
  }
}

async function refresh(main: HTMLElement, dress: (root: ParentNode) => void): Promise<void> {
  const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
  if (!answer || answer.status >= 500) return;
  if (!answer.ok) return location.reload(); // gone, or closed: the page says so itself
  if (answer.redirected) return location.assign(answer.url); // a burst, chosen from meanwhile
  if (answer.headers.get("etag") === mark) return;
  mark = answer.headers.get("etag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = document.adoptNode(page.querySelector("main")!);
  localise(fresh);
  dress(fresh);
  const known = new Set([...main.querySelectorAll("li")].map(({ id }) => id));
  const added = [...fresh.querySelectorAll("li")].some(({ id }) => !known.has(id));
  for (const shown of main.querySelectorAll<HTMLElement>("[data-news]")) {
    const now = fresh.querySelector<HTMLElement>(`#${shown.id}`);
    if (now) turn(shown, now);
  }
  if (fresh.dataset.live) main.dataset.live = fresh.dataset.live;
  else delete main.dataset.live;
  const status = document.querySelector<HTMLElement>("[data-new]");
  if (added && status) status.textContent = status.dataset.new!;
}

/** Make what is shown what it is now; items that stayed the same stand as they are. */
function turn(shown: HTMLElement, now: HTMLElement): void {
  for (const { name, value } of now.attributes)
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  // Nothing of it leaves the document for longer than this: pictures don't load, films don't stop.
  for (const item of now.querySelectorAll("li")) {
    const same = document.getElementById(item.id);
    if (same?.outerHTML === item.outerHTML) item.replaceWith(same);
  }
  if (shown.innerHTML !== now.innerHTML) shown.replaceChildren(...now.childNodes);
}
