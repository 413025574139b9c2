//===- word_vector_model_test.cpp - Word vectors as a model ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/word_vectors/word_vector_model.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

TEST(WordVectorModel, DescribesTheMeanOfKnownWords) {
  TestFolder folder;
  auto model =
      describeWordVectors(folder.write("my vectors.vec", "2 1\na 1\nb 2\n"));
  ASSERT_TRUE(bool(model)) << toString(model.takeError());
  EXPECT_EQ(findProblem(*model), "");
  EXPECT_EQ(model->name, "my_vectors");
  EXPECT_EQ(model->weightFiles, std::vector<std::string>{"my vectors.vec"});
  EXPECT_EQ(model->tokens.vocabularySize, 2);
  EXPECT_TRUE(model->tokens.zeroRow);
  EXPECT_FALSE(model->unknownTokens);
  EXPECT_EQ(model->layerCount, 0);
  EXPECT_EQ(model->pooling, std::vector{PoolKind::Mean});
}
