//===- expansions.h - The functions that expand operators -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// expand.cpp has the table of operators, and their attributes.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPANSIONS_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPANSIONS_H

#include "compiler/frontend/onnx/expand/expand.h"

namespace emblem::frontend::onnx {

// fused_activations.cpp
Values expandGelu(PlainNodes &nodes);
Values expandBiasGelu(PlainNodes &nodes);
Values expandFastGelu(PlainNodes &nodes);
Values expandQuickGelu(PlainNodes &nodes);

// fused_norms.cpp
Values expandSimplifiedNorm(PlainNodes &nodes);
Values expandSkipNorm(PlainNodes &nodes);
Values expandEmbedNorm(PlainNodes &nodes);
Values expandQuantisedEmbedNorm(PlainNodes &nodes);
Values expandLpNorm(PlainNodes &nodes);

// fused_products.cpp
Values expandFusedMatMul(PlainNodes &nodes);
Values expandFusedGemm(PlainNodes &nodes);

// fused_attention.cpp
Values expandAttention(PlainNodes &nodes);
Values expandQuantisedAttention(PlainNodes &nodes);
Values expandMultiHeadAttention(PlainNodes &nodes);
Values expandGroupQueryAttention(PlainNodes &nodes);

// fused_positions.cpp
Values expandRotaryEmbedding(PlainNodes &nodes);
Values expandRelativePositionBias(PlainNodes &nodes);

// quantised_values.cpp
Values expandQuantize(PlainNodes &nodes);
Values expandDynamicQuantize(PlainNodes &nodes);
Values expandDequantize(PlainNodes &nodes);
/// Input `index` in real numbers, whose scale and zero are the two inputs from
/// `scale` on.
ValuePtr widen(PlainNodes &nodes, size_t index, size_t scale, size_t zero,
               int64_t axis = 1);

// quantised_products.cpp
Values expandMatMulInteger(PlainNodes &nodes);
Values expandMatMulIntegerToFloat(PlainNodes &nodes);
Values expandDynamicQuantizeMatMul(PlainNodes &nodes);
Values expandQLinearMatMul(PlainNodes &nodes);
Values expandQGemm(PlainNodes &nodes);

// quantised_layers.cpp
Values expandQLinearBinary(PlainNodes &nodes);
Values expandQLinearUnary(PlainNodes &nodes);
Values expandQLinearConcat(PlainNodes &nodes);
Values expandQLinearWhere(PlainNodes &nodes);

// block_quantised.cpp
Values expandMatMulNBits(PlainNodes &nodes);
Values expandGatherBlockQuantized(PlainNodes &nodes);

// older_operators.cpp
Values expandSame(PlainNodes &nodes);
Values expandAxesAttribute(PlainNodes &nodes);
Values expandSplitAttribute(PlainNodes &nodes);
Values expandOldSoftmax(PlainNodes &nodes);
Values expandClipAttributes(PlainNodes &nodes);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_EXPAND_EXPANSIONS_H
