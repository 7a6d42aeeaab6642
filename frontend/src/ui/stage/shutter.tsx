// The theatre of the shutter: 3-2-1 on the stage for all, and the flash.
import { useSignal, useSignalEffect } from "@preact/signals";
import { announce, texts } from "../../i18n";
import { click, tick } from "../sound";
import { useBooth } from "../context";

export function Shutter() {
  const booth = useBooth();
  const flashes = useSignal(booth.flash.peek());
  useSignalEffect(() => {
    const seconds = booth.countdown.value;
    if (seconds === null) return;
    announce(texts.peek().shutter.countdown(seconds));
    tick();
  });
  useSignalEffect(() => {
    const flash = booth.flash.value;
    if (flash === flashes.peek()) return;
    flashes.value = flash;
    announce(texts.peek().shutter.flash);
    click();
  });
  useSignalEffect(() => {
    const series = booth.series.value;
    if (series) announce(texts.peek().shutter.series(series.number, series.count));
  });
  useSignalEffect(() => {
    const motion = booth.motion.value;
    if (motion) announce(texts.peek().shutter[motion]);
  });
  const seconds = booth.countdown.value;
  const series = booth.series.value;
  const motion = booth.motion.value;
  return (
    <>
      {series && (
        <p class="series" aria-hidden="true">
          {texts.value.shutter.series(series.number, series.count)}
        </p>
      )}
      {motion && (
        <p class={`series ${motion}`} aria-hidden="true">
          {texts.value.shutter[motion]}
        </p>
      )}
      {seconds !== null && (
        <div key={seconds} class="countdown" aria-hidden="true">
          {seconds}
        </div>
      )}
      {flashes.value > 0 && <div key={`flash${flashes.value}`} class="flash" aria-hidden="true" />}
    </>
  );
}
