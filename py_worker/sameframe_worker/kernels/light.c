// What light.py must know: a histogram of luma and sums of colour, of a cutout and of a background.
#include <stdint.h>

typedef uint8_t u8;
typedef int32_t i32;

#define EXPORT __attribute__((visibility("default")))
#define ACROSS 64  // light.py: LATTICE
#define DOWN 48
#define WIDE 64    // light.py: SMALL
#define HIGH 36
#define BINS 64
#define MASK_FLOOR 28  // stacked.py
#define MASK_CEIL 224

static inline int clamp(int low, int v, int high) { return v < low ? low : v > high ? high : v; }
static inline int magnitude(int v) { return v < 0 ? -v : v; }

// A stacked frame (I420) on a lattice, weighted by its mask. `sums` are BINS of luma, then Cb, Cr
// and |Cb| + |Cr| of limited range.
EXPORT void light_person(i32 *sums, const u8 *planes, int width, int height, int colour_last,
                         int chroma_last, int mask_first) {
  const int cw = (width + 1) / 2, ch = (height + 1) / 2;
  const u8 *u = planes + width * height, *v = u + cw * ch;
  for (int i = 0; i < BINS + 3; i++) sums[i] = 0;
  for (int j = 0; j < DOWN; j++) {
    // Twice the seam is 4/3 of the height; a lattice's middles are odd halves.
    const int row = clamp(0, (2 * j + 1) * height / (3 * DOWN), colour_last);
    const int half = clamp(0, (2 * j + 1) * height / (6 * DOWN), chroma_last);
    const int at = (4 * DOWN + 2 * j + 1) * height / (6 * DOWN);
    const u8 *mask = planes + width * clamp(mask_first, at, height - 1);
    for (int i = 0; i < ACROSS; i++) {
      const int x = (2 * i + 1) * width / (2 * ACROSS);
      const int of = (clamp(MASK_FLOOR, mask[x], MASK_CEIL) - MASK_FLOOR) * 255;
      const int alpha = of / (MASK_CEIL - MASK_FLOOR);
      if (alpha == 0) continue;
      const int luma = (clamp(16, planes[width * row + x], 235) - 16) * 255 / 219;
      const int blue = u[cw * half + x / 2] - 128, red = v[cw * half + x / 2] - 128;
      sums[luma * BINS / 256] += alpha;
      sums[BINS] += alpha * blue;
      sums[BINS + 1] += alpha * red;
      sums[BINS + 2] += alpha * (magnitude(blue) + magnitude(red));
    }
  }
}

// RGBA averaged to WIDE × HIGH, as three planes of `plane` bytes, and its sums; those of Cb and Cr
// are of full range.
EXPORT void light_ground(i32 *sums, u8 *small, int plane, const u8 *pixels, int width, int height) {
  for (int i = 0; i < BINS + 3; i++) sums[i] = 0;
  for (int j = 0; j < HIGH; j++)
    for (int i = 0; i < WIDE; i++) {
      const int top = j * height / HIGH, bottom = (j + 1) * height / HIGH;
      const int left = i * width / WIDE, right = (i + 1) * width / WIDE;
      i32 sum[3] = {0, 0, 0};
      for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
          for (int c = 0; c < 3; c++) sum[c] += pixels[4 * ((long)y * width + x) + c];
      const int count = (bottom - top) * (right - left);
      i32 mean[3];
      for (int c = 0; c < 3; c++) {
        mean[c] = count > 0 ? (sum[c] + count / 2) / count : 0;
        small[c * plane + j * WIDE + i] = (u8)mean[c];
      }
      const int luma = (299 * mean[0] + 587 * mean[1] + 114 * mean[2] + 500) / 1000;
      const int blue = (mean[2] - luma) * 1000 / 1772, red = (mean[0] - luma) * 1000 / 1402;
      sums[luma * BINS / 256] += 1;
      sums[BINS] += blue;
      sums[BINS + 1] += red;
      sums[BINS + 2] += magnitude(blue) + magnitude(red);
    }
}
