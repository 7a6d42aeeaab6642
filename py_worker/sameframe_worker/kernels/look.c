// A look over the composed picture, as looks.py defines it: a table of colours, filtered
// trilinearly, then grain, vignette and frame, which are one gain and one offset per pixel.
#include "pixels.h"

#define SIZE 17   // looks.py
#define GRID 720
#define SIDE 256
#define CELL 8    // bytes of a node with the next one of red: RGB_ RGB_
#define SMOOTH 8  // of 255: four fifths of a webcam's picture; the table is nearly straight so far

// What surrounds a picture; stage/grade.py has the same structure. Lengths in pixels, all with the
// strength in them already.
typedef struct {
  double grain, vignette, shade[3];
  double colour[3], side, foot, radius, softness;  // of the frame; side 0: there is none
} Surround;

static inline float clampf(float low, float v, float high) {
  return v < low ? low : v > high ? high : v;
}

// A look's nodes mixed with what they stand for by `strength` (0..256), each beside its neighbour.
EXPORT void look_table(u8 *out, const u8 *nodes, int strength) {
  for (int at = 0, b = 0; b < SIZE; b++)
    for (int g = 0; g < SIZE; g++)
      for (int r = 0; r < SIZE; r++, at++)
        for (int next = 0; next < 2; next++) {
          const int red = r + next < SIZE ? r + next : r;
          const u8 *node = nodes + 3 * (at + red - r);
          const int same[3] = {red * 255, g * 255, b * 255};  // times SIZE - 1
          for (int c = 0; c < 3; c++) {
            const int mixed = same[c] * (256 - strength) + node[c] * (SIZE - 1) * strength;
            out[CELL * at + 4 * next + c] = (u8)((mixed + 2048) >> 12);
          }
          out[CELL * at + 4 * next + 3] = 0;
        }
}

static float outside(const Surround *s, float x, float y, float width, float height) {
  const float half_width = width / 2 - (float)s->side;
  const float half_height = (height - (float)(s->side + s->foot)) / 2;
  const float radius = (float)s->radius;
  const float across = __builtin_fabsf(x - width / 2) - half_width + radius;
  const float down = __builtin_fabsf(y - (float)s->side - half_height) - half_height + radius;
  if (across > 0 && down > 0) return __builtin_sqrtf(across * across + down * down) - radius;
  return (across > down ? across : down) - radius;
}

// What grain, vignette and frame make of each pixel: three offsets and a gain of 2^15, just short of 1.
EXPORT void look_surround(i16 *out, const u8 *tile, int width, int height, const Surround *s) {
  const float scale = (float)GRID / (float)height;
  for (int j = 0; j < height; j++) {
    const float y = (float)j + 0.5f, down = y * scale - 0.5f, v = 2 * y / (float)height - 1;
    const int above = (int)__builtin_floorf(down);
    const float q = down - (float)above;
    const u8 *upper = tile + (above & (SIDE - 1)) * SIDE;
    const u8 *lower = tile + ((above + 1) & (SIDE - 1)) * SIDE;
    for (int i = 0; i < width; i++, out += 4) {
      const float x = (float)i + 0.5f, u = 2 * x / (float)width - 1;
      float noise = 0;
      if (s->grain > 0) {
        const float across = x * scale - 0.5f;
        const int left = (int)__builtin_floorf(across), l = left & (SIDE - 1);
        const int r = (left + 1) & (SIDE - 1);
        const float p = across - (float)left;
        const float first = (float)upper[l] * (1 - p) + (float)upper[r] * p;
        const float second = (float)lower[l] * (1 - p) + (float)lower[r] * p;
        noise = ((first * (1 - q) + second * q) / 127.5f - 1) * (float)s->grain;
      }
      const float far = (u * u + v * v) / 2, dark = far * far * (float)s->vignette;
      float frame = 0;
      if (s->side > 0) {
        const float d = outside(s, x, y, (float)width, (float)height);
        frame = clampf(0, d / (float)s->softness + 0.5f, 1);
      }
      const float left_over = (1 - dark) * (1 - frame);
      for (int c = 0; c < 3; c++) {
        const float add = noise * left_over + (float)s->shade[c] * dark * (1 - frame) +
                          (float)s->colour[c] * frame;
        out[c] = (i16)__builtin_floorf(add + 0.5f);
      }
      out[3] = (i16)(left_over * 32767 + 0.5f);
    }
  }
}

