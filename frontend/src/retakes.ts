// Pictures taken anew for old shots: one's own, at the instant the server names, and whose it is else.
import { signal } from "@preact/signals";
import type { Exposed } from "./generated/messages";
import type { AnswerRetake, Retaking } from "./generated/wire";
import { refusal, sent } from "./sending";
import { now } from "./signalling";
import type { Notice } from "./state";

const COUNT_S = 3;
const SOON_MS = 300; // before the instant the worker has to know of it

export interface RetakesOptions {
  me(): string | null;
  room(): string | null;
  token(): string | null;
  offset(): number; // server time minus own, ms
  name(guest: string): string;
  count(at: number, seconds: number): void;
  expose(at: number): Promise<Exposed | null>;
  say(answer: AnswerRetake): void;
  notify(kind: Notice["kind"], key: string, values?: Notice["values"]): void;
}

export class Retakes {
  readonly now = signal<Retaking | null>(null);
  private begun = ""; // which one was begun here: it is told again after each reconnection

  constructor(private readonly options: RetakesOptions) {}

  /** Ask a guest, or oneself. */
  async ask(shot: string, guest: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.options.token()}` };
    const answer = await fetch(this.url(shot, guest), { method: "POST", headers }).catch(() => null);
    if (!answer?.ok) this.options.notify("warning", answer ? await refusal(answer) : "server_gone");
  }

  answer(accept: boolean): void {
    if (this.now.value) this.options.say({ type: "answer_retake", shot: this.now.value.shot, accept });
  }

  /** The connection is new: what ran meanwhile is told again. */
  welcomed(): void {
    this.now.value = null;
  }

  hear(message: Retaking): void {
    const { state, guest, by } = message;
    if (state !== "asked" && state !== "taking") return this.ended(message);
    this.now.value = message;
    const one = `${message.shot} ${message.at}`;
    if (state === "asked" || guest !== this.options.me() || this.begun === one) return;
    this.begun = one;
    void this.take(message).then((why) => {
      if (why === null) return;
      console.warn(`retake: ${why} (asked by ${by})`);
      this.answer(false);
      this.options.notify("warning", "retake_failed");
    });
  }

  private ended({ state, guest, by }: Retaking): void {
    this.now.value = null;
    const me = this.options.me();
    const concerns = state === "done" || by === me || (guest === me && state === "gone");
    const kind = state === "done" ? "info" : "warning";
    if (concerns) this.options.notify(kind, `retake_${state}`, { name: this.options.name(guest) });
  }

  /** Take it and send it; null, or why it did not come to that. */
  private async take({ shot, guest, at }: Retaking): Promise<string | null> {
    const own = at - this.options.offset();
    if (own - now() < SOON_MS) return "too late"; // reloaded amid the countdown
    this.options.count(own, COUNT_S);
    const exposed = await this.options.expose(at);
    if (!exposed) return "no picture";
    return sent(`${this.url(shot, guest)}?taken=${exposed.taken}`, exposed.image, this.options.token());
  }

  private url(shot: string, guest: string): string {
    return `/api/rooms/${this.options.room()}/shots/${shot}/retakes/${guest}`;
  }
}
