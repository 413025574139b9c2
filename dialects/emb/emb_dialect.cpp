//===- emb_dialect.cpp - Registration of the emb dialect ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_dialect.h"

#include "dialects/emb/emb_dialect.cpp.inc"
#include "dialects/emb/emb_enums.cpp.inc"

using namespace emblem::emb;

void EmbDialect::initialize() {
  registerWeightExpressions();
  addOperations<
#define GET_OP_LIST
#include "dialects/emb/emb_ops.cpp.inc"
      >();
}
