//===- torch_file_test.cpp - A pickle is read, and never run --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/pickles has the files of torch itself; here are those that lie.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/torch_file.h"
#include "test/unit/files/pickle/pickle_bytes.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace emblem::frontend::pickled;
using namespace llvm;

static Expected<std::unique_ptr<TorchFile>> parse(StringRef bytes) {
  return TorchFile::parse(MemoryBuffer::getMemBufferCopy(bytes, "m.bin"));
}

static std::string problemOf(const std::string &pickle,
                             const std::string &data = std::string(24, 'x')) {
  return messageOf(parse(torchBytes(pickle, data)));
}

static std::string floats(int64_t count) {
  return storage("FloatStorage", "0", count);
}

TEST(TorchFile, ReadsViews) {
  std::string data;
  for (float value : {0.f, 1.f, 2.f, 3.f, 4.f, 5.f})
    data += std::string(reinterpret_cast<char *>(&value), 4);
  auto file =
      parse(torchBytes(mapOf("w", tensor(floats(6), 1, {2, 2}, {1, 3})), data));
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  const WeightView &view = (*file)->getTensors().at("w");
  EXPECT_EQ(view.type, ElementType::F32);
  EXPECT_EQ(view.shape, ArrayRef<int64_t>({2, 2}));
  EXPECT_EQ(view.strides, ArrayRef<int64_t>({1, 3}));
  float first;
  std::memcpy(&first, view.data, sizeof(first));
  EXPECT_EQ(first, 1.0f);
  // What has no gaps has no strides, whatever is said of sides of one place.
  file = parse(torchBytes(
      mapOf("w", tensor(floats(6), 0, {1, 2, 3}, {77, 3, 1})), data));
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  EXPECT_TRUE((*file)->getTensors().at("w").strides.empty());
}

TEST(TorchFile, ReadsEveryType) {
  for (auto [name, type] : {std::pair("HalfStorage", ElementType::F16),
                            {"BFloat16Storage", ElementType::BF16},
                            {"DoubleStorage", ElementType::F64},
                            {"LongStorage", ElementType::I64},
                            {"BoolStorage", ElementType::Bool}}) {
    std::string data(2 * getInfo(type).size, 'x');
    auto file = parse(torchBytes(
        mapOf("w", tensor(storage(name, "0", 2), 0, {2}, {1})), data));
    ASSERT_TRUE(bool(file)) << toString(file.takeError());
    EXPECT_EQ((*file)->getTensors().at("w").type, type);
  }
  expectParts(problemOf(mapOf(
                  "w", tensor(storage("QInt8Storage", "0", 24), 0, {24}, {1}))),
              {"tensor 'w' is of the type torch.QInt8Storage"});
}

//===----------------------------------------------------------------------===//
// Nothing is run
//===----------------------------------------------------------------------===//

TEST(TorchFile, RefusesWhatItDoesNotKnowByName) {
  std::string file = std::string(TORCH_FIXTURES) + "/evil.bin";
  expectParts(messageOf(TorchFile::open(file)),
              {"evil.bin' is a pickle with 'posix.system'",
               "which no tensor needs and which is not run", "safetensors"});
  for (auto [module, name] :
       {std::pair("os", "system"),
        {"builtins", "eval"},
        {"torch", "load"},
        {"torch._utils", "_rebuild_qtensor"},
        {"transformers.models.bert.modeling_bert", "BertModel"},
        {"torch.jit._script", "RecursiveStorage"}})
    expectParts(
        problemOf(mapOf("w", global(module, name) + ")R")),
        {(std::string("'") + module + "." + name + "'").c_str(), "is not run"});
  // As protocol 4 names it.
  expectParts(problemOf("\x80\x04\x8C\x02os\x8C\x06system\x93)R."),
              {"'os.system'"});
}

TEST(TorchFile, RefusesOperationsByName) {
  for (auto [code, name] : {std::pair("0", "POP"),
                            {"2", "DUP"},
                            {"i", "INST"},
                            {"o", "OBJ"},
                            {"\x81", "NEWOBJ"},
                            {"\x82", "EXT1"},
                            {"\x92", "NEWOBJ_EX"},
                            {"P", "PERSID"},
                            {"\x97", "NEXT_BUFFER"}})
    expectParts(problemOf(std::string("\x80\x02}") + code + "."),
                {"the operation ", name});
  expectParts(problemOf("\x80\x02\xEE."), {"the operation 0xEE"});
}

TEST(TorchFile, CallsOnlyWithWhatAFunctionTakes) {
  expectParts(problemOf(mapOf("w", text("x") + ")R")), {"calls what is no"});
  expectParts(problemOf(mapOf("w", global("torch", "FloatStorage") + ")R")),
              {"a call of 'torch.FloatStorage'"});
  expectParts(
      problemOf(mapOf("w", global("torch._utils", "_rebuild_tensor_v2") +
                               tuple({"N", "N", "N", "N", "N", "N"}) + "R")),
      {"makes a tensor of what is no storage"});
  expectParts(
      problemOf(mapOf("w", global("torch._utils", "_rebuild_parameter") +
                               tuple({"N", "N", "N"}) + "R")),
      {"makes a parameter of what is no tensor"});
  expectParts(problemOf(mapOf("w", text("storage") + "Q")), {"is no storage"});
  expectParts(problemOf(mapOf("w", global("torch", "Size") + ")R")),
              {"a call of 'torch.Size'"});
}

//===----------------------------------------------------------------------===//
// Damage
//===----------------------------------------------------------------------===//

static const std::string good =
    mapOf("w", tensor(floats(6), 0, {2, 3}, {3, 1}));

