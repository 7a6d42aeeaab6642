// The stage's kernels: a stacked frame becomes a sprite (premultiplied RGBA of the size at which it
// is shown), sprites are blended over a background. Sampling is defined in stacked.py, the colours
// in reference.py. Freestanding C with clang's vectors: SIMD in WebAssembly and natively.
#include "pixels.h"

#define ROW (MAX_WIDTH + 32)

// What to rasterise; stage/cpu.py has the same structure.
typedef struct {
  double affine[6];  // Placement.inverse()
  double seam;       // stacked.Rows
  const u8 *planes;  // I420, tightly packed, 32 bytes of padding behind
  u8 *sprite;        // RGBA, `stride` pixels per row, a multiple of 8
  i32 *spans;        // per row of the sprite: first and one past last pixel that is not empty
  i32 width, height;
  i32 colour_last, chroma_last, mask_first;
  i32 left, top, columns, rows, stride;  // the sprite's place in the output
  i32 frame_width, frame_height;         // of the unrotated placement
  i32 opacity;                           // 0..256
  i32 tint[12];                          // per channel: parts of Y, Cb and Cr, and what is added
  i32 wrap, shadow;                      // 0..128 of what is near, 0..256 of black; 0: none
  i32 out_width, out_height;             // of the whole picture
  u8 *soft, *shade;                      // room for the mask's, light.c
  const u8 *near;                        // the background's average, three planes of NEAR_PLANE
} Job;

#define SOFT_WIDE 40  // light.py: SOFT
#define SOFT_HIGH 30
#define NEAR_WIDE 64  // light.py: SMALL
#define NEAR_HIGH 36
#define NEAR_PLANE (NEAR_WIDE * NEAR_HIGH + 32)

// Where a row of the output is sampled in a row of the source: pixel x between index and
// index + 1, the second with `weight` 0..128. Where eight pixels' taps lie within 16 bytes of each
// other (`near`: not much smaller than the source), one load at `base` and one shuffle by `order`
// fetch all of them, five times as fast as one by one.
typedef struct {
  u16 index[ROW], weight[ROW], base[ROW / 8];
  u8x16 order[ROW / 8];
  int near;
} Taps;

static inline int clamp(int low, int v, int high) { return v < low ? low : v > high ? high : v; }
static inline double clampd(double low, double v, double high) {
  return v < low ? low : v > high ? high : v;
}

static inline void tap(double at, int first, int last, u16 *index, u16 *weight) {
  at = clampd(first, at, last);
  int i = (int)at;
  if (i > last - 1) i = last - 1;
  *index = (u16)i;
  *weight = (u16)((at - i) * 128 + 0.5);
}

// Taps for `count` pixels, sampled at start + step * x; up to the next multiple of eight the last
// is repeated.
static void taps(Taps *t, double start, double step, int last, int count) {
  int end = (count + 7) & ~7;
  for (int x = 0; x < count; x++) tap(start + step * x, 0, last, &t->index[x], &t->weight[x]);
  for (int x = count; x < end; x++) {
    t->index[x] = t->index[count - 1];
    t->weight[x] = t->weight[count - 1];
  }
  t->near = 1;
  for (int x = 0; x < end; x += 8) {
    u16 a = t->index[x], b = t->index[x + 7], base = a < b ? a : b;  // backwards when mirrored
    t->base[x / 8] = base;
    if ((a < b ? b : a) + 1 - base > 15) t->near = 0;
    for (int k = 0; k < 8; k++) {
      u8 at = (u8)(t->index[x + k] - base);
      t->order[x / 8][2 * k] = at;
      t->order[x / 8][2 * k + 1] = (u8)(at + 1);
    }
  }
}

static inline u8x16 shuffle(u8x16 v, u8x16 order) {
#ifdef __wasm_simd128__
  return (u8x16)__builtin_wasm_swizzle_i8x16((signed char __attribute__((vector_size(16))))v,
                                             (signed char __attribute__((vector_size(16))))order);
#else
  u8x16 out;
  for (int k = 0; k < 16; k++) out[k] = v[order[k] & 15];
  return out;
#endif
}

