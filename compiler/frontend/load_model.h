//===- load_model.h - From a path to an emb module --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H
#define EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H

#include "compiler/frontend/architecture/model_choices.h"
#include "compiler/weights/weight_store.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace emblem::frontend {

/// A model of a source, and its files.
struct LoadedModel {
  Role role = Role::Main;
  mlir::OwningOpRef<mlir::ModuleOp> module; // verified; holds one emb.model
  std::unique_ptr<WeightStore> weights;     // the files it names; may be empty
  std::string tokenizerPath;                // absolute, or empty
  /// What the paths in the module are relative to.
  std::string directory;
  std::vector<Assumption> assumptions; // of its source

  emb::ModelOp getModel();
  /// Description::tokenizerSettings.
  std::optional<llvm::StringRef> getTokenizerSettings();
  /// The weight and tokenizer files, as paths that can be opened.
  std::vector<std::string> getFiles();
};

/// The model of that role; where there is none, the main one.
LoadedModel &getModel(llvm::MutableArrayRef<LoadedModel> models, Role role);

/// Whether the weight and tokenizer files that a model names are opened;
/// without them one can still look at the model.
enum class ModelFiles { Open, Ignore };

/// The models, the main one first, of a Hugging Face folder, a GGUF file
/// (*.gguf), an ONNX file (*.onnx), word vectors (*.txt, *.vec, *.bin), a
/// description (*.yaml, *.yml) or emb IR (*.mlir). An error in IR is reported
/// as MLIR does, with its place, and then returned. A folder with a model for
/// each of several tasks needs the name of a task, and nothing else has any; IR
/// takes none of the choices.
llvm::Expected<std::vector<LoadedModel>>
loadModels(llvm::StringRef path, const ModelChoices &choices,
           mlir::MLIRContext &context, ModelFiles files = ModelFiles::Open);

/// The models that a Hugging Face folder, a GGUF or a YAML file describes, the
/// main one first; IR has no description. Paths are relative to
/// `describedFolder(path)`.
llvm::Expected<std::vector<Description>>
loadDescriptions(llvm::StringRef path, const ModelChoices &choices);
/// The folder itself, or the folder that the file is in.
std::string describedFolder(llvm::StringRef path);

/// Success where every emb.weight can be read: it is in the files, with this
/// shape. The error names the first that is not.
llvm::Error checkWeights(llvm::MutableArrayRef<LoadedModel> models);

/// Makes the paths in the models relative to the folder `to` instead.
void rebasePaths(llvm::MutableArrayRef<LoadedModel> models, llvm::StringRef to);

/// One module of all models, as `*.mlir` files have them; they are no longer in
/// their own.
mlir::ModuleOp joinModels(llvm::MutableArrayRef<LoadedModel> models);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_LOAD_MODEL_H