TEST(TorchFile, RefusesAPickleThatIsCutAnywhere) {
  for (size_t size = 0; size < good.size(); ++size)
    expectParts(problemOf(good.substr(0, size)), {"'m.bin' is damaged"});
}

TEST(TorchFile, SurvivesEveryChangedByte) {
  for (size_t i = 0; i < good.size(); ++i)
    for (unsigned char value : {0x00, 0x01, 0x28, 0x52, 0x7F, 0x80, 0xFF}) {
      std::string changed = good;
      changed[i] = char(value);
      consumeError(
          parse(torchBytes(changed, std::string(24, 'x'))).takeError());
    }
}

TEST(TorchFile, RefusesTensorsBeyondTheirStorage) {
  auto tensorProblem = [](int64_t offset, std::initializer_list<int64_t> shape,
                          std::initializer_list<int64_t> strides) {
    return problemOf(mapOf("w", tensor(floats(6), offset, shape, strides)));
  };
  expectParts(tensorProblem(1, {2, 3}, {3, 1}),
              {"tensor 'w' reaches beyond its storage of 6 elements"});
  expectParts(tensorProblem(0, {2, 3}, {4, 1}), {"reaches beyond"});
  expectParts(tensorProblem(INT64_MAX, {1}, {1}), {"reaches beyond"});
  expectParts(tensorProblem(0, {2}, {INT64_MAX}), {"reaches beyond"});
  expectParts(tensorProblem(0, {INT64_MAX, INT64_MAX}, {0, 0}),
              {"more than 2^63 bytes"});
  expectParts(tensorProblem(0, {int64_t(1) << 40}, {0}),
              {"repeats 6 elements"});
  expectParts(tensorProblem(-1, {2}, {1}), {"no number from 0 on"});
  expectParts(tensorProblem(0, {-2}, {1}), {"no number from 0 on"});
  expectParts(tensorProblem(0, {2}, {-1}), {"no number from 0 on"});
  expectParts(tensorProblem(0, {2}, {1, 1}),
              {"another number of sides than strides"});
}

TEST(TorchFile, RefusesStoragesThatLie) {
  expectParts(problemOf(mapOf("w", tensor(floats(7), 0, {6}, {1}))),
              {"a storage of 24 bytes, which should have 7 elements"});
  expectParts(problemOf(mapOf("w", tensor(floats(-6), 0, {6}, {1}))),
              {"a storage of -6 elements"});
  expectParts(problemOf(mapOf(
                  "w", tensor(storage("FloatStorage", "1", 6), 0, {6}, {1}))),
              {"tensor 'w' is in storage '1', which is not there"});
}

TEST(TorchFile, BearsDepthAndHugeCounts) {
  // A list in a list in a list: no value is a call within a call.
  expectParts(problemOf("\x80\x02" + std::string(1 << 20, ']') +
                        std::string((1 << 20) - 1, 'a') + "."),
              {"holds no tensors by name"});
  expectParts(problemOf("\x80\x02" + std::string(1 << 20, '(') + "."),
              {"takes a value from an empty stack"});
  expectParts(problemOf("\x80\x02" + std::string((1 << 22) + 1, ')') + "."),
              {"makes more than 4194304 values"});
  expectParts(problemOf("\x80\x02X\xFF\xFF\xFF\xFFx."), {"ends too early"});
  expectParts(problemOf("\x80\x02\x8D" + little(uint64_t(1) << 63, 8) + "x."),
              {"ends too early"});
  expectParts(problemOf("\x80\x02j\xFF\xFF\xFF\xFF."),
              {"recalls value 4294967295"});
}

TEST(TorchFile, SaysWhatElseItIs) {
  expectParts(
      problemOf(mapOf("state_dict",
                      "}" + text("w") + tensor(floats(6), 0, {6}, {1}) + "s")),
      {"keeps its tensors under 'state_dict'"});
  expectParts(problemOf("\x80\x02K\x03."), {"holds no tensors by name"});
  expectParts(messageOf(parse(zipBytes({{"m/other", ""}}))),
              {"without a data.pkl"});
  expectParts(messageOf(parse(
                  zipBytes({{"m/data.pkl", good}, {"m/constants.pkl", ""}}))),
              {"is a TorchScript program"});
  expectParts(messageOf(parse(
                  zipBytes({{"m/data.pkl", good}, {"m/byteorder", "big"}}))),
              {"big-endian"});
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  expectParts(messageOf(parse(tar)), {"is a tar archive"});
  expectParts(messageOf(parse("\x80\x02}.")), {"does not begin as"});
}

//===----------------------------------------------------------------------===//
// Before PyTorch 1.6
//===----------------------------------------------------------------------===//

static std::string oldBytes(const std::string &pickle, int64_t count,
                            const std::string &data) {
  return std::string("\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19"
                     ".\x80\x02M\xE9\x03.\x80\x02}.") +
         pickle + "\x80\x02]" + text("0") + "a." + little(count, 8) + data;
}

TEST(TorchFile, ReadsTheOldForm) {
  std::string bytes = oldBytes(good, 6, std::string(24, 'x'));
  auto file = parse(bytes);
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  EXPECT_EQ((*file)->getTensors().at("w").shape, ArrayRef<int64_t>({2, 3}));
  for (size_t size = 30; size < bytes.size(); ++size)
    expectParts(messageOf(parse(StringRef(bytes).take_front(size))),
                {"'m.bin' is damaged"});
  expectParts(messageOf(parse(oldBytes(good, int64_t(1) << 60, "x"))),
              {"the file ends before that"});
  expectParts(messageOf(parse(oldBytes(good, -1, "x"))),
              {"the file ends before that"});
}
