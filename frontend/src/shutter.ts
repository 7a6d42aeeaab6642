// The countdown in everyone's step: the server names the instant, each browser counts to it.
import { signal } from "@preact/signals";

export class Shutter {
  readonly countdown = signal<number | null>(null);
  readonly flash = signal(0);
  private timers: ReturnType<typeof setTimeout>[] = [];

  /** Count `seconds` down to `at`, an instant on the clock that `now` reads, then flash. */
  count(at: number, seconds: number, now: () => number): void {
    this.stop();
    for (let left = seconds; left >= 0; left--) {
      const wait = at - left * 1_000 - now();
      if (wait < -200 && left > 0) continue; // joined while it counted
      this.timers.push(setTimeout(() => this.show(left), Math.max(0, wait)));
    }
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
    this.countdown.value = null;
  }

  private show(left: number): void {
    this.countdown.value = left > 0 ? left : null;
    if (left === 0) this.flash.value += 1;
  }
}