// Mix two rows between two columns; without anything to mix the first row itself is returned.
static const u8 *mix(u8 *out, const u8 *p, const u8 *q, int weight, int from, int to) {
  if (weight == 0) return p;
  if (weight == 128) return q;
  u16 a = (u16)(128 - weight), b = (u16)weight;
  for (int x = from; x < to; x += 16) {
    u8x16 s, t, o;
    __builtin_memcpy(&s, p + x, 16);
    __builtin_memcpy(&t, q + x, 16);
    u16x8 low = (HALF(s, 0) * a + HALF(t, 0) * b + 64) >> 7;
    u16x8 high = (HALF(s, 8) * a + HALF(t, 8) * b + 64) >> 7;
    o = __builtin_shufflevector((u8x16)low, (u8x16)high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22,
                                24, 26, 28, 30);
    __builtin_memcpy(out + x, &o, 16);
  }
  return out;
}

// Eight pixels of a row through their taps.
static inline u16x8 across(const u8 *row, const Taps *t, int x) {
  u16x8 both, weight;
  if (t->near) {
    u8x16 window;
    __builtin_memcpy(&window, row + t->base[x / 8], 16);
    both = (u16x8)shuffle(window, t->order[x / 8]);
  } else {
    for (int k = 0; k < 8; k++) {
      u16 pair;
      __builtin_memcpy(&pair, row + t->index[x + k], 2);
      both[k] = pair;
    }
  }
  __builtin_memcpy(&weight, &t->weight[x], 16);
  return ((both & 255) * (128 - weight) + (both >> 8) * weight + 64) >> 7;
}

// Which of a row's cells are not this value: most are.
static inline uint64_t others(const u8 *row, u8 value) {
  uint64_t of = 0;
#ifdef __wasm_simd128__
  for (int x = 0; x < SOFT_WIDE; x += 16) {
    u8x16 sixteen;
    __builtin_memcpy(&sixteen, row + x, 16);
    of |= (uint64_t)__builtin_wasm_bitmask_i8x16((u8x16)(sixteen != value)) << x;
  }
#else
  for (int x = 0; x < SOFT_WIDE; x++) of |= (uint64_t)(row[x] != value) << x;
#endif
  return of;
}

// Which cells eight pixels are mixed from.
static inline uint64_t cells(const Taps *t, int x) {
  const int a = t->index[x], b = t->index[x + 7], from = a < b ? a : b, last = (a < b ? b : a) + 1;
  return (~(uint64_t)0 >> (63 - last)) & (~(uint64_t)0 << from);
}

// Luma of the mask to alpha 0..256, faded by opacity 0..256.
static inline u16x8 ramp(u16x8 luma, u16 opacity) {
  u16x8 m = __builtin_elementwise_min(luma, (u16x8){} + MASK_CEIL);
  m = __builtin_elementwise_max(m, (u16x8){} + MASK_FLOOR) - MASK_FLOOR;
  u16x8 a = (m * 333 + 128) >> 8;  // 255/196 in 8 bits: 196 * 333 + 128 fits 16
  a += a >> 7;
  return opacity == 256 ? a : (a * opacity + 128) >> 8;
}

#define PLUS __builtin_elementwise_add_sat

// One channel of eight pixels.
static inline u16x8 tinted(u16x8 y, i16x8 cb, i16x8 cr, const i32 *by) {
  const i16x8 light = (i16x8)((y * (u16)by[0]) >> 1), colour = PLUS(cb * (i16)by[1], cr * (i16)by[2]);
  return (u16x8)byte(PLUS(PLUS(light, colour), (i16x8){} + (i16)by[3]) >> 6);
}

// Eight pixels' red, green and blue.
typedef struct {
  u16x8 r, g, b;
} Eight;

// BT.601, limited range, and the layer's tint (stage/cpu.py makes one map of both): 6 fractional
// bits, of luma 7.
static inline Eight coloured(u16x8 y, u16x8 u, u16x8 v, const i32 *tint) {
  y = __builtin_elementwise_min(y, (u16x8){} + 235);
  y = __builtin_elementwise_max(y, (u16x8){} + 16) - 16;
  i16x8 cb = (i16x8)u - 128, cr = (i16x8)v - 128;
  return (Eight){tinted(y, cb, cr, tint), tinted(y, cb, cr, tint + 4), tinted(y, cb, cr, tint + 8)};
}

// Let something shine over a colour; `part` 0..128.
static inline u16x8 shone(u16x8 colour, u16x8 by, i16x8 part) {
  const i16x8 far = (i16x8)by - (i16x8)colour;
  return (u16x8)((i16x8)colour + ((far * part + 64) >> 7));
}

