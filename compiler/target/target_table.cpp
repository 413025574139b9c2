//===- target_table.cpp - The machines that code is written for -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/target_table.h"
#include "runtime/cpu/x86/feature_bits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace emblem;

static constexpr uint64_t v2 = EMBLEM_CPU_SSE42;
static constexpr uint64_t v3 = v2 | EMBLEM_CPU_AVX2_FMA;
static constexpr uint64_t v4 = v3 | EMBLEM_CPU_AVX512;
static constexpr uint64_t v3Vnni = v3 | EMBLEM_CPU_AVX_VNNI;
static constexpr uint64_t v4Vnni = v4 | EMBLEM_CPU_AVX512_VNNI;
static constexpr uint64_t v4Bf16 = v4Vnni | EMBLEM_CPU_AVX512_BF16;
static constexpr uint64_t zen4 = v4Bf16 | EMBLEM_CPU_ZNVER4;

static constexpr llvm::StringLiteral gnuLinux = "x86_64-unknown-linux-gnu";

// LLVM halves 512-bit vectors on some CPUs unless told not to.
static constexpr llvm::StringLiteral wide = "-prefer-256-bit";

static constexpr llvm::StringLiteral wideVnni = "-prefer-256-bit,+avx512vnni";
static constexpr llvm::StringLiteral wideBf16 =
    "-prefer-256-bit,+avx512vnni,+avx512bf16";

static constexpr IntegerDot pairs = IntegerDot::Pairs16;
static constexpr IntegerDot quads = IntegerDot::Quads8;

// clang-format off
static constexpr Target targets[] = {
    //                                                              lanes  fma  bf16  integer  tile: rows  row  query
    // name            triple    cpu          features   CPU must have  registers  dot   dot       vectors   block  tile
    {"x86-64-v2",      gnuLinux, "x86-64-v2", "",         v2,          4, 16, false, false, pairs,  4, 2,    96,     4},
    {"x86-64-v3",      gnuLinux, "x86-64-v3", "",         v3,          8, 16, true,  false, pairs,  6, 2,    96,     6},
    {"x86-64-v3-vnni", gnuLinux, "x86-64-v3", "+avxvnni", v3Vnni,      8, 16, true,  false, quads,  6, 2,    96,     6},
    {"x86-64-v4",      gnuLinux, "x86-64-v4", wide,       v4,         16, 32, true,  false, pairs,  9, 3,    99,     8},
    {"x86-64-v4-vnni", gnuLinux, "x86-64-v4", wideVnni,   v4Vnni,     16, 32, true,  false, quads,  9, 3,    99,     8},
    {"x86-64-v4-bf16", gnuLinux, "x86-64-v4", wideBf16,   v4Bf16,     16, 32, true,  true,  quads,  9, 3,    99,     8},
    {"znver4",         gnuLinux, "znver4",    wide,       zen4,       16, 32, true,  true,  quads,  9, 3,    99,     8},
};
// clang-format on

static constexpr bool tilesFit() {
  for (const Target &target : targets)
    if (target.tileRows * target.tileVectors + target.tileVectors + 1 >
            target.vectorRegisters ||
        target.rowBlock % target.tileRows != 0 ||
        target.queryTile * 2 + 3 > target.vectorRegisters ||
        target.queryTile > target.vectorWidth)
      return false;
  return true;
}
static_assert(tilesFit(), "a tile and its operands live in registers");

namespace {
/// A bit of `cpuFeatures`, and the names that LLVM gives to all it stands for.
struct FeatureBit {
  uint64_t bit;
  llvm::StringLiteral names; // separated by spaces
};
} // namespace

static constexpr FeatureBit featureBits[] = {
    {EMBLEM_CPU_SSE42, "cx16 sahf popcnt sse3 ssse3 sse4.1 sse4.2"},
    {EMBLEM_CPU_AVX2_FMA, "avx avx2 bmi bmi2 f16c fma lzcnt movbe xsave"},
    {EMBLEM_CPU_AVX512, "avx512f avx512bw avx512cd avx512dq avx512vl"},
    {EMBLEM_CPU_AVX512_VNNI, "avx512vnni"},
    {EMBLEM_CPU_AVX512_BF16, "avx512bf16"},
    {EMBLEM_CPU_AVX_VNNI, "avxvnni"},
    {EMBLEM_CPU_ZNVER4,
     "adx aes avx512bitalg avx512ifma avx512vbmi avx512vbmi2 avx512vpopcntdq "
     "clzero gfni pclmul prfchw rdpid sha sse4a vaes vpclmulqdq"},
};

llvm::ArrayRef<Target> emblem::allTargets() { return targets; }

uint64_t emblem::hostCpuFeatures() {
  if (!llvm::Triple(llvm::sys::getProcessTriple()).isX86_64())
    return 0;
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  uint64_t bits = 0;
  for (const FeatureBit &feature : featureBits)
    if (llvm::all_of(llvm::split(feature.names, ' '),
                     [&](llvm::StringRef name) { return host.lookup(name); }))
      bits |= feature.bit;
  return bits;
}

static std::string knownTargets() {
  return llvm::join(
      llvm::map_range(targets, [](const Target &t) { return t.name.str(); }),
      ", ");
}

llvm::Expected<const Target *> emblem::findTarget(llvm::StringRef name) {
  if (name != "native") {
    for (const Target &target : targets)
      if (target.name == name)
        return &target;
    return llvm::createStringError("unknown target '" + name +
                                   "'; known are native, " + knownTargets());
  }

  uint64_t host = hostCpuFeatures();
  for (const Target &target : llvm::reverse(targets))
    if ((target.cpuFeatures & ~host) == 0)
      return &target;
  return llvm::createStringError(
      "no target is native here: this machine is less than an x86-64-v2; name "
      "the target to compile for: " +
      knownTargets());
}
