//===- compiled_layer.cpp - One encoder layer, compiled and loaded --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_layer.h"

#include "compiler/backend/cpu/program/program.h"
#include "compiler/driver/pipeline.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

#include <cmath>
#include <random>

using namespace emblem;
using namespace emblem::benchmark;
using namespace mlir;

// The second norm in a row stays a kernel of its own, and so does a matmul with
// nothing after it.
static constexpr llvm::StringLiteral layer = R"(
emb.model @layer(%ids, %offsets) max_tokens 512 max_positions 512 {
  %words = emb.weight "words" : tensor<1000x384xf32>
  %scale = emb.weight "scale" : tensor<384xf32>
  %shift = emb.weight "shift" : tensor<384xf32>
  %query = emb.weight "query" : tensor<384x384xf32>
  %key = emb.weight "key" : tensor<384x384xf32>
  %value = emb.weight "value" : tensor<384x384xf32>
  %output = emb.weight "output" : tensor<384x384xf32>
  %up = emb.weight "up" : tensor<1536x384xf32>
  %up_bias = emb.weight "up.bias" : tensor<1536xf32>
  %down = emb.weight "down" : tensor<384x1536xf32>
  %bias = emb.weight "bias" : tensor<384xf32>
  %dense = emb.weight "dense" : tensor<384x384xf32>
  %0 = emb.token_embedding %ids, %words : tensor<1000x384xf32>
  %1 = emb.layer_norm %0 scale(%scale : tensor<384xf32>)
      shift(%shift : tensor<384xf32>) epsilon 1.0e-12 : tensor<?x384xf32>
  %2 = emb.attention %1, %offsets heads 12
      query(%query : tensor<384x384xf32>, %bias : tensor<384xf32>)
      key(%key : tensor<384x384xf32>, %bias : tensor<384xf32>)
      value(%value : tensor<384x384xf32>, %bias : tensor<384xf32>)
      output(%output : tensor<384x384xf32>, %bias : tensor<384xf32>)
      : tensor<?x384xf32>
  %3 = emb.add %2, %1 : tensor<?x384xf32>
  %4 = emb.layer_norm %3 scale(%scale : tensor<384xf32>)
      shift(%shift : tensor<384xf32>) epsilon 1.0e-12 : tensor<?x384xf32>
  %5 = emb.feed_forward %4 gelu
      up(%up : tensor<1536x384xf32>, %up_bias : tensor<1536xf32>)
      down(%down : tensor<384x1536xf32>, %bias : tensor<384xf32>)
      : tensor<?x384xf32> -> tensor<?x384xf32>
  %6 = emb.add %5, %4 : tensor<?x384xf32>
  %7 = emb.layer_norm %6 scale(%scale : tensor<384xf32>)
      shift(%shift : tensor<384xf32>) epsilon 1.0e-12 : tensor<?x384xf32>
  %8 = emb.layer_norm %7 scale(%scale : tensor<384xf32>)
      shift(%shift : tensor<384xf32>) epsilon 1.0e-12 : tensor<?x384xf32>
  %9 = emb.dense %8 identity weight(%dense : tensor<384x384xf32>)
      : tensor<?x384xf32> -> tensor<?x384xf32>
  %10 = emb.pool mean %9, %offsets : tensor<?x384xf32>
  %11 = emb.normalize %10 : tensor<?x384xf32>
  emb.return %11 : tensor<?x384xf32>
}
)";

/// Gives every weight values: those of an encoder in kind, so that no kernel
/// meets a number that none of its texts would give it.
static void giveValues(ModuleOp module) {
  std::mt19937 random(1);
  module.walk([&](emb::WeightOp weight) {
    ShapedType type = weight.getType();
    bool matrix = type.getRank() == 2;
    std::normal_distribution<float> values(
        weight.getName() == "scale" ? 1.0f : 0.0f,
        matrix ? 1.0f / std::sqrt(float(type.getDimSize(1))) : 0.05f);
    std::vector<float> all(type.getNumElements());
    for (float &value : all)
      value = values(random);
    weight.setValueAttr(DenseElementsAttr::get(type, llvm::ArrayRef(all)));
  });
}

llvm::Expected<CompiledLayer>
CompiledLayer::compile(const Target &target, llvm::StringRef precision) {
  DialectRegistry registry;
  registerPipelineDialects(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  auto module = parseSourceString<ModuleOp>(layer, &context);
  if (!module)
    return llvm::createStringError("the layer's own IR does not parse");
  giveValues(*module);
  llvm::Expected<Precision> chosen = findPrecision(precision);
  if (!chosen)
    return chosen.takeError();
  PassManager passes(&context);
  buildPipeline(passes, {&target, *chosen});
  if (failed(passes.run(*module)))
    return llvm::createStringError("the passes refuse precision '" + precision +
                                   "'");

  auto store = frontend::WeightStore::open({});
  if (!store)
    return store.takeError();
  auto weights = package::WeightSection::plan(*module, **store);
  if (!weights)
    return weights.takeError();
  package::WeightMemory memory(weights->getBytes());
  if (llvm::Error error = weights->writeTo(memory, context))
    return error;
  package::DataSection data(weights->getBytes());
  llvm::LLVMContext llvmContext;
  auto program = cpu::buildProgram(*module, {.weights = *weights, .data = data},
                                   target, *chosen, llvmContext);
  if (!program)
    return program.takeError();
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream out(object);
  if (llvm::Error error =
          cpu::writeObject(**program, /*tokenizer=*/"", target, out))
    return error;

  llvm::InitializeNativeTarget();
  auto model = accuracy::InProcessModel::open(
      std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(object)),
      memory.getBytes().data(), /*threads=*/1);
  if (!model)
    return model.takeError();
  return CompiledLayer(std::move(memory), std::move(*model));
}