static inline Eight wrapped(Eight of, Eight near, u16x8 soft, int wrap) {
  const i16x8 part = (i16x8)(((255 - soft) * (u16)wrap + 128) >> 8);
  return (Eight){shone(of.r, near.r, part), shone(of.g, near.g, part), shone(of.b, near.b, part)};
}

// alpha 0..256, and of black behind it; the sprite keeps what both cover as 0..255.
static inline void put(u8 *out, Eight of, u16x8 alpha, u16x8 behind) {
  const u16x8 r = (of.r * alpha + 128) >> 8, g = (of.g * alpha + 128) >> 8;
  const u16x8 b = (of.b * alpha + 128) >> 8;
  const u16x8 cover = alpha + (((256 - alpha) * behind + 128) >> 8);
  const u16x8 a = cover - (cover >> 8);
  u16x8 rg = r | g << 8, ba = b | a << 8;
  u16x8 low = __builtin_shufflevector(rg, ba, 0, 8, 1, 9, 2, 10, 3, 11);
  u16x8 high = __builtin_shufflevector(rg, ba, 4, 12, 5, 13, 6, 14, 7, 15);
  __builtin_memcpy(out, &low, 16);
  __builtin_memcpy(out + 16, &high, 16);
}

static inline int empty(u16x8 v) {
  uint64_t w[2];
  __builtin_memcpy(w, &v, 16);
  return (w[0] | w[1]) == 0;
}

static inline void clear(u8 *out) {
  u16x8 zero = {};
  __builtin_memcpy(out, &zero, 16);
  __builtin_memcpy(out + 16, &zero, 16);
}

// Not rotated: rows are mixed whole, then sampled along one table for all rows.
static void upright(const Job *job) {
  Taps full, half, body, ground;
  i32 tint[12];  // a copy: what is written can't change it
  const int lit = job->wrap > 0 || job->shadow > 0;
  u16 alpha[ROW], behind[ROW];
  u8 mixed[3][ROW], bodies[2][SOFT_WIDE + 32], grounds[3][NEAR_WIDE + 32];
  uint64_t under[ROW / 8];  // of each eight pixels
  int w = job->width, h = job->height, cw = (w + 1) / 2, ch = (h + 1) / 2, n = job->columns;
  const u8 *Y = job->planes, *U = Y + w * h, *V = U + cw * ch;
  const double *f = job->affine;
  double u0 = f[0] * (job->left + 0.5) + f[2], du = f[0], seam = job->seam;
  __builtin_memcpy(tint, job->tint, sizeof tint);
  taps(&full, u0 * w - 0.5, du * w, w - 1, n);
  taps(&half, u0 * w / 2 - 0.5, du * w / 2, cw - 1, n);
  if (lit) {
    taps(&body, u0 * SOFT_WIDE - 0.5, du * SOFT_WIDE, SOFT_WIDE - 1, n);
    for (int x = 0; x < n; x += 8) under[x / 8] = cells(&body, x);
    const double step = (double)NEAR_WIDE / job->out_width;
    taps(&ground, (job->left + 0.5) * step - 0.5, step, NEAR_WIDE - 1, n);
  }
  for (int j = 0; j < job->rows; j++) {
    double v = f[4] * (job->top + j + 0.5) + f[5];
    u8 *out = job->sprite + (long)j * job->stride * 4;
    u16 row, weight;
    int first = n, last = 0;

    tap(seam + v * (h - seam) - 0.5, job->mask_first, h - 1, &row, &weight);
    const u8 *mask = mix(mixed[0], Y + row * w, Y + (row + 1) * w, weight, 0, w);
    const u8 *soft = 0, *shade = 0, *near[3] = {0, 0, 0};
    uint64_t edges = 0, shaded = 0;
    if (lit) {
      u16 part;
      tap(v * SOFT_HIGH - 0.5, 0, SOFT_HIGH - 1, &row, &part);
      const u8 *of = job->soft + row * SOFT_WIDE, *from = job->shade + row * SOFT_WIDE;
      soft = mix(bodies[0], of, of + SOFT_WIDE, part, 0, SOFT_WIDE);
      shade = mix(bodies[1], from, from + SOFT_WIDE, part, 0, SOFT_WIDE);
      edges = job->wrap ? others(soft, 255) : 0;
      shaded = job->shadow ? others(shade, 0) : 0;
    }
    for (int x = 0; x < n; x += 8) {
      u16x8 a = ramp(across(mask, &full, x), (u16)job->opacity), s = {};
      // Black behind what is solid is not seen.
      if ((shaded & under[x / 8]) && !empty(256 - a))
        s = (across(shade, &body, x) * (u16)job->shadow + 128) >> 8;
      __builtin_memcpy(&alpha[x], &a, 16);
      __builtin_memcpy(&behind[x], &s, 16);
      if (empty(a | s)) continue;
      if (first == n) first = x;
      last = x + 8;
    }
    if (last > n) last = n;
    job->spans[2 * j] = first;
    job->spans[2 * j + 1] = last;
    if (first >= last) continue;

    // A mirrored cutout is read backwards: take both ends in either order.
    int a = full.index[first], b = full.index[last - 1], c = half.index[first],
        d = half.index[last - 1];
    int from = a < b ? a : b, to = (a < b ? b : a) + 2, cfrom = c < d ? c : d,
        cto = (c < d ? d : c) + 2;
    tap(v * seam - 0.5, 0, job->colour_last, &row, &weight);
    const u8 *luma = mix(mixed[0], Y + row * w, Y + (row + 1) * w, weight, from, to);
    tap(v * seam / 2 - 0.5, 0, job->chroma_last, &row, &weight);
    const u8 *cb = mix(mixed[1], U + row * cw, U + (row + 1) * cw, weight, cfrom, cto);
    const u8 *cr = mix(mixed[2], V + row * cw, V + (row + 1) * cw, weight, cfrom, cto);
    if (job->wrap) {
      u16 part;
      const double down = (job->top + j + 0.5) * NEAR_HIGH / job->out_height - 0.5;
      tap(down, 0, NEAR_HIGH - 1, &row, &part);
      for (int c = 0; c < 3; c++) {
        const u8 *of = job->near + c * NEAR_PLANE + row * NEAR_WIDE;
        near[c] = mix(grounds[c], of, of + NEAR_WIDE, part, 0, NEAR_WIDE);
      }
    }
    for (int x = first; x < last; x += 8) {
      u16x8 al, s;
      __builtin_memcpy(&al, &alpha[x], 16);
      __builtin_memcpy(&s, &behind[x], 16);
      Eight of = {};
      if (!empty(al)) {
        of = coloured(across(luma, &full, x), across(cb, &half, x), across(cr, &half, x), tint);
        if (edges & under[x / 8])
          of = wrapped(of, (Eight){across(near[0], &ground, x), across(near[1], &ground, x),
                                   across(near[2], &ground, x)}, across(soft, &body, x), job->wrap);
      }
      put(out + 4 * x, of, al, s);
    }
  }
}

