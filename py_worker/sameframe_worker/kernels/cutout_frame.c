// Camera frames into I420 of the cutout's size, and the frame that shows nothing.
#include "cutout.h"

enum { LARGEST_SIDE = 8192 };  // picture.py

// Limited-range BT.601, 8-bit fixed point.
EX void cutout_from_rgba(u8 *restrict dst, const u8 *restrict src, int w, int h) {
  const int wc = (w + 1) / 2, hc = (h + 1) / 2;
  u8 *U = dst + w * h, *V = U + wc * hc;
  for (int y = 0; y < h; y++) {
    const u8 *s = src + 4 * w * y;
    u8 *d = dst + w * y;
    for (int x = 0; x < w; x++)
      d[x] = (u8)(((66 * s[4 * x] + 129 * s[4 * x + 1] + 25 * s[4 * x + 2] + 128) >> 8) + 16);
  }
  for (int y = 0; y < hc; y++) {
    const u8 *s = src + 4 * w * (2 * y), *t = 2 * y + 1 < h ? s + 4 * w : s;
    for (int x = 0; x < wc; x++) {
      const int l = 8 * x, r = 2 * x + 1 < w ? l + 4 : l;
      const int R = (s[l] + s[r] + t[l] + t[r] + 2) >> 2;
      const int G = (s[l + 1] + s[r + 1] + t[l + 1] + t[r + 1] + 2) >> 2;
      const int B = (s[l + 2] + s[r + 2] + t[l + 2] + t[r + 2] + 2) >> 2;
      U[wc * y + x] = (u8)(((-38 * R - 74 * G + 112 * B + 128) >> 8) + 128);
      V[wc * y + x] = (u8)(((112 * R - 94 * G - 18 * B + 128) >> 8) + 128);
    }
  }
}

EX void cutout_from_nv12(u8 *restrict dst, const u8 *restrict src, int w, int h) {
  const int n = ((w + 1) / 2) * ((h + 1) / 2);
  u8 *U = dst + w * h, *V = U + n;
  const u8 *uv = src + w * h;
  __builtin_memcpy(dst, src, (size_t)w * h);
  for (int i = 0; i < n; i++) {
    U[i] = uv[2 * i];
    V[i] = uv[2 * i + 1];
  }
}

static void halve(u8 *dst, const u8 *src, int w, int h) {
  // In place is fine: what is written lies before what is read next.
  for (int y = 0; y < h / 2; y++) {
    const u8 *a = src + 2 * y * w, *b = a + w;
    u8 *d = dst + y * (w / 2);
    int x = 0;
    for (; x + 8 <= w / 2; x += 8) {
      u16x8 p, q;  // pairs of neighbours
      __builtin_memcpy(&p, a + 2 * x, 16);
      __builtin_memcpy(&q, b + 2 * x, 16);
      const u16x8 mean = ((p & 255) + (p >> 8) + (q & 255) + (q >> 8) + 2) >> 2;
      const u8x8 out = __builtin_convertvector(mean, u8x8);
      __builtin_memcpy(d + x, &out, 8);
    }
    for (; x < w / 2; x++)
      d[x] = (u8)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
  }
}

static void mix(u8 *restrict d, const u8 *restrict a, const u8 *restrict b, int weight, int w) {
  const u16 q = (u16)weight, p = (u16)(128 - q);
  for (int x = 0; x < w; x++) d[x] = (u8)((u16)(a[x] * p + b[x] * q + 64) >> 7);
  d[w] = d[w - 1];
}

static void bilinear(u8 *dst, int dw, int dh, const u8 *src, int sw, int sh) {
  // 16.16 fixed point; centres of pixels lie on centres.
  u8 row[LARGEST_SIDE + 1], part[LARGEST_SIDE];
  u16 at[LARGEST_SIDE];
  const int sx = (int)(((int64_t)sw << 16) / dw), sy = (int)(((int64_t)sh << 16) / dh);
  for (int x = 0, fx = sx / 2 - 32768; x < dw; x++, fx += sx) {
    at[x] = (u16)(most(fx, 0) >> 16);
    part[x] = (most(fx, 0) >> 9) & 127;
  }
  for (int y = 0, fy = sy / 2 - 32768; y < dh; y++, fy += sy) {
    const int above = most(fy, 0) >> 16;
    const u8 *a = src + above * sw;
    mix(row, a, above + 1 < sh ? a + sw : a, (most(fy, 0) >> 9) & 127, sw);
    for (int x = 0; x < dw; x++) {
      const u8 *p = row + at[x];
      dst[y * dw + x] = (u8)((p[0] * (128 - part[x]) + p[1] * part[x] + 64) >> 7);
    }
  }
}

static void scale_plane(u8 *dst, int dw, int dh, const u8 *src, int sw, int sh, u8 *scratch) {
  while (sw >= 2 * dw && sh >= 2 * dh) {
    halve(scratch, src, sw, sh);
    src = scratch;
    sw /= 2;
    sh /= 2;
  }
  if (sw == dw && sh == dh)
    __builtin_memcpy(dst, src, (size_t)dw * dh);
  else
    bilinear(dst, dw, dh, src, sw, sh);
}

// I420 to I420 of another size, no side above LARGEST_SIDE; dw and dh even; scratch holds
// sw * sh / 4 bytes.
EX void cutout_scale(u8 *dst, int dw, int dh, const u8 *src, int sw, int sh, u8 *scratch) {
  const int swc = (sw + 1) / 2, shc = (sh + 1) / 2;
  u8 *U = dst + dw * dh, *V = U + (dw / 2) * (dh / 2);
  const u8 *sU = src + sw * sh, *sV = sU + swc * shc;
  scale_plane(dst, dw, dh, src, sw, sh, scratch);
  scale_plane(U, dw / 2, dh / 2, sU, swc, shc, scratch);
  scale_plane(V, dw / 2, dh / 2, sV, swc, shc, scratch);
}

// A stacked frame in which there is nobody; w and h are the cutout's.
EX void cutout_empty(u8 *dst, int w, int h) {
  const int colour = w * h, mask = w * (h / 2);
  __builtin_memset(dst, FLAT, (size_t)colour);
  __builtin_memset(dst + colour, MASK_EMPTY, (size_t)mask);
  __builtin_memset(dst + colour + mask, FLAT, (size_t)(colour + mask) / 2);
}