typedef i32 i32x4 __attribute__((vector_size(16)));
typedef i32 i32x8 __attribute__((vector_size(32)));

#define SPLAT(v, n) __builtin_shufflevector(v, v, n, n, n, n, n, n, n, n)

static inline i16x8 nodes(const u8 *at) {
  u8x8 both;
  __builtin_memcpy(&both, at, 8);
  return __builtin_convertvector(both, i16x8);
}

#ifndef __wasm_relaxed_simd__
static inline i32x8 product(i16x8 a, i16x8 b) {
  return __builtin_convertvector(a, i32x8) * __builtin_convertvector(b, i32x8);
}
#endif

// a * b of 2^15, rounded, as one instruction; `b` is never -1.
static inline i16x8 times(i16x8 a, i16x8 b) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_q15mulr_s_i16x8(a, b);
#else
  return __builtin_convertvector((product(a, b) + 16384) >> 15, i16x8);
#endif
}

// The sums of two products each, likewise.
static inline i32x4 dot(i16x8 a, i16x8 b) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_dot_s_i32x4_i16x8(a, b);
#else
  const i32x8 all = product(a, b);
  return __builtin_shufflevector(all, all, 0, 2, 4, 6) + __builtin_shufflevector(all, all, 1, 3, 5, 7);
#endif
}

// `part` of 2^15.
static inline i16x8 mix(i16x8 a, i16x8 b, i16x8 part) { return a + times(b - a, part); }

// A pixel's colour between the two nodes of red, each four lanes.
static inline i16x8 between(const u8 *cell, i16x8 green, i16x8 blue) {
  const i16x8 near = mix(nodes(cell), nodes(cell + CELL * SIZE), green);
  cell += CELL * SIZE * SIZE;
  return mix(near, mix(nodes(cell), nodes(cell + CELL * SIZE), green), blue);
}

// Two pixels through the table: RGBA as eight lanes.
static inline i16x8 tabled(u16x8 rgba, const u8 *table) {
  const u16x8 at = rgba * 8 + (rgba >> 5);  // 255 is just short of the last node
  const i16x8 steps = {CELL, CELL * SIZE, CELL * SIZE * SIZE, 0, CELL, CELL * SIZE,
                       CELL * SIZE * SIZE, 0};
  const i32x4 step = dot((i16x8)(at >> 7), steps);
  const i16x8 part = (i16x8)((at & 127) << 8);
  const i16x8 one = between(table + step[0] + step[1], SPLAT(part, 1), SPLAT(part, 2));
  const i16x8 two = between(table + step[2] + step[3], SPLAT(part, 5), SPLAT(part, 6));
  const i16x8 low = __builtin_shufflevector(one, two, 0, 1, 2, 3, 8, 9, 10, 11);
  const i16x8 high = __builtin_shufflevector(one, two, 4, 5, 6, 7, 12, 13, 14, 15);
  return mix(low, high, __builtin_shufflevector(part, part, 0, 0, 0, 0, 4, 4, 4, 4));
}

// What is seen of two pixels (0..255) in their surround, before it is clamped.
static inline i16x8 surrounded(i16x8 of, i16x8 around) {
  return times(of, __builtin_shufflevector(around, around, 3, 3, 3, 3, 7, 7, 7, 7)) + around;
}

static inline i16x8 load(const i16 *from) {
  i16x8 v;
  __builtin_memcpy(&v, from, 16);
  return v;
}

