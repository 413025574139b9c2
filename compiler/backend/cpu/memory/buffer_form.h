//===- buffer_form.h - A kernel of buffers, to be made ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_MEMORY_BUFFER_FORM_H
#define EMBLEM_COMPILER_BACKEND_CPU_MEMORY_BUFFER_FORM_H

#include "dialects/kernel/kernel_dialect.h"

#include <optional>

namespace emblem {

/// What a stage hands to a kernel.
struct BufferOperand {
  enum Kind {
    OfValue,   // the buffer of a value of the model
    Sequences, // the text that each token belongs to
    Vectors    // where the stage's output goes
  };
  Kind kind = OfValue;
  mlir::Value value = {};
};

/// An operation of the kernel dialect in its buffer form, without the tile at
/// its end.
struct BufferForm {
  llvm::StringRef name; // of the operation
  mlir::NamedAttrList attributes;
  llvm::SmallVector<BufferOperand> operands;
  llvm::SmallVector<int32_t> segments; // operands of each segment
  size_t into = 0;                     // the operand that is written

  void add(BufferOperand operand) {
    operands.push_back(operand);
    segments.push_back(1);
  }
  /// An empty segment where there is none.
  void add(mlir::Value value) {
    if (value)
      add({BufferOperand::OfValue, value});
    else
      segments.push_back(0);
  }
};

/// The kernel as a stage runs it. A norm at its end, and its second result, are
/// the finish form's.
BufferForm getRunForm(kernel::KernelOpInterface op);

/// What makes these of finished rows; none where there is neither.
std::optional<BufferForm> getFinishForm(kernel::KernelOpInterface op);

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_CPU_MEMORY_BUFFER_FORM_H
