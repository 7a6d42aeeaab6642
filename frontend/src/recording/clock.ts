// A take's clock: ms since it was started, pauses left out. The stage keeps the same one in Python
// (stage/reel.py), moved by the same instants: both read the clock that page and workers share.

export class TakeClock {
  private done = 0; // ms before `since`
  private since: number | null = null;

  roll(at: number): void {
    this.hold(at);
    this.since = at;
  }

  hold(at: number): void {
    this.done = this.length(at);
    this.since = null;
  }

  length(now: number): number {
    return this.done + (this.since === null ? 0 : Math.max(0, now - this.since));
  }

  rolling(now: number): boolean {
    return this.since !== null && now >= this.since;
  }
}
