//===- device_table.cpp - The constants that tell of a device -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/device/device_table.h"

#include "compiler/backend/device/constant_builder.h"
#include "dialects/device/device_dialect.h"
#include "emblem/device_table.h"

using namespace mlir;
using namespace emblem;

namespace {

/// Builds C structs field by field, in the order of emblem/device_table.h.
class TableBuilder : ConstantBuilder {
public:
  TableBuilder(ModuleOp module, const device::TableInputs &inputs,
               llvm::Module &program)
      : ConstantBuilder(program), inputs(inputs),
        source(kernel::getProgram(module)) {}

  llvm::Constant *build();

private:
  llvm::Constant *kernel(device::KernelAttr kernel);
  llvm::Constant *argument(device::ArgumentAttr argument);
  llvm::Constant *stage(device::StageOp stage);
  llvm::Constant *weight(const device::WeightWay &way);

  const device::TableInputs &inputs;
  kernel::ProgramOp source;
  /// PTX and machine code, by their name.
  llvm::DenseMap<StringAttr, std::pair<llvm::Constant *, llvm::Constant *>>
      texts;
};

} // namespace

llvm::Constant *TableBuilder::kernel(device::KernelAttr kernel) {
  StringAttr name = kernel.getEntry().getRootReference();
  const device::KernelCode &code = inputs.code->find(name)->second;
  auto &[text, machine] = texts[name];
  if (!text) {
    text = string(code.text);
    machine = code.machine.empty()
                  ? null()
                  : constant(llvm::ConstantDataArray::getString(
                                 context, code.machine, /*AddNull=*/false),
                             "emblem_device_code");
  }
  return llvm::ConstantStruct::getAnon(
      {string(kernel.getEntry().getLeafReference()), text,
       i64(code.text.size() + 1), machine, i64(code.machine.size()),
       i64(kernel.getMostRows()), i32(kernel.getBlockRows()),
       i32(kernel.getGrid()), i32(kernel.getThreads()),
       i32(kernel.getSharedBytes())});
}

llvm::Constant *TableBuilder::argument(device::ArgumentAttr argument) {
  return llvm::ConstantStruct::getAnon(
      {i32(static_cast<int32_t>(argument.getKind())), i32(0),
       i64(argument.getPerToken()), i64(argument.getPlace())});
}

llvm::Constant *TableBuilder::stage(device::StageOp stage) {
  SmallVector<llvm::Constant *> kernels, arguments;
  for (auto entry : stage.getKernels().getAsRange<device::KernelAttr>())
    kernels.push_back(kernel(entry));
  for (auto entry : stage.getArguments().getAsRange<device::ArgumentAttr>())
    arguments.push_back(argument(entry));
  IntegerAttr output = stage.getOutputAttr();
  return llvm::ConstantStruct::getAnon(
      {string(stage.getName()), i32(static_cast<int32_t>(stage.getOver())),
       i32(output ? output.getInt() : -1), f64(stage.getFlopsPerRow()),
       f64(stage.getFlopsPerToken()), f64(stage.getFlopsPerPair()),
       f64(stage.getBytesFixed()), f64(stage.getBytesPerRow()),
       array(kernels, "emblem_device_kernels"), i64(kernels.size()),
       array(arguments, "emblem_device_arguments"), i64(arguments.size())});
}

llvm::Constant *TableBuilder::weight(const device::WeightWay &way) {
  return llvm::ConstantStruct::getAnon(
      {i64(way.source), i64(way.place), i64(way.rows), i64(way.rowBytes),
       i64(way.pitch), i64(way.sourcePitch), i32(way.panelRows),
       i32(way.depthBytes)});
}

llvm::Constant *TableBuilder::build() {
  SmallVector<llvm::Constant *> stages, weights;
  for (auto op : source.getBody().getOps<device::StageOp>())
    stages.push_back(stage(op));
  for (const device::WeightWay &way : inputs.weights->ways)
    weights.push_back(weight(way));
  const DeviceTarget &target = *inputs.target;
  auto *table = llvm::ConstantStruct::getAnon(
      {i32(target.kind), i32(target.computeCapability), i32(target.rowPadding),
       i32(target.queryRows), string(target.name),
       string(inputs.precision == Precision::F32 && inputs.plainF32
                  ? llvm::StringRef("plain f32")
                  : llvm::StringRef(describe(inputs.precision).name)),
       i64(source.getArenaAttr().getBytesPerToken()),
       i64(source.getWeightBytesAttr().getInt()),
       array(weights, "emblem_device_weights"), i64(weights.size()),
       array(stages, "emblem_device_stages"), i64(stages.size()),
       external(target.runtimeSymbol)});
  assert(program.getDataLayout().getTypeAllocSize(table->getType()) ==
         sizeof(EmblemDeviceTable));
  return constant(table, "emblem_device_table");
}

llvm::Constant *device::addTable(ModuleOp module, const TableInputs &inputs,
                                 llvm::Module &program) {
  return TableBuilder(module, inputs, program).build();
}