// One sample at (x, y), 16 fractional bits; taps are clamped to the plane.
static inline int sample(const u8 *plane, int stride, int x, int y, int first, int last) {
  // Just short of the last column and row, so that the taps behind are never outside.
  x = clamp(0, x, ((stride - 1) << 16) - 1);
  y = clamp(first << 16, y, (last << 16) - 1);
  const u8 *p = plane + (y >> 16) * stride + (x >> 16), *q = p + stride;
  int a = (x >> 9) & 127, b = (y >> 9) & 127;
  int top = p[0] * (128 - a) + p[1] * a, low = q[0] * (128 - a) + q[1] * a;
  return (top * (128 - b) + low * b + 8192) >> 14;
}

// Narrow from..to down to the x for which start + step * x lies between low and high.
static void within(double start, double step, double low, double high, int *from, int *to) {
  if (step == 0) {
    if (start < low || start > high) *to = *from;
    return;
  }
  double a = (low - start) / step, b = (high - start) / step;
  if (a > b) {
    double c = a;
    a = b;
    b = c;
  }
  if (a > *from) *from = a < *to ? (int)a : *to;
  if (b < *to) *to = b > *from ? (int)b + 1 : *from;
}

// How much of a pixel is covered at this distance from a frame's two edges, all 0..65536 = 1.
static inline int covered(int at, int size) {
  return clamp(0, (at < size - at ? at : size - at) + 32768, 65536);
}

static inline int bits16(double v) { return (int)(v * 65536); }

