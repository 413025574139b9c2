//===- scratch_folder.h - A folder that goes with the test ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_COMMAND_SCRATCH_FOLDER_H
#define EMBLEM_TEST_UNIT_COMMAND_SCRATCH_FOLDER_H

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdlib.h>
#include <string>

namespace emblem::command {

class ScratchFolder {
public:
  ScratchFolder() {
    std::string pattern =
        std::filesystem::temp_directory_path() / "emblem_test.XXXXXX";
    root = mkdtemp(pattern.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(root); }

  std::string path(const char *name) const { return root / name; }

  std::string read(const char *name) const {
    std::ifstream file(root / name, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }

  void write(const char *name, const std::string &bytes) const {
    std::ofstream(root / name, std::ios::binary) << bytes;
  }

  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto &entry : std::filesystem::directory_iterator(root))
      found.insert(entry.path().filename());
    return found;
  }

private:
  std::filesystem::path root;
};

} // namespace emblem::command

#endif // EMBLEM_TEST_UNIT_COMMAND_SCRATCH_FOLDER_H
