//===- convert_kernels.cpp - kernel -> device stages and gpu functions ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/stage_writer.h"
#include "compiler/backend/cuda/passes.h"
#include "compiler/backend/cuda/places.h"
#include "compiler/target/device/device_diagnostic.h"
#include "compiler/transforms/pooled_rows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

namespace emblem::cuda {
#define GEN_PASS_DEF_CONVERTKERNELTOGPU
#include "compiler/backend/cuda/passes.h.inc"
} // namespace emblem::cuda

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;
using kernel::KernelOpInterface;

namespace {

/// The functions of a kernel, for all stages that are alike.
struct Written {
  Grid grid;
  SmallVector<Attribute> kernels;
};

class Converter {
public:
  Converter(ModuleOp module, kernel::ProgramOp program,
            const DeviceTarget &target, bool plainF32)
      : program(program), target(target), plainF32(plainF32),
        builder(module.getContext()), symbols(module) {}

  LogicalResult run();

private:
  LogicalResult verify(Operation &op);
  /// What the functions of `op` depend on.
  std::string getKey(KernelOpInterface op, bool overTexts);
  const Written *write(KernelOpInterface op, bool overTexts);
  device::ArgumentAttr getArgument(Value value);
  SmallVector<Attribute> getArguments(KernelOpInterface op);
  void addStage(KernelOpInterface op, const Written &written);
  /// A weight as it lies on the device.
  void layOut(kernel::WeightOp weight);

  kernel::ProgramOp program;
  const DeviceTarget &target;
  bool plainF32;
  OpBuilder builder;
  SymbolTable symbols;
  PooledRows pooled;
  llvm::StringMap<Written> written;
};

} // namespace

LogicalResult Converter::verify(Operation &op) {
  if (auto weight = dyn_cast<kernel::WeightOp>(op)) {
    if (weight.getByteOffset())
      return success();
    return op.emitError("has no place: plan-device-memory comes first");
  }
  if (!isa<KernelOpInterface>(op))
    return op.emitError("is no kernel, and cannot become a stage");
  if (!op.getAttrOfType<StringAttr>("stage"))
    return op.emitError("has no stage: name it");
  if (op.getNumResults() && !op.getAttrOfType<DenseI64ArrayAttr>(kPlaces))
    return op.emitError("has no place in the arena: plan-device-memory comes "
                        "first");
  return success();
}

std::string Converter::getKey(KernelOpInterface op, bool overTexts) {
  std::string key;
  llvm::raw_string_ostream os(key);
  NamedAttrList attributes(op->getAttrDictionary());
  for (StringRef place : {"stage", kPlaces.data(), "output"})
    attributes.erase(place);
  os << op->getName() << overTexts
     << attributes.getDictionary(builder.getContext());
  // A value that comes twice is one parameter's.
  for (OpOperand &operand : op->getOpOperands())
    os << ' ' << operand.get().getType() << ' '
       << llvm::find(op->getOperands(), operand.get()).getIndex();
  llvm::interleave(op->getResultTypes(), os, " ");
  return key;
}

