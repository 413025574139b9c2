//===- aarch64_targets.cpp - The targets of AArch64 -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/aarch64/aarch64_isa.h"

#include "runtime/cpu/aarch64/feature_bits.h"

using namespace emblem;

static constexpr aarch64::AArch64Isa isa;

static constexpr uint64_t v8 = EMBLEM_CPU_NEON;
static constexpr uint64_t dotprod = v8 | EMBLEM_CPU_DOTPROD;
static constexpr uint64_t v86 = dotprod | EMBLEM_CPU_I8MM | EMBLEM_CPU_BF16;

// smlal: i16 times i16.
static constexpr IntegerDot pairs = {/*depth=*/2, /*unsignedRows=*/false};
// sdot: i8 times i8.
static constexpr IntegerDot bytes = {/*depth=*/4, /*unsignedRows=*/false};
// usdot: u8 times i8.
static constexpr IntegerDot quads = {/*depth=*/4, /*unsignedRows=*/true};

// Four queries, as there are four lanes: with as many registers of columns, 16
// sums hide the latency of a multiply-add where two, or four, begin in a cycle.
static constexpr AttentionTiles tiles = {/*queries=*/4,
                                         /*vectors=*/4,
                                         /*positionRows=*/8,
                                         /*packedBytes=*/32 * 1024,
                                         /*largestChunk=*/256,
                                         /*largestRelativeChunk=*/64};
static constexpr HalideAttentionTiles halideTiles = {128, 128, 8, 2};

static constexpr int64_t sums = 4, extremes = 2;
static constexpr int64_t line = 64;       // bytes
static constexpr int64_t prefetch = 1536; // bytes
static constexpr int64_t ahead = 4;       // f32

// Of a tile of 6 by 4, a step down K is 24 multiply-adds and 10 loads, 6 of them
// of one input for a whole register (fmla takes a lane), with 29 registers. 8 by
// 3 has 11 loads, and panels of 12 columns, which few sizes are multiples of.
// Weights that are widened take four registers or eight more: four rows.
// clang-format off
static constexpr Target targets[] = {
    //                                                                                by name cache  ask   lanes  fma  bf16   integer tile: rows, when row  attention
    // name                  cpu        features                      CPU must have         only line   ahead    registers dot    dot       vectors widening block
    {"aarch64",              "generic", "+neon",                      v8,      &isa, false, line, prefetch, 4, 32, true, false, pairs, 6, 4, 4,    96, tiles, halideTiles, sums, extremes, ahead, false},
    {"aarch64-v8.2-dotprod", "generic", "+neon,+dotprod",             dotprod, &isa, false, line, prefetch, 4, 32, true, false, bytes, 6, 4, 4,    96, tiles, halideTiles, sums, extremes, ahead, false},
    {"aarch64-v8.6",         "generic", "+neon,+dotprod,+i8mm,+bf16", v86,     &isa, false, line, prefetch, 4, 32, true, true,  quads, 6, 4, 4,    96, tiles, halideTiles, sums, extremes, ahead, false},
};
// clang-format on

static_assert(allTilesFit(targets),
              "a tile and its operands live in registers");

// Declared by architectures.def.
namespace emblem::aarch64 {
llvm::ArrayRef<Target> getTargets() { return targets; }
} // namespace emblem::aarch64
