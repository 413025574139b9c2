//===- kernel_program.cpp - Device kernels, run on the CPU ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/kernel_program.h"

#include "compiler/backend/cuda/cuda_backend.h"
#include "emblem/device_table.h"
#include "test/gpu/ptx_machine/parser.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstring>
#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::gpu_test;

int32_t Batch::countTokens() const {
  return std::accumulate(lengths.begin(), lengths.end(), 0);
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

KernelProgram::KernelProgram(const std::string &text, bool plainF32)
    : target(*findDeviceTarget("cuda")) {
  DialectRegistry registry;
  cuda::registerDialects(registry);
  registry.insert<kernel::KernelDialect>();
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    llvm::report_fatal_error("the module's text has errors");
  noteText(*module);
  compile(*module, plainF32);
}

KernelProgram::~KernelProgram() = default;

static std::string getName(kernel::WeightOp weight) {
  if (!weight.getSources().empty())
    if (auto name = dyn_cast<StringAttr>(weight.getSources()[0]))
      return name.str();
  return weight.getLayout().getName().str();
}

static kernel::ProgramOp getProgram(ModuleOp module) {
  return *module.getOps<kernel::ProgramOp>().begin();
}

// What the device's program does not say any more.
void KernelProgram::noteText(ModuleOp module) {
  kernel::ProgramOp program = getProgram(module);
  for (auto weight : program.getBody().getOps<kernel::WeightOp>()) {
    ArrayRef<int64_t> shape = weight.getType().getShape();
    weights[getName(weight)] = {shape.size() == 1 ? 1 : shape[0], shape.back(),
                                0, 0, weight.getType().getElementType()};
  }
  for (auto output : program.getBody().getOps<kernel::OutputOp>()) {
    outputWidths.resize(
        std::max<size_t>(outputWidths.size(), output.getOutput() + 1));
    outputWidths[output.getOutput()] = output.getWidth();
  }
  for (BlockArgument argument : program.getBody().getArguments())
    if (auto type = cast<ShapedType>(argument.getType()); type.getRank() == 2)
      imagePixels = type.getDimSize(1);
}

void KernelProgram::compile(ModuleOp module, bool plainF32) {
  PassManager passes(&context);
  cuda::addStagePasses(passes, {&target, plainF32});
  cuda::addCodePasses(passes, {&target, plainF32});
  if (failed(passes.run(module)))
    llvm::report_fatal_error("the program does not compile");

  kernel::ProgramOp program = getProgram(module);
  arenaBytes = program.getArena()->getBytesPerToken();
  for (auto weight : program.getBody().getOps<kernel::WeightOp>()) {
    Weight &known = weights[getName(weight)];
    known.place = *weight.getByteOffset();
    // Panels of one row are rows, too.
    RankedTensorType type = weight.getType();
    int64_t rows = type.getRank() == 1 ? 1 : type.getDimSize(0);
    known.pitch =
        type.getNumElements() / rows * type.getElementTypeBitWidth() / 8;
  }
  if (int64_t bytes = program.getWeightBytes().value_or(0)) {
    weightsAddress = memory.allocate(bytes, /*writable=*/false);
    // The padding.
    memory.write(weightsAddress, std::vector<char>(bytes).data(), bytes);
  }
  for (auto binary : module.getOps<gpu::BinaryOp>()) {
    auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
    StringRef text = object.getObject().getValue().rtrim('\0');
    code.emplace(binary.getSymName().str(), ptx::parseModule(text, memory));
  }
}

void KernelProgram::setWeight(const std::string &name,
                              const std::vector<float> &values) {
  auto found = weights.find(name);
  if (found == weights.end() ||
      int64_t(values.size()) != found->second.rows * found->second.width)
    llvm::report_fatal_error(
        StringRef("there is no weight of this size: " + name));
  const Weight &weight = found->second;
  for (int64_t row = 0; row < weight.rows; ++row) {
    uint8_t *to = memory.hostBytes(
        weightsAddress + weight.place + row * weight.pitch, weight.pitch);
    for (int64_t i = 0; i < weight.width; ++i) {
      float value = values[row * weight.width + i];
      int integer = static_cast<int>(std::lrint(value));
      if (weight.element.isF32())
        std::memcpy(to + 4 * i, &value, 4);
      else if (weight.element.isBF16()) {
        uint16_t bits = ptx::nearestBrainBits(value);
        std::memcpy(to + 2 * i, &bits, 2);
      } else if (weight.element.isF16()) {
        uint16_t bits = ptx::toHalf(value).bits;
        std::memcpy(to + 2 * i, &bits, 2);
      } else if (weight.element.isInteger(8))
        to[i] = static_cast<uint8_t>(integer);
      else // two in a byte, the first in the low half
        to[i / 2] = i % 2 ? (to[i / 2] & 15) | integer << 4
                          : (to[i / 2] & 240) | (integer & 15);
    }
  }
}

//===----------------------------------------------------------------------===//
// A batch
//===----------------------------------------------------------------------===//

namespace {
/// A buffer for one batch.
class DeviceBuffer {
public:
  DeviceBuffer(ptx::GlobalMemory &memory, size_t bytes)
      : memory(memory), bytes(bytes), address(memory.allocate(bytes)) {}
  template <typename T>
  DeviceBuffer(ptx::GlobalMemory &memory, const std::vector<T> &values)
      : DeviceBuffer(memory, values.size() * sizeof(T)) {
    memory.write(address, values.data(), bytes);
    memory.setWritable(address, false);
  }
  DeviceBuffer(const DeviceBuffer &) = delete;
  ~DeviceBuffer() { memory.release(address); }

  uint64_t getAddress() const { return address; }
  size_t getBytes() const { return bytes; }

private:
  ptx::GlobalMemory &memory;
  size_t bytes;
  uint64_t address;
};
} // namespace

struct KernelProgram::Buffers {
  int64_t capacity;
  std::map<device::ArgumentKind, std::unique_ptr<DeviceBuffer>> inputs;
  std::unique_ptr<DeviceBuffer> arena;
  std::vector<std::unique_ptr<DeviceBuffer>> outputs;
};

static std::vector<int32_t> orZeros(std::vector<int32_t> values, size_t count) {
  if (values.empty())
    values.assign(count, 0);
  if (values.size() != count)
    llvm::report_fatal_error("ids and types are one a token");
  return values;
}

static std::vector<EmblemQueryTile> makeQueryTiles(const Batch &batch,
                                                   int64_t queryRows) {
  std::vector<EmblemQueryTile> tiles;
  for (size_t text = 0; text < batch.lengths.size(); ++text)
    for (int32_t first = 0; first < batch.lengths[text]; first += queryRows)
      tiles.push_back({static_cast<int32_t>(text), first});
  return tiles;
}

uint64_t KernelProgram::getArgument(device::ArgumentAttr argument,
                                    const Buffers &buffers) {
  switch (argument.getKind()) {
  case device::ArgumentKind::Arena:
    return buffers.arena->getAddress() +
           argument.getPerToken() * buffers.capacity + argument.getPlace();
  case device::ArgumentKind::Weights:
    return weightsAddress + argument.getPlace();
  case device::ArgumentKind::Output:
    return buffers.outputs[argument.getPlace()]->getAddress();
  default:
    return buffers.inputs.at(argument.getKind())->getAddress();
  }
}

void KernelProgram::launch(device::StageOp stage, const Buffers &buffers,
                           const Batch &batch, const RunOptions &options,
                           Result &result) {
  int64_t counts[] = {batch.countTokens(), int64_t(batch.lengths.size()),
                      int64_t(makeQueryTiles(batch, target.queryRows).size())};
  int64_t rows = counts[static_cast<int>(stage.getOver())];
  auto kernels =
      llvm::to_vector(stage.getKernels().getAsRange<device::KernelAttr>());
  device::KernelAttr kernel =
      options.rowClass >= 0
          ? kernels[std::min<size_t>(options.rowClass, kernels.size() - 1)]
          : *llvm::find_if(kernels, [&](device::KernelAttr one) {
              return one.getMostRows() == 0 || rows <= one.getMostRows();
            });

  ptx::Launch launch;
  launch.grid = {uint32_t(kernel.getGrid()),
                 uint32_t(llvm::divideCeil(rows, kernel.getBlockRows()) + 1),
                 1};
  launch.threads = {uint32_t(kernel.getThreads()), 1, 1};
  launch.dynamicShared = kernel.getSharedBytes();
  launch.order = options.order;
  for (auto argument :
       stage.getArguments().getAsRange<device::ArgumentAttr>()) {
    uint64_t address = getArgument(argument, buffers);
    const auto *bytes = reinterpret_cast<const uint8_t *>(&address);
    launch.parameters.insert(launch.parameters.end(), bytes, bytes + 8);
  }
  const ptx::Module &ptxModule =
      code.at(kernel.getEntry().getRootReference().str());
  ptx::Outcome outcome = ptx::run(
      *ptxModule.entries.at(kernel.getEntry().getLeafReference().str()), memory,
      launch);
  result.instructions += outcome.counters.instructions;
  for (const ptx::Fault &fault : outcome.faults.list())
    result.faults += stage.getName().str() + ": " + ptx::format(fault) + "\n";
  if (const Watch &watch = options.watch; stage.getName() == watch.stage) {
    auto argument = cast<device::ArgumentAttr>(
        stage.getArguments()[1 + watch.argument]); // behind the shape
    result.watched.resize(rows * watch.pitch);
    std::memcpy(
        result.watched.data(),
        memory.hostBytes(getArgument(argument, buffers), result.watched.size()),
        result.watched.size());
  }
}

Result KernelProgram::run(const Batch &batch, const RunOptions &options) {
  using Kind = device::ArgumentKind;
  std::vector<int32_t> sequences, offsets = {0};
  for (size_t text = 0; text < batch.lengths.size(); ++text) {
    sequences.insert(sequences.end(), batch.lengths[text], text);
    offsets.push_back(sequences.size());
  }
  int32_t tokens = sequences.size(), texts = batch.lengths.size();
  std::vector<EmblemQueryTile> tiles = makeQueryTiles(batch, target.queryRows);
  std::vector<EmblemDeviceShape> shape = {
      {tokens, texts, static_cast<int32_t>(tiles.size()), 0}};
  std::vector<float> pixels = batch.pixels;
  pixels.resize(texts * imagePixels);

  Buffers buffers;
  auto add = [&](Kind kind, const auto &values) {
    buffers.inputs[kind] = std::make_unique<DeviceBuffer>(memory, values);
  };
  add(Kind::Shape, shape);
  add(Kind::Ids, orZeros(batch.ids, tokens));
  add(Kind::Types, orZeros(batch.types, tokens));
  add(Kind::Sequences, sequences);
  add(Kind::Offsets, offsets);
  add(Kind::QueryTiles, tiles);
  add(Kind::Pixels, pixels);
  buffers.capacity = llvm::alignTo(tokens, target.rowPadding);
  buffers.arena =
      std::make_unique<DeviceBuffer>(memory, arenaBytes * buffers.capacity);
  if (options.arenaIsReadable)
    memory.write(buffers.arena->getAddress(),
                 std::vector<uint8_t>(buffers.arena->getBytes(), 255).data(),
                 buffers.arena->getBytes());

  auto stages =
      llvm::to_vector(getProgram(*module).getBody().getOps<device::StageOp>());
  for (size_t i = 0; i < outputWidths.size(); ++i)
    for (device::StageOp stage : stages)
      if (stage.getOutput() == i) {
        bool isTexts = stage.getOver() == device::GridOf::Texts;
        buffers.outputs.push_back(std::make_unique<DeviceBuffer>(
            memory, 4 * outputWidths[i] * (isTexts ? texts : tokens)));
      }

  Result result;
  for (device::StageOp stage : stages)
    launch(stage, buffers, batch, options, result);
  for (auto &output : buffers.outputs) {
    size_t bytes = output->getBytes();
    if (size_t unknown = memory.unknownBytes(output->getAddress(), bytes))
      result.faults +=
          "an output lacks " + std::to_string(unknown) + " bytes\n";
    result.outputs.emplace_back(bytes / 4);
    std::memcpy(result.outputs.back().data(),
                memory.hostBytes(output->getAddress(), bytes), bytes);
  }
  return result;
}
