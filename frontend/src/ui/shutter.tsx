// The shutter in the middle of the bar, and its keys.
import { useEffect, useId } from "preact/hooks";
import { texts } from "../i18n";
import type { Booth } from "../state";
import { useBooth } from "./context";
import { typing } from "./diagnostics";
import { Icon } from "./icons";
import { say } from "./notices";

/** What the space bar already does something to. */
const TAKES_SPACE = "button, a, input, select, summary, [role=button], [contenteditable]";

export function ShutterButton() {
  const booth = useBooth();
  const reason = useId();
  const t = texts.value;
  const counting =
    booth.countdown.value !== null || booth.series.value !== null || booth.motion.value !== null;
  const held = !booth.mayPress.value;
  const busy = counting || booth.link.value !== "open";
  useEffect(() => listen(() => press(booth)), [booth]);
  return (
    <div class="shutter-place">
      {held && (
        <p id={reason} class="shutter-reason">
          <Icon name="locked" size={14} /> {t.shutter.held}
        </p>
      )}
      <button
        type="button"
        class="shutter"
        aria-label={t.bar.shutter}
        data-tip={held ? t.notices.host_presses() : t.bar.shutterTip}
        aria-disabled={busy || held}
        aria-describedby={held ? reason : undefined}
        aria-keyshortcuts="Space S"
        onClick={() => press(booth)}
      />
    </div>
  );
}

function press(booth: Booth): void {
  const counting =
    booth.countdown.peek() !== null || booth.series.peek() !== null || booth.motion.peek() !== null;
  if (counting || booth.link.peek() !== "open") return;
  if (booth.mayPress.peek()) booth.takePhoto();
  else say("info", "host_presses");
}

/** Press by the space bar, where nothing else takes it, or by S, but not while typing. */
function listen(pressed: () => void): () => void {
  const key = (event: KeyboardEvent) => {
    const { target, code } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const taken = target instanceof Element && target.closest(TAKES_SPACE) !== null;
    if (code === "Space" ? taken : code !== "KeyS" || typing(target)) return;
    event.preventDefault();
    pressed();
  };
  addEventListener("keydown", key);
  return () => removeEventListener("keydown", key);
}
