//===- yaml_outputs.h - A model's outputs as YAML ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_YAML_OUTPUTS_H
#define EMBLEM_COMPILER_DESCRIPTION_YAML_OUTPUTS_H

#include "compiler/description/yaml_scalars.h"

LLVM_YAML_IS_SEQUENCE_VECTOR(emblem::frontend::Dense)

namespace llvm::yaml {

template <> struct MappingTraits<emblem::frontend::Residual> {
  static void mapping(IO &io, emblem::frontend::Residual &residual) {
    io.mapOptional("weight", residual.weight, std::string());
  }
  static const bool flow = true;
};

template <>
struct MappingTraits<emblem::frontend::Dense>
    : CheckedMapping<emblem::frontend::Dense> {
  static void mapping(IO &io, emblem::frontend::Dense &dense) {
    io.mapRequired("input_size", dense.inputSize);
    io.mapRequired("output_size", dense.outputSize);
    io.mapOptional("normalizes_input", dense.normalizesInput, false);
    io.mapOptional("activation", dense.activation,
                   emblem::frontend::Activation::Identity);
    io.mapOptional("weights", dense.weightsFile, std::string());
    io.mapOptional("weight", dense.linear.weight, std::string());
    io.mapOptional("bias", dense.linear.bias, std::string());
    io.mapOptional("residual", dense.residual);
    io.mapOptional("norm", dense.norm);
    io.mapOptional("norm_weights", dense.normWeightsFile, std::string());
  }
};

template <>
struct MappingTraits<emblem::frontend::Sparse>
    : CheckedMapping<emblem::frontend::Sparse> {
  static void mapping(IO &io, emblem::frontend::Sparse &sparse) {
    io.mapOptional("transform", sparse.transform);
    io.mapOptional("transform_activation", sparse.transformActivation,
                   emblem::frontend::Activation::Gelu);
    io.mapOptional("norm", sparse.norm);
    io.mapRequired("decoder", sparse.decoder);
    io.mapOptional("activation", sparse.activation,
                   emblem::frontend::Activation::Log1pRelu);
    io.mapOptional("pooling", sparse.pooling, emblem::frontend::PoolKind::Max);
  }
};

template <>
struct MappingTraits<emblem::frontend::TokenWeights>
    : CheckedMapping<emblem::frontend::TokenWeights> {
  static void mapping(IO &io, emblem::frontend::TokenWeights &weights) {
    io.mapOptional("weights", weights.weightsFile, std::string());
    io.mapRequired("linear", weights.linear);
    io.mapOptional("skipped", weights.skipped);
  }
};

template <>
struct MappingTraits<emblem::frontend::MultiVector>
    : CheckedMapping<emblem::frontend::MultiVector> {
  static void mapping(IO &io, emblem::frontend::MultiVector &multiVector) {
    io.mapOptional("dense", multiVector.dense);
    io.mapOptional("normalize", multiVector.normalize, true);
    io.mapOptional("skipped", multiVector.skipped);
    io.mapOptional("skips_first", multiVector.skipsFirst, false);
  }
};

} // namespace llvm::yaml

#endif // EMBLEM_COMPILER_DESCRIPTION_YAML_OUTPUTS_H
