// The mask's edges follow the picture's, and the person's own colour is found behind them.
//
// A colour guided filter (He, Sun, Tang: Guided Image Filtering, 2013; subsampled as in their Fast
// Guided Filter, 2015): around every cell alpha is the linear function of colour that fits the
// mask best. The functions are found on the quarter grid and evaluated at the cutout's size.
#include "cutout.h"

#define EPSILON 1e-5f  // how much contrast makes an edge: about (1 / 316)^2
#define LOW 0.27f      // alpha up to this is 0 and from HIGH on 1: the wall's rim goes, and haze
#define HIGH 0.65f
#define SURE 0.03f     // a mask this close to 0 or 1 all around is not looked at again

enum { R = 2, SPAN = 2 * R + 1, SUMS = 13 };

static void margins(float *row, int w) {
  for (int i = 1; i <= PAD; i++) {
    row[-i] = row[0];
    row[w - 1 + i] = row[w - 1];
  }
}

static void mask_cells(const grid *g, const u8 *mask, const u8 *rates) {
  const float sx = (float)N / g->w, sy = (float)N / g->h;
  float *row = g->rows, *weight = row + N + 8;
  u16 *at = (u16 *)(weight + g->w);
  for (int i = 0; i < g->w; i++) {
    const float x = (i + 0.5f) * sx - 0.5f, inner = x < 0 ? 0 : x;
    at[i] = (u16)inner;
    weight[i] = inner - at[i];
  }
  for (int j = 0; j < g->h; j++) {
    const float y = (j + 0.5f) * sy - 0.5f, inner = y < 0 ? 0 : y;
    const int above = (int)inner;
    const u8 *a = mask + above * N, *b = mask + least(above + 1, N - 1) * N;
    const float tb = (inner - above) * (1 / 255.f), ta = 1 / 255.f - tb;
    for (int x = 0; x < N; x += 4) store4(row + x, widen4(a + x) * ta + widen4(b + x) * tb);
    row[N] = row[N - 1];
    float *p = g->p + j * g->stride, *rate = g->rate + j * g->stride;
    for (int i = 0; i < g->w; i++) {
      const float *m = row + at[i];
      p[i] = m[0] + weight[i] * (m[1] - m[0]);
      rate[i] = rates[above * N + at[i]] * (1 / 128.f);
    }
    margins(p, g->w);
  }
}

static void kinds(const grid *g) {
  float *low = g->rows, *high = low + g->stride;
  for (int j = 0; j < g->h; j++) {
    for (int x = -PAD; x < g->w + PAD; x += 4) {
      f4 l = all4(1), h = all4(0);
      for (int k = -R; k <= R; k++) {
        const f4 p = load4(g->p + most(0, least(j + k, g->h - 1)) * g->stride + x);
        l = least4(l, p);
        h = most4(h, p);
      }
      store4(low + x, l);
      store4(high + x, h);
    }
    u8 *kind = g->kind + j * g->w;
    for (int x = 0; x < g->w; x += 4) {
      f4 l = load4(low + x), h = load4(high + x);
      for (int k = -R; k <= R; k++) {
        l = least4(l, load4(low + x + k));
        h = most4(h, load4(high + x + k));
      }
      const i4 nobody = h < all4(SURE), person = l > all4(1 - SURE);
      *(u8x4 *)(kind + x) = __builtin_convertvector(1 + nobody - person, u8x4);
    }
  }
}

static void widen_need(const grid *g, int level, int rows) {
  // What needs more than `level` needs `level` in the rows above and below and in four cells to
  // either side. In place: only higher levels are looked at.
  const int blocks = g->w / 4;
  u8 *tall = (u8 *)(g->rows - PAD) + 1;
  tall[-1] = tall[blocks] = 0;
  for (int j = 0; j < g->h; j++) {
    __builtin_memset(tall, 0, (size_t)blocks);
    for (int k = most(j - rows, 0); k <= least(j + rows, g->h - 1); k++) {
      const u8 *row = g->need + k * blocks;
      for (int b = 0; b < blocks; b++) tall[b] = row[b] > tall[b] ? row[b] : tall[b];
    }
    u8 *need = g->need + j * blocks;
    for (int b = 0; b < blocks; b++) {
      const u8 side = tall[b - 1] > tall[b + 1] ? tall[b - 1] : tall[b + 1];
      const u8 near = side > tall[b] ? side : tall[b];
      need[b] = near > level && need[b] < level ? (u8)level : need[b];
    }
  }
}