// Four pixels, clamped and opaque.
static inline u8x16 packed(i16x8 low, i16x8 high) {
  return narrowed(low, high) | (u8x16){0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255};
}

static inline int same(const u8 *a, const u8 *b, int count) {  // up to eight pixels
  if (count < 8) {
    for (int i = 0; i < 4 * count; i++)
      if (a[i] != b[i]) return 0;
    return 1;
  }
  uint64_t of[4], as[4];
  __builtin_memcpy(of, a, 32);
  __builtin_memcpy(as, b, 32);
  return of[0] == as[0] && of[1] == as[1] && of[2] == as[2] && of[3] == as[3];
}

// Up to four pixels, each by itself.
static inline void fine(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                        int count) {
  const unsigned long bytes = 4 * (unsigned long)count;
  u8x16 now = {};
  i16 around[16] = {0};
  if (count == 4) {
    __builtin_memcpy(&now, pixels, 16);
  } else {
    __builtin_memcpy(&now, pixels, bytes);
    __builtin_memcpy(around, surround, 2 * bytes);
    surround = around;
  }
  const i16x8 low = surrounded(tabled(HALF(now, 0), table), load(surround));
  const i16x8 high = surrounded(tabled(HALF(now, 8), table), load(surround + 8));
  const u8x16 done = packed(low, high);
  if (last) __builtin_memcpy(last, &now, bytes);
  __builtin_memcpy(out, &done, bytes);
}

// Four pixels and those below.
typedef struct {
  u8x16 row[2];
} Block;

static inline Block block(const u8 *pixels, int width) {
  Block of;
  __builtin_memcpy(&of.row[0], pixels, 16);
  __builtin_memcpy(&of.row[1], pixels + 4L * width, 16);
  return of;
}

// The means of its left and its right pixels' diagonals.
static inline u16x8 means(Block of) {
  const u16x8 above = HALF(of.row[0], 0), far = HALF(of.row[0], 8);
  const u16x8 below = HALF(of.row[1], 0), deep = HALF(of.row[1], 8);
  const u16x8 first = __builtin_shufflevector(above, far, 0, 1, 2, 3, 8, 9, 10, 11);
  const u16x8 second = __builtin_shufflevector(below, deep, 4, 5, 6, 7, 12, 13, 14, 15);
  return (first + second + 1) >> 1;
}

// Change its left and its right pixels by so much. Grain, vignette and frame are each pixel's own.
static inline void changed(u8 *out, u8 *last, Block of, i16x8 left, i16x8 right, const i16 *surround,
                           int width) {
  const long below = 4L * width;
  const u8x16 plus = narrowed(left, right), minus = narrowed(-left, -right);
  for (int n = 0; n < 2; n++) {
    const i16 *around = surround + n * below;
    const u8x16 row = __builtin_elementwise_sub_sat(__builtin_elementwise_add_sat(of.row[n], plus), minus);
    const i16x8 low = surrounded(HALF(row, 0), load(around));
    const i16x8 high = surrounded(HALF(row, 8), load(around + 8));
    const u8x16 done = packed(low, high);
    if (last) __builtin_memcpy(last + n * below, &of.row[n], 16);
    __builtin_memcpy(out + n * below, &done, 16);
  }
}

#define TWICE(v, n) __builtin_shufflevector(v, v, n, n + 1, n + 2, n + 3, n, n + 1, n + 2, n + 3)

// Two by two, pixels are changed by what the look does to their diagonal's mean.
static inline void rough(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                         int width) {
  const Block of = block(pixels, width);
  const u16x8 mean = means(of);
  const i16x8 change = tabled(mean, table) - (i16x8)mean;
  changed(out, last, of, TWICE(change, 0), TWICE(change, 4), surround, width);
}

