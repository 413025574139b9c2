//===- weight_store.h - The named weights of a model's files ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A name finds its tensor in any of the files. Where two files use one name, as
// Sentence Transformers' Dense modules do, "folder/name" says which is meant,
// where `folder` is the last folder on the file's path.
//
// "name[first:last]" is rows first to last - 1 of a tensor, for files that join
// several weights in one. "1 + name" is read with 1 added to each element.
// "scale * name" is read with each row multiplied by its element of the vector
// `scale`, and "resized(name, 37x37 to 16x16)" is resized_positions.h's.
// "transpose(name)" is a matrix with its sides exchanged, as ONNX files have
// them. "a - b" is the difference of two of those. "(name + 0.25 * up @ down)"
// is what an adapter makes of a matrix (low_rank_sum.h).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H
#define EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H

#include "compiler/files/gguf/gguf_file.h"
#include "compiler/files/onnx/onnx_file.h"
#include "compiler/files/safetensors.h"
#include "dialects/emb/emb_dialect.h"

namespace emblem::frontend {

class WeightStore {
public:
  /// Maps every file: *.safetensors, *.safetensors.index.json and the shards
  /// that it names, *.gguf or *.onnx. Word vectors are read. No paths make an
  /// empty store.
  static llvm::Expected<std::unique_ptr<WeightStore>>
  open(llvm::ArrayRef<std::string> paths);

  /// The error lists the names that are nearest.
  llvm::Expected<WeightView> find(llvm::StringRef name) const;
  bool contains(llvm::StringRef name) const;
  /// Every plain name, in alphabetical order.
  std::vector<llvm::StringRef> getNames() const;

  /// Success where the weight exists, has this shape (sides of 1 before the
  /// last aside) and holds F32, F16, BF16 or ggml's blocks; else an error that
  /// names the weight and both shapes.
  llvm::Error check(llvm::StringRef name, llvm::ArrayRef<int64_t> shape) const;
  /// The values as float32, row by row: F32, F16 and BF16 widen exactly, and
  /// blocks are what gguf/blocks.h says.
  llvm::Expected<std::vector<float>> read(llvm::StringRef name,
                                          llvm::ArrayRef<int64_t> shape) const;
  /// Some of these values, from element `begin` on, as many as `values` holds:
  /// both are multiples of the weight's last side. For weights that are too
  /// large to be in memory at once.
  llvm::Error readRange(llvm::StringRef name, int64_t begin,
                        llvm::MutableArrayRef<float> values) const;

private:
  /// The tensors of a file, kept open in `opened`.
  template <typename File>
  llvm::Error addTensors(llvm::StringRef path,
                         std::vector<std::unique_ptr<File>> &opened);
  llvm::Error addIndex(llvm::StringRef path);
  llvm::Error addWordVectors(llvm::StringRef path);

  /// A weight and the files (or indexes) that offer it.
  struct Entry {
    WeightView view; // as the first source has it
    std::vector<std::string> sources;
  };
  void add(llvm::StringRef name, const WeightView &view,
           llvm::StringRef source);
  llvm::Expected<WeightView> findWhole(llvm::StringRef name) const;
  /// Success where a name's scale, if it has one, has an element for each row.
  llvm::Error checkScale(llvm::StringRef name) const;
  /// Success where the product of an adapter is as large as its base.
  llvm::Error checkSum(llvm::StringRef name) const;
  /// Adds to `values`, read of the base's rows from element `begin` on, what
  /// the name's adapter adds.
  llvm::Error addProduct(llvm::StringRef name, int64_t begin,
                         llvm::MutableArrayRef<float> values) const;
  llvm::Error notFound(llvm::StringRef name) const;

  std::vector<std::unique_ptr<Safetensors>> files;
  std::vector<std::vector<float>> wordVectors;
  std::vector<std::unique_ptr<GgufFile>> ggufFiles;
  std::vector<std::unique_ptr<onnx::OnnxFile>> onnxFiles;
  std::map<std::string, Entry, std::less<>> plain;     // "name"
  std::map<std::string, Entry, std::less<>> qualified; // "folder/name"
};

/// The values of an emb.weight: in place where it has them, else from the
/// store.
llvm::Expected<std::vector<float>> readWeight(emb::WeightOp op,
                                              const WeightStore &store);

/// Success where readWeight would succeed, without reading the values.
llvm::Error checkWeight(emb::WeightOp op, const WeightStore &store);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_WEIGHT_STORE_H
