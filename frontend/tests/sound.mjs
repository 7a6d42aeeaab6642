// Ten minutes of a take's sound by a clock that is not waited for: a sound card that counts too fast,
// or too slowly, and samples that arrive late and in heaps. Prints how far each tenth of a second of
// sound lies from when it was heard, in ms: [in the first minute, in the last, at most], in all three
// without the first second.
import { load } from "./load.mjs";

const RATE = 48_000;
const PIECE = 480;
const MINUTES = 10;
const SETTLED_MS = 1_000;
const drift = Number(process.argv[2]); // of the card, in parts per million

globalThis.AudioData = class {
  constructor(init) {
    Object.assign(this, init);
  }
  close() {}
};

const { Sound } = await load("src/recording/sound.ts");
const { TakeClock } = await load("src/recording/clock.ts");

let seed = 1;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const heardAt = (piece) => ((piece * PIECE) / (RATE * (1 + drift / 1e6))) * 1000;

const apart = [];
const clock = new TakeClock();
clock.roll(0);
const sound = new Sound(clock, ({ data, timestamp }) => {
  const piece = data[0] - 1; // silence is 0
  if (piece >= 0 && piece % 10 === 0) apart.push([heardAt(piece), timestamp / 1000 - heardAt(piece)]);
});

let now = 0;
for (let piece = 0; heardAt(piece) < MINUTES * 60_000; piece++) {
  const stall = random() < 0.001 ? 300 : 0; // now and then the machine stands still
  now = Math.max(now, heardAt(piece + 1) + 5 - 8 * Math.log(random()) + stall);
  sound.take({ numberOfFrames: PIECE, copyTo: (to) => to.fill(piece + 1), close() {} }, now);
  sound.fill(now);
}
const settled = apart.filter(([at]) => at > SETTLED_MS);
const worst = (pairs) => Math.max(...pairs.map(([, ms]) => Math.abs(ms)));
const ends = MINUTES * 60_000;
console.log(
  JSON.stringify([
    worst(settled.filter(([at]) => at < 60_000)),
    worst(settled.filter(([at]) => at > ends - 60_000)),
    worst(settled),
  ]),
);