// Two blocks side by side, each by what the look does to the mean of its means.
static inline void broad(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                         int width) {
  const Block of = block(pixels, width), next = block(pixels + 16, width);
  const u16x8 a = means(of), b = means(next);
  const u16x8 left = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
  const u16x8 right = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  const u16x8 mean = (left + right + 1) >> 1;
  const i16x8 change = tabled(mean, table) - (i16x8)mean;
  const i16x8 first = TWICE(change, 0), second = TWICE(change, 4);
  changed(out, last, of, first, first, surround, width);
  changed(out + 16, last ? last + 16 : 0, next, second, second, surround + 16, width);
}

// Four pixels with each in its neighbour's place, and with their halves in each other's.
#define NEIGHBOURS(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define HALVES(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)

static inline int close(u8x16 most, u8x16 least) {
  const u8x16 over = __builtin_elementwise_sub_sat(most - least, (u8x16){} + SMOOTH);
  uint64_t w[2];
  __builtin_memcpy(w, &over, 16);
  return (w[0] | w[1]) == 0;
}

#define MOST __builtin_elementwise_max
#define LEAST __builtin_elementwise_min

// Whether neither two by two pixels differ by more than SMOOTH.
static inline int smooth(const u8 *pixels, int width) {
  const Block of = block(pixels, width);
  const u8x16 most = MOST(of.row[0], of.row[1]), least = LEAST(of.row[0], of.row[1]);
  return close(MOST(most, NEIGHBOURS(most)), LEAST(least, NEIGHBOURS(least)));
}

// Whether none of two blocks' pixels do.
static inline int flat(const u8 *pixels, int width) {
  const Block a = block(pixels, width), b = block(pixels + 16, width);
  u8x16 most = MOST(MOST(a.row[0], a.row[1]), MOST(b.row[0], b.row[1]));
  u8x16 least = LEAST(LEAST(a.row[0], a.row[1]), LEAST(b.row[0], b.row[1]));
  most = MOST(most, NEIGHBOURS(most));
  least = LEAST(least, NEIGHBOURS(least));
  return close(MOST(most, HALVES(most)), LEAST(least, HALVES(least)));
}

static inline __attribute__((always_inline)) void apply(u8 *out, u8 *last, const u8 *pixels,
                                                         const u8 *table, const i16 *surround,
                                                         int width, int rows, int coarse) {
#define OF_LAST(at) (last ? last + (at) : 0)
  for (int y = 0; y < rows; y += 2)
    for (int x = 0; x < width; x += 8) {
      const int wide = width - x < 8 ? width - x : 8, both = y + 1 < rows;
      const long down = 4L * width;
      long at = 4 * ((long)y * width + x);
      // All or nothing: what one block is given depends on whether it is flat with the other.
      if (last && same(pixels + at, last + at, wide) &&
          (!both || same(pixels + at + down, last + at + down, wide)))
        continue;
      if (wide == 8 && both && flat(pixels + at, width)) {
        broad(out + at, OF_LAST(at), pixels + at, table, surround + at, width);
        continue;
      }
      for (int i = 0; i < wide; i += 4, at += 16) {
        const int count = wide - i < 4 ? wide - i : 4;
        const long under = at + down;
        if (both && count == 4 && (coarse || smooth(pixels + at, width))) {
          rough(out + at, OF_LAST(at), pixels + at, table, surround + at, width);
          continue;
        }
        fine(out + at, OF_LAST(at), pixels + at, table, surround + at, count);
        if (both) fine(out + under, OF_LAST(under), pixels + under, table, surround + under, count);
      }
    }
}

// Give rows of `width` pixels a look. `last` is what they were when that was done before: what is
// still the same, as most of a background is, costs a comparison; 0: none of it is the same. What is
// smooth, or with `coarse` everything, is given it four pixels at once: a quarter of the way through
// the table; what is smooth farther around, eight.
EXPORT void look_apply(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                       int width, int rows, int coarse) {
  if (last)
    apply(out, last, pixels, table, surround, width, rows, coarse);
  else
    apply(out, 0, pixels, table, surround, width, rows, coarse);
}
