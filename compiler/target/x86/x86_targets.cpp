//===- x86_targets.cpp - The targets of x86-64 ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/x86/x86_isa.h"

#include "runtime/cpu/x86/feature_bits.h"

using namespace emblem;

static constexpr x86::X86Isa x86Isa;

static constexpr uint64_t v2 = EMBLEM_CPU_SSE42;
static constexpr uint64_t v3 = v2 | EMBLEM_CPU_AVX2_FMA;
static constexpr uint64_t v4 = v3 | EMBLEM_CPU_AVX512;
static constexpr uint64_t v3Vnni = v3 | EMBLEM_CPU_AVX_VNNI;
static constexpr uint64_t v4Vnni = v4 | EMBLEM_CPU_AVX512_VNNI;
static constexpr uint64_t v4Bf16 = v4Vnni | EMBLEM_CPU_AVX512_BF16;
static constexpr uint64_t zen4 = v4Bf16 | EMBLEM_CPU_ZNVER4;

// LLVM halves 512-bit vectors on some CPUs unless told not to.
static constexpr llvm::StringLiteral wide = "-prefer-256-bit";

static constexpr llvm::StringLiteral wideVnni = "-prefer-256-bit,+avx512vnni";
static constexpr llvm::StringLiteral wideBf16 =
    "-prefer-256-bit,+avx512vnni,+avx512bf16";

// vpmaddwd: i16 times i16.
static constexpr IntegerDot pairs = {/*depth=*/2, /*unsignedRows=*/false};
// vpdpbusd: u8 times i8.
static constexpr IntegerDot quads = {/*depth=*/4, /*unsignedRows=*/true};

static constexpr AttentionTiles attentionTiles(int64_t queries) {
  return {queries,
          /*vectors=*/2,
          /*positionRows=*/8,
          /*packedBytes=*/32 * 1024,
          /*largestChunk=*/256,
          /*largestRelativeChunk=*/64};
}
static constexpr AttentionTiles a4 = attentionTiles(4);
static constexpr AttentionTiles a6 = attentionTiles(6);
static constexpr AttentionTiles a8 = attentionTiles(8);

// Two registers a row where there are 32.
static constexpr HalideAttentionTiles h1 = {128, 128, 8, 1};
static constexpr HalideAttentionTiles h2 = {128, 128, 8, 2};

// What hides the latency of an addition, and that of a maximum.
static constexpr int64_t sums = 4, extremes = 2;

static constexpr int64_t line = 64;       // bytes
static constexpr int64_t prefetch = 1536; // bytes
static constexpr int64_t ahead = 16;      // f32, the widest vector of all

// On one thread of an EPYC (Zen 4), 28 x 28 pixels of 3 channels, 3 x 3
// windows: mlir's time by Halide's is 1.6 for 6 outputs, 1.75 for 8, 1.3 for
// 20, 1.25 for 24, 1.17 for 40, 1.07 for 53; it is 0.98 for 12, and 1.02
// for 16.
static constexpr bool halideEnds = true;

// All that have vdpbf16ps and are no Zen are Intel's, where it does half the
// products of a multiply-add of f32 in the same time: on a Xeon (Sapphire
// Rapids) MiniLM in bf16 is 1.35 to 1.44 times as fast for x86-64-v4-vnni, in
// int8 1.00 to 1.08 times.
static constexpr bool named = true;

// clang-format off
static constexpr Target targets[] = {
    //                                                              by name cache  ask    lanes  fma  bf16  integer  tile: rows, when row  attention
    // name            cpu          features   CPU must have           only line   ahead     registers  dot   dot       vectors widening  block
    {"x86-64-v2",      "x86-64-v2", "",         v2,     &x86Isa, false, line, prefetch,  4, 16, false, false, pairs,  4, 2, 4,    96, a4, h1, sums, extremes, ahead, false},
    {"x86-64-v3",      "x86-64-v3", "",         v3,     &x86Isa, false, line, prefetch,  8, 16, true,  false, pairs,  6, 2, 6,    96, a6, h1, sums, extremes, ahead, false},
    {"x86-64-v3-vnni", "x86-64-v3", "+avxvnni", v3Vnni, &x86Isa, false, line, prefetch,  8, 16, true,  false, quads,  6, 2, 6,    96, a6, h1, sums, extremes, ahead, false},
    {"x86-64-v4",      "x86-64-v4", wide,       v4,     &x86Isa, false, line, prefetch, 16, 32, true,  false, pairs,  9, 3, 9,    99, a8, h2, sums, extremes, ahead, false},
    {"x86-64-v4-vnni", "x86-64-v4", wideVnni,   v4Vnni, &x86Isa, false, line, prefetch, 16, 32, true,  false, quads,  9, 3, 9,    99, a8, h2, sums, extremes, ahead, false},
    {"x86-64-v4-bf16", "x86-64-v4", wideBf16,   v4Bf16, &x86Isa, named, line, prefetch, 16, 32, true,  true,  quads,  9, 3, 9,    99, a8, h2, sums, extremes, ahead, false},
    {"znver4",         "znver4",    wide,       zen4,   &x86Isa, false, line, prefetch, 16, 32, true,  true,  quads,  9, 3, 9,    99, a8, h2, sums, extremes, ahead, halideEnds},
};
// clang-format on

static_assert(allTilesFit(targets),
              "a tile and its operands live in registers");

// Declared by architectures.def.
namespace emblem::x86 {
llvm::ArrayRef<Target> getTargets() { return targets; }
} // namespace emblem::x86
