//===- call_halide_kernels.cpp - Kernels -> calls of Halide's functions ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/attention_chunks.h"
#include "compiler/backend/cpu/halide/call_writer.h"
#include "compiler/backend/cpu/provider/own_kernels.h"
#include "compiler/target/target_diagnostic.h"

#include "llvm/ADT/TypeSwitch.h"

namespace emblem::halide {
#define GEN_PASS_DEF_CALLHALIDEKERNELS
#include "compiler/backend/cpu/halide/passes.h.inc"
} // namespace emblem::halide

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

/// Whether all that a kernel reads and writes is in f32, but for indices.
static bool isInF32(kernel::KernelOpInterface op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return !shaped || shaped.getElementType().isF32() ||
           (shaped.getRank() == 1 && shaped.getElementType().isInteger(32));
  });
}

/// Whether the kernel has no other operands and no other attributes than these:
/// one that it gains is mlir's until it is known here.
static bool hasOnly(Operation *op, ArrayRef<Value> operands,
                    ArrayRef<StringRef> attributes) {
  constexpr unsigned tile = 4;
  unsigned known =
      llvm::count_if(operands, [](Value value) { return !!value; });
  return op->getNumOperands() == known + tile &&
         llvm::all_of(op->getAttrDictionary(), [&](NamedAttribute attribute) {
           return attribute.getName() == kernel::kProvider ||
                  attribute.getName() == "operandSegmentSizes" ||
                  llvm::is_contained(attributes, attribute.getName());
         });
}

static bool isKnown(std::optional<emb::Activation> activation) {
  static constexpr emb::Activation known[] = {
      emb::Activation::Identity,  emb::Activation::Gelu,
      emb::Activation::GeluTanh,  emb::Activation::Relu,
      emb::Activation::Silu,      emb::Activation::QuickGelu,
      emb::Activation::Tanh,      emb::Activation::Sigmoid,
      emb::Activation::Log1pRelu, emb::Activation::Log1pLog1pRelu};
  return !activation || llvm::is_contained(known, *activation);
}

static bool isKnown(emb::PoolKind kind) {
  static constexpr emb::PoolKind known[] = {
      emb::PoolKind::Mean, emb::PoolKind::Cls, emb::PoolKind::Max,
      emb::PoolKind::Last, emb::PoolKind::WeightedMean};
  return llvm::is_contained(known, kind);
}

