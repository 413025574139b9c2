//===- constant_builder.h - Constants of a program's tables -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_DEVICE_CONSTANT_BUILDER_H
#define EMBLEM_COMPILER_BACKEND_DEVICE_CONSTANT_BUILDER_H

#include "llvm/ADT/APFloat.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace emblem {

/// Fields of the C structs that a program holds for the runtime.
class ConstantBuilder {
protected:
  explicit ConstantBuilder(llvm::Module &program)
      : program(program), context(program.getContext()) {}

  llvm::Constant *i32(int64_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), value);
  }
  llvm::Constant *i64(int64_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), value);
  }
  llvm::Constant *f64(const llvm::APFloat &value) {
    return llvm::ConstantFP::get(llvm::Type::getDoubleTy(context),
                                 value.convertToDouble());
  }
  llvm::Constant *null() {
    return llvm::ConstantPointerNull::get(
        llvm::PointerType::getUnqual(context));
  }
  llvm::Constant *string(llvm::StringRef text) {
    return llvm::IRBuilder<>(context).CreateGlobalString(text, "", 0, &program);
  }
  /// Pointers to what the program itself holds; of no elements, null.
  llvm::Constant *constant(llvm::Constant *value, llvm::StringRef name) {
    return new llvm::GlobalVariable(
        program, value->getType(),
        /*isConstant=*/true, llvm::GlobalValue::InternalLinkage, value, name);
  }
  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements,
                        llvm::StringRef name) {
    if (elements.empty())
      return null();
    auto *type = llvm::ArrayType::get(elements[0]->getType(), elements.size());
    return constant(llvm::ConstantArray::get(type, elements), name);
  }
  /// A pointer to what the linker finds.
  llvm::Constant *external(llvm::StringRef name) {
    return new llvm::GlobalVariable(
        program, llvm::Type::getInt8Ty(context),
        /*isConstant=*/true, llvm::GlobalValue::ExternalLinkage, nullptr, name);
  }

  llvm::Module &program;
  llvm::LLVMContext &context;
};

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_DEVICE_CONSTANT_BUILDER_H
