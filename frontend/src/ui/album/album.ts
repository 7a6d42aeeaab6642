// The album's pages are whole without this: it adds news while the party runs, keys, swipes, the
// share sheet and the print dialog.
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "../../styles/tokens.css";
import "../../styles/album.css";

const SWIPE = 60; // px; a shorter stroke is a tap that slipped

// --- news ------------------------------------------------------------------------------------

let mark: string | null = null;

/** Look for news, and keep whatever stayed the same as it stands: pictures don't load again. */
async function refresh(): Promise<void> {
  const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
  if (!answer || answer.status >= 500) return;
  if (!answer.ok) return location.reload(); // gone, or closed: the page says so itself
  if (answer.redirected) return location.assign(answer.url); // a burst, chosen from meanwhile
  if (answer.headers.get("etag") === mark) return;
  mark = answer.headers.get("etag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".live");
  const shown = document.querySelector(".live");
  if (!fresh || !shown) return;
  const added = [...fresh.querySelectorAll("li")].filter((item) => !keep(item)).length;
  shown.replaceWith(document.adoptNode(fresh));
  if (added) say(document.querySelector<HTMLElement>("[data-new]"));
}

/** Put what is shown in place of its equal; tell whether it was shown at all. */
function keep(item: Element): boolean {
  const shown = document.getElementById(item.id);
  if (shown?.outerHTML === item.outerHTML) item.replaceWith(document.adoptNode(shown));
  return shown !== null;
}

function say(status: HTMLElement | null): void {
  if (status) status.textContent = status.dataset.new ?? "";
}

async function live(): Promise<void> {
  for (;;) {
    const seconds = Number(document.querySelector<HTMLElement>("[data-live]")?.dataset.live);
    if (!seconds) return;
    await new Promise((go) => setTimeout(go, seconds * 1000));
    if (document.visibilityState === "visible") await refresh();
  }
}

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

/** Offer the system's share sheet: the file where it takes files, else the page's link. */
function shares(button: HTMLButtonElement): void {
  if (!("share" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const answer = await fetch(button.dataset.share!).catch(() => null);
    const files = answer?.ok ? [await file(answer)] : [];
    const what = navigator.canShare?.({ files }) && files.length ? { files } : { url: location.href };
    await navigator.share(what).catch(() => undefined); // closed by the person
  });
}

async function file(answer: Response): Promise<File> {
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

document.addEventListener("keydown", pressed);
document.querySelectorAll<HTMLButtonElement>("[data-play]").forEach(plays);
document.querySelectorAll<HTMLElement>(".viewer").forEach(swipes);
document.querySelectorAll<HTMLButtonElement>("[data-share]").forEach(shares);
document.querySelectorAll<HTMLFormElement>("[data-print]").forEach(prints);
void live();
