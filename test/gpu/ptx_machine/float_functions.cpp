//===- float_functions.cpp - Roots, powers of two, tanh -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Where PTX allows an error (.approx), the result is the C library's: a device
// gives other bits.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/float_operations.h"

#include <cmath>

namespace emblem::ptx {

namespace {

struct Reciprocal {
  template <typename T> T operator()(T x) const { return 1 / x; }
};
struct SquareRoot {
  template <typename T> T operator()(T x) const { return std::sqrt(x); }
};
struct ReciprocalRoot {
  template <typename T> T operator()(T x) const { return 1 / std::sqrt(x); }
};
struct PowerOfTwo {
  template <typename T> T operator()(T x) const { return std::exp2(x); }
};
struct LogarithmOfTwo {
  template <typename T> T operator()(T x) const { return std::log2(x); }
};
struct Sine {
  template <typename T> T operator()(T x) const { return std::sin(x); }
};
struct Cosine {
  template <typename T> T operator()(T x) const { return std::cos(x); }
};
struct HyperbolicTangent {
  template <typename T> T operator()(T x) const { return std::tanh(x); }
};

template <typename Operation> void decodeFunction(Decoder &decoder) {
  Instruction &instruction = decoder.instruction;
  if (decoder.has("rz") || decoder.has("rm") || decoder.has("rp"))
    decoder.failUnknown();
  decoder.expectOperands(2, 2);
  decoder.addAll(instruction.type);
  instruction.handler =
      floatHandler<Operation, 1>(instruction.type, instruction.flushes);
}

} // namespace

void addFloatFunctions(DecodeTable &table) {
  table["rcp"] = decodeFunction<Reciprocal>;
  table["sqrt"] = decodeFunction<SquareRoot>;
  table["rsqrt"] = decodeFunction<ReciprocalRoot>;
  table["ex2"] = decodeFunction<PowerOfTwo>;
  table["lg2"] = decodeFunction<LogarithmOfTwo>;
  table["sin"] = decodeFunction<Sine>;
  table["cos"] = decodeFunction<Cosine>;
  table["tanh"] = decodeFunction<HyperbolicTangent>;
}

} // namespace emblem::ptx