static void needs(const grid *g) {
  const int blocks = g->w / 4;
  for (int i = 0; i < g->h * blocks; i++) {
    const u8 *k = g->kind + 4 * i;
    g->need[i] = k[0] == 1 || k[1] == 1 || k[2] == 1 || k[3] == 1 ? EDGE : NOTHING;
  }
  widen_need(g, ALL, 1);
  widen_need(g, FITS, R);
  widen_need(g, PRODUCTS, R);
  widen_need(g, PICTURE, 0);
}

typedef u16 u16x16 __attribute__((vector_size(32)));
typedef u16 u16x4 __attribute__((vector_size(8)));
typedef u8 u8x16 __attribute__((vector_size(16), aligned(1)));

static inline u16x16 wide16(const u8 *p) {
  return __builtin_convertvector(*(const u8x16 *)p, u16x16);
}
static inline u16x8 wide8(const u8 *p) { return __builtin_convertvector(*(const u8x8 *)p, u16x8); }

static inline f4 pairs(u16x8 s) {
  const u16x4 sum = __builtin_shufflevector(s, s, 0, 2, 4, 6) +
                    __builtin_shufflevector(s, s, 1, 3, 5, 7);
  return __builtin_convertvector(sum, f4);
}

static void picture(const grid *g, const u8 *src, int w, int h) {
  const int wc = w / 2;
  const u8 *U = src + w * h, *V = U + wc * (h / 2);
  for (int j = 0; j < g->h; j++) {
    const u8 *need = g->need + j * (g->w / 4);
    for (int x = 0; x < g->w; x += 4) {
      if (!need[x / 4]) continue;
      const u8 *p = src + 4 * j * w + 4 * x, *u = U + 2 * j * wc + 2 * x, *v = V + (u - U);
      const u16x16 s = wide16(p) + wide16(p + w) + wide16(p + 2 * w) + wide16(p + 3 * w);
      const u16x8 half = __builtin_shufflevector(s, s, 0, 2, 4, 6, 8, 10, 12, 14) +
                         __builtin_shufflevector(s, s, 1, 3, 5, 7, 9, 11, 13, 15);
      const int at = j * g->stride + x;
      store4(g->y + at, pairs(half) * (1 / 4080.f) - 0.5f);
      store4(g->u + at, pairs(wide8(u) + wide8(u + wc)) * (1 / 1020.f) - 128 / 255.f);
      store4(g->v + at, pairs(wide8(v) + wide8(v + wc)) * (1 / 1020.f) - 128 / 255.f);
    }
  }
}

static inline f4 span(const float *p) {
  return load4(p - 2) + load4(p - 1) + load4(p) + load4(p + 1) + load4(p + 2);
}

// Sums over SPAN cells across of every product that the fit needs; row j of the grid.
static void products(const grid *g, int j, float *ring) {
  float *row = g->rows + 90 * g->stride;
  const u8 *need = g->need + j * (g->w / 4);
  const float *y = g->y + j * g->stride, *u = g->u + j * g->stride, *v = g->v + j * g->stride;
  const float *p = g->p + j * g->stride;
  const float *left[SUMS] = {y, u, v, p, y, u, v, y, y, u, y, u, v};
  const float *right[SUMS] = {0, 0, 0, 0, p, p, p, y, u, u, v, v, v};
  for (int k = 0; k < SUMS; k++, ring += g->stride) {
    for (int x = 0; x < g->w; x += 4)
      if (need[x / 4] >= PICTURE)
        store4(row + x, right[k] ? load4(left[k] + x) * load4(right[k] + x) : load4(left[k] + x));
    margins(row, g->w);
    for (int x = 0; x < g->w; x += 4)
      if (need[x / 4] >= PRODUCTS) store4(ring + x, span(row + x));
  }
}