// Rotated: every pixel by itself, in steps along the row.
static void turned(const Job *job) {
  int w = job->width, h = job->height, cw = (w + 1) / 2, ch = (h + 1) / 2, n = job->columns;
  const u8 *Y = job->planes, *U = Y + w * h, *V = U + cw * ch;
  const double *f = job->affine;
  double seam = job->seam, fw = job->frame_width, fh = job->frame_height;
  int du = bits16(f[0] * w), dv = bits16(f[3] * seam), dm = bits16(f[3] * (h - seam));
  int dx = bits16(f[0] * fw), dy = bits16(f[3] * fh), across16 = bits16(fw), down16 = bits16(fh);
  for (int j = 0; j < job->rows; j++) {
    u8 *out = job->sprite + (long)j * job->stride * 4;
    double u = f[0] * (job->left + 0.5) + f[1] * (job->top + j + 0.5) + f[2];
    double v = f[3] * (job->left + 0.5) + f[4] * (job->top + j + 0.5) + f[5];
    int from = 0, to = n, first = n, last = 0;
    within(u, f[0], -0.5 / fw, 1 + 0.5 / fw, &from, &to);
    within(v, f[3], -0.5 / fh, 1 + 0.5 / fh, &from, &to);
    from &= ~7;
    u += f[0] * from;
    v += f[3] * from;
    int su = bits16(u * w - 0.5), sv = bits16(v * seam - 0.5), x = bits16(u * fw), y = bits16(v * fh);
    int sm = bits16(seam + v * (h - seam) - 0.5);
    for (int i = from; i < to; i += 8) {
      u16x8 lu = {}, cb = {}, cr = {}, mask = {}, soft = {}, behind = {};
      Eight near = {};
      for (int k = 0; k < 8; k++, su += du, sv += dv, sm += dm, x += dx, y += dy) {
        int part = i + k < n ? (covered(x, across16) >> 8) * (covered(y, down16) >> 8) : 0;
        if (part <= 0) continue;
        const int bx = (int)((int64_t)x * SOFT_WIDE / job->frame_width) - 32768;
        const int by = (int)((int64_t)y * SOFT_HIGH / job->frame_height) - 32768;
        if (job->shadow) {
          const int s = sample(job->shade, SOFT_WIDE, bx, by, 0, SOFT_HIGH - 1);
          behind[k] = (u16)((s * job->shadow * (part >> 8) + 32768) >> 16);
        }
        int m = clamp(MASK_FLOOR, sample(Y, w, su, sm, job->mask_first, h - 1), MASK_CEIL);
        if (m == MASK_FLOOR) continue;
        // The edge's coverage goes into the mask's own range.
        mask[k] = (u16)(MASK_FLOOR + (((m - MASK_FLOOR) * part + 32768) >> 16));
        int cx = (su >> 1) - 16384, cy = (sv >> 1) - 16384;
        lu[k] = (u16)sample(Y, w, su, sv, 0, job->colour_last);
        cb[k] = (u16)sample(U, cw, cx, cy, 0, job->chroma_last);
        cr[k] = (u16)sample(V, cw, cx, cy, 0, job->chroma_last);
        if (!job->wrap) continue;
        soft[k] = (u16)sample(job->soft, SOFT_WIDE, bx, by, 0, SOFT_HIGH - 1);
        if (soft[k] >= 255) continue;
        const int gx = (2 * (job->left + i + k) + 1) * (NEAR_WIDE << 15) / job->out_width - 32768;
        const int gy = (2 * (job->top + j) + 1) * (NEAR_HIGH << 15) / job->out_height - 32768;
        near.r[k] = (u16)sample(job->near, NEAR_WIDE, gx, gy, 0, NEAR_HIGH - 1);
        near.g[k] = (u16)sample(job->near + NEAR_PLANE, NEAR_WIDE, gx, gy, 0, NEAR_HIGH - 1);
        near.b[k] = (u16)sample(job->near + 2 * NEAR_PLANE, NEAR_WIDE, gx, gy, 0, NEAR_HIGH - 1);
      }
      u16x8 al = ramp(mask, (u16)job->opacity);
      if (empty(al | behind)) {
        clear(out + 4 * i);
        continue;
      }
      Eight of = coloured(lu, cb, cr, job->tint);
      if (job->wrap) of = wrapped(of, near, soft, job->wrap);
      put(out + 4 * i, of, al, behind);
      if (first == n) first = i;
      last = i + 8 < n ? i + 8 : n;
    }
    job->spans[2 * j] = first;
    job->spans[2 * j + 1] = last;
  }
}

// Rasterise a stacked frame into a sprite. Rows without a span are left as they were.
EXPORT void stage_rasterise(const Job *job) {
  if (job->wrap || job->shadow)
    light_soft(job->soft, job->shade, job->planes, job->width, job->height, job->mask_first);
  if (job->affine[1] == 0 && job->affine[3] == 0)
    upright(job);
  else
    turned(job);
}

