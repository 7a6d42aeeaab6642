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

// A block is BLOCK pixels wide and DEEP high. What surrounds one: three offsets and a gain of its
// middle, and what each pixel has besides, of grain and of the vignette's slope under a middle grey.
#define BLOCK 8
#define DEEP 4
typedef struct {
  i16 middle[4];  // gain 0: nothing but the frame, -1: its edge
  i8 own[DEEP * BLOCK];
} Even;

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

// The grain, the vignette and the frame of each pixel in a line, one after the other: so all but the
// tile's noise is done in vectors. Pixel by pixel the stage stood for 50 ms when a look was chosen.
typedef struct {
  float grain[MAX_WIDTH], dark[MAX_WIDTH], frame[MAX_WIDTH];
} Line;

static void line_of(Line *line, const u8 *tile, float y, float width, float height, const Surround *s) {
  const int count = (int)width;
  const float scale = GRID / height, down = y * scale - 0.5f, v = 2 * y / height - 1;
  const int above = (int)__builtin_floorf(down);
  const float q = down - (float)above, most = (float)s->grain;
  const u8 *upper = tile + (above & (SIDE - 1)) * SIDE, *lower = tile + ((above + 1) & (SIDE - 1)) * SIDE;
  for (int i = 0; i < count; i++) {
    const float across = ((float)i + 0.5f) * scale - 0.5f;
    const int left = (int)__builtin_floorf(across), l = left & (SIDE - 1), r = (left + 1) & (SIDE - 1);
    const float p = across - (float)left;
    const float first = (float)upper[l] * (1 - p) + (float)upper[r] * p;
    const float second = (float)lower[l] * (1 - p) + (float)lower[r] * p;
    line->grain[i] = ((first * (1 - q) + second * q) / 127.5f - 1) * most;
  }
  for (int i = 0; i < count; i++) {
    const float u = (2 * (float)i + 1) / width - 1, far = (u * u + v * v) / 2;
    line->dark[i] = far * far * (float)s->vignette;
  }
  const float half_width = width / 2 - (float)s->side, radius = (float)s->radius;
  const float half_height = (height - (float)(s->side + s->foot)) / 2;
  const float b = __builtin_fabsf(y - (float)s->side - half_height) - half_height + radius;
  for (int i = 0; i < count; i++) {
    const float a = __builtin_fabsf((float)i + 0.5f - width / 2) - half_width + radius;
    const float corner = __builtin_sqrtf(a * a + b * b), edge = a > b ? a : b;
    const float outside = (a > 0 && b > 0 ? corner : edge) - radius;
    line->frame[i] = s->side > 0 ? clampf(0, outside / (float)s->softness + 0.5f, 1) : 0;
  }
}

static inline i16 whole(float v) { return (i16)__builtin_floorf(v + 0.5f); }

