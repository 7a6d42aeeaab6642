// Small choices that stay on this device.
import { effect, signal, type Signal } from "@preact/signals";

/** A signal kept in the browser's storage; what isn't `valid` there counts as never chosen. */
export function remembered<T extends string>(
  key: string,
  valid: (value: string) => value is T,
  initial: T,
): Signal<T> {
  const stored = read(key);
  const kept = signal<T>(stored !== null && valid(stored) ? stored : initial);
  let first = true; // what was only guessed isn't written: the browser's language may change
  effect(() => {
    const value = kept.value;
    if (!first) write(key, value);
    first = false;
  });
  return kept;
}

// Storage throws where the person has forbidden it; the choice then lasts as long as the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(`sameframe.${key}`);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`sameframe.${key}`, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
