// A shot's layer: the cutout at the camera's own size, as RGBA with straight alpha.
//
// The fits are those of the live cutout's quarter grid (cutout_refine.c), evaluated at every pixel of
// the camera: as fine as the picture is, though the fits are as coarse as the mask that they are of.
#include "cutout.h"

enum { FITTED = 11, CHROMA_PAD = 16 };

// A row of the grid's planes, drawn out to the camera's width; `row` says which.
typedef struct {
  float *planes[FITTED];
  int row;
} drawn;

typedef struct {
  int w, h;
  u16 *start;     // where each of the grid's cells begins, in pixels; one more than there are cells
  u16 *cell;      // per pixel, the left one of the two cells that it lies between, and
  float *weight;  // how much of the right one
  u8 *u, *v;      // chroma at every pixel of a row
  u16 *tall;
  drawn rows[2];
} layer;

static size_t padded(int w) { return ((size_t)w + 7) & ~(size_t)3; }

// Bytes of scratch for `cutout_layer` at this width, of the camera.
EX int cutout_layer_scratch(int w) {
  const size_t n = padded(w) + CHROMA_PAD;
  return (int)(n * ((2 * FITTED + 1) * sizeof(float) + 3 * sizeof(u16) + 2) + 64);
}

static layer laid_out(const grid *g, int w, int h, void *scratch) {
  layer l = {.w = w, .h = h};
  const size_t n = padded(w) + CHROMA_PAD;
  float *at = scratch;
  for (int r = 0; r < 2; r++) {
    l.rows[r].row = -1;
    for (int k = 0; k < FITTED; k++, at += n) l.rows[r].planes[k] = at;
  }
  l.weight = at;
  l.start = (u16 *)(at + n);
  l.cell = l.start + n;
  l.tall = l.cell + n;  // written from -1 on, into the padding of the one before
  l.u = (u8 *)(l.tall + n) + CHROMA_PAD;
  l.v = l.u + n;
  const float step = (float)g->w / w;
  for (int i = 0; i <= g->w; i++) l.start[i] = (u16)(((int64_t)i * w + g->w - 1) / g->w);
  for (int x = 0; x < w; x++) {
    // One to the right of where it is: the first pixels lie left of the first cell's middle.
    const float right = (x + 0.5f) * step + 0.5f;
    l.cell[x] = (u16)right;
    l.weight[x] = right - l.cell[x];
  }
  return l;
}

static const drawn *draw_out(const grid *g, layer *l, int j) {
  drawn *d = &l->rows[j & 1];
  if (d->row == j) return d;
  d->row = j;
  float *planes[FITTED] = {g->ay, g->au, g->av, g->b, g->fy, g->fu, g->fv, g->y, g->u, g->v, g->p};
  const u8 *need = g->need + j * (g->w / 4);
  for (int i = 0; i < g->w; i += 4) {
    if (need[i / 4] < ALL) continue;
    const int from = l->start[i], to = l->start[i + 4];
    for (int k = 0; k < FITTED; k++) {
      const float *cells = planes[k] + j * g->stride - 1;
      float *out = d->planes[k];
      for (int x = from; x < to; x++) {
        const float *c = cells + l->cell[x];
        out[x] = c[0] + l->weight[x] * (c[1] - c[0]);
      }
    }
  }
  return d;
}

// A row of one chroma plane at the luma's size: bilinear, its samples lie between four pixels.
static void chroma(u8 *restrict out, u16 *restrict tall, const u8 *restrict plane, int y, int w,
                   int h) {
  const int wc = (w + 1) / 2, hc = (h + 1) / 2, near = y / 2;
  const int far = most(0, least(y & 1 ? near + 1 : near - 1, hc - 1));
  const u8 *a = plane + near * wc, *b = plane + far * wc;
  for (int x = 0; x < wc; x++) tall[x] = (u16)(3 * a[x] + b[x]);
  tall[-1] = tall[0];
  tall[wc] = tall[wc - 1];
  for (int x = 0; x < wc; x++) {
    const u16 mid = (u16)(3 * tall[x] + 8);
    out[2 * x] = (u8)((u16)(mid + tall[x - 1]) >> 4);
    out[2 * x + 1] = (u8)((u16)(mid + tall[x + 1]) >> 4);
  }
}

static inline i4 byte4(f4 v) {
  return __builtin_convertvector(least4(most4(v, all4(0)), all4(255)) + 0.5f, i4);
}

