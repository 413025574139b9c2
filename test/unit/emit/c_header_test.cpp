//===- c_header_test.cpp - The C header of a compiled library -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/c_header.h"
#include "compiler/target/target_table.h"

#include "gtest/gtest.h"

using namespace emblem;
using namespace emblem::emit;

static std::string headerOf(llvm::StringRef library, llvm::StringRef emission) {
  std::string text;
  llvm::raw_string_ostream out(text);
  package::ModelSummary model{"all-MiniLM", 384, 256, 30522};
  writeHeader(out, model, allTargets()[0].name, *findEmission(emission),
              library, "m_model_table");
  return text;
}

TEST(CHeader, LiesBesideTheLibrary) {
  EXPECT_EQ(headerPath("libminilm.so"), "minilm.h");
  EXPECT_EQ(headerPath("out/libmini.lm.a"), "out/mini.lm.h");
  EXPECT_EQ(headerPath("/minilm.so"), "/minilm.h");
  EXPECT_EQ(headerPath("lib.so"), "lib.h");
}

TEST(CHeader, NamesItsMacrosAfterItself) {
  std::string text = headerOf("libmini-lm.so", "shared");
  EXPECT_NE(text.find("#define MINI_LM_DIMENSION 384\n"), text.npos);
  EXPECT_NE(text.find("#define MINI_LM_MAX_TOKENS 256\n"), text.npos);
  EXPECT_NE(
      headerOf("lib3.so", "shared").find("#define MODEL_3_DIMENSION 384\n"),
      text.npos);
}

TEST(CHeader, SaysWhatToLink) {
  EXPECT_NE(headerOf("libm.so", "shared").find("  libm.so:\n"),
            std::string::npos);
  EXPECT_NE(headerOf("libm.a", "static").find("  libm.a -lm -ldl -pthread:\n"),
            std::string::npos);
}

TEST(CHeader, ShowsHowToGetAVectorAToken) {
  package::ModelSummary model{"colbert", 6, 20, 200};
  model.perToken = true;
  model.outputs = 2;
  std::string text;
  llvm::raw_string_ostream out(text);
  writeHeader(out, model, allTargets()[0].name, *findEmission("shared"),
              "libc.so", "c_model_table");
  EXPECT_NE(text.find("   Each token of a text becomes 6 floats"), text.npos);
  EXPECT_NE(text.find("     float *outputs[] = {vectors, NULL};\n"
                      "     emblem_run(model, ids, offsets, 1, outputs);\n"),
            text.npos);
}

TEST(CHeader, ShowsHowToCallTheModel) {
  EXPECT_NE(headerOf("libm.so", "shared").find("   A text becomes 384 floats"),
            std::string::npos);
  std::string text;
  llvm::raw_string_ostream out(text);
  writeHeader(out, {"reranker", 1, 512, 30522, /*pairs=*/true},
              allTargets()[0].name, *findEmission("shared"), "libm.so",
              "m_model_table");
  EXPECT_NE(text.find("   A pair of texts becomes 1 floats"), text.npos);
  EXPECT_NE(text.find("     float score[M_DIMENSION];\n"
                      "     EmblemPair pair = {{\"a query\", 7}, "
                      "{\"a passage\", 9}};\n"
                      "     emblem_score(model, &pair, 1, score, NULL);\n"),
            text.npos);
}
