// What light.py must know: a histogram of luma and sums of colour, of a cutout and of a background.
#include "pixels.h"

#define ACROSS 64  // light.py: LATTICE
#define DOWN 48
#define WIDE 64    // light.py: SMALL
#define HIGH 36
#define BINS 64

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

#define SOFT_WIDE 40  // light.py: SOFT
#define SOFT_HIGH 30

// A stacked frame's mask, averaged and smoothed: `soft`; and `shade`, what it throws behind it: a
// little lower, fading out towards the frame's sides and top. light.py says how.
EXPORT void light_soft(u8 *soft, u8 *shade, const u8 *planes, int width, int height,
                       int mask_first) {
  i32 cells[SOFT_HIGH][SOFT_WIDE];
  u16 columns[MAX_WIDTH];  // of a band: 196 a row, and no frame has 334 rows to a band
  for (int j = 0; j < SOFT_HIGH; j++) {
    // From the seam, two thirds down, which may lie between two rows.
    int top = (2 * SOFT_HIGH + j) * height / (3 * SOFT_HIGH);
    const int bottom = (2 * SOFT_HIGH + j + 1) * height / (3 * SOFT_HIGH);
    if (top < mask_first) top = mask_first;
    if (top >= bottom) top = bottom - 1;
    // Down the columns first, in vectors: pixel by pixel, six guests' masks took a millisecond.
    for (int x = 0; x < width; x++) columns[x] = 0;
    for (int y = top; y < bottom; y++) {
      const u8 *row = planes + (long)y * width;
      for (int x = 0; x < width; x++)
        columns[x] += (u16)(clamp(MASK_FLOOR, row[x], MASK_CEIL) - MASK_FLOOR);
    }
    for (int i = 0; i < SOFT_WIDE; i++) {
      const int left = i * width / SOFT_WIDE;
      int right = (i + 1) * width / SOFT_WIDE;
      if (right <= left) right = left + 1;
      i32 sum = 0;
      for (int x = left; x < right; x++) sum += columns[x];
      const int most = (bottom - top) * (right - left) * (MASK_CEIL - MASK_FLOOR);
      cells[j][i] = (i32)((int64_t)sum * 255 * 16 / most);  // 4 fractional bits
    }
  }
  for (int j = 0; j < SOFT_HIGH; j++)
    for (int i = 0; i < SOFT_WIDE; i++) {
      i32 sum = 0;
      for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++)
          sum += cells[clamp(0, j + y, SOFT_HIGH - 1)][clamp(0, i + x, SOFT_WIDE - 1)]
                 << ((x == 0) + (y == 0));
      soft[j * SOFT_WIDE + i] = (u8)((sum + 128) >> 8);
    }
  for (int j = 0; j < SOFT_HIGH; j++)
    for (int i = 0; i < SOFT_WIDE; i++) {
      const int at = j * SOFT_WIDE + i, side = i < SOFT_WIDE - 1 - i ? i : SOFT_WIDE - 1 - i;
      const int fade = clamp(0, side, 2) * clamp(0, j, 2);  // of 4
      const int over = j > 0 ? soft[at - SOFT_WIDE] : 0;
      const int weight = 8 * SOFT_HIGH + 16 * (2 * j + 1);  // of 40 * SOFT_HIGH: .2 + .8 v
      shade[at] = (u8)((2 * soft[at] + 3 * over) * fade * weight / (800 * SOFT_HIGH));
    }
}
