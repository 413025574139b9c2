//===- description_yaml.h - The description as YAML -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The Description struct written down, field by field; reading what was
// written gives the same struct. Fields at their default are left out.
//
//   name: tiny
//   weights: [ model.safetensors ]
//   tokenizer: tokenizer.json
//   hidden_size: 32
//   max_tokens: 64
//   tokens: { vocabulary_size: 200, table: word_embeddings.weight }
//   position: { kind: learned, count: 64, table: position_embeddings.weight }
//   layers: 2
//   layer:
//     attention:
//       heads: 4
//       head_size: 8
//       query: { weight: 'layer.{}.query.weight', bias: 'layer.{}.query.bias' }
//       ...
//   pooling: mean
//   normalize: true
//   prompts: { query: 'query: ' }
//
// A model of texts and one of images whose vectors are comparable are a list,
// `towers`, of two such maps without names; so may be the one model of a
// Siamese network, which has one. Beside the list are `name`, `distance` and
// `threshold`.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_YAML_H
#define EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_YAML_H

#include "compiler/description/description.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace emblem::frontend {

/// Reads a description of one model or several, the main one first. An unknown
/// or a missing key, a value of the wrong type and a value that makes no sense
/// are errors: "file:line:column: what".
llvm::Expected<std::vector<Description>> readYaml(llvm::StringRef path);
/// The same for text; errors call it `file`.
llvm::Expected<std::vector<Description>> parseYaml(llvm::StringRef text,
                                                   llvm::StringRef file);

/// Writes models that findProblem has nothing to say about.
void writeYaml(llvm::ArrayRef<Description> models, llvm::raw_ostream &os);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_YAML_H
