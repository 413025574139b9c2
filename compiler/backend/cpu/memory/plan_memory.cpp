//===- plan_memory.cpp - Every activation gets its place in one arena -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/backend/cpu/memory/row_buffer.h"
#include "compiler/target/target_diagnostic.h"
#include "compiler/transforms/pooled_rows.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

namespace emblem::cpu {
#define GEN_PASS_DEF_PLANMEMORY
#include "compiler/backend/cpu/memory/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

namespace {

/// An activation: what it needs, and when. Times count kernels; phases count
/// the barriers between them.
struct Activation {
  OpResult rows;
  int64_t rowBytes;
  int64_t firstUse, lastUse;
  int64_t firstPhase, lastPhase;
  bool pooled; // rows are texts
  int64_t offset = 0;
};

/// Two activations may not share bytes.
bool conflict(const Activation &a, const Activation &b) {
  if (a.pooled != b.pooled)
    return false; // two regions
  if (a.lastPhase < b.firstPhase || b.lastPhase < a.firstPhase)
    return false;
  // Within a phase threads are at different kernels, each in its own rows. Rows
  // of one width at one offset stay apart; a row's reader ends before its
  // successor's writer begins.
  bool sameRows = a.rowBytes == b.rowBytes && a.offset == b.offset;
  bool apart = a.lastUse < b.firstUse || b.lastUse < a.firstUse;
  return !(sameRows && apart);
}

struct PlanMemory : emblem::cpu::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    for (auto program : getOperation().getOps<kernel::ProgramOp>()) {
      activations.clear();
      if (failed(collect(program, *found)))
        return signalPassFailure();
      place(program);
    }
  }

private:
  LogicalResult collect(kernel::ProgramOp program, const Target &target);
  void place(kernel::ProgramOp program);

  SmallVector<Activation> activations;
};

} // namespace

LogicalResult PlanMemory::collect(kernel::ProgramOp program,
                                  const Target &target) {
  // A kernel that is not row-local waits for all rows before it: it begins a
  // phase.
  DenseMap<Operation *, std::pair<int64_t, int64_t>> when; // (time, phase)
  DenseMap<int64_t, int64_t> phaseEnds; // phase -> its last time
  int64_t time = 0, phase = 0;
  PooledRows pooled;
  program.walk([&](KernelOpInterface op) {
    if (!op.isRowLocal())
      ++phase;
    phaseEnds[phase] = time;
    when[op] = {time++, phase};
    pooled.visit(op);
  });
  WalkResult collected = program.walk([&](KernelOpInterface op) {
    for (OpResult result : op->getResults()) {
      MemRefType buffer =
          getRowBuffer(cast<ShapedType>(result.getType()), target);
      auto [start, startPhase] = when[op];
      Activation activation = {
          result,     getRowBytes(buffer),    start, start, startPhase,
          startPhase, pooled.contains(result)};
      for (Operation *user : result.getUsers()) {
        if (!isa<KernelOpInterface>(user)) {
          op.emitError("its rows live in the arena, but ")
              << user->getName() << ", which is no kernel, reads them";
          return WalkResult::interrupt();
        }
        auto [end, endPhase] = when[user];
        // A reader across rows may still read while others have gone ahead.
        if (!cast<KernelOpInterface>(user).isRowLocal())
          end = phaseEnds[endPhase];
        activation.lastUse = std::max(activation.lastUse, end);
        activation.lastPhase = std::max(activation.lastPhase, endPhase);
      }
      activations.push_back(activation);
    }
    return WalkResult::advance();
  });
  return failure(collected.wasInterrupted());
}

/// First fit: the lowest offset at which nothing placed before conflicts.
void PlanMemory::place(kernel::ProgramOp program) {
  Builder builder(&getContext());
  int64_t perToken = 0, perText = 0;
  llvm::MapVector<Operation *, SmallVector<int64_t>> slots;
  for (auto [index, activation] : llvm::enumerate(activations)) {
    ArrayRef<Activation> placed = ArrayRef(activations).take_front(index);
    SmallVector<int64_t> candidates = {0};
    for (const Activation &other : placed)
      if (other.pooled == activation.pooled) {
        candidates.push_back(other.offset);
        candidates.push_back(other.offset + other.rowBytes);
      }
    llvm::sort(candidates);
    for (int64_t candidate : candidates) {
      activation.offset = candidate;
      bool fits = llvm::none_of(placed, [&](const Activation &other) {
        bool overlap = candidate < other.offset + other.rowBytes &&
                       other.offset < candidate + activation.rowBytes;
        return overlap && conflict(activation, other);
      });
      if (fits)
        break;
    }
    slots[activation.rows.getOwner()].push_back(activation.offset);
    int64_t &total = activation.pooled ? perText : perToken;
    total = std::max(total, activation.offset + activation.rowBytes);
  }
  for (auto &[producer, offsets] : slots)
    producer->setAttr(attribute::slot, builder.getDenseI64ArrayAttr(offsets));
  program.setArenaAttr(
      kernel::ArenaAttr::get(&getContext(), perToken, perText));
}
