// What the cutout's kernels share. No libc: compiles freestanding for WebAssembly.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef int16_t i16;
typedef float f4 __attribute__((vector_size(16), aligned(4)));
#define EX __attribute__((visibility("default")))

enum { N = 256, FLAT = 128, MASK_EMPTY = 16, MASK_FLOOR = 28, MASK_CEIL = 224, MASK_FULL = 235 };

static inline int least(int a, int b) { return a < b ? a : b; }
static inline int most(int a, int b) { return a > b ? a : b; }

// The quarter grid: one cell per 4 x 4 pixels of the cutout (w a multiple of 16, h of 4).
// Planes have PAD cells of margin on both sides of every row.
enum { PAD = 4, PLANES = 13 };
typedef struct {
  int w, h, stride;
  float *y, *u, *v;         // the picture's means, about zero; later the room's colour less the person's
  float *p, *q;             // the mask, later how deep inside the person; how deep inside the room
  float *ay, *au, *av, *b;  // alpha = ay*y + au*u + av*v + b
  float *fy, *fu, *fv;      // the person's own colour, 0..255
  float *rate;              // how fast alpha may change, 0..1
  float *rows;              // room for 96 rows
  u8 *kind;                 // 0: nobody, 1: edge, 2: person; w per row
  u8 *need;                 // per four cells, how much of the fit an edge nearby needs, see refine
} grid;

static inline size_t grid_bytes(int w, int h) {
  const size_t stride = (size_t)(w / 4) + 2 * PAD, cells = stride * (size_t)(h / 4);
  return (cells * PLANES + stride * 96) * sizeof(float) + 2 * cells + 64;
}

static inline grid grid_at(void *workspace, int w, int h) {
  grid g = {.w = w / 4, .h = h / 4, .stride = w / 4 + 2 * PAD};
  const size_t cells = (size_t)g.stride * g.h;
  float *plane = (float *)workspace + PAD;
  float **all[PLANES] = {&g.y,  &g.u,  &g.v,  &g.p,  &g.ay,   &g.au, &g.av,
                         &g.b,  &g.fy, &g.fu, &g.fv, &g.rate, &g.q};
  for (int i = 0; i < PLANES; i++, plane += cells) *all[i] = plane;
  g.rows = plane;
  g.kind = (u8 *)(plane + (size_t)g.stride * 96 - PAD);
  g.need = g.kind + cells;
  return g;
}

// What is needed near an edge: alpha's coefficients and the person's colour; the fits that those
// are averages of; the products that these are fitted to; the picture itself.
enum { NOTHING, PICTURE, PRODUCTS, FITS, ALL, EDGE };

typedef int i4 __attribute__((vector_size(16)));
typedef u8 u8x4 __attribute__((vector_size(4), aligned(1)));
typedef u8 u8x8 __attribute__((vector_size(8), aligned(1)));
typedef u16 u16x8 __attribute__((vector_size(16)));

static inline i4 pick(i4 when, i4 yes, i4 no) { return (when & yes) | (~when & no); }
static inline f4 pick4(i4 when, f4 yes, f4 no) { return (f4)pick(when, (i4)yes, (i4)no); }
static inline f4 least4(f4 a, f4 b) { return pick4(a < b, a, b); }
static inline f4 most4(f4 a, f4 b) { return pick4(a > b, a, b); }

static inline f4 load4(const float *p) { return *(const f4 *)p; }
static inline void store4(float *p, f4 v) { *(f4 *)p = v; }
static inline f4 all4(float x) { return (f4){x, x, x, x}; }
static inline i4 all4i(int x) { return (i4){x, x, x, x}; }
static inline f4 unit4(f4 v) { return most4(least4(v, all4(1)), all4(0)); }
static inline f4 widen4(const u8 *p) { return __builtin_convertvector(*(const u8x4 *)p, f4); }
static inline void narrow4(u8 *p, f4 v) {
  *(u8x4 *)p = __builtin_convertvector(__builtin_convertvector(v + 0.5f, i4), u8x4);
}

#define CLEAN 0.5f   // up to this alpha colour is the person's own as found nearby, at 1 the camera's
#define FAINT 64.f   // (8 levels)^2: less than this between person and room is no difference
#define DEEP 0.65f   // from here inward what looks like the room is a white collar before a wall
#define DEEPER 4     // the room is taken out altogether up to a depth of DEEP - 1 / DEEPER
#define HAZE 4       // alpha of 255 below this is none

// How much of the camera's colour is shown at this alpha.
static inline f4 own4(f4 alpha) { return unit4((alpha - CLEAN) * (1 / (1 - CLEAN))); }

// How much of the way from the person's colour to the room's is to be taken back, at this depth:
// y, u, v are the camera's less the person's, ry, ru, rv the room's less the person's.
static inline f4 room4(f4 y, f4 u, f4 v, f4 ry, f4 ru, f4 rv, f4 depth) {
  const f4 way = (y * ry + u * ru + v * rv) / (ry * ry + ru * ru + rv * rv + FAINT);
  return unit4(way) * unit4((DEEP - depth) * DEEPER);
}
