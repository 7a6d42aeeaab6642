// Wishes for backgrounds: asked for, given up; what became of one's own is shown if nobody has
// changed the background meanwhile.
import { signal } from "@preact/signals";
import type { Background, FromBrowser, Maker, Wanted, Wish } from "./generated/wire";
import type { Notice, Wishes } from "./state";

export interface WishesOptions {
  room(): string | null;
  token(): string | null;
  background(): Background;
  choose(file: string): void;
  send(message: FromBrowser): void;
  notify(kind: Notice["kind"], key: string): void;
}

const REMEMBERED = 40;

export class LiveWishes implements Wishes {
  readonly maker = signal<Maker>("procedural");
  readonly all = signal<Wish[]>([]);
  readonly forbidden = signal<string[]>([]);
  private readonly own = new Map<string, string>(); // what was the background when one wished

  constructor(private readonly options: WishesOptions) {}

  are(maker: Maker, wishes: Wish[]): void {
    this.maker.value = maker;
    this.all.value = wishes;
  }

  changed(wish: Wish): void {
    const known = this.all.value.some((one) => one.wish === wish.wish);
    this.all.value = known
      ? this.all.value.map((one) => (one.wish === wish.wish ? wish : one))
      : [...this.all.value, wish].slice(-REMEMBERED);
    this.fulfil(wish);
  }

  async wish(wanted: Wanted): Promise<string | null> {
    const before = JSON.stringify(this.options.background());
    const answer = await this.ask("POST", "", JSON.stringify(wanted));
    if (!answer?.ok) return refusal(answer);
    const wish = (await answer.json()) as Wish;
    this.own.set(wish.wish, before);
    // The socket may have been faster than this answer.
    this.fulfil(this.all.value.find((one) => one.wish === wish.wish) ?? wish);
    return null;
  }

  async cancel(wish: string): Promise<void> {
    const answer = await this.ask("DELETE", `/${wish}`);
    if (!answer?.ok) this.options.notify("warning", await refusal(answer));
  }

  forbid(words: string[]): void {
    this.options.send({ type: "forbid_words", words });
  }

  private fulfil({ wish, state, file, problem }: Wish): void {
    const before = this.own.get(wish);
    if (before === undefined || state === "waiting" || state === "making") return;
    this.own.delete(wish);
    if (state === "failed") this.options.notify("warning", problem ?? "maker_failed");
    if (state !== "made" || !file) return;
    this.options.notify("info", "wish_made");
    if (JSON.stringify(this.options.background()) === before) this.options.choose(file);
  }

  private ask(method: string, path: string, body?: string): Promise<Response | null> {
    const url = `/api/rooms/${encodeURIComponent(this.options.room() ?? "")}/wishes${path}`;
    const headers = { authorization: `Bearer ${this.options.token()}` };
    return fetch(url, { method, headers, body }).catch(() => null);
  }
}

async function refusal(answer: Response | null): Promise<string> {
  const problem = (await answer?.json().catch(() => null)) as { code?: string } | null;
  return problem?.code ?? "not_sent";
}
