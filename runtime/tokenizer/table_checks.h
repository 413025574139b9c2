//===- table_checks.h - Whether the tables hold together --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_TABLE_CHECKS_H
#define EMBLEM_RUNTIME_TOKENIZER_TABLE_CHECKS_H

#include "runtime/tokenizer/tokenizer_tables.h"

namespace emblem::runtime {

/// Whether every section lies inside the tables, has the size that its readers
/// take for granted, and every step is of a known kind. What the sections hold
/// is the compiler's to get right.
bool sectionsFit(const TokenizerHeader &header);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_TABLE_CHECKS_H
