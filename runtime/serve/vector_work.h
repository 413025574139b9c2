//===- vector_work.h - Texts whose vectors a request wants ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H
#define EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H

#include "runtime/serve/inputs.h"
#include "runtime/serve/server.h"
#include "runtime/serve/text_rules.h"
#include "runtime/serve/work.h"

#include <span>

namespace emblem::serve {

/// Dense vectors, one a text.
class VectorWork : public Work {
public:
  void step(EmblemModel *model, size_t item) override;

  /// Takes the texts and what is to be done with them. Empty; or a sentence on
  /// what is wrong, with the status `code` to refuse the request with.
  std::string prepare(Server &server, Inputs &inputs, const TextRules &rules,
                      int &code);
  size_t count() const { return isIds ? offsets.size() - 1 : texts.size(); }
  int64_t tokens() const;
  /// Cut as the request has it. Once each.
  std::span<const float> vector(size_t i);

private:
  static constexpr size_t sequencesOfStep = 16;

  std::string checkIds(const Server &server, int &code) const;

  bool isIds = false;
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets;
  int64_t dimensions = 0;
  bool scales = false; // ids' vectors, which the call does not
};

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H
