//===- weight_store.h - The named weights of a model's files ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A name finds its tensor in any of the files. Where two files use one name, as
// Sentence Transformers' Dense modules do, "folder/name" says which is meant,
// where `folder` is the last folder on the file's path; of a *.pt file, which
// has one layer of several beside it, "file/name" without that ending. A weight
// that is made of others is computed where it is read.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H
#define EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H

#include "compiler/files/gguf/gguf_file.h"
#include "compiler/files/onnx/onnx_file.h"
#include "compiler/files/pickle/torch_file.h"
#include "compiler/files/safetensors.h"
#include "compiler/files/word_vectors.h"
#include "compiler/weights/weight_expression.h"
#include "dialects/emb/emb_dialect.h"

namespace emblem::frontend {

class WeightStore {
public:
  /// Maps every file: *.safetensors, PyTorch's *.bin and *.pt, an *.index.json
  /// of either and the shards that it names, *.gguf, *.onnx, or word vectors.
  /// No paths make an empty store.
  static llvm::Expected<std::unique_ptr<WeightStore>>
  open(llvm::ArrayRef<std::string> paths);

  /// Its shape and type; `data` is null unless it is a tensor that lies in its
  /// file as it is. The error lists the names that are nearest.
  llvm::Expected<WeightView> find(const WeightExpression &weight) const;
  bool contains(llvm::StringRef name) const;
  /// Every tensor's name without folder, in alphabetical order.
  std::vector<llvm::StringRef> getNames() const;

  /// Success where the weight exists, isReadAs() this shape (derived_shapes.h)
  /// and is of F32, F16, BF16, F64 or ggml's blocks; else an error that names the
  /// weight and both shapes.
  llvm::Error check(const WeightExpression &weight,
                    llvm::ArrayRef<int64_t> shape) const;
  /// The values as float32, row by row: F16 and BF16 widen exactly, F64 is
  /// rounded to the nearest, and blocks are what gguf/blocks.h says.
  llvm::Expected<std::vector<float>> read(const WeightExpression &weight,
                                          llvm::ArrayRef<int64_t> shape) const;
  /// Some of these values, from element `begin` on, as many as `values` holds:
  /// both are multiples of the weight's last side. For weights that are too
  /// large to be in memory at once; any thread may call it.
  llvm::Error readRange(const WeightExpression &weight, int64_t begin,
                        llvm::MutableArrayRef<float> values) const;

  /// The word vectors that one of the paths is, or null.
  const WordVectors *findWordVectors(llvm::StringRef path) const;

private:
  /// The tensors of a file, kept open in `opened`.
  template <typename File>
  llvm::Error addTensors(llvm::StringRef path,
                         std::vector<std::unique_ptr<File>> &opened);
  template <typename File>
  llvm::Error addIndex(llvm::StringRef path,
                       std::vector<std::unique_ptr<File>> &opened);
  /// The tensors of a file, or what becomes of a table of model2vec
  /// (model2vec_table.h).
  llvm::Error addSafetensors(llvm::StringRef path);
  llvm::Error addWordVectors(llvm::StringRef path);

  /// A tensor and the files (or indexes) that offer it.
  struct Entry {
    WeightView view;          // as the first source has it
    const WordVectors *words; // whose vectors it is, or null
    std::vector<std::string> sources;
  };
  void add(llvm::StringRef name, const WeightView &view, llvm::StringRef source,
           const WordVectors *words = nullptr);
  llvm::Expected<const Entry *> findTensor(llvm::StringRef name) const;
  llvm::Error notFound(llvm::StringRef name) const;
  /// Success where values of this type can be read. Integers are numbers only
  /// where they are dequantised.
  static llvm::Error checkType(llvm::StringRef name, ElementType type,
                               bool integers);
  /// Success where those of each tensor of a weight that there is can be.
  llvm::Error checkTypes(const WeightExpression &weight,
                         bool integers = false) const;

  class Reader; // weight_reader.cpp

  std::vector<std::unique_ptr<Safetensors>> files;
  std::vector<std::unique_ptr<TorchFile>> torchFiles;
  std::vector<std::unique_ptr<WordVectors>> wordVectors;
  std::vector<std::unique_ptr<GgufFile>> ggufFiles;
  std::vector<std::unique_ptr<onnx::OnnxFile>> onnxFiles;
  std::vector<std::vector<float>> folded;              // tables of model2vec
  std::map<std::string, Entry, std::less<>> plain;     // "name"
  std::map<std::string, Entry, std::less<>> qualified; // "folder/name"
};

/// What stands before the names of a file's tensors where another file uses the
/// same: its folder, or of a *.pt file its own name; may be empty.
llvm::StringRef qualifierOf(llvm::StringRef path);

/// The values of an emb.weight: in place where it has them, else from the
/// store.
llvm::Expected<std::vector<float>> readWeight(emb::WeightOp op,
                                              const WeightStore &store);

/// Success where readWeight would succeed, without reading the values.
llvm::Error checkWeight(emb::WeightOp op, const WeightStore &store);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H
