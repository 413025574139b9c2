//===- graph_output.h - The output of a graph that is compiled --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_OUTPUT_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_OUTPUT_H

#include "compiler/files/onnx/onnx_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend::onnx {

struct Output {
  llvm::StringRef name;
  bool areScores = false; // of pairs
};

/// "logits"; or else an only output, "sentence_embedding", "last_hidden_state",
/// "token_embeddings", or an only output of rows; caches are none. One number
/// or a few a text are scores where they are called "logits", or where the
/// config.json beside the graph names a class ...ForSequenceClassification.
llvm::Expected<Output> chooseOutput(const OnnxFile &file,
                                    const ModelFolders &folders);

/// Success where the graph takes no pictures.
llvm::Error checkTakesTexts(const OnnxFile &file);

const Port *findPort(llvm::ArrayRef<Port> ports, llvm::StringRef name);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_GRAPH_OUTPUT_H
