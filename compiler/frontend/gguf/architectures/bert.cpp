//===- bert.cpp - BERT in a GGUF file -------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/architectures.h"

using namespace emblem::frontend;

namespace emblem::frontend::gguf {
Architecture bert() {
  Architecture row =
      architectureNamed("bert", "BERT, MiniLM, BGE, E5, GTE, Snowflake Arctic");
  row.requiredValues = {{"attention.causal", "false"}};
  Description &names = row.names;
  // RoBERTa's files have no rows before the first position.
  names.position = {.table = "position_embd.weight"};
  names.segment.table = "token_types.weight";
  names.embeddingNorm = normNamed("token_embd_norm");

  Attention &attention = names.layer.attention;
  attention.query = linearNamed("blk.{}.attn_q");
  attention.key = linearNamed("blk.{}.attn_k");
  attention.value = linearNamed("blk.{}.attn_v");
  attention.output = linearNamed("blk.{}.attn_output");
  attention.norm = normNamed("blk.{}.attn_output_norm");
  FeedForward &feedForward = names.layer.feedForward;
  feedForward.up = linearNamed("blk.{}.ffn_up");
  feedForward.down = linearNamed("blk.{}.ffn_down");
  feedForward.norm = normNamed("blk.{}.layer_output_norm");
  return row;
}
} // namespace emblem::frontend::gguf