// What grain, vignette and frame make of each pixel: three offsets and a gain of 2^15, just short of
// 1; and of whole blocks.
EXPORT void look_surround(i16 *out, Even *evens, const u8 *tile, int width, int height,
                          const Surround *s) {
  static Line line;
  float middle[MAX_WIDTH / BLOCK];  // each block's dark
  const float w = (float)width, h = (float)height;
  const float shade[3] = {(float)s->shade[0], (float)s->shade[1], (float)s->shade[2]};
  const float colour[3] = {(float)s->colour[0], (float)s->colour[1], (float)s->colour[2]};
  for (int j = 0; j < height; j++, out += 4 * width) {
    const int down = j % DEEP;
    if (down == 0) {
      line_of(&line, tile, (float)(j + DEEP / 2), w, h, s);
      for (int n = 0; n < width / BLOCK; n++)
        middle[n] = (line.dark[BLOCK * n + BLOCK / 2 - 1] + line.dark[BLOCK * n + BLOCK / 2]) / 2;
    }
    line_of(&line, tile, (float)j + 0.5f, w, h, s);
    for (int i = 0; i < width; i++) {
      const float left = 1 - line.frame[i], left_over = (1 - line.dark[i]) * left;
      for (int c = 0; c < 3; c++)
        out[4 * i + c] = whole(line.grain[i] * left_over + shade[c] * line.dark[i] * left +
                               colour[c] * line.frame[i]);
      out[4 * i + 3] = (i16)(left_over * 32767 + 0.5f);
    }
    if (j / DEEP >= height / DEEP) continue;
    Even *even = evens + (long)(j / DEEP) * (width / BLOCK);
    for (int n = 0; n < width / BLOCK; n++, even++) {
      const float *frame = line.frame + BLOCK * n, *dark = line.dark + BLOCK * n;
      const float *grain = line.grain + BLOCK * n;
      float least = 1, most = 0;
      for (int i = 0; i < BLOCK; i++) {
        least = frame[i] < least ? frame[i] : least;
        most = frame[i] > most ? frame[i] : most;
        even->own[BLOCK * down + i] = (i8)whole(grain[i] * (1 - dark[i]) + 128 * (middle[n] - dark[i]));
      }
      const i16 gain = least >= 1 ? 0 : most > 0 ? -1 : (i16)((1 - middle[n]) * 32767 + 0.5f);
      for (int c = 0; c < 3 && down == 0; c++)
        even->middle[c] = whole(gain == 0 ? colour[c] : shade[c] * middle[n]);
      even->middle[3] = down == 0 || even->middle[3] == gain ? gain : -1;
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

static inline int same(const u8 *a, const u8 *b, int width, int wide, int deep) {
  for (int n = 0; n < deep; n++, a += 4L * width, b += 4L * width) {
    if (wide < BLOCK) {
      for (int i = 0; i < 4 * wide; i++)
        if (a[i] != b[i]) return 0;
      continue;
    }
    uint64_t of[4], as[4];
    __builtin_memcpy(of, a, 32);
    __builtin_memcpy(as, b, 32);
    if (of[0] != as[0] || of[1] != as[1] || of[2] != as[2] || of[3] != as[3]) return 0;
  }
  return 1;
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

// Four pixels with each in its neighbour's place, and with their halves in each other's.
#define NEIGHBOURS(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define HALVES(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)

static inline u8x16 average(u8x16 a, u8x16 b) {
#ifdef __wasm_simd128__
  return (u8x16)__builtin_wasm_avgr_u_i8x16(a, b);
#else
  return narrowed((i16x8)((HALF(a, 0) + HALF(b, 0) + 1) >> 1), (i16x8)((HALF(a, 8) + HALF(b, 8) + 1) >> 1));
#endif
}

#define HALVES_OF(a, b, n) __builtin_shufflevector(a, b, n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 16, n + 17, n + 18, n + 19, n + 20, n + 21, n + 22, n + 23)

// The means of the left and of the right two of four pixels.
static inline u16x8 paired(u8x16 of) {
  const u8x16 both = average(of, NEIGHBOURS(of));
  return __builtin_convertvector(__builtin_shufflevector(both, both, 0, 1, 2, 3, 8, 9, 10, 11), u16x8);
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

// Two by two, pixels are changed by what the look does to their mean.
static inline void rough(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                         int width) {
  const Block of = block(pixels, width);
  const u16x8 mean = paired(average(of.row[0], of.row[1]));
  const i16x8 change = tabled(mean, table) - (i16x8)mean;
  changed(out, last, of, TWICE(change, 0), TWICE(change, 4), surround, width);
}

#define FOUR(v, n) __builtin_shufflevector(v, v, n, n + 1, n + 2, n + 3, n, n + 1, n + 2, n + 3, n, n + 1, n + 2, n + 3, n, n + 1, n + 2, n + 3)
#define EACH(v, n) __builtin_shufflevector(v, v, n, n, n, n, n + 1, n + 1, n + 1, n + 1, n + 2, n + 2, n + 2, n + 2, n + 3, n + 3, n + 3, n + 3)

// Four pixels changed by so much, and then by what each has besides.
static inline void moved(u8 *out, u8x16 row, const u8x16 by[2], i8x16 own) {
  const u8x16 turn = (u8x16){} + 128;
  row = __builtin_elementwise_sub_sat(__builtin_elementwise_add_sat(row, by[0]), by[1]);
  row = (u8x16)__builtin_elementwise_add_sat((i8x16)(row ^ turn), own) ^ turn;
  row |= (u8x16){0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255};
  __builtin_memcpy(out, &row, 16);
}

// A block, its left and its right half each changed by what becomes of its mean.
static inline void broad(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const Even *even,
                         int width) {
  u8x16 row[DEEP][2];
  const long below = 4L * width;
  for (int n = 0; n < DEEP; n++) __builtin_memcpy(row[n], pixels + n * below, 32);
  const u8x16 a = average(average(row[0][0], row[1][0]), average(row[2][0], row[3][0]));
  const u8x16 b = average(average(row[0][1], row[1][1]), average(row[2][1], row[3][1]));
  const u16x8 mean = paired(average(HALVES_OF(a, b, 0), HALVES_OF(a, b, 8)));
  i16x8 middle;
  __builtin_memcpy(&middle, even->middle, 8);
  middle = TWICE(middle, 0);
  const i16x8 change = surrounded(tabled(mean, table), middle) - (i16x8)mean;
  const u8x16 plus = narrowed(change, change), minus = narrowed(-change, -change);
  const u8x16 left[2] = {FOUR(plus, 0), FOUR(minus, 0)}, right[2] = {FOUR(plus, 4), FOUR(minus, 4)};
  for (int n = 0; n < DEEP; n += 2) {
    i8x16 own;
    __builtin_memcpy(&own, even->own + BLOCK * n, 16);
    for (int k = n; k < n + 2; k++, out += below) {
      if (last) __builtin_memcpy(last + k * below, row[k], 32);
      moved(out, row[k][0], left, k == n ? EACH(own, 0) : EACH(own, 8));
      moved(out + 16, row[k][1], right, k == n ? EACH(own, 4) : EACH(own, 12));
    }
  }
}

// A block of which the frame leaves nothing.
static inline void framed(u8 *out, u8 *last, const u8 *pixels, const Even *even, int width) {
  i16x8 colour;
  __builtin_memcpy(&colour, even->middle, 8);
  const u8x16 four = packed(TWICE(colour, 0), TWICE(colour, 0));
  for (int n = 0; n < DEEP; n++) {
    const long at = 4L * n * width;
    if (last) __builtin_memcpy(last + at, pixels + at, 32);
    __builtin_memcpy(out + at, &four, 16);
    __builtin_memcpy(out + at + 16, &four, 16);
  }
}

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

// Whether none of a block's do.
static inline int flat(const u8 *pixels, int width) {
  u8x16 of[2], most = {}, least = most + 255;
  for (int n = 0; n < DEEP; n++) {
    __builtin_memcpy(of, pixels + 4L * n * width, 32);
    most = MOST(most, MOST(of[0], of[1]));
    least = LEAST(least, LEAST(of[0], of[1]));
  }
  most = MOST(most, NEIGHBOURS(most));
  least = LEAST(least, NEIGHBOURS(least));
  return close(MOST(most, HALVES(most)), LEAST(least, HALVES(least)));
}

static inline __attribute__((always_inline)) void apply(u8 *out, u8 *last, const u8 *pixels,
                                                         const u8 *table, const i16 *surround,
                                                         const Even *evens, int width, int rows,
                                                         int coarse) {
  const long down = 4L * width;
#define OF_LAST(at) (last ? last + (at) : 0)
  for (int y = 0; y < rows; y += DEEP)
    for (int x = 0; x < width; x += BLOCK) {
      const int wide = width - x < BLOCK ? width - x : BLOCK, deep = rows - y < DEEP ? rows - y : DEEP;
      const long start = 4 * ((long)y * width + x);
      // All or nothing: what a pixel is given depends on whether it is flat around.
      if (last && same(pixels + start, last + start, width, wide, deep)) continue;
      const Even *even = evens + (long)(y / DEEP) * (width / BLOCK) + x / BLOCK;
      if (wide == BLOCK && deep == DEEP && even->middle[3] == 0) {
        framed(out + start, OF_LAST(start), pixels + start, even, width);
        continue;
      }
      if (wide == BLOCK && deep == DEEP && even->middle[3] > 0 && flat(pixels + start, width)) {
        broad(out + start, OF_LAST(start), pixels + start, table, even, width);
        continue;
      }
      for (int j = 0; j < deep; j += 2)
        for (int i = 0; i < wide; i += 4) {
          const int count = wide - i < 4 ? wide - i : 4, both = j + 1 < deep;
          const long at = start + j * down + 4 * i, under = at + down;
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
// the table; a block without edges, all of its thirty-two.
EXPORT void look_apply(u8 *out, u8 *last, const u8 *pixels, const u8 *table, const i16 *surround,
                       const Even *evens, int width, int rows, int coarse) {
  if (last)
    apply(out, last, pixels, table, surround, evens, width, rows, coarse);
  else
    apply(out, 0, pixels, table, surround, evens, width, rows, coarse);
}
