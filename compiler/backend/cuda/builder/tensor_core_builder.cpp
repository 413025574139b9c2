//===- tensor_core_builder.cpp - Products of the tensor cores -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/builder/tensor_core_builder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace emblem::cuda;

//===----------------------------------------------------------------------===//
// Rows in shared memory
//===----------------------------------------------------------------------===//

// Chunks of a row of banks: 128 bytes.
static constexpr int64_t kBankChunks = 8;

SharedRows::SharedRows(int64_t rowBytes, bool apart)
    : chunks(rowBytes / kChunkBytes), pitch(rowBytes), swapped(1),
      alikeRows(1) {
  if (apart) {
    pitch += kChunkBytes;
  } else if (chunks % kBankChunks == 0) {
    swapped = kBankChunks;
  } else if (kBankChunks % chunks == 0) {
    // Several rows lie in one row of banks.
    swapped = chunks;
    alikeRows = kBankChunks / chunks;
  } else {
    pitch += kChunkBytes;
  }
  assert(chunks % 2 == 0 && "one chunk more would not make them odd");
}

Value SharedRows::place(DeviceBuilder &b, Value row, Value chunk) const {
  if (swapped > 1)
    chunk = b.bitXor(chunk, b.rem(b.div(row, alikeRows), swapped));
  return b.add(b.mul(row, pitch), b.mul(chunk, kChunkBytes));
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

RowCopy TensorCoreBuilder::shareCopy(const SharedRows &rows, Value thread,
                                     int64_t threads, int64_t mostRows) {
  // Sixteen threads a row at most: eight rows are copied at a time at least,
  // and the swap of chunks does not change from round to round.
  int64_t perRow = 1;
  while (perRow < 16 && rows.getChunks() % (2 * perRow) == 0)
    perRow *= 2;
  while (threads / perRow > mostRows)
    perRow *= 2;
  Value row = b.div(thread, perRow), chunk = b.rem(thread, perRow);
  // Eight threads write at once: a chunk of eight rows, or eight of one row.
  if (!rows.areSwapped() && perRow < kBankChunks) {
    row = b.add(b.rem(thread, kBankChunks),
                b.mul(b.div(thread, kBankChunks * perRow), kBankChunks));
    chunk = b.rem(b.div(thread, kBankChunks), perRow);
  }
  return {rows, perRow, threads / perRow,
          row,  chunk,  rows.place(b, row, chunk)};
}

void TensorCoreBuilder::copyPiece(Value to, Value from, int64_t pieceBytes,
                                  Value bytes) {
  if (pieceBytes >= 4) {
    // Pieces of less than a chunk are neighbours' too: they come by way of L1.
    NVVM::CpAsyncOp::create(b.getBuilder(), b.getLoc(), to, from, pieceBytes,
                            pieceBytes == kChunkBytes
                                ? NVVM::LoadCacheModifierKind::CG
                                : NVVM::LoadCacheModifierKind::CA,
                            bytes);
    return;
  }
  // Less than an asynchronous copy takes.
  auto load = [&]() -> DeviceBuilder::Values {
    return {b.load(from, b.bf16Type(), pieceBytes, /*invariant=*/true)};
  };
  Value zero =
      arith::ConstantOp::create(b.getBuilder(), b.getLoc(),
                                b.getBuilder().getFloatAttr(b.bf16Type(), 0.0));
  Value isThere = bytes ? b.less(b.i32(0), bytes) : Value();
  b.store(isThere ? b.changeIf(isThere, zero, load)[0] : load()[0], to,
          pieceBytes);
}

void TensorCoreBuilder::copyRows(
    const RowCopy &copy, Value to, Value from, int64_t rowCount, int64_t pitch,
    llvm::function_ref<Value(int64_t round, int64_t byte)> bytes) {
  int64_t rounds = rowCount / copy.rowsPerRound;
  assert(rowCount % copy.rowsPerRound == 0 && "a round goes beyond the rows");
  int64_t chunks = copy.rows.getChunks(), stride = copy.threadsPerRow;
  for (int64_t n = 0; n * stride < chunks; ++n) {
    auto copyChunks = [&] {
      for (int64_t round = 0; round < rounds; ++round) {
        int64_t row = round * copy.rowsPerRound;
        for (int64_t piece = 0; piece < kChunkBytes; piece += copy.pieceBytes) {
          int64_t byte = n * stride * kChunkBytes + piece;
          copyPiece(b.at(to, row * copy.rows.getPitch() + byte),
                    b.at(from, row * pitch + byte), copy.pieceBytes,
                    bytes ? bytes(round, byte) : Value());
        }
      }
    };
    if ((n + 1) * stride <= chunks)
      copyChunks();
    else
      b.ifThen(b.less(copy.chunk, chunks - n * stride), copyChunks);
  }
}

void TensorCoreBuilder::commitCopies() {
  NVVM::CpAsyncCommitGroupOp::create(b.getBuilder(), b.getLoc());
}

void TensorCoreBuilder::waitForCopies(int64_t groupsLeft) {
  NVVM::CpAsyncWaitGroupOp::create(b.getBuilder(), b.getLoc(), groupsLeft);
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

// A lane points to one row of 16 bytes of four matrices of eight; lanes 0 to 7 to
// the first one's.

Value TensorCoreBuilder::placeOfRows(const SharedRows &rows, Value row,
                                     int64_t chunk) {
  return rows.place(b, b.add(row, b.rem(lane, 16)),
                    b.add(b.div(lane, 16), chunk));
}

Value TensorCoreBuilder::placeOfColumns(const SharedRows &rows, Value row,
                                        int64_t chunk) {
  Value mine = b.add(b.rem(lane, 8), b.mul(b.div(lane, 16), 8));
  return rows.place(b, b.add(row, mine),
                    b.add(b.rem(b.div(lane, 8), 2), chunk));
}

TensorCoreBuilder::Fragment TensorCoreBuilder::loadMatrices(Value pointer,
                                                            bool transposed) {
  OpBuilder &builder = b.getBuilder();
  Type type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), SmallVector<Type>(4, b.i32Type()));
  auto shape =
      NVVM::LdStMatrixShapeAttr::get(builder.getContext(), /*m=*/8, /*n=*/8);
  Value loaded = NVVM::LdMatrixOp::create(
      builder, b.getLoc(), type, pointer, /*num=*/4,
      transposed ? NVVM::MMALayout::col : NVVM::MMALayout::row, shape,
      NVVM::LdStMatrixEltType::B16);
  Fragment fragment;
  for (auto [i, value] : llvm::enumerate(fragment))
    value = LLVM::ExtractValueOp::create(builder, b.getLoc(), loaded, i);
  return fragment;
}

