//===- yaml_weights.h - Weights as YAML -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The name of a tensor, or a map of one key, what is made of weights:
//
//   weight: layer.{}.query.weight
//   weight: { rows: { of: layer.{}.qkv.weight, first: 0, last: 384 } }
//   scale: { one_plus: layer.{}.norm.weight }
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_YAML_WEIGHTS_H
#define EMBLEM_COMPILER_DESCRIPTION_YAML_WEIGHTS_H

#include "compiler/weights/weight_expression.h"

#include "llvm/Support/YAMLTraits.h"

namespace emblem::frontend {

/// What stands for a list, where there must be none.
struct NoWeightList {
  int element = 0;
};

} // namespace emblem::frontend

namespace llvm::yaml {

template <> struct SequenceTraits<emblem::frontend::NoWeightList> {
  static size_t size(IO &, emblem::frontend::NoWeightList &) { return 0; }
  static int &element(IO &io, emblem::frontend::NoWeightList &list, size_t) {
    io.setError("must be a tensor's name, or a map of what is made of weights");
    return list.element;
  }
};

template <> struct MappingTraits<emblem::frontend::WeightDerivation> {
  static void mapping(IO &io, emblem::frontend::WeightDerivation &derivation);
  static std::string validate(IO &io,
                              emblem::frontend::WeightDerivation &derivation) {
    return io.outputting() ? "" : findProblem(derivation);
  }
  static const bool flow = true;
};

template <> struct PolymorphicTraits<emblem::frontend::WeightExpression> {
  using Weight = emblem::frontend::WeightExpression;
  static NodeKind getKind(const Weight &weight) {
    return weight.isTensor() ? NodeKind::Scalar : NodeKind::Map;
  }
  static std::string &getAsScalar(Weight &weight) { return weight.name; }
  static emblem::frontend::WeightDerivation &getAsMap(Weight &weight) {
    return weight.derivation;
  }
  static emblem::frontend::NoWeightList &getAsSequence(Weight &) {
    static emblem::frontend::NoWeightList none;
    return none;
  }
};

} // namespace llvm::yaml

#endif // EMBLEM_COMPILER_DESCRIPTION_YAML_WEIGHTS_H
