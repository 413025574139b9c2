//===- weight_section_fixture.h - Weights, packed ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A test writes kernel.weight ops, lets the passes give them their layout for
// x86-64-v2 (panels of 8 columns), and looks at the bytes.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_PACKAGE_WEIGHT_SECTION_FIXTURE_H
#define EMBLEM_TEST_UNIT_PACKAGE_WEIGHT_SECTION_FIXTURE_H

#include "compiler/package/weight_section.h"

#include "compiler/backend/cpu/memory/passes.h"
#include "compiler/driver/pipeline.h"
#include "test/unit/files/test_files.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

namespace emblem {

using Floats = std::vector<float>;

class WeightSection : public testing::Test {
protected:
  WeightSection() {
    mlir::DialectRegistry registry;
    registerPipelineDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// A file of one tensor that holds first, first + 1, ... in its dtype.
  std::string addFile(const char *name, const char *dtype,
                      std::vector<int64_t> shape, float first = 1) {
    std::string data;
    for (int64_t i = 0; i < mlir::ShapedType::getNumElements(shape); ++i) {
      auto bits = llvm::bit_cast<uint32_t>(first + i);
      // Small whole numbers lose nothing as f16 and bf16.
      if (dtype == std::string("F16"))
        bits = (((bits >> 23) - 112) << 10) | ((bits >> 13) & 0x3ff);
      if (dtype == std::string("BF16"))
        bits >>= 16;
      size_t size = dtype == std::string("F32") ? 4 : 2;
      data.append(reinterpret_cast<char *>(&bits), size);
    }
    auto side = [](int64_t n) { return std::to_string(n); };
    std::string header =
        llvm::formatv(
            R"({{"{0}": {{"dtype": "{1}", "shape": [{2}], "data_offsets": [0, {3}]})",
            name, dtype, llvm::join(llvm::map_range(shape, side), ", "),
            data.size())
            .str() +
        "}";
    return folder.write(std::string(name) + ".safetensors",
                        frontend::safetensorsBytes(header, data));
  }

  /// A model of these ops, one a line, lowered as far as it has a section.
  mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
    std::string module =
        "kernel.program @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {\n" +
        text + "\n}";
    auto parsed = mlir::parseSourceString<mlir::ModuleOp>(module, &context);
    mlir::PassManager passes(&context);
    passes.addPass(cpu::createPackWeights({"x86-64-v2"}));
    passes.addPass(cpu::createPlanMemory({"x86-64-v2"}));
    passes.addPass(cpu::createOutlineStages({"x86-64-v2"}));
    EXPECT_TRUE(mlir::succeeded(passes.run(*parsed)));
    return parsed;
  }
  /// The section of the weights that `text` writes.
  llvm::Expected<package::WeightMemory> tryPack(const std::string &text) {
    auto parsed = parse(text);
    auto store = llvm::cantFail(frontend::WeightStore::open(files));
    auto section = package::WeightSection::plan(*parsed, *store);
    if (!section)
      return section.takeError();
    parameters = section->getParameters();
    package::WeightMemory memory(section->getBytes());
    if (llvm::Error error = section->writeTo(memory, context))
      return error;
    return memory;
  }
  /// The same as numbers, all of one type.
  template <typename T> std::vector<T> packAs(const std::string &text) {
    package::WeightMemory section = llvm::cantFail(tryPack(text));
    llvm::ArrayRef<char> bytes = section.getBytes();
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  Floats pack(const std::string &text) { return packAs<float>(text); }

  frontend::TestFolder folder;
  std::vector<std::string> files;
  mlir::MLIRContext context;
  int64_t parameters = 0;
};

} // namespace emblem

#endif // EMBLEM_TEST_UNIT_PACKAGE_WEIGHT_SECTION_FIXTURE_H
