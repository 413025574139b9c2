//===- load_model.h - From a path to an emb module --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H
#define EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H

#include "compiler/description/description.h"
#include "compiler/weights/weight_store.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace emblem::frontend {

struct LoadedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module; // verified; holds one emb.model
  std::unique_ptr<WeightStore> weights;     // the files it names; may be empty
  std::string tokenizerPath;                // absolute, or empty
  /// Of a model of texts: that of images whose vectors are comparable, or null.
  std::unique_ptr<LoadedModel> imageTower;
  /// What the paths in the module are relative to.
  std::string directory;

  emb::ModelOp getModel();
  /// The model that takes images, where one of the two does.
  LoadedModel &getSeeing() { return imageTower ? *imageTower : *this; }
};

/// Whether the weight and tokenizer files that a model names are opened;
/// without them one can still look at the model.
enum class ModelFiles { Open, Ignore };

/// A Hugging Face folder, a GGUF file (*.gguf), an ONNX file (*.onnx), word
/// vectors (*.txt, *.vec, *.bin), a description (*.yaml, *.yml)
/// or emb IR (*.mlir). An error in IR is reported as MLIR does, with its place,
/// and then returned. A folder with a model for each of several tasks needs
/// the name of a `task`, and nothing else has any.
llvm::Expected<LoadedModel> loadModel(llvm::StringRef path,
                                      llvm::StringRef task,
                                      mlir::MLIRContext &context,
                                      ModelFiles files = ModelFiles::Open);

/// The description in a Hugging Face folder, a GGUF or a YAML file; IR has
/// none. Paths are relative to `describedFolder(path)`.
llvm::Expected<Description> loadDescription(llvm::StringRef path,
                                            llvm::StringRef task);
/// The folder itself, or the folder that the file is in.
std::string describedFolder(llvm::StringRef path);

/// Success where every emb.weight can be read: it is in the files, with this
/// shape. The error names the first that is not.
llvm::Error checkWeights(LoadedModel &model);

/// Puts the image tower's model, if any, behind the other one in its module, as
/// `*.mlir` files have them.
void joinTowers(LoadedModel &model);

/// Makes the paths in the model relative to the folder `to` instead.
void rebasePaths(LoadedModel &model, llvm::StringRef to);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H
