//===- lift_rotary.cpp - Heads that are turned by their position ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// x * cos + exchanged(x) * sin, as GPT-NeoX and Llama write it: feature i is
// paired with feature i + size / 2.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold.h"
#include "compiler/frontend/onnx/lifter.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Angles are floats, and grow with the position.
static constexpr double angleTolerance = 1e-4;

Expected<ValuePtr> Lifter::takeHalf(const ValuePtr &input, int64_t first,
                                    int64_t count) {
  const Heads &heads = *input->as<Heads>();
  if (heads.axes.back() != Axis::Feature || 2 * count != heads.size ||
      first % count != 0)
    return createStringError("of heads only the two halves are taken");
  Shape shape(input->shape);
  shape.back() = count;
  return makeValue(shape, HalfHeads{input, first != 0});
}

Expected<ValuePtr> Lifter::exchangeHalves(const Node &node, Inputs inputs) {
  auto axis = resolveAxis(node.integer("axis", 0), inputs[0]->shape.size());
  if (!axis)
    return axis.takeError();
  if (inputs.size() == 2 && inputs[1] &&
      *axis + 1 == static_cast<int64_t>(inputs[0]->shape.size())) {
    Function function = asFunction(inputs[0]);
    HalfHeads *first = function.base->as<HalfHeads>();
    HalfHeads *second = inputs[1]->as<HalfHeads>();
    if (first && second && first->second && !second->second &&
        first->heads == second->heads &&
        linearFactor(*function.base, function.samples) == -1.0)
      return makeValue(first->heads->shape, ExchangedHeads{first->heads});
  }
  return createStringError("of what depends on the text only the halves of "
                           "turned heads are joined");
}

Expected<ValuePtr> Lifter::turnHeads(const TurnedPart &a, const TurnedPart &b) {
  const TurnedPart &plain = a.exchanged ? b : a,
                   &exchanged = a.exchanged ? a : b;
  Heads heads = *plain.heads->as<Heads>();
  if (plain.exchanged || !exchanged.exchanged ||
      plain.heads != exchanged.heads || heads.turn)
    return createStringError("it adds parts of different heads");
  const Tensor &cosines = read(*plain.factors),
               &sines = read(*exchanged.factors);
  int64_t size = heads.size, half = size / 2;
  int64_t count = length * size;
  if (static_cast<int64_t>(cosines.values.size()) != count ||
      static_cast<int64_t>(sines.values.size()) != count || half < 2 ||
      heads.axes.rbegin()[1] != Axis::Token)
    return createStringError("heads are turned by [1, 1, tokens, size]");

  // The angles of position 1 say all of them, or it is another formula.
  auto angle = [&](int64_t i) {
    return std::atan2(sines.values[size + i], cosines.values[size + i]);
  };
  double factor = 1.0 / angle(0);
  factor = std::fabs(factor - 1.0) < 1e-6 ? 1.0 : asWritten(factor);
  double base = std::pow(angle(1) * factor, -double(half));
  double unit = std::pow(10.0, std::floor(std::log10(base)) - 3.0);
  base = std::round(base / unit) * unit; // as a config.json has it
  for (int64_t t = 0; t < length; ++t)
    for (int64_t i = 0; i < size; ++i) {
      double turned = double(t) / factor *
                      std::pow(base, -2.0 * double(i % half) / double(size));
      double cosine = std::cos(turned) - cosines.values[t * size + i];
      double sine = std::sin(turned) - sines.values[t * size + i];
      if (!(std::fabs(cosine) <= angleTolerance &&
            std::fabs(sine) <= angleTolerance))
        return createStringError("it turns heads by angles of no formula that "
                                 "is known here");
    }
  heads.turn = Turn{base, factor};
  return makeValue(plain.heads->shape, heads);
}