bool halide::supportsKernel(kernel::KernelOpInterface op,
                            const Target &target) {
  if (!isInF32(op))
    return false;
  return TypeSwitch<Operation *, bool>(op)
      .Case([](kernel::MatmulOp op) {
        return isKnown(op.getActivation()) &&
               hasOnly(op,
                       {op.getInput(), op.getWeight(), op.getBias(),
                        op.getMultiplier(), op.getResidual(), op.getOffsets(),
                        op.getOut()},
                       {"activation", "pool"});
      })
      .Case([](kernel::RowNormOp op) {
        return hasOnly(
            op, {op.getInput(), op.getScale(), op.getShift(), op.getOut()},
            {"norm", "epsilon", "width"});
      })
      .Case([](kernel::GatherOp op) {
        return hasOnly(op,
                       {op.getOffsets(), op.getSequences(), op.getIds(),
                        op.getTable(), op.getInput(), op.getRow(),
                        op.getTypes(), op.getSegments(), op.getPositions(),
                        op.getOut()},
                       {"position_offset"});
      })
      .Case([](kernel::PoolOp op) {
        return isKnown(op.getKind()) &&
               hasOnly(op, {op.getInput(), op.getOffsets(), op.getOut()},
                       {"kind"});
      })
      .Case([&](kernel::AttentionOp op) {
        int64_t tables = !!op.getPositionKeys() + !!op.getPositionQueries();
        return AttentionChunks::fitStack(target, op.getHeadSize(), tables) &&
               hasOnly(
                   op,
                   {op.getInput(), op.getOffsets(), op.getSequences(),
                    op.getBias(), op.getPositionKeys(), op.getPositionQueries(),
                    op.getPositionRows(), op.getIds(), op.getOut()},
                   {"heads", "key_value_heads", "head_size", "scale", "softcap",
                    "before", "after", "positions", "unattended"});
      })
      .Case([](kernel::PrepareHeadsOp op) {
        return hasOnly(op,
                       {op.getInput(), op.getOffsets(), op.getSequences(),
                        op.getQueryNorm(), op.getKeyNorm(), op.getTable(),
                        op.getOut()},
                       {"heads", "key_value_heads", "head_size", "epsilon",
                        "rotary", "interleaved"});
      })
      .Case([](kernel::AddOp op) {
        return hasOnly(op, {op.getLhs(), op.getRhs(), op.getOut()}, {});
      })
      .Case([](kernel::OutputOp op) {
        return hasOnly(op, {op.getInput(), op.getOut()}, {"width", "output"});
      })
      .Case([](kernel::ConcatenateOp op) {
        SmallVector<Value> operands = llvm::to_vector(op.getInputs());
        operands.push_back(op.getOut());
        return hasOnly(op, operands, {"widths"});
      })
      .Case([&](kernel::AttentionPoolOp op) {
        return AttentionChunks::fitStack(target, op.getHeadSize()) &&
               hasOnly(
                   op,
                   {op.getInput(), op.getOffsets(), op.getQuery(), op.getOut()},
                   {"heads", "head_size", "scale"});
      })
      .Case([](kernel::Conv2dOp op) {
        return isKnown(op.getActivation()) &&
               hasOnly(
                   op,
                   {op.getInput(), op.getWeight(), op.getBias(), op.getOut()},
                   {"activation", "image", "window", "stride",
                    "outputs_count"});
      })
      .Case([](kernel::Pool2dOp op) {
        return hasOnly(op, {op.getInput(), op.getOut()},
                       {"kind", "image", "window", "stride", "padding"});
      })
      .Case([](kernel::Pad2dOp op) {
        return hasOnly(op, {op.getInput(), op.getOut()}, {"image", "padding"});
      })
      .Case([](kernel::PatchesOp op) {
        return hasOnly(op, {op.getInput(), op.getOut()},
                       {"image", "patch", "prefix"});
      })
      .Default(false);
}

void halide::addPasses(OpPassManager &passes, const Target &target) {
  passes.addPass(createCallHalideKernels({target.name.str()}));
}

namespace {
struct CallHalideKernels
    : halide::impl::CallHalideKernelsBase<CallHalideKernels> {
  using CallHalideKernelsBase::CallHalideKernelsBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    SmallVector<kernel::KernelOpInterface> kernels =
        cpu::findOwnKernels(getOperation(), "halide");
    CallWriter calls(getOperation(), *found);
    for (kernel::KernelOpInterface op : kernels) {
      if (!supportsKernel(op, *found)) {
        op->emitOpError("is not among the kernels that halide provides");
        return signalPassFailure();
      }
      TypeSwitch<Operation *>(op)
          .Case([&](kernel::MatmulOp op) {
            op.getPool() ? callPooledMatmul(op, calls) : callMatmul(op, calls);
          })
          .Case([&](kernel::RowNormOp op) { callRowNorm(op, calls); })
          .Case([&](kernel::GatherOp op) { callGather(op, calls); })
          .Case([&](kernel::PoolOp op) { callPool(op, calls); })
          .Case([&](kernel::AttentionOp op) { callAttention(op, calls); })
          .Case([&](kernel::PrepareHeadsOp op) { callPrepareHeads(op, calls); })
          .Case([&](kernel::AddOp op) { callAdd(op, calls); })
          .Case([&](kernel::OutputOp op) { callOutput(op, calls); })
          .Case([&](kernel::ConcatenateOp op) { callConcatenate(op, calls); })
          .Case(
              [&](kernel::AttentionPoolOp op) { callAttentionPool(op, calls); })
          .Case([&](kernel::Conv2dOp op) { callConv2d(op, calls); })
          .Case([&](kernel::Pool2dOp op) { callPool2d(op, calls); })
          .Case([&](kernel::Pad2dOp op) { callPad2d(op, calls); })
          .Case([&](kernel::PatchesOp op) { callPatches(op, calls); });
      op->erase();
    }
    calls.finish();
  }
};
} // namespace
