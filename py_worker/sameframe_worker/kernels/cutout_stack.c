// The stacked frame: alpha evaluated at every pixel, colour cleaned of the room, the rest flat.
#include "cutout.h"

// Four pixels of one cell: between its own value and its neighbours', as their centres lie.
static inline f4 across(const float *row) {
  const f4 left = {.375f, .125f, 0, 0}, mid = {.625f, .875f, .875f, .625f}, right = {0, 0, .125f, .375f};
  return left * row[-1] + mid * row[0] + right * row[1];
}

// Colours may leave the range of bytes where the room is taken out of them.
static inline void byte4(u8 *p, f4 v) { narrow4(p, least4(most4(v, all4(0)), all4(255))); }

typedef struct {
  u8 *y0, *y1, *u, *v, *mask, *alpha;
  const u8 *sy0, *sy1, *su, *sv;
} place;

static void flat(const place *p, int x) {
  __builtin_memset(p->alpha + x, 0, 8);
  __builtin_memset(p->mask + x, MASK_EMPTY, 8);
  __builtin_memset(p->y0 + x, FLAT, 8);
  __builtin_memset(p->y1 + x, FLAT, 8);
  __builtin_memset(p->u + x / 2, FLAT, 4);
  __builtin_memset(p->v + x / 2, FLAT, 4);
}

static void copied(const place *p, int x) {
  __builtin_memset(p->alpha + x, 255, 8);
  __builtin_memset(p->mask + x, MASK_FULL, 8);
  __builtin_memcpy(p->y0 + x, p->sy0 + x, 8);
  __builtin_memcpy(p->y1 + x, p->sy1 + x, 8);
  __builtin_memcpy(p->u + x / 2, p->su + x / 2, 4);
  __builtin_memcpy(p->v + x / 2, p->sv + x / 2, 4);
}

enum { FITTED = 11, RATE_ROW = FITTED, ROWS };

// What four pixels of two rows leave for their chroma.
typedef struct {
  i4 shown;     // where anything is
  f4 own, room;  // how much of the camera's colour is, and how much of the room is taken out of it
} share;

static inline share luma_edge(const place *p, int x, f4 su, f4 sv, float *const *rows) {
  const int i = x / 4;
  const f4 y0 = widen4(p->sy0 + x), y1 = widen4(p->sy1 + x);
  const f4 u = (su - 128) * (1 / 255.f), v = (sv - 128) * (1 / 255.f);
  const f4 found = unit4(across(rows[0] + i) * ((y0 + y1) * (0.5f / 255) - 0.5f) +
                         across(rows[1] + i) * u + across(rows[2] + i) * v + across(rows[3] + i));
  const f4 was = widen4(p->alpha + x) * (1 / 255.f);
  const f4 alpha = was + (found - was) * rows[RATE_ROW][i];
  const i4 level = __builtin_convertvector(alpha * 255 + 0.5f, i4);
  *(u8x4 *)(p->alpha + x) = __builtin_convertvector(level, u8x4);
  const i4 shown = level >= HAZE, none = all4i(MASK_EMPTY);
  const i4 part = level * (MASK_CEIL - MASK_FLOOR) + 127;
  const i4 ramp = MASK_FLOOR + ((part + 1 + (part >> 8)) >> 8);  // part / 255, rounded down
  const i4 luma = pick(shown, pick(level >= 255, all4i(MASK_FULL), ramp), none);
  *(u8x4 *)(p->mask + x) = __builtin_convertvector(luma, u8x4);
  const f4 own = own4(alpha), fy = across(rows[4] + i), ry = across(rows[7] + i);
  const f4 ru = across(rows[8] + i), rv = across(rows[9] + i), depth = across(rows[10] + i);
  const f4 cu = su - across(rows[5] + i), cv = sv - across(rows[6] + i);
  const f4 room0 = room4(y0 - fy, cu, cv, ry, ru, rv, depth);
  const f4 room1 = room4(y1 - fy, cu, cv, ry, ru, rv, depth);
  byte4(p->y0 + x, pick4(shown, fy + (y0 - fy - ry * room0) * own, all4(FLAT)));
  byte4(p->y1 + x, pick4(shown, fy + (y1 - fy - ry * room1) * own, all4(FLAT)));
  return (share){shown, own, (room0 + room1) * 0.5f};
}

