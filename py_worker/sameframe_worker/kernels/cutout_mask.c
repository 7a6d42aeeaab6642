// Around the model: the picture it gets, and its mask made steady.
#include "cutout.h"

// The means of 2 x 2 pixels: each, its right, its lower and its lower right neighbour.
static void average(u8 *restrict d, const u8 *restrict a, const u8 *restrict b, int w) {
  for (int x = 0; x < w; x++) d[x] = (u8)((a[x] + b[x] + 1) >> 1);
  d[w] = d[w - 1];
  for (int x = 0; x < w; x++) d[x] = (u8)((d[x] + d[x + 1] + 1) >> 1);
}

static void sample_rows(u8 *restrict dst, const u8 *src, int w, int h, int j, const u16 *at,
                        u8 *restrict row) {
  const int y = (int)(((2 * j + 1) * (int64_t)h / N - 1) / 2);
  const u8 *a = src + y * w;
  average(row, a, y + 1 < h ? a + w : a, w);
  for (int i = 0; i < N; i++) dst[i] = row[at[i]];
}

static void positions(u16 *at, int w) {
  for (int i = 0; i < N; i++) at[i] = (u16)(((2 * i + 1) * (int64_t)w / N - 1) / 2);
}

// The picture (I420, even size) as the model takes it: 256 x 256 RGB, 0..1, into `rgb`, and the
// three planes that this is made of into `seen`, for `cutout_steady`. Scratch: 1536 bytes + 2 * w.
EX void cutout_input(float *restrict rgb, u8 *restrict seen, const u8 *src, int w, int h,
                     u8 *scratch) {
  const int wc = w / 2, hc = h / 2;
  const u8 *U = src + w * h, *V = U + wc * hc;
  u16 *at = (u16 *)scratch, *at_c = at + N;
  u8 *row = scratch + 4 * N;
  positions(at, w);
  positions(at_c, wc);
  for (int j = 0; j < N; j++) {
    u8 *y = seen + j * N, *u = y + N * N, *v = u + N * N;
    sample_rows(y, src, w, h, j, at, row);
    sample_rows(u, U, wc, hc, j, at_c, row);
    sample_rows(v, V, wc, hc, j, at_c, row);
    for (int i = 0; i < N; i += 4, rgb += 12) {
      const f4 Y = (widen4(y + i) - 16) * (1.164384f / 255);
      const f4 cb = widen4(u + i) - 128;
      const f4 cr = widen4(v + i) - 128;
      const f4 r = unit4(Y + cr * (1.596027f / 255));
      const f4 g = unit4(Y - cb * (0.391762f / 255) - cr * (0.812968f / 255));
      const f4 b = unit4(Y + cb * (2.017232f / 255));
      const f4 rg = __builtin_shufflevector(r, g, 0, 4, 1, 5);
      const f4 gb = __builtin_shufflevector(g, b, 1, 5, 2, 6);
      const f4 rg2 = __builtin_shufflevector(r, g, 2, 6, 3, 7);
      store4(rgb, __builtin_shufflevector(__builtin_shufflevector(rg, b, 0, 1, 4, 2), r, 0, 1, 2, 5));
      store4(rgb + 4, __builtin_shufflevector(gb, rg2, 0, 1, 4, 5));
      store4(rgb + 8, (f4){b[2], r[3], g[3], b[3]});
    }
  }
}

#define RATE 32    // of 128: how fast the mask follows the model where the picture rests
#define NOISE 12   // motion, in quarter levels of blurred luma, that is camera noise
#define GAIN 8     // rate per quarter level above it

static int quantise(u8 *restrict out, const float *restrict mask) {
  // Returns how many values are none of a mask; NaN compares false.
  const f4 low = all4(-0.01f), high = all4(1.01f);
  i4 good = {0};
  for (int i = 0; i < N * N; i += 4) {
    const f4 m = load4(mask + i);
    good -= (m >= low) & (m <= high);
    narrow4(out + i, unit4(m) * 255);
  }
  return N * N - (good[0] + good[1] + good[2] + good[3]);
}

static void motion_row(u8 *restrict d, const u8 *now, const u8 *before, int j, i16 *restrict row) {
  // |now - before| of one plane, blurred by (1 2 1) both ways first, so that noise cancels; x 4.
  // The most of all planes: a face before a wall of its own brightness is told by its colour.
  const int up = most(j - 1, 0) * N, at = j * N, down = least(j + 1, N - 1) * N;
  for (int x = 0; x < N; x++)
    row[x + 1] = (i16)(now[up + x] - before[up + x] + 2 * (now[at + x] - before[at + x]) +
                       now[down + x] - before[down + x]);
  row[0] = row[1];
  row[N + 1] = row[N];
  for (int x = 0; x < N; x++) {
    const i16 s = (i16)(row[x] + 2 * row[x + 1] + row[x + 2]);
    const i16 m = (i16)((s < 0 ? -s : s) >> 2);
    const u8 moved = (u8)(m > 255 ? 255 : m);
    d[x] = d[x] > moved ? d[x] : moved;
  }
}

