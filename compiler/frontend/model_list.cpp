//===- model_list.cpp - What can be compiled, as a table ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/model_list.h"

#include "compiler/frontend/huggingface/architecture.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace emblem::frontend;

void emblem::frontend::writeModelList(raw_ostream &os) {
  size_t width = StringRef("model_type").size();
  for (const Architecture *architecture : allArchitectures())
    for (StringRef type : architecture->modelTypes)
      width = std::max(width, type.size());
  os << left_justify("model_type", width) << "  models\n";
  for (const Architecture *architecture : allArchitectures())
    for (StringRef type : architecture->modelTypes)
      os << left_justify(type, width) << "  " << architecture->models << '\n';
}