SmallVector<Value> TensorCoreBuilder::getHalf(ArrayRef<Value> columns,
                                              int64_t half) {
  SmallVector<Value> taken;
  for (size_t first = 2 * half; first < columns.size(); first += 4)
    taken.append({columns[first], columns[first + 1]});
  return taken;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

SmallVector<Value> TensorCoreBuilder::split(ArrayRef<Value> f32Bits) {
  // The bits that tf32 does not have.
  constexpr int64_t kLost = 0x1fff;
  SmallVector<Value> parts;
  for (Value bits : f32Bits) // to the nearest
    parts.push_back(
        b.bitAnd(arith::AddIOp::create(b.getBuilder(), b.getLoc(), bits,
                                       b.i32((kLost + 1) / 2)),
                 ~kLost));
  for (auto [i, bits] : llvm::enumerate(f32Bits)) {
    // Exact; of its own bits those that tf32 does not have are left out.
    Value rest = b.subf(b.asFloat(bits), b.asFloat(parts[i]));
    parts.push_back(b.bitAnd(b.asBits(rest), ~kLost));
  }
  return parts;
}

void TensorCoreBuilder::multiply(Product product, ArrayRef<Value> rows,
                                 ArrayRef<Value> columns,
                                 MutableArrayRef<Value> sums) {
  if (product != Product::F32)
    return multiplyOnce(product, rows, columns, sums);
  // (a + a') (b + b') without a' b', the small ones first.
  auto rowParts = rows.take_front(4), rowRests = rows.drop_front(4);
  auto columnParts = columns.take_front(2), columnRests = columns.drop_front(2);
  multiplyOnce(product, rowRests, columnParts, sums);
  multiplyOnce(product, rowParts, columnRests, sums);
  multiplyOnce(product, rowParts, columnParts, sums);
}

void TensorCoreBuilder::multiplyOnce(Product product, ArrayRef<Value> rows,
                                     ArrayRef<Value> columns,
                                     MutableArrayRef<Value> sums) {
  OpBuilder &builder = b.getBuilder();
  bool isInt8 = product == Product::Int8;
  Type type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(),
      SmallVector<Type>(4, isInt8 ? b.i32Type() : b.f32Type()));
  using Types = std::array<NVVM::MMATypes, 2>;
  Types types = isInt8 ? Types{NVVM::MMATypes::u8, NVVM::MMATypes::s8}
                : product == Product::F32
                    ? Types{NVVM::MMATypes::tf32, NVVM::MMATypes::tf32}
                : product == Product::F16
                    ? Types{NVVM::MMATypes::f16, NVVM::MMATypes::f16}
                    : Types{NVVM::MMATypes::bf16, NVVM::MMATypes::bf16};
  int64_t depth = isInt8 ? 32 : product == Product::F32 ? 8 : 16;
  std::optional<NVVM::MMAIntOverflow> overflow;
  if (isInt8)
    overflow = NVVM::MMAIntOverflow::wrapped;
  auto toOperands = [&](ArrayRef<Value> words) {
    SmallVector<Value> operands(words);
    if (product == Product::F16) // NVVM has them as pairs, all others as words
      for (Value &word : operands)
        word = LLVM::BitcastOp::create(builder, b.getLoc(),
                                       VectorType::get(2, builder.getF16Type()),
                                       word);
    return operands;
  };
  Value result = NVVM::MmaOp::create(
      builder, b.getLoc(), type, toOperands(rows), toOperands(columns),
      ValueRange(sums), ArrayRef<int64_t>{16, 8, depth}, /*b1Op=*/std::nullopt,
      overflow, types, std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = LLVM::ExtractValueOp::create(builder, b.getLoc(), result, i);
}
