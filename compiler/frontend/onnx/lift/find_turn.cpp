//===- find_turn.cpp - The angles of rotary positions ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/head_reading.h"

#include <cmath>
#include <numbers>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// Angles are floats, and grow with the position.
static constexpr double turnTolerance = 1e-4;

// The two features that are turned together.
static std::pair<int64_t, int64_t> pairOf(const Turn &turn, int64_t pair) {
  if (turn.interleaved)
    return {2 * pair, 2 * pair + 1};
  return {pair, pair + turn.features / 2};
}

double Turn::frequency(int64_t pair) const {
  return frequencies.empty()
             ? std::pow(base, -double(pair) / double(features / 2)) / factor
             : frequencies[pair];
}

static bool isTurned(const HeadReading &heads, const Turn &turn) {
  int64_t pairs = turn.features / 2;
  for (int64_t t = 0; t < heads.length; ++t)
    for (int64_t pair = 0; pair < pairs; ++pair) {
      auto [first, second] = pairOf(turn, pair);
      double angle = double(t) * turn.frequency(pair);
      double cosine = std::cos(angle), sine = std::sin(angle);
      for (int64_t h = 0; h < heads.heads; ++h) {
        double a = heads.source(h, t, first), b = heads.source(h, t, second);
        double x =
            heads.scale * (a * cosine - b * sine) - heads.at(h, t, first);
        double y =
            heads.scale * (b * cosine + a * sine) - heads.at(h, t, second);
        if (!(std::fabs(x) + std::fabs(y) <=
              turnTolerance * std::fabs(heads.scale)))
          return false;
      }
    }
  for (int64_t h = 0; h < heads.heads; ++h)
    for (int64_t t = 0; t < heads.length; ++t)
      for (int64_t i = turn.features; i < heads.size; ++i)
        if (!(std::fabs(heads.at(h, t, i) -
                        heads.scale * heads.source(h, t, i)) <=
              headTolerance * std::fabs(heads.scale)))
          return false;
  return true;
}

// By how much the pair of token t is turned, up to whole turns.
static double angleOf(const HeadReading &heads, const Turn &turn, int64_t t,
                      int64_t pair) {
  auto [first, second] = pairOf(turn, pair);
  double a = heads.source(0, t, first), b = heads.source(0, t, second);
  double c = heads.at(0, t, first), d = heads.at(0, t, second);
  double sign = heads.scale < 0.0 ? -1.0 : 1.0;
  return std::atan2(sign * (a * d - b * c), sign * (a * c + b * d));
}

// What config.json gives, as the angles of token 1 say.
static void findBase(const HeadReading &heads, Turn &turn) {
  double factor = 1.0 / angleOf(heads, turn, 1, 0);
  turn.factor = std::fabs(factor - 1.0) < 1e-5 ? 1.0 : asWritten(factor);
  double base = std::pow(angleOf(heads, turn, 1, 1) * turn.factor,
                         -double(turn.features / 2));
  double unit = std::pow(10.0, std::floor(std::log10(base)) - 3.0);
  turn.base = std::round(base / unit) * unit;
}

// Each token's angle says more exactly what the ones before it have said.
static void measureFrequencies(const HeadReading &heads, Turn &turn) {
  for (int64_t pair = 0; pair < turn.features / 2; ++pair) {
    double frequency = 0.0;
    for (int64_t t = 1; t < heads.length; ++t) {
      double expected = frequency * double(t);
      double rest = std::remainder(angleOf(heads, turn, t, pair) - expected,
                                   2.0 * std::numbers::pi);
      frequency = (expected + rest) / double(t);
    }
    turn.frequencies.push_back(frequency);
  }
}

std::optional<Turn> onnx::findTurn(const HeadReading &heads) {
  if (heads.length < 2)
    return std::nullopt;
  for (const Turn &turn : heads.known)
    if (turn.features <= heads.size && isTurned(heads, turn))
      return turn;
  int64_t changed = 0;
  for (int64_t t = 0; t < heads.length; ++t)
    for (int64_t i = changed; i < heads.size; ++i)
      if (std::fabs(heads.at(0, t, i) - heads.scale * heads.source(0, t, i)) >
          headTolerance * std::fabs(heads.scale))
        changed = i + 1;
  for (bool measured : {false, true})
    for (int64_t features : {heads.size, changed})
      for (bool interleaved : {false, true}) {
        Turn turn{features, interleaved, 1.0, 1.0, {}};
        if (features < 4 || features % 2 != 0)
          continue;
        if (measured)
          measureFrequencies(heads, turn);
        else
          findBase(heads, turn);
        if (std::isfinite(turn.base) && turn.base > 0.0 && turn.factor > 0.0 &&
            isTurned(heads, turn)) {
          heads.known.push_back(turn);
          return turn;
        }
      }
  return std::nullopt;
}