static void fit(const grid *g, int j, float *const *rings, float *out) {
  const f4 mean = all4(1.f / (SPAN * SPAN)), eps = all4(EPSILON);
  const u8 *need = g->need + j * (g->w / 4);
  const int s = g->stride;
  for (int x = 0; x < g->w; x += 4) {
    if (need[x / 4] < FITS) continue;
    f4 m[SUMS];
    for (int k = 0; k < SUMS; k++) {
      f4 sum = load4(rings[0] + k * s + x);
      for (int r = 1; r < SPAN; r++) sum += load4(rings[r] + k * s + x);
      m[k] = sum * mean;
    }
    const f4 t0 = m[4] - m[0] * m[3], t1 = m[5] - m[1] * m[3], t2 = m[6] - m[2] * m[3];
    const f4 a = m[7] - m[0] * m[0] + eps, b = m[8] - m[0] * m[1], c = m[10] - m[0] * m[2];
    const f4 d = m[9] - m[1] * m[1] + eps, e = m[11] - m[1] * m[2];
    const f4 f = m[12] - m[2] * m[2] + eps;
    const f4 A = d * f - e * e, B = c * e - b * f, C = b * e - c * d, D = b * c - a * e;
    const f4 scale = 1 / (a * A + b * B + c * C);
    const f4 ay = (A * t0 + B * t1 + C * t2) * scale;
    const f4 au = (B * t0 + (a * f - c * c) * t1 + D * t2) * scale;
    const f4 av = (C * t0 + D * t1 + (a * d - b * b) * t2) * scale;
    store4(out + x, ay);
    store4(out + s + x, au);
    store4(out + 2 * s + x, av);
    store4(out + 3 * s + x, m[3] - ay * m[0] - au * m[1] - av * m[2]);
  }
  for (int k = 0; k < 4; k++) margins(out + k * s, g->w);
}

static int inside(const grid *g, int j) { return most(0, least(j, g->h - 1)); }

static void guide(const grid *g) {
  // Two rings of rows: sums of products, then the fits, which are averaged once more.
  const int s = g->stride;
  float *sums = g->rows, *fits = sums + SPAN * SUMS * s;
  float *planes[4] = {g->ay, g->au, g->av, g->b};
  const float mean = 1.f / (SPAN * SPAN), stretch = 1 / (HIGH - LOW);
  int summed = 0, fitted = 0;
  for (int j = 0; j < g->h; j++) {
    for (; fitted <= inside(g, j + R); fitted++) {
      for (; summed <= inside(g, fitted + R); summed++)
        products(g, summed, sums + (summed % SPAN) * SUMS * s);
      float *rows[SPAN];
      for (int k = 0; k < SPAN; k++)
        rows[k] = sums + (inside(g, fitted + k - R) % SPAN) * SUMS * s;
      fit(g, fitted, rows, fits + (fitted % SPAN) * 4 * s);
    }
    const u8 *need = g->need + j * (g->w / 4);
    for (int x = 0; x < g->w; x += 4) {
      if (need[x / 4] < ALL) continue;
      for (int k = 0; k < 4; k++) {
        f4 sum = all4(0);
        for (int r = -R; r <= R; r++)
          sum += span(fits + ((inside(g, j + r) % SPAN) * 4 + k) * s + x);
        // The curve that is applied to alpha is linear: it is part of the coefficients.
        store4(planes[k] + j * s + x, (sum * mean - (k == 3 ? LOW : 0)) * stretch);
      }
    }
  }
}

// Binomial weights of SPAN cells: of two colours nearby the nearer is an outline's.
static inline f4 nearer(f4 a, f4 b, f4 c, f4 d, f4 e) {
  return (a + e) * (1 / 16.f) + (b + d) * (4 / 16.f) + c * (6 / 16.f);
}

static void spread(const grid *g, float *plane) {
  // In place: a ring holds the sums of rows that are still needed.
  const int s = g->stride;
  float *ring = g->rows;
  int held = 0;
  for (int j = 0; j < g->h; j++) {
    for (; held <= inside(g, j + R); held++) {
      const u8 *need = g->need + held * (g->w / 4);
      float *row = plane + held * s, *sum = ring + (held % SPAN) * s;
      margins(row, g->w);
      for (int x = 0; x < g->w; x += 4)
        if (need[x / 4] >= FITS)
          store4(sum + x, nearer(load4(row + x - 2), load4(row + x - 1), load4(row + x),
                                 load4(row + x + 1), load4(row + x + 2)));
    }
    const u8 *need = g->need + j * (g->w / 4);
    for (int x = 0; x < g->w; x += 4) {
      if (need[x / 4] < ALL) continue;
      f4 sum[SPAN];
      for (int r = 0; r < SPAN; r++) sum[r] = load4(ring + (inside(g, j + r - R) % SPAN) * s + x);
      store4(plane + j * s + x, nearer(sum[0], sum[1], sum[2], sum[3], sum[4]));
    }
  }
}

