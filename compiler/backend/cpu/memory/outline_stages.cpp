//===- outline_stages.cpp - Each kernel a function, each use a stage ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/memory/buffer_form.h"
#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/backend/cpu/memory/row_buffer.h"
#include "compiler/target/target_diagnostic.h"
#include "compiler/transforms/pooled_rows.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

namespace emblem::cpu {
#define GEN_PASS_DEF_OUTLINESTAGES
#include "compiler/backend/cpu/memory/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

namespace {

/// The parameters of an EmblemStageFunction, in order.
enum StageParameter {
  Arena,
  Weights,
  Ids,
  Sequences,
  Offsets,
  Types,
  Pixels,
  Vectors,
  RowBegin,
  RowEnd,
  ColumnBegin,
  ColumnEnd
};

class Outliner {
public:
  Outliner(ModuleOp module, kernel::ProgramOp program, const Target &target)
      : module(module), program(program), target(target),
        builder(module.getContext()), symbols(module) {}

  LogicalResult run();

private:
  /// What the passes before this one leave: nothing else becomes a stage.
  LogicalResult verifyProgram();
  LogicalResult verifyKernel(KernelOpInterface op);

  /// A stage's function, which calls one kernel and returns 0: kernels of a CPU
  /// do not fail.
  func::FuncOp outline(const Twine &name, Location loc, const BufferForm &form);
  func::FuncOp createStageFunction(const Twine &name, Location loc);

  /// The private function over the buffer form of `op` (operands, attributes),
  /// shared by all stages that differ only in their buffers.
  func::FuncOp getKernelFunction(StringRef opName, Location loc,
                                 NamedAttrList attributes, TypeRange buffers);

  /// In a stage function: the buffer of a value of the model.
  Value buffer(Value value, Block &entry);
  Value rowsView(Value arena, Block &entry, int64_t slot, ShapedType rows,
                 bool pooled);
  /// The caller's pixels as rows of that width, one an image.
  Value pixelsView(Block &entry, int64_t width);
  /// The outputs that a kernel is needed for, where these are not all.
  IntegerAttr neededFor(KernelOpInterface op);
  /// In the kernel's place.
  void addStage(KernelOpInterface op, func::FuncOp run, func::FuncOp finish,
                bool overTexts);
  /// A function of that name, or of one like it where a model has that name.
  func::FuncOp createFunction(const Twine &name, Location loc,
                              FunctionType type);

  ModuleOp module;
  kernel::ProgramOp program;
  const Target &target;
  OpBuilder builder;
  SymbolTable symbols;
  PooledRows pooled;
  DenseMap<Operation *, uint64_t> outputs; // bits, that a kernel is needed for
  llvm::StringMap<func::FuncOp> kernels;   // by what makes them one
  llvm::StringMap<int64_t> counts;         // functions of each op
};

} // namespace

func::FuncOp Outliner::getKernelFunction(StringRef opName, Location loc,
                                         NamedAttrList attributes,
                                         TypeRange buffers) {
  std::string key;
  llvm::raw_string_ostream os(key);
  os << opName << attributes.getDictionary(builder.getContext());
  llvm::interleave(buffers, os, " ");
  if (func::FuncOp known = kernels.lookup(key))
    return known;

  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types(buffers);
  types.append(4, builder.getIndexType());
  StringRef mnemonic = opName.rsplit('.').second;
  func::FuncOp function =
      createFunction(mnemonic + "_" + Twine(counts[mnemonic]++), loc,
                     builder.getFunctionType(types, {}));
  function.setPrivate();
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  OperationState state(loc, opName, entry->getArguments(), TypeRange(),
                       attributes.getAttrs());
  builder.create(state);
  func::ReturnOp::create(builder, loc);
  return kernels[key] = function;
}

func::FuncOp Outliner::createFunction(const Twine &name, Location loc,
                                      FunctionType type) {
  auto function = func::FuncOp::create(loc, name.str(), type);
  symbols.insert(function);
  return function;
}

func::FuncOp Outliner::createStageFunction(const Twine &name, Location loc) {
  Type bytes = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
  Type ints = MemRefType::get({ShapedType::kDynamic}, builder.getI32Type());
  Type floats = MemRefType::get({ShapedType::kDynamic}, builder.getF32Type());
  Type index = builder.getIndexType();
  func::FuncOp function = createFunction(
      name, loc,
      builder.getFunctionType({bytes, bytes, ints, ints, ints, ints, floats,
                               floats, index, index, index, index},
                              builder.getI32Type()));
  function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                    builder.getUnitAttr());
  builder.setInsertionPointToStart(function.addEntryBlock());
  return function;
}

