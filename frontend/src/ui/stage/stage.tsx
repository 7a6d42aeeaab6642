// The canvas, which is given away once and therefore stays mounted from the lobby into the room,
// and what lies over it.
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { texts } from "../../i18n";
import { useBooth } from "../context";

export function Stage({ children, under }: { children: ComponentChildren; under?: ComponentChildren }) {
  const booth = useBooth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const run = booth.stageRun.value; // a canvas that was given away is never given back
  useEffect(() => booth.attachStage(canvas.current!), [booth, run]);
  return (
    <div class="stage">
      <div class="stage-picture">
        <canvas key={run} ref={canvas} width={1280} height={720} role="img" aria-label={texts.value.stage.label} />
        {children}
      </div>
      {under}
    </div>
  );
}
