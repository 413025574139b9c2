//===- image_processor.h - From pictures to pixels --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_IMAGE_PROCESSOR_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_IMAGE_PROCESSOR_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// What config.json says of images: `image_size`, `patch_size` and
/// `num_channels`. A model of images has patches already.
llvm::Error readImageSizes(const JsonObject &config, Description &model);

/// What the folder's preprocessor_config.json (or, of a whole processor, its
/// part of processor_config.json) makes of a picture. Where the model's
/// `config` says that its positions may be, they are resized to it. The error
/// says what is not supported, or is not what the model takes.
llvm::Error addImageProcessor(const ModelFolders &folders,
                              const JsonObject &config, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_IMAGE_PROCESSOR_H
