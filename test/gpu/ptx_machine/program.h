//===- program.h - Kernels as decoded instructions --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A kernel after reading: every operand is a place in a warp's registers, and
// every instruction has the function that does it. Constants are registers that
// are written before the kernel begins.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_PROGRAM_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_PROGRAM_H

#include "test/gpu/ptx_machine/numbers.h"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace emblem::ptx {

/// PTX that the machine cannot read or does not know; says the line.
class ProgramError : public std::runtime_error {
public:
  ProgramError(int line, const std::string &message)
      : std::runtime_error("line " + std::to_string(line) + ": " + message) {}
};

// clang-format off
enum class Type : uint8_t {
  None, B8, U8, S8, B16, U16, S16, F16, BF16, B32, U32, S32, F32, TF32, F16x2,
  BF16x2, B64, U64, S64, F64, Predicate
};
// clang-format on

int bytesOf(Type type);
bool isSigned(Type type);
bool isFloat(Type type); // of one number

/// Registers of up to 32 bits have one word a lane, those of 64 bits two; a
/// predicate is a mask of lanes.
enum class RegisterKind : uint8_t { Narrow, Wide, Predicate };
RegisterKind kindOf(Type type);

struct Operand {
  uint32_t row = 0; // its first word in the warp's; a predicate's mask's place
  uint32_t id = 0;  // in the warp's table of written lanes
  RegisterKind kind = RegisterKind::Narrow;
  bool negated = false; // of a predicate
};

enum class Space : uint8_t { Generic, Parameter, Global, Shared };

/// Where lanes go on after an instruction.
enum class Flow : uint8_t {
  Next,
  Branch,
  IndexedBranch,
  Exit,
  Barrier,       // waits for the others of the block
  BarrierArrival // only says that the warp is here
};

/// The lanes that must come to an instruction together.
enum class Gathering : uint8_t { None, Warp, Members };

class Warp;
struct Instruction;
using Handler = void (*)(Warp &warp, const Instruction &instruction,
                         uint32_t lanes);

struct Instruction {
  Handler handler = nullptr;
  Flow flow = Flow::Next;
  Gathering gathering = Gathering::None;
  Type type = Type::None, from = Type::None;
  Space space = Space::Generic;
  Rounding rounding = Rounding::Nearest;
  bool guarded = false;
  // Modifiers; each family says what it uses them for.
  bool flushes = false, saturates = false, flag = false;
  uint8_t destinationCount = 0, sourceCount = 0;
  uint8_t mode = 0, second = 0;
  int32_t size = 0; // bytes of a copy, matrices, elements, groups
  int32_t target = -1;
  int64_t offset = 0, sourceOffset = 0; // of addresses
  Operand guard;
  std::array<Operand, 8> destinations;
  std::array<Operand, 12> sources;
  std::vector<int32_t> targets; // of an indexed branch
  int line = 0;
  std::string text;
};

// clang-format off
enum class Special : uint8_t {
  ThreadX, ThreadY, ThreadZ, ThreadsX, ThreadsY, ThreadsZ, BlockX, BlockY,
  BlockZ, BlocksX, BlocksY, BlocksZ, Lane, WarpIndex, WarpCount, LanesEqual,
  LanesBelow, LanesUpTo, LanesAbove, LanesFrom, DynamicShared
};
// clang-format on

struct Parameter {
  std::string name;
  size_t offset, bytes;
};

/// Where a block's shared memory begins, as on devices of today: an address
/// that has lost its base shows.
constexpr uint32_t kSharedBase = 1024;

struct Program {
  std::string entry;
  std::vector<Instruction> code;
  uint32_t words = 0;      // of registers that are no predicates, a warp's
  uint32_t predicates = 0; // a warp's
  uint32_t registers = 0;  // all, for the table of written lanes
  std::vector<std::pair<Operand, uint64_t>> constants;
  std::vector<std::pair<Operand, Special>> specials;
  std::vector<Parameter> parameters;
  size_t parameterBytes = 0;
  uint32_t staticSharedEnd = kSharedBase; // where dynamic shared memory begins
  std::array<uint32_t, 3> mostThreads = {0, 0, 0};  // .maxntid; 0: any number
  std::array<uint32_t, 3> exactThreads = {0, 0, 0}; // .reqntid
};

/// A text's kernels.
struct Module {
  int version = 0;    // 80 for 8.0
  std::string target; // "sm_80"
  std::map<std::string, std::shared_ptr<const Program>> entries;
  std::vector<uint64_t> variables; // in global memory, the module's own
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_PROGRAM_H
