//===- yaml_layers.h - Layers of a transformer, as YAML ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_YAML_LAYERS_H
#define EMBLEM_COMPILER_DESCRIPTION_YAML_LAYERS_H

#include "compiler/description/yaml_scalars.h"

namespace llvm::yaml {

template <>
struct MappingTraits<emblem::frontend::Rotary>
    : CheckedMapping<emblem::frontend::Rotary> {
  static void mapping(IO &io, emblem::frontend::Rotary &rotary) {
    io.mapRequired("size", rotary.size);
    mapNumber(io, "base", rotary.base, 10000.0);
    mapNumber(io, "factor", rotary.factor, 1.0);
    io.mapOptional("interleaved", rotary.interleaved, false);
    mapNumbers(io, "frequencies", rotary.frequencies);
    mapNumber(io, "amplitude", rotary.amplitude, 1.0);
    io.mapOptional("longest", rotary.longest);
  }
  static const bool flow = true;
};

template <>
struct MappingTraits<emblem::frontend::PositionBias>
    : CheckedMapping<emblem::frontend::PositionBias> {
  static void mapping(IO &io, emblem::frontend::PositionBias &bias) {
    io.mapRequired("table", bias.table);
    io.mapRequired("buckets", bias.buckets);
    io.mapRequired("max_distance", bias.maxDistance);
  }
};

template <>
struct MappingTraits<emblem::frontend::RelativePositions>
    : CheckedMapping<emblem::frontend::RelativePositions> {
  static void mapping(IO &io, emblem::frontend::RelativePositions &positions) {
    io.mapRequired("table", positions.table);
    io.mapRequired("span", positions.span);
    io.mapOptional("max_distance", positions.maxDistance);
    io.mapOptional("norm", positions.norm);
    io.mapOptional("key", positions.key);
    io.mapOptional("query", positions.query);
  }
};

template <>
struct MappingTraits<emblem::frontend::Attention>
    : CheckedMapping<emblem::frontend::Attention> {
  static void mapping(IO &io, emblem::frontend::Attention &attention) {
    io.mapRequired("heads", attention.heads);
    io.mapRequired("head_size", attention.headSize);
    io.mapOptional("key_value_heads", attention.keyValueHeads, int64_t(0));
    mapNumber(io, "scale", attention.scale);
    mapNumber(io, "softcap", attention.softcap);
    io.mapOptional("before", attention.before);
    io.mapOptional("after", attention.after);
    io.mapOptional("alibi", attention.alibi, false);
    io.mapOptional("unattended", attention.unattended);
    io.mapOptional("rotary", attention.rotary);
    io.mapOptional("position_bias", attention.positionBias);
    io.mapOptional("relative_positions", attention.relativePositions);
    io.mapRequired("query", attention.query);
    io.mapRequired("key", attention.key);
    io.mapRequired("value", attention.value);
    io.mapRequired("output", attention.output);
    io.mapOptional("query_norm", attention.queryNorm);
    io.mapOptional("key_norm", attention.keyNorm);
    io.mapRequired("norm", attention.norm);
    io.mapOptional("output_norm", attention.outputNorm);
    io.mapOptional("first_normed", attention.firstNormed, int64_t(0));
  }
};

template <>
struct MappingTraits<emblem::frontend::FeedForward>
    : CheckedMapping<emblem::frontend::FeedForward> {
  static void mapping(IO &io, emblem::frontend::FeedForward &feedForward) {
    io.mapRequired("inner_size", feedForward.innerSize);
    io.mapRequired("activation", feedForward.activation);
    io.mapRequired("up", feedForward.up);
    io.mapOptional("gate", feedForward.gate);
    io.mapRequired("down", feedForward.down);
    io.mapRequired("norm", feedForward.norm);
    io.mapOptional("output_norm", feedForward.outputNorm);
  }
};

template <>
struct MappingTraits<emblem::frontend::LocalLayers>
    : CheckedMapping<emblem::frontend::LocalLayers> {
  static void mapping(IO &io, emblem::frontend::LocalLayers &local) {
    io.mapRequired("pattern", local.pattern);
    io.mapOptional("before", local.before);
    io.mapOptional("after", local.after);
    io.mapOptional("rotary", local.rotary);
  }
};

template <> struct MappingTraits<emblem::frontend::Layer> {
  static void mapping(IO &io, emblem::frontend::Layer &layer) {
    io.mapOptional("norm_placement", layer.normPlacement,
                   emblem::frontend::NormPlacement::Post);
    io.mapRequired("attention", layer.attention);
    io.mapRequired("feed_forward", layer.feedForward);
    io.mapOptional("local", layer.local);
  }
};

} // namespace llvm::yaml

#endif // EMBLEM_COMPILER_DESCRIPTION_YAML_LAYERS_H