Value Outliner::rowsView(Value bytes, Block &entry, int64_t slot,
                         ShapedType rowsType, bool isPooled) {
  Location loc = bytes.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto times = [&](Value count, int64_t size) -> Value {
    return arith::MulIOp::create(builder, loc, count, constant(size));
  };
  Value tokens = memref::DimOp::create(builder, loc, entry.getArgument(Ids), 0);
  Value rows = tokens;
  Value offset;
  if (isPooled) {
    // Behind the tokens' part: one row a text.
    Value ends =
        memref::DimOp::create(builder, loc, entry.getArgument(Offsets), 0);
    rows = arith::SubIOp::create(builder, loc, ends, constant(1));
    offset = arith::AddIOp::create(
        builder, loc, times(tokens, program.getArenaAttr().getBytesPerToken()),
        times(rows, slot));
  } else {
    offset = times(tokens, slot);
  }
  return memref::ViewOp::create(builder, loc, getRowBuffer(rowsType, target),
                                bytes, offset, rows);
}

Value Outliner::pixelsView(Block &entry, int64_t width) {
  Value pixels = entry.getArgument(Pixels);
  Location loc = pixels.getLoc();
  Value ends =
      memref::DimOp::create(builder, loc, entry.getArgument(Offsets), 0);
  Value images = arith::SubIOp::create(
      builder, loc, ends, arith::ConstantIndexOp::create(builder, loc, 1));
  auto type =
      MemRefType::get({ShapedType::kDynamic, width}, builder.getF32Type());
  SmallVector<OpFoldResult> sides = {images, builder.getIndexAttr(width)};
  SmallVector<OpFoldResult> strides = {builder.getIndexAttr(width),
                                       builder.getIndexAttr(1)};
  return memref::ReinterpretCastOp::create(
      builder, loc, type, pixels, builder.getIndexAttr(0), sides, strides);
}

Value Outliner::buffer(Value value, Block &entry) {
  Location loc = value.getLoc();
  static constexpr StageParameter modelArguments[] = {Ids, Offsets, Types};
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto rows = cast<ShapedType>(argument.getType());
    return rows.getRank() == 2
               ? pixelsView(entry, rows.getDimSize(1))
               : entry.getArgument(modelArguments[argument.getArgNumber()]);
  }
  if (auto weight = value.getDefiningOp<kernel::WeightOp>()) {
    Value offset =
        arith::ConstantIndexOp::create(builder, loc, *weight.getByteOffset());
    ArrayRef<int64_t> shape = weight.getType().getShape();
    Type element = weight.getType().getElementType();
    // Pairs of i4 as bytes: MLIR has no memory of half bytes.
    if (element.isInteger(4)) {
      shape = shape.drop_back();
      element = builder.getI8Type();
    }
    return memref::ViewOp::create(builder, loc, MemRefType::get(shape, element),
                                  entry.getArgument(Weights), offset,
                                  ValueRange());
  }
  return rowsView(entry.getArgument(Arena), entry,
                  getSlot(cast<OpResult>(value)),
                  cast<ShapedType>(value.getType()), pooled.contains(value));
}

func::FuncOp Outliner::outline(const Twine &name, Location loc,
                               const BufferForm &form) {
  func::FuncOp stage = createStageFunction(name, loc);
  Block &entry = stage.front();
  auto bufferOf = [&](const BufferOperand &operand) -> Value {
    switch (operand.kind) {
    case BufferOperand::OfValue:
      return buffer(operand.value, entry);
    case BufferOperand::Sequences:
      return entry.getArgument(Sequences);
    case BufferOperand::Vectors:
      return entry.getArgument(Vectors);
    }
    llvm_unreachable("an operand is one of these");
  };
  const BufferOperand &written = form.operands[form.into];
  Value into = bufferOf(written);
  SmallVector<Value> operands;
  for (const BufferOperand &operand : form.operands)
    operands.push_back(operand.kind == written.kind &&
                               operand.value == written.value
                           ? into
                           : bufferOf(operand));
  SmallVector<int32_t> segments(form.segments);
  segments.push_back(4); // the tile
  NamedAttrList attributes = form.attributes;
  attributes.set("operandSegmentSizes", builder.getDenseI32ArrayAttr(segments));
  func::FuncOp kernelFunction = getKernelFunction(
      form.name, loc, attributes, TypeRange(ValueRange(operands)));
  operands.append(entry.args_begin() + RowBegin, entry.args_end());
  func::CallOp::create(builder, loc, kernelFunction, operands);
  Value success = arith::ConstantIntOp::create(builder, loc, 0, 32);
  func::ReturnOp::create(builder, loc, success);
  return stage;
}

IntegerAttr Outliner::neededFor(KernelOpInterface op) {
  uint64_t all = 0;
  for (auto &[kernel, bits] : outputs)
    all |= bits;
  return outputs[op] == all ? IntegerAttr()
                            : builder.getI64IntegerAttr(outputs[op]);
}

