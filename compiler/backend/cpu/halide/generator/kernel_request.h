//===- kernel_request.h - A request for one kernel --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A line a kernel: its kind, then fields `key=value` in any order, separated by
// single spaces. The fields of all kinds:
//
//   name          the function to write
//   lanes         f32 in a vector of the target
//
// Those of each kind, with the function's arguments, are in the kind's file.
// Strides are in elements. call-halide-kernels writes these lines.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNEL_REQUEST_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNEL_REQUEST_H

#include <map>
#include <string>

namespace emblem::halide {

/// All functions throw std::runtime_error, with a sentence.
class KernelRequest {
public:
  explicit KernelRequest(const std::string &line);

  const std::string &kind() const { return kernel; }
  bool has(const std::string &key) const { return fields.count(key) > 0; }
  /// The value of a field that must be there.
  const std::string &text(const std::string &key) const;
  /// The same of a whole number of at least 1.
  int count(const std::string &key) const;
  /// The same of a whole number of at least 0.
  int wholeNumber(const std::string &key) const;
  /// The same of a finite number.
  float number(const std::string &key) const;

private:
  int atLeast(int least, const std::string &key) const;
  [[noreturn]] void fail(const std::string &why) const;

  std::string line, kernel;
  std::map<std::string, std::string> fields;
};

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_KERNEL_REQUEST_H
