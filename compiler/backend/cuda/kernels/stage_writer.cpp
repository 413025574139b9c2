//===- stage_writer.cpp - The device functions of one kernel --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/stage_writer.h"

#include "emblem/device_table.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstddef>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

// Swizzled tiles begin at multiples of it.
static constexpr int64_t kSharedAlignment = 1024;
static constexpr llvm::StringLiteral kSharedMemory = "shared";

/// The batch's shape, the op's operands and results (of an output: the caller's
/// vectors), each token's text, the query tiles.
static unsigned countParameters(kernel::KernelOpInterface op) {
  return 1 + op->getNumOperands() + std::max(1u, op->getNumResults()) + 2;
}

KernelFunction::KernelFunction(OpBuilder &builder, kernel::KernelOpInterface op,
                               gpu::GPUFuncOp function,
                               const DeviceTarget &target)
    : DeviceBuilder(builder, op.getLoc()), op(op), function(function),
      target(target) {}

Value KernelFunction::of(Value value) {
  if (auto result = dyn_cast<OpResult>(value);
      result && result.getOwner() == op)
    return function.getArgument(1 + op->getNumOperands() +
                                result.getResultNumber());
  unsigned index = llvm::find(op->getOperands(), value).getIndex();
  assert(index < op->getNumOperands() && "the op does not have the value");
  return function.getArgument(1 + index);
}

Value KernelFunction::ofRow(Value value, Value row) {
  auto type = cast<ShapedType>(value.getType());
  // Pixels are the caller's, and have no gaps.
  int64_t pitch = isa<BlockArgument>(value) ? 4 * type.getDimSize(1)
                  : value.getDefiningOp<kernel::WeightOp>()
                      ? getWeightPitch(type, target)
                      : getRowPitch(type, target);
  return atRow(of(value), row, pitch);
}

Value KernelFunction::indexOf(Value indices, Value row) {
  return load(atRow(of(indices), row, 4), i32Type(), 4, /*invariant=*/true);
}

Value KernelFunction::textOf(Value token) {
  return load(atRow(sequences(), token, 4), i32Type(), 4, /*invariant=*/true);
}

Value KernelFunction::positionOf(Value token, Value offsets) {
  return sub(token, indexOf(offsets, textOf(token)));
}

Value KernelFunction::output() {
  return function.getArgument(1 + op->getNumOperands());
}

Value KernelFunction::shape(int64_t place) {
  return load(at(function.getArgument(0), place), i32Type(), 4,
              /*invariant=*/true);
}
Value KernelFunction::tokens() {
  return shape(offsetof(EmblemDeviceShape, tokens));
}
Value KernelFunction::texts() {
  return shape(offsetof(EmblemDeviceShape, texts));
}
Value KernelFunction::countQueryTiles() {
  return shape(offsetof(EmblemDeviceShape, query_tiles));
}
Value KernelFunction::sequences() {
  return function.getArgument(countParameters(op) - 2);
}
Value KernelFunction::queryTiles() {
  return function.getArgument(countParameters(op) - 1);
}

Value KernelFunction::sharedMemory() {
  auto module = function->getParentOfType<gpu::GPUModuleOp>();
  if (!module.lookupSymbol(kSharedMemory)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    // Of no size: how much there is, the launch says.
    LLVM::GlobalOp::create(
        builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
        /*isConstant=*/false, LLVM::Linkage::External, kSharedMemory,
        Attribute(), kSharedAlignment, static_cast<unsigned>(Space::Shared));
  }
  return LLVM::AddressOfOp::create(builder, loc, pointerType(Space::Shared),
                                   kSharedMemory);
}

void StageWriter::addKernel(const KernelShape &shape,
                            llvm::function_ref<void(KernelFunction &)> body) {
  OpBuilder::InsertionGuard guard(builder);
  StringRef mnemonic = op->getName().stripDialect();
  builder.setInsertionPointToEnd(&symbols.getOp()->getRegion(0).front());
  auto module = gpu::GPUModuleOp::create(builder, op.getLoc(), mnemonic);
  StringAttr name = symbols.insert(module);
  builder.setInsertionPointToStart(module.getBody());
  SmallVector<Type> parameters(
      countParameters(op),
      LLVM::LLVMPointerType::get(builder.getContext(),
                                 static_cast<unsigned>(Space::Global)));
  auto function =
      gpu::GPUFuncOp::create(builder, op.getLoc(), name.getValue(),
                             builder.getFunctionType(parameters, TypeRange()));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
      {static_cast<int32_t>(shape.threads), 1, 1}));
  if (shape.mostRegisters)
    function->setAttr(NVVM::NVVMDialect::getMaxnregAttrName(),
                      builder.getI32IntegerAttr(shape.mostRegisters));
  builder.setInsertionPointToStart(&function.getBody().front());
  auto end = gpu::ReturnOp::create(builder, op.getLoc());
  builder.setInsertionPoint(end);
  KernelFunction writer(builder, op, function, options.target);
  body(writer);
  kernels.push_back(device::KernelAttr::get(
      builder.getContext(),
      SymbolRefAttr::get(name, FlatSymbolRefAttr::get(name)), shape.mostRows,
      shape.blockRows, shape.gridX, shape.threads, shape.sharedBytes));
}
