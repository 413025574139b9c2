//===- call_writer.h - Calls of what Halide writes --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Part of call-halide-kernels: a call with its buffers, and the line that asks
// for the function.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_CALL_WRITER_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_CALL_WRITER_H

#include "compiler/backend/cpu/halide/passes.h"

#include "llvm/ADT/StringMap.h"

#include <variant>

namespace emblem::halide {

/// A line of generator/kernel_request.h, but for the function's name.
class RequestLine {
public:
  explicit RequestLine(llvm::StringRef kernel) : kernel(kernel) {}
  void add(llvm::StringRef key, const llvm::Twine &value) {
    fields += (" " + key + "=" + value).str();
  }
  void addNumber(llvm::StringRef key, const llvm::APFloat &value) {
    llvm::SmallVector<char> digits;
    value.toString(digits);
    add(key, llvm::StringRef(digits.data(), digits.size()));
  }
  std::string withName(llvm::StringRef name) const {
    return kernel + " name=" + name.str() + fields;
  }

private:
  std::string kernel, fields;
};

/// A dimension of a buffer, from 0 on.
struct Dimension {
  mlir::OpFoldResult extent; // index
  int64_t stride;            // in elements
};

struct BufferArgument {
  mlir::Value memref; // of static strides, from offset 0
  mlir::Value begin;  // index: bytes from there to the buffer's first element
  llvm::SmallVector<Dimension> dimensions; // the innermost first
};

/// An index stands for an i32 parameter.
using Argument = std::variant<BufferArgument, mlir::Value>;

class CallWriter {
public:
  CallWriter(mlir::ModuleOp module, const Target &target)
      : target(target), module(module) {}

  /// A call at `builder` of the function that `request` describes; equal lines
  /// are one function.
  void call(mlir::OpBuilder &builder, mlir::Location loc,
            const RequestLine &request, llvm::ArrayRef<Argument> arguments);
  /// Leaves the lines on the module.
  void finish();

  const Target &target;

private:
  mlir::Value fillBuffer(mlir::OpBuilder &builder, mlir::Location loc,
                         const BufferArgument &buffer);

  mlir::ModuleOp module;
  llvm::StringMap<mlir::LLVM::LLVMFuncOp> functions; // by what is asked
  llvm::SmallVector<std::string> lines;
};

// Two functions a kernel, in a file x_call.cpp; kernels.def lists them.
#define EMBLEM_KERNEL(NAME)                                                    \
  bool supports##NAME(kernel::NAME##Op op, const Target &target);              \
  void call##NAME(kernel::NAME##Op op, CallWriter &calls);
#include "compiler/backend/cpu/halide/kernels.def"

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_CALL_WRITER_H
