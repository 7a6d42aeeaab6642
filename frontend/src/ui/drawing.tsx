// Paper people in paper scenes, drawn by us: where there is no camera's picture to show.
// Each figure stands with the middle of its lower edge at (0, 0), about 600 units tall.

export type SceneName = "curtain" | "night" | "sunset";

export function Scenery({ scene }: { scene: SceneName }) {
  if (scene === "curtain") return <Curtain />;
  return scene === "night" ? <Night /> : <Sunset />;
}

function Curtain() {
  const folds = Array.from({ length: 16 }, (_, i) => i * 100);
  return (
    <g>
      <rect width={1600} height={900} class="d-curtain" />
      {folds.map((x) => (
        <g key={x}>
          <path d={`M${x} 0 h26 q-10 450 6 900 h-32z`} class="d-curtain-deep" />
          <path d={`M${x + 56} 0 h14 q8 450 -4 900 h-10z`} class="d-curtain-light" />
        </g>
      ))}
      <path d={`M0 0 H1600 V64 ${folds.map((x) => `Q${1550 - x} 118 ${1500 - x} 64`).join(" ")} Z`} class="d-curtain-deep" />
    </g>
  );
}

function Night() {
  const towers = [
    [0, 470, 210], [210, 560, 150], [360, 400, 180], [540, 600, 190], [730, 500, 160],
    [890, 620, 210], [1100, 420, 170], [1270, 540, 150], [1420, 460, 180],
  ] as const;
  return (
    <g>
      <rect width={1600} height={900} class="d-night" />
      <circle cx={1290} cy={170} r={64} class="d-lamp" />
      {towers.map(([x, y, width], i) => (
        <g key={x}>
          <rect x={x} y={y} width={width} height={900 - y} class={i % 2 ? "d-night-near" : "d-night-far"} />
          {[0, 1, 2, 3].map((row) =>
            [0, 1, 2].map((column) =>
              (row * 3 + column + i) % 4 === 0 || (row + column * i) % 5 === 1 ? (
                <rect
                  key={`${row}${column}`}
                  x={x + 26 + column * ((width - 52) / 3)}
                  y={y + 34 + row * 62}
                  width={22}
                  height={30}
                  class="d-lamp"
                />
              ) : null,
            ),
          )}
        </g>
      ))}
      <path d="M0 90 Q400 230 800 120 T1600 90" class="d-wire" />
      {[120, 330, 540, 760, 990, 1220, 1450].map((x, i) => (
        <circle key={x} cx={x} cy={[132, 176, 172, 132, 92, 62, 76][i]} r={15} class="d-lamp" />
      ))}
    </g>
  );
}

function Sunset() {
  return (
    <g>
      <rect width={1600} height={900} class="d-sky" />
      <rect y={250} width={1600} height={650} class="d-sky-warm" />
      <circle cx={1080} cy={500} r={190} class="d-sun" />
      <path d="M0 560 Q260 430 560 540 T1120 520 T1600 480 V900 H0Z" class="d-hill-far" />
      <path d="M0 690 Q400 570 800 680 T1600 620 V900 H0Z" class="d-hill-near" />
    </g>
  );
}

const smile = (
  <>
    <path d="M-52 -432 q14 -17 28 0 M24 -432 q14 -17 28 0 M-30 -396 q30 32 60 0" class="d-face" />
    <circle cx={-62} cy={-404} r={13} class="d-cheek" />
    <circle cx={62} cy={-404} r={13} class="d-cheek" />
  </>
);

function Mina() {
  return (
    <g>
      <path d="M-128 -450 C-140 -630 140 -630 128 -450 L138 -318 Q0 -270 -138 -318 Z" class="d-hair-1" />
      <path d="M-212 0 C-214 -190 -178 -268 -62 -296 Q0 -262 62 -296 C178 -268 214 -190 212 0 Z" class="d-cloth-1" />
      <path d="M-38 -370 h76 v72 q-38 46 -76 0z" class="d-skin-1" />
      <ellipse cy={-436} rx={92} ry={104} class="d-skin-1" />
      <path d="M-98 -430 C-104 -580 104 -580 98 -430 Q84 -492 40 -500 Q-40 -506 -70 -486 Q-92 -470 -98 -430Z" class="d-hair-1" />
      {smile}
    </g>
  );
}

function Joon() {
  return (
    <g>
      <path d="M-240 0 C-242 -200 -200 -268 -66 -298 Q0 -270 66 -298 C200 -268 242 -200 240 0 Z" class="d-cloth-2" />
      <path d="M-66 -298 L0 -190 L66 -298 Q0 -262 -66 -298Z" class="d-cloth-light" />
      <path d="M-42 -376 h84 v80 q-42 52 -84 0z" class="d-skin-2" />
      <ellipse cy={-440} rx={94} ry={112} class="d-skin-2" />
      <path d="M-104 -424 C-132 -590 -40 -606 10 -588 C90 -598 122 -520 104 -424 Q92 -470 76 -492 Q0 -486 -62 -512 Q-92 -480 -104 -424Z" class="d-hair-2" />
      {smile}
      <path d="M-72 -430 a34 30 0 1 0 68 0 a34 30 0 1 0 -68 0 M4 -430 a34 30 0 1 0 68 0 a34 30 0 1 0 -68 0 M-4 -434 q4 -8 8 0" class="d-glasses" />
    </g>
  );
}

function Ada() {
  return (
    <g>
      <circle cy={-594} r={62} class="d-hair-3" />
      <path d="M-134 -400 C-168 -600 168 -600 134 -400 Q120 -330 0 -330 Q-120 -330 -134 -400Z" class="d-hair-3" />
      <path d="M168 -196 L262 -366" class="d-arm-3" />
      <path d="M262 -372 l-16 -92 M268 -372 l34 -82" class="d-fingers-3" />
      <circle cx={266} cy={-372} r={40} class="d-skin-3" />
      <path d="M-206 0 C-208 -186 -172 -262 -60 -290 Q0 -256 60 -290 C172 -262 214 -186 212 0 Z" class="d-cloth-3" />
      <path d="M-38 -370 h76 v76 q-38 48 -76 0z" class="d-skin-3" />
      <ellipse cy={-432} rx={92} ry={104} class="d-skin-3" />
      <path d="M-102 -424 C-110 -570 110 -570 102 -424 Q80 -510 0 -512 Q-80 -510 -102 -424Z" class="d-hair-3" />
      {smile}
    </g>
  );
}

const figures = [Mina, Joon, Ada];

/** One of the three, with the white edge that scissors leave. */
export function Figure({ who }: { who: number }) {
  const Who = figures[who % figures.length]!;
  return (
    <>
      <g class="d-edge">
        <Who />
      </g>
      <Who />
    </>
  );
}

/** Where somebody will stand: the outline only. */
export function Outline() {
  return (
    <svg class="outline" viewBox="0 0 1600 900" aria-hidden="true">
      <path
        transform="translate(800 900) scale(1.15)"
        d="M-240 0 C-242 -200 -200 -262 -72 -290 Q-52 -296 -52 -346 C-112 -392 -116 -560 0 -560 C116 -560 112 -392 52 -346 Q52 -296 72 -290 C200 -262 242 -200 240 0"
      />
    </svg>
  );
}
