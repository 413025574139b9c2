//===- raw_data.h - Tensors' bytes where they lie in the file ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// protobuf's parser copies every field. A model's tensors are nearly all of its
// file, so their bytes are taken out of the message before it is parsed, and
// are read where they are mapped.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ONNX_RAW_DATA_H
#define EMBLEM_COMPILER_FILES_ONNX_RAW_DATA_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace emblem::frontend::onnx {

/// A ModelProto's bytes in which the raw_data of each tensor of its graph is a
/// place in `model`. The float_data of a tensor of floats becomes such a
/// raw_data, for its bytes are the same. Nothing where this is no message.
std::optional<std::string> withoutRawData(llvm::StringRef model);

/// The bytes of `model` that such a raw_data stands for.
llvm::StringRef findRawData(llvm::StringRef model, llvm::StringRef place);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FILES_ONNX_RAW_DATA_H