static void colour(const grid *g) {
  // Confident cells' colours, the person's and the room's, spread over the edge between them. The
  // weights, which tell how deep inside a cell lies, take the mask's place from here on, and the
  // difference of the two colours the picture's.
  const int s = g->stride;
  for (int j = 0; j < g->h; j++) {
    const u8 *need = g->need + j * (g->w / 4), *kind = g->kind + j * g->w;
    for (int i = 0, x = j * s; i < g->w; i += 4, x += 4) {
      if (need[i / 4] < PICTURE) continue;
      const f4 y = load4(g->y + x), u = load4(g->u + x), v = load4(g->v + x);
      f4 low = all4(kind[i] / 2), high = low;
      if (need[i / 4] == EDGE) {
        const f4 p = load4(g->p + x), fitted = load4(g->ay + x) * y + load4(g->au + x) * u +
                                               load4(g->av + x) * v + load4(g->b + x);
        low = least4(p, fitted);
        high = most4(p, fitted);
      }
      const f4 person = unit4(low * 2 - 1), room = unit4(1 - high * 2);
      const f4 w = person * person, r = room * room;
      const f4 cy = (y + 0.5f) * 255, cu = u * 255 + 128, cv = v * 255 + 128;
      store4(g->p + x, w);
      store4(g->fy + x, w * cy);
      store4(g->fu + x, w * cu);
      store4(g->fv + x, w * cv);
      store4(g->q + x, r);
      store4(g->y + x, r * cy);
      store4(g->u + x, r * cu);
      store4(g->v + x, r * cv);
    }
  }
  float *planes[8] = {g->p, g->fy, g->fu, g->fv, g->q, g->y, g->u, g->v};
  for (int k = 0; k < 8; k++) spread(g, planes[k]);
  for (int j = 0; j < g->h; j++) {
    const u8 *need = g->need + j * (g->w / 4);
    for (int i = 0, x = j * s; i < g->w; i += 4, x += 4) {
      if (need[i / 4] < ALL) continue;
      const f4 w = load4(g->p + x), scale = 1 / (w + 1e-6f);
      const f4 r = load4(g->q + x), there = 1 / (r + 1e-6f), known = least4(r * 50, all4(1));
      for (int k = 1; k < 4; k++) {
        const f4 own = load4(planes[k] + x) * scale;
        store4(planes[k] + x, own);
        store4(planes[k + 4] + x, (load4(planes[k + 4] + x) * there - own) * known);
      }
      // Where nobody is certain nearby there is no colour to show: nothing is shown, and nothing up
      // to the next cell that has one, as between the two its colour would fade to none.
      const f4 trust = least4(w * 50, all4(1));
      const f4 hidden = pick4(w < all4(1e-4f), all4(64), (1 - trust) * 4);
      store4(g->b + x, load4(g->b + x) - hidden);
    }
    float *all[11] = {g->ay, g->au, g->av, g->b, g->fy, g->fu, g->fv, g->y, g->u, g->v, g->p};
    for (int k = 0; k < 11; k++) margins(all[k] + j * s, g->w);
  }
}

// Bytes that `cutout_refine` and `cutout_stack` share for a cutout of w x h.
EX int cutout_workspace(int w, int h) { return (int)grid_bytes(w, h); }

// Fit the mask (256 x 256, 0..255; rates as of `cutout_steady`) to the picture (I420; w a multiple
// of 16, h of 4).
EX void cutout_refine(void *workspace, const u8 *src, const u8 *mask, const u8 *rates, int w,
                      int h) {
  const grid g = grid_at(workspace, w, h);
  mask_cells(&g, mask, rates);
  kinds(&g);
  needs(&g);
  picture(&g, src, w, h);
  guide(&g);
  colour(&g);
}
