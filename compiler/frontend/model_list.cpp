//===- model_list.cpp - A table of the models that compile ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/model_list.h"

#include "compiler/frontend/gguf/architectures.h"
#include "compiler/frontend/transformers/architectures.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace emblem::frontend;

// A line for each type, under a line of headings.
static void writeTable(raw_ostream &os, StringRef heading,
                       ArrayRef<const Architecture *> architectures) {
  size_t width = heading.size();
  for (const Architecture *architecture : architectures)
    for (StringRef type : architecture->modelTypes)
      width = std::max(width, type.size());
  os << left_justify(heading, width) << "  models\n";
  for (const Architecture *architecture : architectures)
    for (StringRef type : architecture->modelTypes) {
      os << left_justify(type, width) << "  " << architecture->models;
      if (!architecture->mark.empty())
        os << ", where config.json has '" << architecture->mark << "'";
      os << (architecture->head ? " (rerankers too)" : "") << '\n';
    }
}

void emblem::frontend::writeModelList(raw_ostream &os) {
  writeTable(os, "model_type", allArchitectures());
  os << '\n';
  writeTable(os, "general.architecture", gguf::allArchitectures());
}