static inline int alphas(u8x16 s, uint64_t are) {
  uint64_t w[2], mask = 0xff000000ff000000u;
  __builtin_memcpy(w, &s, 16);
  return (w[0] & mask) == are && (w[1] & mask) == are;
}

static inline u8x16 over(u8x16 s, u8x16 d) {
#define SIDE(n)                                                                                  \
  u16x8 s##n = HALF(s, n), d##n = HALF(d, n);                                                    \
  u16x8 a##n = __builtin_shufflevector(s##n, s##n, 3, 3, 3, 3, 7, 7, 7, 7);                      \
  d##n = s##n + (d##n * (256 - (a##n + (a##n >> 7))) >> 8);  /* truncated: never over 255 */
  SIDE(0)
  SIDE(8)
  u8x16 out = __builtin_shufflevector((u8x16)d0, (u8x16)d8, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
                                      22, 24, 26, 28, 30);
  return out | (u8x16){0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255};
}

// Blend a sprite over RGBA pixels with its upper left corner at (left, top), clipped.
EXPORT void stage_blend(u8 *pixels, int width, int height, const u8 *sprite, const i32 *spans,
                        int stride, int rows, int left, int top) {
  for (int j = top < 0 ? -top : 0; j < rows && top + j < height; j++) {
    int from = spans[2 * j], to = spans[2 * j + 1];
    if (from < -left) from = -left;
    if (to > width - left) to = width - left;
    u8 *d = pixels + ((long)(top + j) * width + left) * 4;
    const u8 *s = sprite + (long)j * stride * 4;
    int x = from;
    for (; x + 4 <= to; x += 4) {
      u8x16 src, dst;
      __builtin_memcpy(&src, s + 4 * x, 16);
      if (alphas(src, 0xff000000ff000000u)) {  // most of a body
        __builtin_memcpy(d + 4 * x, &src, 16);
        continue;
      }
      __builtin_memcpy(&dst, d + 4 * x, 16);
      dst = over(src, dst);
      __builtin_memcpy(d + 4 * x, &dst, 16);
    }
    for (; x < to; x++) {
      u8x16 src = {}, dst = {};
      __builtin_memcpy(&src, s + 4 * x, 4);
      __builtin_memcpy(&dst, d + 4 * x, 4);
      dst = over(src, dst);
      __builtin_memcpy(d + 4 * x, &dst, 4);
    }
  }
}

// A sprite as RGBA with straight alpha, rows tightly packed; where alpha is 0 so is the colour.
EXPORT void stage_straight(u8 *out, const u8 *sprite, const i32 *spans, int stride, int columns,
                           int rows) {
  for (int j = 0; j < rows; j++) {
    const int from = spans[2 * j], to = spans[2 * j + 1];
    u8 *d = out + (long)j * columns * 4;
    const u8 *s = sprite + (long)j * stride * 4;
    __builtin_memset(d, 0, 4 * (unsigned long)columns);
    for (int x = 4 * from; x < 4 * to; x += 4) {
      const int alpha = s[x + 3];
      for (int c = 0; c < 3 && alpha; c++)
        d[x + c] = (u8)clamp(0, (s[x + c] * 255 + alpha / 2) / alpha, 255);
      d[x + 3] = (u8)alpha;
    }
  }
}

// NV12 to I420.
EXPORT void stage_from_nv12(u8 *out, const u8 *in, int width, int height) {
  int luma = width * height, chroma = ((width + 1) / 2) * ((height + 1) / 2);
  __builtin_memcpy(out, in, luma);
  const u8 *uv = in + luma;
  u8 *u = out + luma, *v = u + chroma;
  for (int i = 0; i < chroma; i++) {
    u[i] = uv[2 * i];
    v[i] = uv[2 * i + 1];
  }
}

