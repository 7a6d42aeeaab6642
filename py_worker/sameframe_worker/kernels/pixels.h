// What the kernels of the stage, its looks and its light share: vectors of bytes and of 16 bits.
#pragma once
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef int16_t i16;
typedef int32_t i32;
typedef u8 u8x8 __attribute__((vector_size(8)));
typedef u8 u8x16 __attribute__((vector_size(16)));
typedef u16 u16x8 __attribute__((vector_size(16)));
typedef i16 i16x8 __attribute__((vector_size(16)));
typedef signed char i8;
typedef i8 i8x16 __attribute__((vector_size(16)));

#define EXPORT __attribute__((visibility("default")))
#define MAX_WIDTH 4096  // of a frame and of a sprite; stage/picture.py refuses more
enum { MASK_FLOOR = 28, MASK_CEIL = 224 };  // stacked.py

// light.c
EXPORT void light_soft(u8 *soft, u8 *shade, const u8 *planes, int width, int height, int mask_first);

// Eight of sixteen bytes, from n on, widened.
#define HALF(v, n) __builtin_convertvector(__builtin_shufflevector(v, v, n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7), u16x8)

// Clamped to 0..255.
static inline i16x8 byte(i16x8 v) {
  const i16x8 none = {}, most = none + 255;
  return __builtin_elementwise_min(__builtin_elementwise_max(v, none), most);
}

// Both, clamped to 0..255, as bytes.
static inline u8x16 narrowed(i16x8 low, i16x8 high) {
#ifdef __wasm_simd128__
  return (u8x16)__builtin_wasm_narrow_u_i8x16_i16x8(low, high);
#else
  return __builtin_shufflevector((u8x16)byte(low), (u8x16)byte(high), 0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
                                 20, 22, 24, 26, 28, 30);
#endif
}
