//===- expand.h - Fused and quantised nodes as plain ones -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// onnxruntime's optimizer joins the nodes of a layer in one of its own, and its
// quantisation puts integers in the place of weights. Each such operator is
// brought back to ONNX's own ones: the lifter knows one form of a layer.
// Weights are widened; values that depend on the text are not quantised, and
// neither rounded nor clipped: the model is compiled in the precision that is
// asked for.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPAND_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPAND_H

#include "compiler/frontend/onnx/expand/plain_nodes.h"

namespace emblem::frontend::onnx {

/// What the node writes, a value an output, of which some may be null; as many
/// as there are. Empty after a failure.
using Expansion = Values (*)(PlainNodes &nodes);

/// Null where the node is no fused or quantised one, nor of an older opset. The
/// error names an attribute that is not known.
llvm::Expected<Expansion> findExpansion(const Node &node, int64_t opset);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPAND_H
