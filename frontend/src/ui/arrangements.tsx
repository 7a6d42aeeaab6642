// Everyone into place with one press; the host's.
import type { Arrangement } from "../generated/wire";
import { texts } from "../i18n";
import { useBooth } from "./context";

/** Heads as they would stand: [across, down, radius] in a 40 × 24 picture. */
const drawings: Record<Arrangement, readonly (readonly [number, number, number])[]> = {
  row: [[7, 13, 4], [20, 13, 4], [33, 13, 4]],
  two_rows: [[13.5, 7, 3.5], [26.5, 7, 3.5], [7, 16, 4], [20, 16, 4], [33, 16, 4]],
  arc: [[6, 8, 4.5], [20, 14, 3.5], [34, 8, 4.5]],
};

export function LayoutPanel() {
  const booth = useBooth();
  const t = texts.value.layout;
  return (
    <div class="arrangements">
      {(Object.keys(drawings) as Arrangement[]).map((how) => (
        <button key={how} type="button" class="arrangement" onClick={() => booth.tidy(how)}>
          <svg viewBox="0 0 40 24" width={60} height={36} aria-hidden="true">
            {drawings[how].map(([x, y, r]) => (
              <path
                key={`${x}`}
                d={`M${x - r * 1.5} 24 v-${Math.max(1, 24 - y - r * 2.2)} a${r * 1.5} ${r * 1.3} 0 0 1 ${r * 3} 0 V24 Z M${x - r} ${y} a${r} ${r} 0 1 1 ${2 * r} 0 a${r} ${r} 0 1 1 ${-2 * r} 0`}
              />
            ))}
          </svg>
          <span>{t[how]}</span>
        </button>
      ))}
    </div>
  );
}