static LogicalResult writeFunctions(Operation *kernel, StageWriter &stage) {
  return TypeSwitch<Operation *, LogicalResult>(kernel)
#define EMBLEM_CUDA_KERNEL(NAME)                                               \
  .Case([&](kernel::NAME##Op op) { return write##NAME(op, stage); })
#include "compiler/backend/cuda/kernels/kernels.def"
      .Default([](Operation *op) {
        return op->emitError("is a kernel that this device has no code for");
      });
}

const Written *Converter::write(KernelOpInterface op, bool overTexts) {
  auto [entry, isNew] = written.try_emplace(getKey(op, overTexts));
  Written &functions = entry->second;
  if (!isNew)
    return &functions;
  StageWriter stage(builder, op, overTexts, {target, plainF32}, symbols);
  if (failed(writeFunctions(op, stage)))
    return nullptr;
  functions.grid = stage.getGrid();
  functions.kernels = llvm::to_vector_of<Attribute>(stage.getKernels());
  return &functions;
}

device::ArgumentAttr Converter::getArgument(Value value) {
  using Kind = device::ArgumentKind;
  MLIRContext *context = builder.getContext();
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    if (cast<ShapedType>(value.getType()).getRank() == 2)
      return device::ArgumentAttr::get(context, Kind::Pixels, 0, 0);
    static constexpr Kind kinds[] = {Kind::Ids, Kind::Offsets, Kind::Types};
    return device::ArgumentAttr::get(context, kinds[argument.getArgNumber()], 0,
                                     0);
  }
  if (auto weight = value.getDefiningOp<kernel::WeightOp>())
    return device::ArgumentAttr::get(context, Kind::Weights, 0,
                                     *weight.getByteOffset());
  return device::ArgumentAttr::get(context, Kind::Arena,
                                   getPlace(cast<OpResult>(value)), 0);
}

SmallVector<Attribute> Converter::getArguments(KernelOpInterface op) {
  using Kind = device::ArgumentKind;
  auto of = [&](Kind kind, int64_t place = 0) {
    return device::ArgumentAttr::get(builder.getContext(), kind, 0, place);
  };
  SmallVector<Attribute> arguments = {of(Kind::Shape)};
  for (Value operand : op->getOperands())
    arguments.push_back(getArgument(operand));
  for (Value result : op->getResults())
    arguments.push_back(getArgument(result));
  if (auto output = dyn_cast<kernel::OutputOp>(*op))
    arguments.push_back(of(Kind::Output, output.getOutput()));
  arguments.push_back(of(Kind::Sequences));
  arguments.push_back(of(Kind::QueryTiles));
  return arguments;
}

void Converter::addStage(KernelOpInterface op, const Written &written) {
  static constexpr device::GridOf grids[] = {device::GridOf::Tokens,
                                             device::GridOf::Texts,
                                             device::GridOf::QueryTiles};
  kernel::Work work = op.getWork();
  SmallVector<Value> weights;
  for (Value operand : op->getOperands())
    if (operand.getDefiningOp<kernel::WeightOp>())
      weights.push_back(operand);
  auto output = dyn_cast<kernel::OutputOp>(*op);
  builder.setInsertionPoint(op);
  device::StageOp::create(
      builder, op.getLoc(), op->getAttrOfType<StringAttr>("stage").getValue(),
      grids[static_cast<int>(written.grid)],
      builder.getArrayAttr(written.kernels),
      builder.getArrayAttr(getArguments(op)), weights,
      output ? output.getOutputAttr() : IntegerAttr(),
      APFloat(work.flopsPerRow), APFloat(work.flopsPerToken),
      APFloat(work.flopsPerPair), APFloat(work.bytesFixed),
      APFloat(work.bytesPerRow));
}

void Converter::layOut(kernel::WeightOp weight) {
  auto type = weight.getType();
  SmallVector<int64_t> shape(type.getShape());
  int64_t bits = type.getElementTypeBitWidth();
  if (isa<kernel::MatrixLayoutAttr>(weight.getLayout())) {
    // Panels of one row are rows, ended by zeros up to the pitch. The rows up
    // to the largest tile are zeros that nobody writes.
    int64_t depth = target.pitchBytes * 8 / bits;
    shape = {shape[0], static_cast<int64_t>(llvm::divideCeil(shape[1], depth)),
             1, depth};
    weight.setLayoutAttr(kernel::PanelsLayoutAttr::get(builder.getContext()));
  } else {
    shape.back() = getWeightPitch(type, target) * 8 / bits;
  }
  weight.getResult().setType(
      RankedTensorType::get(shape, type.getElementType()));
}

LogicalResult Converter::run() {
  for (Operation &op : program.getBody().front())
    if (failed(verify(op)))
      return failure();
  SmallVector<KernelOpInterface> kernels(
      program.getBody().getOps<KernelOpInterface>());
  for (KernelOpInterface op : kernels) {
    bool overTexts = pooled.visit(op);
    const Written *functions = write(op, overTexts);
    if (!functions)
      return failure();
    addStage(op, *functions);
  }
  for (KernelOpInterface op : llvm::reverse(kernels))
    op.erase();
  for (auto weight : program.getWeights())
    layOut(weight);
  return success();
}

namespace {
struct ConvertKernelToGpu
    : cuda::impl::ConvertKernelToGpuBase<ConvertKernelToGpu> {
  using ConvertKernelToGpuBase::ConvertKernelToGpuBase;

  void runOnOperation() override {
    const DeviceTarget *found = findDeviceTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    for (auto program : getOperation().getOps<kernel::ProgramOp>())
      if (failed(Converter(getOperation(), program, *found, plainF32).run()))
        return signalPassFailure();
  }
};
} // namespace
