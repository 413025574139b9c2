//===- storage_view.h - Views of a pickle's storages ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_STORAGE_VIEW_H
#define EMBLEM_COMPILER_FILES_PICKLE_STORAGE_VIEW_H

#include "compiler/files/pickle/pickle_value.h"
#include "compiler/files/safetensors.h"

namespace emblem::frontend {

/// The type of "torch.FloatStorage" or of the dtype "torch.float32"; an untyped
/// storage is of bytes.
std::optional<ElementType> findStorageType(llvm::StringRef name);

/// The tensor `name` in its storage, whose bytes these are. The error names the
/// file and the tensor.
llvm::Expected<WeightView> makeView(llvm::StringRef path, llvm::StringRef name,
                                    const PickledTensor &tensor,
                                    const PickledStorage &storage,
                                    llvm::StringRef bytes);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PICKLE_STORAGE_VIEW_H
