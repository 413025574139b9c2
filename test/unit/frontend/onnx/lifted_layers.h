//===- lifted_layers.h - Layers as graphs, and lifted -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_FRONTEND_ONNX_LIFTED_LAYERS_H
#define EMBLEM_TEST_UNIT_FRONTEND_ONNX_LIFTED_LAYERS_H

#include "compiler/frontend/onnx/onnx_model.h"

#include "mlir/IR/MLIRContext.h"
#include "test/unit/files/onnx/graph_builder.h"
#include "test/unit/files/test_files.h"

namespace emblem::frontend {

/// The emb IR of the graph, or what refuses it. Rows of tokens are pooled by
/// their mean.
inline std::string lift(GraphBuilder graph, const std::string &output) {
  TestFolder folder;
  mlir::MLIRContext context;
  std::string path = folder.write("model.onnx", graph.write(output));
  ModelChoices choices;
  auto module = onnx::readOnnxModel(path, choices, context);
  if (!module) {
    std::string message = llvm::toString(module.takeError());
    if (!llvm::StringRef(message).contains("gives a row a token"))
      return message;
    choices.pooling = {PoolKind::Mean};
    module = onnx::readOnnxModel(path, choices, context);
    if (!module)
      return llvm::toString(module.takeError());
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  (*module)->print(stream);
  return text;
}

/// Rows with a positive element each, so that roots are no matter.
struct Layers : testing::Test {
  GraphBuilder graph;
  std::string rows = graph.embed(6);

  std::string linear(const std::string &input, const std::string &name,
                     int64_t from, int64_t to) {
    std::string product =
        graph.node("MatMul", {input, graph.weight(name, {from, to})});
    return graph.node("Add", {graph.weight(name + ".bias", {to}), product});
  }
  void expect(const std::string &output,
              std::initializer_list<const char *> parts) {
    expectParts(lift(graph, output), parts);
  }
};

} // namespace emblem::frontend

#endif // EMBLEM_TEST_UNIT_FRONTEND_ONNX_LIFTED_LAYERS_H