// RGBA (alpha is not looked at) to I420, BT.601 limited range.
EXPORT void stage_from_rgba(u8 *out, const u8 *in, int width, int height) {
  int cw = (width + 1) / 2, ch = (height + 1) / 2;
  u8 *u = out + width * height, *v = u + cw * ch;
  for (int i = 0; i < width * height; i++) {
    const u8 *p = in + 4 * i;
    out[i] = (u8)((16829 * p[0] + 33039 * p[1] + 6416 * p[2] + (16 << 16) + 32768) >> 16);
  }
  for (int y = 0; y < ch; y++)
    for (int x = 0; x < cw; x++) {
      int down = 2 * y + 1 < height ? 4 * width : 0, right = 2 * x + 1 < width ? 4 : 0, s[3];
      const u8 *p = in + 4 * (2 * y * width + 2 * x);
      for (int c = 0; c < 3; c++) s[c] = p[c] + p[c + right] + p[c + down] + p[c + down + right];
      u[y * cw + x] = (u8)((-9714 * s[0] - 19070 * s[1] + 28784 * s[2] + (512 << 16) + 131072) >> 18);
      v[y * cw + x] = (u8)((28784 * s[0] - 24103 * s[1] - 4681 * s[2] + (512 << 16) + 131072) >> 18);
    }
}

// What chroma adds to sixteen pixels of one channel.
typedef struct {
  i16x8 low, high;
} Added;

static inline Added added(i16x8 v) {  // two pixels have one chroma
  return (Added){__builtin_shufflevector(v, v, 0, 0, 1, 1, 2, 2, 3, 3),
                 __builtin_shufflevector(v, v, 4, 4, 5, 5, 6, 6, 7, 7)};
}

static inline u8x16 channel(i16x8 low, i16x8 high, Added by) {
  return narrowed(PLUS(low, by.low) >> 6, PLUS(high, by.high) >> 6);
}

// Rows of I420, BT.709 limited range, to RGBA: what our own films are. `width` is a multiple of
// sixteen, `top` even.
EXPORT void stage_from_i420(u8 *out, const u8 *in, int width, int height, int top, int bottom) {
  const u8 *u = in + width * height + top / 2 * (width / 2), *v = u + width / 2 * ((height + 1) / 2);
  for (int y = top; y < bottom; y += 2)
    for (int x = 0; x < width; x += 16, u += 8, v += 8) {
      u8x8 blue, red;
      __builtin_memcpy(&blue, u, 8);
      __builtin_memcpy(&red, v, 8);
      const i16x8 cb = __builtin_convertvector(blue, i16x8) - 128;
      const i16x8 cr = __builtin_convertvector(red, i16x8) - 128;
      const Added r = added(115 * cr), g = added(-14 * cb - 34 * cr), b = added(135 * cb);
      for (int row = y; row < y + 2 && row < bottom; row++) {
        u8x16 luma;
        __builtin_memcpy(&luma, in + row * width + x, 16);
        luma = __builtin_elementwise_sub_sat(luma, (u8x16){} + 16);
        const i16x8 low = (i16x8)((HALF(luma, 0) * 149 + 64) >> 1);
        const i16x8 high = (i16x8)((HALF(luma, 8) * 149 + 64) >> 1);
        const u8x16 rs = channel(low, high, r), gs = channel(low, high, g), bs = channel(low, high, b);
        const u8x16 solid = (u8x16){} + 255;
#define ZIP(a, b, n) (u16x8) __builtin_shufflevector(a, b, n, n + 16, n + 1, n + 17, n + 2, n + 18, n + 3, n + 19, n + 4, n + 20, n + 5, n + 21, n + 6, n + 22, n + 7, n + 23)
        const u16x8 rg[2] = {ZIP(rs, gs, 0), ZIP(rs, gs, 8)}, ba[2] = {ZIP(bs, solid, 0), ZIP(bs, solid, 8)};
        u8 *to = out + 4 * ((long)row * width + x);
        for (int n = 0; n < 2; n++, to += 32) {
          const u16x8 first = __builtin_shufflevector(rg[n], ba[n], 0, 8, 1, 9, 2, 10, 3, 11);
          const u16x8 second = __builtin_shufflevector(rg[n], ba[n], 4, 12, 5, 13, 6, 14, 7, 15);
          __builtin_memcpy(to, &first, 16);
          __builtin_memcpy(to + 16, &second, 16);
        }
      }
    }
}

static inline Eight eight(const u8 *in) {
  u8x16 a, b;
  __builtin_memcpy(&a, in, 16);
  __builtin_memcpy(&b, in + 16, 16);
#define EVERY_FOURTH(c) \
  __builtin_convertvector(__builtin_shufflevector(a, b, c, c + 4, c + 8, c + 12, c + 16, c + 20, c + 24, c + 28), u16x8)
  return (Eight){EVERY_FOURTH(0), EVERY_FOURTH(1), EVERY_FOURTH(2)};
}

