//===- two_forms.h - Kernels of values and kernels of buffers ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Included by kernel_dialect.h alone. kernel_base.td says what the two forms are;
// here is what follows from the names of an op's operands, so that no kernel has to
// say it: `out` and `quantized_out` are written, `tile` is the part of the grid,
// `sequences` are there in buffers alone, and what an epilogue's norm reads is
// there in values alone.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_TWO_FORMS_H
#define EMBLEM_DIALECTS_KERNEL_TWO_FORMS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace emblem::kernel {

class KernelOpInterface;

/// What operands are in the buffer form.
enum class OperandRole {
  Input,        // buffers of what the value form reads
  Sequences,    // the text that each token belongs to; values have none
  Epilogue,     // the value form's alone
  Result,       // where the first result, or the output, goes
  SecondResult, // where the second goes
  Tile
};

/// Whether an op itself writes its second result in the buffer form; else that
/// is a kernel of its own, as an epilogue's norm is.
template <typename OpT> constexpr bool writesSecondResult() {
  return requires { OpT::odsIndex_quantized_out; };
}

template <typename OpT> OperandRole getRoleOf(int segment);

template <typename OpT>
llvm::SmallVector<mlir::Value> getDestinationsOf(OpT op) {
  llvm::SmallVector<mlir::Value> destinations;
  if (op.getOut())
    destinations.push_back(op.getOut());
  if constexpr (writesSecondResult<OpT>())
    if (op.getQuantizedOut())
      destinations.push_back(op.getQuantizedOut());
  return destinations;
}

/// An op in its buffer form reads its operands and writes its destinations; one
/// in its value form touches no memory.
void addBufferEffects(KernelOpInterface op,
                      llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<
                          mlir::MemoryEffects::Effect>> &effects);

template <typename ConcreteType>
class ValueForm : public mlir::OpTrait::TraitBase<ConcreteType, ValueForm> {
public:
  /// As `create`, with neither `into` nor `tile`.
  template <typename... Values>
  static ConcreteType
  createValueForm(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::StringAttr stage, Values &&...values) {
    using mlir::Value, mlir::ValueRange;
    if constexpr (writesSecondResult<ConcreteType>())
      return ConcreteType::create(
          builder, loc, std::forward<Values>(values)..., /*out=*/Value(),
          /*quantized_out=*/Value(), /*tile=*/ValueRange(), stage);
    else
      return ConcreteType::create(builder, loc, std::forward<Values>(values)...,
                                  /*out=*/Value(), /*tile=*/ValueRange(),
                                  stage);
  }
};

} // namespace emblem::kernel

#endif // EMBLEM_DIALECTS_KERNEL_TWO_FORMS_H
