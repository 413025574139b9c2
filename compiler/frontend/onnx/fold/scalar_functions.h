//===- scalar_functions.h - Operators on single elements --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_SCALAR_FUNCTIONS_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_SCALAR_FUNCTIONS_H

#include "compiler/files/onnx/onnx_file.h"

#include <functional>

namespace emblem::frontend::onnx {

/// y = f(x), attributes included; null for any other operator. Integers are
/// doubles that happen to be whole.
std::function<double(double)> findUnary(const Node &node);

/// y = f(a, b); null for any other operator. `whole` says that both are
/// integers, whose quotient is rounded towards zero.
std::function<double(double, double)> findBinary(const Node &node, bool whole);

/// Whether the operator says true or false.
bool isPredicate(const Node &node);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_SCALAR_FUNCTIONS_H