#define PAIRS(op, a, b) \
  (__builtin_shufflevector(a, b, 0, 2, 4, 6) op __builtin_shufflevector(a, b, 1, 3, 5, 7))

static inline f4 halves(const float *row) {
  const f4 left = across(row), right = across(row + 1);
  return PAIRS(+, left, right) * 0.5f;
}

static inline void chroma_edge(u8 *to, f4 camera, const float *own, const float *room, i4 shown,
                               f4 share, f4 lost) {
  const f4 person = halves(own);
  byte4(to, pick4(shown, person + (camera - person - halves(room) * lost) * share, all4(FLAT)));
}

// Two cells across: eight pixels of two rows, four of chroma.
static void edge(const place *p, int x, float *const *rows) {
  const f4 u = widen4(p->su + x / 2), v = widen4(p->sv + x / 2);
  const share l = luma_edge(p, x, __builtin_shufflevector(u, u, 0, 0, 1, 1),
                            __builtin_shufflevector(v, v, 0, 0, 1, 1), rows);
  const share r = luma_edge(p, x + 4, __builtin_shufflevector(u, u, 2, 2, 3, 3),
                            __builtin_shufflevector(v, v, 2, 2, 3, 3), rows);
  const i4 shown = PAIRS(|, l.shown, r.shown);
  const f4 own = PAIRS(+, l.own, r.own) * 0.5f, room = PAIRS(+, l.room, r.room) * 0.5f;
  const int i = x / 4;
  chroma_edge(p->u + x / 2, u, rows[5] + i, rows[8] + i, shown, own, room);
  chroma_edge(p->v + x / 2, v, rows[6] + i, rows[9] + i, shown, own, room);
}

// Write the stacked frame of the picture `src` (I420, w x h) that `cutout_refine` looked at.
// `alpha` (w x h / 2) is the last frame's, and becomes this one's.
EX void cutout_stack(u8 *dst, u8 *alpha, const u8 *src, void *workspace, int w, int h) {
  const grid g = grid_at(workspace, w, h);
  const int wc = w / 2, hc = h / 2, tall = h + hc;
  u8 *U = dst + w * tall, *V = U + wc * (tall / 2);
  const u8 *sU = src + w * h, *sV = sU + wc * hc;
  float *planes[FITTED] = {g.ay, g.au, g.av, g.b, g.fy, g.fu, g.fv, g.y, g.u, g.v, g.p};
  for (int r = 0; r < hc; r++) {
    const place p = {dst + 2 * r * w, dst + (2 * r + 1) * w, U + r * wc, V + r * wc,
                     dst + (h + r) * w, alpha + r * w, src + 2 * r * w, src + (2 * r + 1) * w,
                     sU + r * wc, sV + r * wc};
    // Row r of the mask lies a quarter of a cell above or below the middle of row r / 2.
    const int j = r / 2, other = r & 1 ? least(j + 1, g.h - 1) : most(j - 1, 0);
    const u8 *kind = g.kind + j * g.w;
    float *rows[ROWS];
    int blended = 0;
    for (int x = 0; x < w; x += 8) {
      const u8 *k = kind + x / 4;
      if (!(k[0] | k[1])) {
        flat(&p, x);
      } else if ((k[0] & k[1]) == 2) {
        copied(&p, x);
      } else {
        for (int n = 0; n < FITTED && !blended; n++) {
          rows[n] = g.rows + n * g.stride;
          const float *a = planes[n] + j * g.stride - PAD, *b = planes[n] + other * g.stride - PAD;
          for (int i = 0; i < g.stride; i += 4)
            store4(rows[n] - PAD + i, load4(a + i) * 0.75f + load4(b + i) * 0.25f);
        }
        rows[RATE_ROW] = g.rate + j * g.stride;
        blended = 1;
        edge(&p, x, rows);
      }
    }
  }
  __builtin_memset(U + wc * hc, FLAT, (size_t)wc * (hc / 2));
  __builtin_memset(V + wc * hc, FLAT, (size_t)wc * (hc / 2));
}
