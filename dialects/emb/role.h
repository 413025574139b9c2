//===- role.h - The use of a model in a program -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_ROLE_H
#define EMBLEM_DIALECTS_EMB_ROLE_H

namespace emblem::emb {

/// A program has a main model, and at most one of each other role beside it.
enum class Role {
  Main,
  /// Of a main model of texts: images whose vectors are comparable, CLIP's
  /// other tower (Radford et al., "Learning Transferable Visual Models From
  /// Natural Language Supervision", 2021).
  Images
};

} // namespace emblem::emb

#endif // EMBLEM_DIALECTS_EMB_ROLE_H
