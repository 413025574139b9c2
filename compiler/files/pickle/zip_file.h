//===- zip_file.h - Entries of a zip archive, in place ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The format (PKWARE's APPNOTE.TXT, 4.3): entries, each behind a header of its
// own; a directory with the place, size and name of each; and a record at the
// end that says where the directory is. Zip64 keeps what is beyond 32 bits in
// an extra field and in a record of its own. PyTorch stores its entries as they
// are, so that they can be read where they are mapped.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_ZIP_FILE_H
#define EMBLEM_COMPILER_FILES_PICKLE_ZIP_FILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace emblem::frontend {

/// The bytes of each entry by its name, within `bytes`. Sizes and places are
/// checked, sums are not. Entries that are compressed or encrypted, archives of
/// several disks, and two entries of one name are refused; errors name the file
/// and the entry.
llvm::Expected<std::map<std::string, llvm::StringRef, std::less<>>>
readZip(llvm::StringRef path, llvm::StringRef bytes);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PICKLE_ZIP_FILE_H