void Outliner::addStage(KernelOpInterface op, func::FuncOp run,
                        func::FuncOp finish, bool overTexts) {
  kernel::Work work = op.getWork();
  SmallVector<Value> weights;
  for (Value operand : op->getOperands())
    if (operand.getDefiningOp<kernel::WeightOp>())
      weights.push_back(operand);
  auto gather = dyn_cast<kernel::GatherOp>(*op);
  auto output = dyn_cast<kernel::OutputOp>(*op);
  builder.setInsertionPoint(op);
  kernel::StageOp::create(
      builder, op.getLoc(), op->getAttrOfType<StringAttr>("stage").getValue(),
      run.getSymName(),
      finish ? FlatSymbolRefAttr::get(finish) : FlatSymbolRefAttr(),
      overTexts ? kernel::RowsOf::Texts : kernel::RowsOf::Tokens,
      op.getColumns(), weights, gather ? gather.getTable() : Value(),
      op.isRowLocal(), output ? output.getOutputAttr() : IntegerAttr(),
      neededFor(op), op.getProvider(), /*finish_provider=*/StringAttr(),
      APFloat(work.flopsPerRow), APFloat(work.flopsPerToken),
      APFloat(work.flopsPerPair), APFloat(work.bytesFixed),
      APFloat(work.bytesPerRow));
}

LogicalResult Outliner::verifyKernel(KernelOpInterface op) {
  if (!op->getAttrOfType<StringAttr>("stage"))
    return op.emitError("has no stage: name it");
  if (op->getNumResults() == 0 && !isa<kernel::OutputOp>(*op))
    return op.emitError("is in its buffer form already");
  if (op->getNumResults() &&
      !op->getAttrOfType<DenseI64ArrayAttr>(attribute::slot))
    return op.emitError("has no place in the arena: plan-memory comes first");
  return success();
}

LogicalResult Outliner::verifyProgram() {
  Type indices =
      RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
  ArrayRef<Type> given = program.getArgumentTypes();
  SmallVector<Type> arguments(given.size(), indices);
  if (given.size() == 2) // or pixels, a row an image
    if (auto rows = dyn_cast<RankedTensorType>(given[0]);
        rows && rows.getRank() == 2 && rows.getElementType().isF32() &&
        emb::isRows(rows))
      arguments[0] = rows;
  if ((given.size() != 2 && given.size() != 3) || given != ArrayRef(arguments))
    return program.emitError("a model takes token ids and offsets, and perhaps "
                             "token types, all ")
           << indices << " (or in place of ids rows of pixels)";
  if (!program.getWeightBytes())
    return program.emitError("has no weight section: pack-weights comes first");
  if (!program.getArena())
    return program.emitError("has no arena: plan-memory comes first");
  for (Operation &op : program.getBody().front()) {
    if (auto kernelOp = dyn_cast<KernelOpInterface>(op)) {
      if (failed(verifyKernel(kernelOp)))
        return failure();
      continue;
    }
    auto weight = dyn_cast<kernel::WeightOp>(op);
    if (!weight)
      return op.emitError("is no kernel, and cannot become a stage");
    if (!weight.getByteOffset())
      return op.emitError("has no place: pack-weights comes first");
  }
  return success();
}

LogicalResult Outliner::run() {
  if (failed(verifyProgram()))
    return failure();
  SmallVector<KernelOpInterface> outlined(
      program.getBody().getOps<KernelOpInterface>());
  for (KernelOpInterface op : llvm::reverse(outlined)) {
    uint64_t &bits = outputs[op];
    if (auto output = dyn_cast<kernel::OutputOp>(*op))
      bits = uint64_t(1) << output.getOutput();
    for (Operation *user : op->getUsers())
      bits |= outputs.lookup(user);
  }
  for (auto [index, op] : llvm::enumerate(outlined)) {
    bool overTexts = pooled.visit(op);
    std::string number = std::to_string(index);
    func::FuncOp run = outline("stage_" + number, op.getLoc(), getRunForm(op));
    func::FuncOp finish;
    if (std::optional<BufferForm> form = getFinishForm(op))
      finish = outline("finish_" + number, op.getLoc(), *form);
    addStage(op, run, finish, overTexts);
  }
  for (KernelOpInterface op : llvm::reverse(outlined))
    op.erase();
  return success();
}

namespace {
struct OutlineStages : emblem::cpu::impl::OutlineStagesBase<OutlineStages> {
  using OutlineStagesBase::OutlineStagesBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    auto programs = getOperation().getOps<kernel::ProgramOp>();
    if (programs.empty())
      return;
    if (!llvm::hasSingleElement(programs)) {
      (*std::next(programs.begin()))
          .emitError("is the second program; a module holds one");
      return signalPassFailure();
    }
    if (failed(Outliner(getOperation(), *programs.begin(), *found).run()))
      signalPassFailure();
  }
};
} // namespace
