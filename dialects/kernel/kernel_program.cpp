//===- kernel_program.cpp - Programs and their stages ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace emblem::kernel;

//===----------------------------------------------------------------------===//
// kernel.program
//===----------------------------------------------------------------------===//

void ProgramOp::build(OpBuilder &builder, OperationState &state, StringRef name,
                      TypeRange arguments) {
  state.addAttribute(getSymNameAttrName(state.name),
                     builder.getStringAttr(name));
  state.addAttribute(
      getFunctionTypeAttrName(state.name),
      TypeAttr::get(builder.getFunctionType(arguments, TypeRange())));
  Block &body = state.addRegion()->emplaceBlock();
  for (Type argument : arguments)
    body.addArgument(argument, state.location);
}

ParseResult ProgramOp::parse(OpAsmParser &parser, OperationState &state) {
  auto buildType = [](Builder &builder, ArrayRef<Type> arguments,
                      ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(arguments, results);
  };
  return function_interface_impl::parseFunctionOp(
      parser, state, /*allowVariadic=*/false,
      getFunctionTypeAttrName(state.name), buildType,
      getArgAttrsAttrName(state.name), getResAttrsAttrName(state.name));
}

void ProgramOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(
      printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName());
}

LogicalResult ProgramOp::verify() {
  if (getFunctionType().getNumResults() != 0) // program_c1
    return emitOpError(
        "returns nothing: kernel.output writes what it computes");
  if (getWeightBytesAttr() && getWeightBytesAttr().getInt() < 0) // program_c2
    return emitOpError("weight_bytes must not be negative");
  return success();
}

ProgramOp emblem::kernel::getProgram(ModuleOp module) {
  auto programs = module.getOps<ProgramOp>();
  return programs.empty() ? ProgramOp() : *programs.begin();
}

//===----------------------------------------------------------------------===//
// kernel.stage
//===----------------------------------------------------------------------===//

LogicalResult StageOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Operation *program = (*this)->getParentOp();
  for (FlatSymbolRefAttr function : {getRunAttr(), getFinishAttr()})
    if (function && !symbols.lookupNearestSymbolFrom(program->getParentOp(),
                                                     function)) // stage_c1
      return emitOpError() << "runs " << function << ", which is not there";
  return success();
}

LogicalResult StageOp::verify() {
  if (getColumnsAttr().getInt() <= 0) // stage_c2
    return emitOpError("columns must be positive");
  if (getOutputAttr() && getOutputAttr().getInt() < 0) // stage_c2
    return emitOpError("output must not be negative");
  if (getTokenTable() && !llvm::is_contained(getWeights(), getTokenTable()))
    return emitOpError("token_table must be one of the weights"); // stage_c3
  return success();
}