static void follow_row(u8 *restrict steady, u8 *restrict rates, const u8 *restrict mask,
                       const u8 *restrict moved) {
  // `moved` has one value more at both ends.
  for (int x = 0; x < N; x++) {
    const u8 left = moved[x], mid = moved[x + 1], right = moved[x + 2];
    const u8 side = left > right ? left : right, m = side > mid ? side : mid;
    const i16 above = (i16)(m > NOISE ? m - NOISE : 0), fast = (i16)(RATE + above * GAIN);
    const i16 rate = fast > 128 ? 128 : fast, step = (i16)(mask[x] - steady[x]);
    rates[x] = (u8)rate;
    steady[x] = (u8)(steady[x] + ((i16)(step * rate + 64) >> 7));
  }
}

// Follow the model's mask (256 x 256, 0..1) with `steady` (0..255): slowly where the picture rests,
// at once where it moves between `before` and `seen` (of cutout_input); `rates` says how fast, of
// 128. `fresh`: take the mask as it is. Returns how many values are no mask's; then nothing is
// changed. Scratch: 2 * 256 * 256 + 1024 bytes.
EX int cutout_steady(u8 *restrict steady, u8 *restrict rates, const float *restrict mask,
                     const u8 *seen, const u8 *before, int fresh, u8 *scratch) {
  u8 *now = scratch, *moved = now + N * N;
  i16 *row = (i16 *)(moved + N * N);
  const int bad = quantise(now, mask);
  if (bad) return bad;
  if (fresh) {
    __builtin_memcpy(steady, now, N * N);
    __builtin_memset(rates, 128, N * N);
    return 0;
  }
  __builtin_memset(moved, 0, N * N);
  for (int at = 0; at < 3 * N * N; at += N * N)
    for (int j = 0; j < N; j++) motion_row(moved + j * N, seen + at, before + at, j, row);
  u8 *tall = (u8 *)row;
  for (int j = 0; j < N; j++) {
    const u8 *b = moved + j * N, *a = j ? b - N : b, *c = j < N - 1 ? b + N : b;
    for (int x = 0; x < N; x++) {
      const u8 m = a[x] > b[x] ? a[x] : b[x];
      tall[x + 1] = m > c[x] ? m : c[x];
    }
    tall[0] = tall[1];
    tall[N + 1] = tall[N];
    follow_row(steady + j * N, rates + j * N, now + j * N, tall);
  }
  return 0;
}

enum { CELLS = 64, CELL = N / CELLS };

// Copy `steady` to `kept` without what is not connected with anybody: patches of confident mask
// smaller than `smallest` cells of 4 x 4, and haze that touches no confident cell.
// Scratch: 5 * 4096 bytes.
EX void cutout_islands(u8 *restrict kept, const u8 *restrict steady, int smallest, u8 *scratch) {
  u8 *cell = scratch;  // 0: no, 1: confident, not seen yet, 2: seen, 3: kept
  u16 *queue = (u16 *)(scratch + CELLS * CELLS);
  for (int j = 0; j < CELLS; j++) {
    const u8 *a = steady + j * CELL * N, *b = a + N, *c = b + N, *d = c + N;
    u8 tall[N];
    for (int x = 0; x < N; x++) {
      const u8 p = a[x] > b[x] ? a[x] : b[x], q = c[x] > d[x] ? c[x] : d[x];
      tall[x] = p > q ? p : q;
    }
    for (int i = 0; i < CELLS; i++)
      cell[j * CELLS + i] = (tall[4 * i] | tall[4 * i + 1] | tall[4 * i + 2] | tall[4 * i + 3]) > 127;
  }
  for (int seed = 0; seed < CELLS * CELLS; seed++) {
    if (cell[seed] != 1) continue;
    int head = 0, tail = 0;
    queue[tail++] = (u16)seed;
    cell[seed] = 2;
    while (head < tail) {
      const int at = queue[head++], x = at % CELLS, y = at / CELLS;
      const int next[4] = {x > 0 ? at - 1 : at, x < CELLS - 1 ? at + 1 : at,
                           y > 0 ? at - CELLS : at, y < CELLS - 1 ? at + CELLS : at};
      for (int k = 0; k < 4; k++)
        if (cell[next[k]] == 1) {
          cell[next[k]] = 2;
          queue[tail++] = (u16)next[k];
        }
    }
    if (tail >= smallest)
      for (int k = 0; k < tail; k++) cell[queue[k]] = 3;
  }
  for (int j = 0; j < CELLS; j++) {
    const u8 *b = cell + j * CELLS, *a = j ? b - CELLS : b, *c = j < CELLS - 1 ? b + CELLS : b;
    u8 tall[CELLS + 2] = {0};
    for (int i = 0; i < CELLS; i++) tall[i + 1] = (a[i] == 3) | (b[i] == 3) | (c[i] == 3);
    u8 wide[N];
    for (int x = 0; x < N; x++) {
      const u8 *t = tall + x / CELL;
      wide[x] = (u8)-(t[0] | t[1] | t[2]);
    }
    for (int at = j * CELL * N; at < (j + 1) * CELL * N; at += N)
      for (int x = 0; x < N; x++) kept[at + x] = steady[at + x] & wide[x];
  }
}
