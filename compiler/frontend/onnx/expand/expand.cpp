//===- expand.cpp - Fused and quantised nodes as plain ones ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/expand/expand.h"

#include "compiler/frontend/onnx/expand/expansions.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

namespace {
struct Row {
  StringLiteral operation;
  Expansion expansion;
  StringLiteral attributes; // that are obeyed or mean nothing, by blanks
};
} // namespace

// ONNX's own domain; onnxruntime's are in "com.microsoft", too.
static constexpr Row plain[] = {
    {"DequantizeLinear", expandDequantize,
     "axis block_size output_dtype saturate"},
    {"DynamicQuantizeLinear", expandDynamicQuantize, ""},
    {"LpNormalization", expandLpNorm, "axis p"},
    {"MatMulInteger", expandMatMulInteger, ""},
    {"QLinearMatMul", expandQLinearMatMul, ""},
    {"QuantizeLinear", expandQuantize,
     "axis block_size output_dtype precision saturate"},
    {"SimplifiedLayerNormalization", expandSimplifiedNorm,
     "axis epsilon stash_type"}};

// Those of "com.microsoft".
static constexpr Row fused[] = {
    {"Attention", expandAttention,
     "do_rotary mask_filter_value num_heads "
     "past_present_share_buffer qkv_hidden_sizes "
     "rotary_embedding_dim scale unidirectional"},
    {"BiasGelu", expandBiasGelu, ""},
    {"DynamicQuantizeMatMul", expandDynamicQuantizeMatMul, ""},
    {"EmbedLayerNormalization", expandEmbedNorm, "epsilon mask_index_type"},
    {"FastGelu", expandFastGelu, ""},
    {"FusedGemm", expandFusedGemm,
     "activation activation_alpha activation_beta activation_gamma alpha beta "
     "transA transB"},
    {"FusedMatMul", expandFusedMatMul,
     "alpha transA transB transBatchA transBatchB"},
    {"GatherBlockQuantized", expandGatherBlockQuantized,
     "bits block_size gather_axis quantize_axis"},
    {"Gelu", expandGelu, ""},
    {"GroupQueryAttention", expandGroupQueryAttention,
     "do_rotary k_quant_type kv_cache_bit_width kv_num_heads "
     "local_window_size num_heads qk_output rotary_interleaved "
     "scale smooth_softmax softcap v_quant_type"},
    {"MatMulIntegerToFloat", expandMatMulIntegerToFloat, ""},
    {"MatMulNBits", expandMatMulNBits, "K N accuracy_level bits block_size"},
    {"MultiHeadAttention", expandMultiHeadAttention,
     "mask_filter_value num_heads scale unidirectional"},
    {"QAttention", expandQuantisedAttention,
     "do_rotary mask_filter_value num_heads "
     "past_present_share_buffer scale unidirectional"},
    {"QEmbedLayerNormalization", expandQuantisedEmbedNorm, "epsilon"},
    {"QGemm", expandQGemm, "alpha transA transB"},
    {"QLinearAdd", expandQLinearBinary, ""},
    {"QLinearConcat", expandQLinearConcat, "axis"},
    {"QLinearMul", expandQLinearBinary, ""},
    {"QLinearReduceMean", expandQLinearUnary, "axes keepdims"},
    {"QLinearSigmoid", expandQLinearUnary, ""},
    {"QLinearSoftmax", expandQLinearUnary, "axis opset"},
    {"QLinearWhere", expandQLinearWhere, ""},
    {"QuickGelu", expandQuickGelu, "alpha"},
    {"RelativePositionBias", expandRelativePositionBias,
     "is_bidirectional max_distance"},
    {"RotaryEmbedding", expandRotaryEmbedding,
     "interleaved is_packed_batching num_heads rotary_embedding_dim scale"},
    {"SkipLayerNormalization", expandSkipNorm, "epsilon"},
    {"SkipSimplifiedLayerNormalization", expandSkipNorm, "epsilon"},
    {"Trilu", expandSame, "upper"},
    {"TransposeMatMul", expandFusedMatMul,
     "alpha transA transB transBatchA transBatchB"}};

// ONNX's own before opset 13.
static constexpr Row older[] = {
    {"Clip", expandClipAttributes, "max min"},
    {"ReduceSum", expandAxesAttribute, "axes keepdims"},
    {"Softmax", expandOldSoftmax, "axis"},
    {"Split", expandSplitAttribute, "axis split"},
    {"Squeeze", expandAxesAttribute, "axes"},
    {"Unsqueeze", expandAxesAttribute, "axes"}};

static const Row *findRow(ArrayRef<Row> rows, const Node &node) {
  const Row *row = llvm::find_if(
      rows, [&](const Row &row) { return row.operation == node.operation; });
  return row == rows.end() ? nullptr : row;
}

Expected<Expansion> onnx::findExpansion(const Node &node, int64_t opset) {
  const Row *row = nullptr;
  bool isFused = node.domain == "com.microsoft";
  if (isFused)
    row = findRow(fused, node);
  if (!row && (node.domain.empty() || isFused))
    row = findRow(plain, node);
  // What a node is made into has no outputs of a name: that is of opset 23.
  if (!row && node.domain.empty() && opset < 13 && !node.outputs.empty() &&
      !node.outputs.front().empty() && (node.operation != "Clip" || opset < 11))
    row = findRow(older, node);
  if (!row)
    return nullptr;
  SmallVector<StringRef> known;
  row->attributes.split(known, ' ');
  for (const auto &[name, value] : node.attributes)
    if (!llvm::is_contained(known, name))
      return createStringError("its attribute '" + name +
                               "' is not known here");
  return row->expansion;
}