static inline void luma8(u8 *out, Eight p) {
  u8x8 y = __builtin_convertvector(((47 * p.r + 157 * p.g + 16 * p.b + 128) >> 8) + 16, u8x8);
  __builtin_memcpy(out, &y, 8);
}

// The mean of two rows' pixels, two by two.
static inline i16x8 mean(u16x8 left, u16x8 right) {
  u16x8 even = __builtin_shufflevector(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
  u16x8 odd = __builtin_shufflevector(left, right, 1, 3, 5, 7, 9, 11, 13, 15);
  return (i16x8)((even + odd + 2) >> 2);
}

// RGBA to I420, BT.709 limited range: what films are encoded from. Sixteen pixels, two rows at a time.
EXPORT void stage_to_i420(u8 *out, const u8 *in, int width, int height) {
  u8 *u = out + width * height, *v = u + width * height / 4;
  for (int y = 0; y < height; y += 2)
    for (int x = 0; x < width; x += 16, u += 8, v += 8) {
      const u8 *p = in + 4 * (y * width + x), *q = p + 4 * width;
      Eight a = eight(p), b = eight(p + 32), c = eight(q), d = eight(q + 32);
      luma8(out + y * width + x, a);
      luma8(out + y * width + x + 8, b);
      luma8(out + (y + 1) * width + x, c);
      luma8(out + (y + 1) * width + x + 8, d);
      i16x8 red = mean(a.r + c.r, b.r + d.r), green = mean(a.g + c.g, b.g + d.g),
            blue = mean(a.b + c.b, b.b + d.b);
      u8x8 cb = __builtin_convertvector(((-26 * red - 86 * green + 112 * blue + 128) >> 8) + 128, u8x8);
      u8x8 cr = __builtin_convertvector(((112 * red - 102 * green - 10 * blue + 128) >> 8) + 128, u8x8);
      __builtin_memcpy(u, &cb, 8);
      __builtin_memcpy(v, &cr, 8);
    }
}

// Mix two pictures of `count` bytes; `weight` 0..256 is the second one's.
EXPORT void stage_mix(u8 *out, const u8 *from, const u8 *to, int count, int weight) {
  const u16 second = (u16)weight, first = (u16)(256 - weight);
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    u8x8 a, b;
    __builtin_memcpy(&a, from + i, 8);
    __builtin_memcpy(&b, to + i, 8);
    const u16x8 mixed =
        __builtin_convertvector(a, u16x8) * first + __builtin_convertvector(b, u16x8) * second;
    const u8x8 bytes = __builtin_convertvector(mixed >> 8, u8x8);
    __builtin_memcpy(out + i, &bytes, 8);
  }
  for (; i < count; i++) out[i] = (u8)((from[i] * first + to[i] * second) >> 8);
}

// Where output pixel x of `count` lies among `size`: the one before, and how much of the next, 0..256.
static inline int between(int x, int count, int size, int *weight) {
  int at = clamp(0, (int)(((2L * x + 1) * size * 128) / count) - 128, (size - 1) << 8);
  const int last = at >> 8 == size - 1;  // the next one is within, too, for who reads both
  *weight = last ? 256 : at & 255;
  return (at >> 8) - last;
}

// A picture of w x h, at least 2 x 2, in another size, bilinearly: up to ROW pixels wide.
EXPORT void stage_scale(u8 *out, int width, int height, const u8 *in, int w, int h) {
  u8 mixed[4 * ROW];
  u16 index[ROW], part[ROW];
  for (int x = 0; x < width; x++) {
    int right;
    index[x] = (u16)(4 * between(x, width, w, &right));
    part[x] = (u16)right;
  }
  for (int y = 0; y < height; y++) {
    int below;
    const u8 *p = in + 4L * w * between(y, height, h, &below);
    stage_mix(mixed, p, p + 4L * w, 4 * w, below);
    for (int x = 0; x < width; x++, out += 4) {
      const u16 b = part[x], a = (u16)(256 - b);
      u8x8 pair;
      __builtin_memcpy(&pair, mixed + index[x], 8);
      const u16x8 both = __builtin_convertvector(pair, u16x8) * (u16x8){a, a, a, a, b, b, b, b};
      const u16x8 sum = both + __builtin_shufflevector(both, both, 4, 5, 6, 7, 4, 5, 6, 7);
      const u8x8 bytes = __builtin_convertvector(sum >> 8, u8x8);
      __builtin_memcpy(out, &bytes, 4);
    }
  }
}
