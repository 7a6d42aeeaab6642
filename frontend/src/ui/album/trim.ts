// Trimming a take on its page: two marks on a timeline, by pointer, keys or numbers, shown by the film
// itself; and the frame that is its cover. The film is cut here and comes into the album as uploads do.

const LEAST_S = 1;
const COVER_WIDTH = 1280;

/** Show what the panel has, now that there is a script for it. */
export function offer(panel: HTMLDetailsElement): void {
  new Trim(panel);
}

class Trim {
  private readonly form: HTMLFormElement;
  private readonly film = document.querySelector<HTMLVideoElement>("#film")!;
  private readonly shown = this.film.src; // to everyone
  private readonly length: number;
  private start = 0;
  private end: number;
  private previewing = false;

  constructor(private readonly panel: HTMLDetailsElement) {
    this.form = panel.querySelector("form")!;
    this.end = this.length = Number(panel.dataset.ms) / 1000;
    this.recall();
    for (const name of ["from", "to", "start", "end"]) {
      const input = this.input(name);
      input.max = String(Math.ceil(this.length * 10) / 10);
      // A number is typed digit by digit, and taken when it is done.
      input.addEventListener(name === "from" || name === "to" ? "input" : "change", () => this.moved(name));
    }
    panel.addEventListener("toggle", () => this.opened());
    this.film.addEventListener("timeupdate", () => this.played());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.cut();
    });
    this.button("preview").addEventListener("click", () => this.preview());
    this.button("pose").addEventListener("click", () => void this.pose());
    this.show();
    this.form.hidden = false;
    if (panel.open) this.opened();
  }

  /** Look at the whole film while one chooses, and else at what everyone sees. */
  private opened(): void {
    const wanted = this.panel.open ? new URL(this.panel.dataset.whole!, location.href).href : this.shown;
    if (this.film.src === wanted) return;
    this.film.src = wanted;
    this.film.preload = "auto";
  }

  /** Begin with the cut that is there, where it was made in this browser. */
  private recall(): void {
    const { page, whole } = this.panel.dataset;
    if (this.shown === new URL(whole!, location.href).href) return localStorage.removeItem(`cut ${page}`);
    const [start, end] = JSON.parse(localStorage.getItem(`cut ${page}`) ?? "[]") as number[];
    if (start === undefined || end === undefined) return;
    this.start = clamp(start, 0, this.length - LEAST_S);
    this.end = clamp(end, this.start + LEAST_S, this.length);
  }

  private moved(name: string): void {
    const value = this.input(name).valueAsNumber;
    const first = name === "from" || name === "start";
    if (Number.isFinite(value)) {
      if (first) this.start = clamp(value, 0, this.end - LEAST_S);
      else this.end = clamp(value, this.start + LEAST_S, this.length);
    }
    this.show();
    this.seek(first ? this.start : this.end);
  }

  private show(): void {
    const { start, end, length } = this;
    for (const [names, value] of [[["from", "start"], start], [["to", "end"], end]] as const) {
      for (const name of names) this.input(name).value = value.toFixed(1);
      this.input(names[0]).ariaValueText = clock(value);
    }
    const line = this.form.querySelector<HTMLElement>(".timeline")!;
    line.style.setProperty("--from", String(start / length));
    line.style.setProperty("--to", String(end / length));
    this.form.querySelector("[data-kept]")!.textContent = `${clock(end - start)} / ${clock(length)}`;
  }

  private seek(to: number): void {
    this.previewing = false;
    this.film.pause();
    this.film.currentTime = Math.min(to, this.length - 0.05); // at the very end there is no frame
  }

  private preview(): void {
    this.seek(this.start);
    this.previewing = true;
    void this.film.play();
  }

  private played(): void {
    if (!this.previewing || this.film.currentTime < this.end) return;
    this.previewing = false;
    this.film.pause();
  }

  private async cut(): Promise<void> {
    const { page, whole, working, sending, failed } = this.panel.dataset as Record<string, string>;
    if (this.end - this.start < LEAST_S - 0.05) return this.say(this.panel.dataset.short!);
    this.work(true);
    this.say(working!);
    try {
      const { cut } = await import("../../recording/cut");
      // The cover of before may show what is cut off. The film begins within half a second of the mark.
      await this.seekTo(this.start + Math.min(1, (this.end - this.start) / 2));
      const cover = await picture(this.film);
      await cut(whole!, page!, this.start, this.end, (sent, share) => {
        this.say(sent ? sending! : working!);
        this.progress.value = (Number(sent) + share) / 2;
      });
      localStorage.setItem(`cut ${page}`, JSON.stringify([this.start, this.end]));
      await this.put(cover);
      this.work(false);
      location.reload();
    } catch (error) {
      console.warn("not trimmed:", error);
      this.work(false);
      this.say(failed!);
    }
  }

  private async pose(): Promise<void> {
    const { posed, failed } = this.panel.dataset as Record<string, string>;
    this.work(true);
    const kept = await picture(this.film)
      .then((cover) => this.put(cover))
      .catch(() => false);
    this.work(false);
    this.say((kept ? posed : failed)!);
  }

  private async put(cover: Blob): Promise<boolean> {
    const answer = await fetch(`${this.panel.dataset.page}/poster`, { method: "PUT", body: cover });
    return answer.ok;
  }

  private async seekTo(to: number): Promise<void> {
    const seen = new Promise((seeked) => this.film.addEventListener("seeked", seeked, { once: true }));
    this.seek(to);
    await seen;
  }

  private work(on: boolean): void {
    for (const field of this.form.elements) (field as HTMLInputElement).disabled = on;
    this.progress.hidden = !on;
    this.progress.removeAttribute("value");
    onbeforeunload = on ? (event) => event.preventDefault() : null;
  }

  private say(words: string): void {
    this.form.querySelector("[role=status]")!.textContent = words;
  }

  private get progress(): HTMLProgressElement {
    return this.form.querySelector("progress")!;
  }

  private input(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private button(name: string): HTMLButtonElement {
    return this.form.elements.namedItem(name) as HTMLButtonElement;
  }
}

/** Return the frame that the player shows. */
async function picture(film: HTMLVideoElement): Promise<Blob> {
  const scale = Math.min(1, COVER_WIDTH / film.videoWidth);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(film.videoWidth * scale);
  canvas.height = Math.round(film.videoHeight * scale);
  canvas.getContext("2d")!.drawImage(film, 0, 0, canvas.width, canvas.height);
  const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/webp", 0.9));
  if (!drawn) throw new Error("no frame to draw");
  return drawn;
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const [minutes, rest] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  return `${minutes}:${rest.toFixed(1).padStart(4, "0")}`;
}
