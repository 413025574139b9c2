//===- emb_dialect.h - The emb dialect --------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What an embedding model is. Start with emb_base.td (the dialect, its types)
// and emb_ops.td (the operations, each with its formula and constraints).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_DIALECT_H
#define EMBLEM_DIALECTS_EMB_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/emb/emb_dialect.h.inc"
#include "dialects/emb/emb_enums.h.inc"

#define GET_OP_CLASSES
#include "dialects/emb/emb_ops.h.inc"

#endif // EMBLEM_DIALECTS_EMB_DIALECT_H
