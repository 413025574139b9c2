//===- vector_work.h - Texts whose vectors a request wants ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H
#define EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H

#include "runtime/serve/inputs.h"
#include "runtime/serve/server.h"
#include "runtime/serve/work.h"

#include <span>

namespace emblem::serve {

/// What a request says of its texts.
struct TextRules {
  const char *prompt = nullptr; // its name; null: the server's usual one
  int64_t dimensions = 0;       // 0: all
  int truncates = -1;           // 0, 1 or what the server is set to
  bool truncatesLeft = false, truncatesRight = false;
  bool normalizes = true;
};

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

/// Puts the prompt before each text, and has the texts treated as the rules
/// say. Empty; or a sentence, as of VectorWork::prepare().
std::string prepareTexts(Server &server, Work &work, const TextRules &rules,
                         int &code);
/// Whether there are texts, and no more than a request may have; 0, or a status.
std::string checkCount(const Server &server, size_t count, int &code);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_VECTOR_WORK_H
