// The album's pages are whole without this: it adds the reader's own clock, news while the party runs,
// keys, swipes, the share sheet, the print dialog, and a place to trim takes.
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "../../styles/tokens.css";
import "../../styles/album.css";
import { localise } from "./moments";
import { follow } from "./news";

const SWIPE = 60; // px; a shorter stroke is a tap that slipped

// --- from picture to picture -----------------------------------------------------------------

const KEYS: Record<string, string> = { ArrowLeft: "prev", ArrowRight: "next", Escape: "up" };

function go(rel: string | undefined): void {
  const link = rel && document.querySelector<HTMLAnchorElement>(`main a[rel=${rel}], header a[rel=${rel}]`);
  if (link) location.assign(link.href);
}

function pressed(event: KeyboardEvent): void {
  const typing = (event.target as Element).closest("input, select, textarea");
  if (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  go(KEYS[event.key]);
}

/** Follow a finger's stroke over the picture; two fingers, or one on an enlarged page, look closer. */
function swipes(viewer: HTMLElement): void {
  let start: Touch | undefined;
  viewer.addEventListener(
    "touchstart",
    (event) => {
      const near = (visualViewport?.scale ?? 1) > 1.05;
      start = event.touches.length === 1 && !near ? event.touches[0] : undefined;
    },
    { passive: true },
  );
  viewer.addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    if (!start || !end) return;
    const [x, y] = [end.clientX - start.clientX, end.clientY - start.clientY];
    if (Math.abs(x) > Math.max(SWIPE, 2 * Math.abs(y))) go(x > 0 ? "prev" : "next");
    start = undefined;
  });
  // The neighbours' pages, so that the next stroke shows at once.
  for (const link of viewer.querySelectorAll<HTMLAnchorElement>("a[rel]")) {
    const hint = document.createElement("link");
    Object.assign(hint, { rel: "prefetch", href: link.href });
    document.head.append(hint);
  }
}

// --- taking home -----------------------------------------------------------------------------

const files = new Map<string, Promise<File | null>>();

/** Offer the system's share sheet, where there is one. */
function shares(root: ParentNode): void {
  if (!("share" in navigator)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.hidden = false;
    // A press is good for some seconds only: the file is asked for before the finger is up.
    button.addEventListener("pointerdown", () => void file(button.dataset.share!));
    button.addEventListener("click", () => void share(button.dataset.share!));
  }
}

/** Share the file where files are taken, else the page's link. */
async function share(url: string): Promise<void> {
  const found = url ? await file(url) : null;
  const what = found && navigator.canShare?.({ files: [found] }) ? { files: [found] } : { url: location.href };
  await navigator.share(what).catch(() => undefined); // closed by the person
}

function file(url: string): Promise<File | null> {
  if (!url) return Promise.resolve(null);
  const fetching = files.get(url) ?? fetched(url);
  files.set(url, fetching);
  return fetching;
}

async function fetched(url: string): Promise<File | null> {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) {
    files.delete(url); // asked for again with the next press
    return null;
  }
  const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
  const image = await answer.blob();
  return new File([image], named?.[1] ?? "sameframe.jpg", { type: image.type });
}

/** Print at the size of the paper that is chosen; without a script the page is loaded for it. */
function prints(form: HTMLFormElement): void {
  const paper = form.elements.namedItem("paper") as HTMLSelectElement;
  const choose = () => (document.documentElement.dataset.paper = paper.value);
  paper.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
    print();
  });
}

/** Let a moving picture be stopped and played, as one's system would have it at first. */
function plays(button: HTMLButtonElement): void {
  const picture = document.querySelector<HTMLElement>("[data-moving]")!;
  const image = picture.querySelector("img")!;
  let playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = () => {
    picture.querySelector("source")?.remove();
    image.src = (playing ? picture.dataset.moving : picture.dataset.still)!;
    button.textContent = (playing ? button.dataset.pause : button.dataset.play)!;
  };
  button.addEventListener("click", () => {
    playing = !playing;
    show();
  });
  show();
  button.hidden = false;
}

localise(document);
shares(document);
document.addEventListener("keydown", pressed);
document.querySelectorAll<HTMLButtonElement>("[data-play]").forEach(plays);
document.querySelectorAll<HTMLElement>(".viewer").forEach(swipes);
document.querySelectorAll<HTMLFormElement>("[data-print]").forEach(prints);
const trim = document.querySelector<HTMLDetailsElement>("#trim");
if (trim) void import("./trim").then(({ offer }) => offer(trim));
void follow(shares);
