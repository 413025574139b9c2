//===- call_writer.cpp - Calls of the functions that Halide writes --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/call_writer.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

// halide_buffer_t and halide_dimension_t (HalideRuntime.h), field by field.
namespace {
enum BufferField {
  Device,
  DeviceInterface,
  Host,
  Flags,
  TypeCode,
  TypeBits,
  TypeLanes,
  Dimensions,
  FirstDimension,
  Padding
};
enum DimensionField { Min, Extent, Stride, DimensionFlags };
} // namespace

static Type getBufferType(MLIRContext *context) {
  Builder b(context);
  Type pointer = LLVM::LLVMPointerType::get(context);
  return LLVM::LLVMStructType::getLiteral(
      context,
      {b.getI64Type(), pointer, pointer, b.getI64Type(), b.getI8Type(),
       b.getI8Type(), b.getI16Type(), b.getI32Type(), pointer, pointer});
}

static Type getDimensionType(MLIRContext *context) {
  Type i32 = IntegerType::get(context, 32);
  return LLVM::LLVMStructType::getLiteral(context, {i32, i32, i32, i32});
}

/// halide_type_code_t.
static int64_t getTypeCode(Type element) {
  constexpr int64_t integer = 0, real = 2, bfloat = 4;
  return element.isBF16() ? bfloat : isa<FloatType>(element) ? real : integer;
}

/// Room in the frame of the function around `builder`, claimed once.
static Value allocate(OpBuilder &builder, Location loc, Type type,
                      int64_t count) {
  OpBuilder::InsertionGuard guard(builder);
  Operation *around = builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(around);
  if (!function)
    function = around->getParentOfType<func::FuncOp>();
  builder.setInsertionPointToStart(&function.getBody().front());
  Value size = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                        builder.getI64IntegerAttr(count));
  return LLVM::AllocaOp::create(
      builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), type,
      size);
}

namespace {
/// Writes the fields of a struct, or of one in an array.
struct FieldWriter {
  OpBuilder &builder;
  Location loc;
  Type type;
  Value pointer;
  int64_t element = 0;

  void store(Value value, int64_t field) {
    Value at = LLVM::GEPOp::create(
        builder, loc, pointer.getType(), type, pointer,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(element),
                               static_cast<int32_t>(field)});
    LLVM::StoreOp::create(builder, loc, value, at);
  }
  void store(int64_t value, unsigned bits, int64_t field) {
    Type integer = builder.getIntegerType(bits);
    store(LLVM::ConstantOp::create(builder, loc, integer,
                                   builder.getIntegerAttr(integer, value)),
          field);
  }
};
} // namespace

static Value toI32(OpBuilder &builder, Location loc, OpFoldResult index) {
  return arith::IndexCastOp::create(
      builder, loc, builder.getI32Type(),
      getValueOrCreateConstantIndexOp(builder, loc, index));
}

Value CallWriter::fillBuffer(OpBuilder &builder, Location loc,
                             const BufferArgument &buffer) {
  MLIRContext *context = builder.getContext();
  Type element = cast<MemRefType>(buffer.memref.getType()).getElementType();
  Value host =
      arith::AddIOp::create(builder, loc,
                            memref::ExtractAlignedPointerAsIndexOp::create(
                                builder, loc, buffer.memref),
                            buffer.begin);
  Type pointer = LLVM::LLVMPointerType::get(context);
  host = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), host);
  host = LLVM::IntToPtrOp::create(builder, loc, pointer, host);
  Value null = LLVM::ZeroOp::create(builder, loc, pointer);

  int64_t rank = buffer.dimensions.size();
  Type dimensionType = getDimensionType(context);
  Value dimensions = allocate(builder, loc, dimensionType, rank);
  for (auto [i, dimension] : llvm::enumerate(buffer.dimensions)) {
    FieldWriter fields{builder, loc, dimensionType, dimensions,
                       static_cast<int64_t>(i)};
    fields.store(0, 32, Min);
    fields.store(toI32(builder, loc, dimension.extent), Extent);
    fields.store(dimension.stride, 32, Stride);
    fields.store(0, 32, DimensionFlags);
  }

  Type type = getBufferType(context);
  FieldWriter fields{builder, loc, type, allocate(builder, loc, type, 1)};
  fields.store(0, 64, Device);
  fields.store(null, DeviceInterface);
  fields.store(host, Host);
  fields.store(0, 64, Flags);
  fields.store(getTypeCode(element), 8, TypeCode);
  fields.store(element.getIntOrFloatBitWidth(), 8, TypeBits);
  fields.store(1, 16, TypeLanes);
  fields.store(rank, 32, Dimensions);
  fields.store(dimensions, FirstDimension);
  fields.store(null, Padding);
  return fields.pointer;
}

void CallWriter::call(OpBuilder &builder, Location loc,
                      const RequestLine &request,
                      ArrayRef<Argument> arguments) {
  SmallVector<Value> operands;
  for (const Argument &argument : arguments) {
    if (const auto *buffer = std::get_if<BufferArgument>(&argument))
      operands.push_back(fillBuffer(builder, loc, *buffer));
    else
      operands.push_back(toI32(builder, loc, std::get<Value>(argument)));
  }

  LLVM::LLVMFuncOp &function = functions[request.withName("")];
  if (!function) {
    std::string name = ("halide_" + Twine(lines.size())).str();
    lines.push_back(request.withName(name));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    function = LLVM::LLVMFuncOp::create(
        builder, loc, name,
        LLVM::LLVMFunctionType::get(
            builder.getI32Type(),
            llvm::to_vector(ValueRange(operands).getTypes())));
  }
  // The i32 is an error of Halide's runtime, which these kernels have none of.
  LLVM::CallOp::create(builder, loc, function, operands);
}

void CallWriter::finish() {
  Builder builder(module.getContext());
  SmallVector<StringRef> all(lines.begin(), lines.end());
  if (!all.empty())
    module->setAttr(kKernelsAttribute, builder.getStrArrayAttr(all));
}
