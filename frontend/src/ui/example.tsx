// The living example of the landing page: the product's own renderer where it offers one, else
// our paper people, who change places as the background changes.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../i18n";
import type { Booth } from "../state";
import { IconButton } from "./controls";
import { useBooth } from "./context";
import { Figure, Scenery, type SceneName } from "./drawing";

const CHANGE_MS = 4500;

/** Where the three stand: [x, scale] each, in a 1600 × 900 picture. */
const scenes: readonly { scene: SceneName; places: readonly (readonly [number, number])[] }[] = [
  { scene: "curtain", places: [[440, 1.1], [800, 1.24], [1150, 1.06]] },
  { scene: "night", places: [[820, 1.2], [1190, 1.1], [430, 1.1]] },
  { scene: "sunset", places: [[1180, 0.98], [470, 1.28], [850, 1.04]] },
];

export function LivingExample() {
  const booth = useBooth();
  return booth.attachExample ? <Live attach={booth.attachExample.bind(booth)} /> : <Paper />;
}

function Live({ attach }: { attach: NonNullable<Booth["attachExample"]> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => attach(canvas.current!), []);
  return (
    <div class="example">
      {/* Until Python draws, what it will draw first. */}
      <img class="example-still" src="/people/still.webp" alt="" />
      <canvas ref={canvas} width={1280} height={720} role="img" aria-label={texts.value.landing.example} />
    </div>
  );
}

function Paper() {
  const t = texts.value.landing;
  const turn = useSignal(0);
  const playing = useSignal(true);
  useEffect(() => {
    const timer = setInterval(() => {
      if (playing.peek()) turn.value = (turn.value + 1) % scenes.length;
    }, CHANGE_MS);
    return () => clearInterval(timer);
  }, []);
  const { places } = scenes[turn.value]!;
  return (
    <div class="example">
      <svg viewBox="0 0 1600 900" role="img" aria-label={t.example}>
        {scenes.map(({ scene }, i) => (
          <g key={scene} class={`example-scene ${i === turn.value ? "on" : ""}`}>
            <Scenery scene={scene} />
          </g>
        ))}
        {places.map(([x, scale], who) => (
          <g key={who} class="example-person" style={{ transform: `translate(${x}px, 900px) scale(${scale})` }}>
            <Figure who={who} />
          </g>
        ))}
      </svg>
      <IconButton
        icon={playing.value ? "pause" : "play"}
        name={playing.value ? t.pause : t.play}
        kind="quiet"
        onClick={() => (playing.value = !playing.value)}
      />
    </div>
  );
}
