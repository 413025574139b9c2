//===- yaml_images.h - Models of images as YAML -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_YAML_IMAGES_H
#define EMBLEM_COMPILER_DESCRIPTION_YAML_IMAGES_H

#include "compiler/description/yaml_scalars.h"

LLVM_YAML_IS_SEQUENCE_VECTOR(emblem::frontend::ImageLayer)

namespace llvm::yaml {

template <>
struct MappingTraits<emblem::frontend::ImageInput>
    : CheckedMapping<emblem::frontend::ImageInput> {
  static void mapping(IO &io, emblem::frontend::ImageInput &image) {
    io.mapRequired("height", image.height);
    io.mapRequired("width", image.width);
    io.mapOptional("channels", image.channels, int64_t(3));
    io.mapOptional("resize", image.resize, emblem::emb::ResizeKind::Exact);
    io.mapOptional("resize_height", image.resizeHeight, int64_t(0));
    io.mapOptional("resize_width", image.resizeWidth, int64_t(0));
    io.mapOptional("filter", image.filter, emblem::emb::ResizeFilter::Bilinear);
    mapNumber(io, "rescale", image.rescale, 1.0 / 255);
    mapNumbers(io, "mean", image.mean);
    mapNumbers(io, "std", image.std);
  }
};

template <>
struct MappingTraits<emblem::frontend::Patches>
    : CheckedMapping<emblem::frontend::Patches> {
  static void mapping(IO &io, emblem::frontend::Patches &patches) {
    io.mapRequired("size", patches.size);
    io.mapRequired("weight", patches.linear.weight);
    io.mapOptional("bias", patches.linear.bias, std::string());
    io.mapOptional("class_token", patches.classToken, std::string());
    io.mapOptional("register_count", patches.registerCount, int64_t(0));
    io.mapOptional("registers", patches.registers, std::string());
    io.mapOptional("positions", patches.positions, std::string());
  }
};

template <>
struct MappingTraits<emblem::frontend::ImageLayer>
    : CheckedMapping<emblem::frontend::ImageLayer> {
  static void mapping(IO &io, emblem::frontend::ImageLayer &layer) {
    io.mapOptional("pool", layer.pool);
    io.mapRequired("size", layer.size);
    // Windows that are pooled lie side by side where nothing else is said.
    io.mapOptional("stride", layer.stride, layer.pool ? layer.size : 1);
    io.mapOptional("padding", layer.padding, int64_t(0));
    io.mapOptional("outputs", layer.outputs, int64_t(0));
    io.mapOptional("activation", layer.activation,
                   emblem::frontend::Activation::Identity);
    io.mapOptional("weight", layer.linear.weight, std::string());
    io.mapOptional("bias", layer.linear.bias, std::string());
  }
};

template <>
struct MappingTraits<emblem::frontend::AttentionPooling>
    : CheckedMapping<emblem::frontend::AttentionPooling> {
  static void mapping(IO &io, emblem::frontend::AttentionPooling &pooling) {
    io.mapRequired("heads", pooling.heads);
    io.mapRequired("probe", pooling.probe);
    io.mapRequired("query", pooling.query);
    io.mapRequired("key", pooling.key);
    io.mapRequired("value", pooling.value);
    io.mapRequired("output", pooling.output);
    io.mapRequired("norm", pooling.norm);
    io.mapRequired("inner_size", pooling.innerSize);
    io.mapOptional("activation", pooling.activation,
                   emblem::frontend::Activation::Gelu);
    io.mapRequired("up", pooling.up);
    io.mapRequired("down", pooling.down);
  }
};

} // namespace llvm::yaml

#endif // EMBLEM_COMPILER_DESCRIPTION_YAML_IMAGES_H