// Limited-range BT.601 to RGBA.
static inline i4 rgba(f4 y, f4 cb, f4 cr, i4 alpha) {
  const f4 l = (y - 16) * 1.164384f;
  const i4 r = byte4(l + cr * 1.596027f), b = byte4(l + cb * 2.017232f);
  const i4 g = byte4(l - cb * 0.391762f - cr * 0.812968f);
  return r | g << 8 | b << 16 | alpha << 24;
}

static inline i4 solid(const u8 *y, const u8 *u, const u8 *v) {
  return rgba(widen4(y), widen4(u) - 128, widen4(v) - 128, all4i(255));
}

static inline f4 between(const drawn *a, const drawn *b, int k, int x, float t) {
  const f4 up = load4(a->planes[k] + x);
  return up + (load4(b->planes[k] + x) - up) * t;
}

static inline i4 edge(const u8 *sy, const u8 *su, const u8 *sv, const drawn *a, const drawn *b, int x,
                      float t) {
  const f4 y = widen4(sy), u = widen4(su) - 128, v = widen4(sv) - 128;
  const f4 found = between(a, b, 0, x, t) * (y * (1 / 255.f) - 0.5f) +
                   between(a, b, 1, x, t) * u * (1 / 255.f) +
                   between(a, b, 2, x, t) * v * (1 / 255.f) + between(a, b, 3, x, t);
  const f4 alpha = least4(most4(found, all4(0)), all4(1));  // what is no number becomes nothing
  const i4 level = __builtin_convertvector(alpha * 255 + 0.5f, i4);
  const f4 own = own4(alpha), fy = between(a, b, 4, x, t);
  const f4 fu = between(a, b, 5, x, t) - 128, fv = between(a, b, 6, x, t) - 128;
  const f4 ry = between(a, b, 7, x, t), ru = between(a, b, 8, x, t), rv = between(a, b, 9, x, t);
  const f4 depth = between(a, b, 10, x, t);
  const f4 room = room4(y - fy, u - fu, v - fv, ry, ru, rv, depth);
  return rgba(fy + (y - fy - ry * room) * own, fu + (u - fu - ru * room) * own,
              fv + (v - fv - rv * room) * own, level) &
         (level >= HAZE);
}

// Write the layer (RGBA, w x h, any size) of the camera's frame `src` (I420). `workspace` is what
// `cutout_refine` left of the same frame scaled to cw x ch. Where alpha is 0 so is the colour.
EX void cutout_layer(u8 *dst, const u8 *src, int w, int h, void *workspace, int cw, int ch,
                     void *scratch) {
  const grid g = grid_at(workspace, cw, ch);
  const int wc = (w + 1) / 2, hc = (h + 1) / 2;
  const u8 *U = src + (size_t)w * h, *V = U + (size_t)wc * hc;
  layer l = laid_out(&g, w, h, scratch);
  for (int y = 0; y < h; y++) {
    const int j = (int)(((int64_t)(2 * y + 1) * g.h) / (2 * h));
    const float middle = (y + 0.5f) * g.h / h - 0.5f, inner = middle < 0 ? 0 : middle;
    const int above = least((int)inner, g.h - 1), below = least(above + 1, g.h - 1);
    const float t = inner - above;
    const u8 *kind = g.kind + j * g.w, *sy = src + (size_t)y * w;
    u8 *out = dst + 4 * (size_t)y * w;
    const drawn *a = 0, *b = 0;
    int coloured = 0;
    for (int i = 0, end; i < g.w; i = end) {
      for (end = i + 1; end < g.w && kind[end] == kind[i]; end++) {}
      const int from = l.start[i], to = l.start[end];
      if (!kind[i]) {
        __builtin_memset(out + 4 * from, 0, 4 * (size_t)(to - from));
        continue;
      }
      if (!coloured) {
        chroma(l.u, l.tall, U, y, w, h);
        chroma(l.v, l.tall, V, y, w, h);
        coloured = 1;
      }
      if (kind[i] == 1 && !a) {
        a = draw_out(&g, &l, above);
        b = draw_out(&g, &l, below);
      }
      for (int x = from; x < to; x += 4) {
        const i4 four = kind[i] == 2 ? solid(sy + x, l.u + x, l.v + x)
                                     : edge(sy + x, l.u + x, l.v + x, a, b, x, t);
        __builtin_memcpy(out + 4 * x, &four, 4 * (size_t)least(4, to - x));
      }
    }
  }
}
