//===- image_calls.cpp - Kernels over images -> calls of Halide's ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

namespace {

/// A call for a tile of a kernel over images.
template <typename OpT> struct ImageCall {
  ImageCall(StringRef kernel, OpT op, CallWriter &calls)
      : op(op), calls(calls), builder(op), b{builder, op.getLoc()},
        request(kernel) {
    add("lanes", calls.target.vectorWidth);
    add("channels", image(2));
    add("input_stride", getStride(op.getInput()));
    add("out_stride", getStride(op.getOut()));
  }

  void add(StringRef key, int64_t value) { request.add(key, Twine(value)); }
  /// A field of lines and one of pixels.
  void addSides(const Twine &prefix, ArrayRef<int64_t> sides) {
    request.add((prefix + "lines").str(), Twine(sides[0]));
    request.add((prefix + "pixels").str(), Twine(sides[1]));
  }
  int64_t image(int side) { return op.getImage()[side]; }
  int64_t lineSize() { return image(1) * image(2); }
  Part images() {
    auto tile = op.getTile();
    return {b, tile[0], b.sub(tile[1], tile[0])};
  }
  /// [float of a line, line, image]: images from `first` on, each from its
  /// element `from` on.
  BufferArgument lines(Value buffer, Value first, Value from, Value count,
                       int64_t line, OpFoldResult height) {
    int64_t stride = getStride(buffer);
    return {buffer,
            b.mul(b.add(b.mul(first, stride), from), sizeof(float)),
            {{b.extent(line), 1}, {height, line}, {count, stride}}};
  }
  void call(ArrayRef<Argument> arguments) {
    calls.call(builder, op.getLoc(), request, arguments);
  }

  OpT op;
  CallWriter &calls;
  OpBuilder builder;
  IndexBuilder b;
  RequestLine request;
};

} // namespace

bool halide::supportsPool2d(kernel::Pool2dOp op, const Target &) {
  return hasOnly(op, {op.getInput(), op.getOut()},
                 {"kind", "image", "window", "stride", "padding"});
}

void halide::callPool2d(kernel::Pool2dOp op, CallWriter &calls) {
  ImageCall<kernel::Pool2dOp> call("pool2d", op, calls);
  call.request.add("kind", stringifyPool2dKind(op.getKind()));
  call.addSides("", op.getImage().take_front(2));
  call.addSides("window_", op.getWindow());
  call.addSides("stride_", op.getStride());
  call.addSides("padding_", op.getPadding());
  call.add("result_pixels", op.getResultSide(1));

  IndexBuilder &b = call.b;
  auto tile = op.getTile();
  Part images = call.images();
  int64_t channels = op.getImage()[2];
  auto ofPixels = [&](Value buffer, Value begin, int64_t pixels,
                      OpFoldResult lines) {
    int64_t line = pixels * channels;
    BufferArgument argument =
        call.lines(buffer, tile[0], begin, images.rows, line, lines);
    argument.dimensions.front() = {b.extent(pixels), channels};
    argument.dimensions.insert(argument.dimensions.begin(),
                               {b.extent(channels), 1});
    return argument;
  };
  int64_t pixels = op.getResultSide(1);
  Value line = b.mul(tile[2], pixels * channels);
  call.call({ofPixels(op.getInput(), b.constant(0), op.getImage()[1],
                      b.extent(op.getImage()[0])),
             tile[2],
             ofPixels(op.getOut(), line, pixels, b.sub(tile[3], tile[2]))});
}

bool halide::supportsPad2d(kernel::Pad2dOp op, const Target &) {
  return hasOnly(op, {op.getInput(), op.getOut()}, {"image", "padding"});
}

void halide::callPad2d(kernel::Pad2dOp op, CallWriter &calls) {
  ImageCall<kernel::Pad2dOp> call("pad2d", op, calls);
  call.addSides("", op.getImage().take_front(2));
  call.addSides("padding_", op.getPadding());
  IndexBuilder &b = call.b;
  Part images = call.images();
  Value zero = b.constant(0);
  int64_t padded = call.lineSize() + 2 * op.getPadding()[1] * call.image(2);
  call.call({call.lines(op.getInput(), images.row, zero, images.rows,
                        call.lineSize(), b.extent(call.image(0))),
             call.lines(op.getOut(), images.row, zero, images.rows, padded,
                        b.extent(call.image(0) + 2 * op.getPadding()[0]))});
}

bool halide::supportsPatches(kernel::PatchesOp op, const Target &) {
  return hasOnly(op, {op.getInput(), op.getOut()},
                 {"image", "patch", "prefix"});
}

void halide::callPatches(kernel::PatchesOp op, CallWriter &calls) {
  ImageCall<kernel::PatchesOp> call("patches", op, calls);
  call.addSides("", op.getImage().take_front(2));
  call.addSides("patch_", op.getPatch());
  call.add("prefix", op.getPrefix());
  IndexBuilder &b = call.b;
  Part rows = call.images();
  Value zero = b.constant(0);
  Value count = memref::DimOp::create(b.builder, b.loc, op.getInput(),
                                      static_cast<int64_t>(0));
  call.call({call.lines(op.getInput(), zero, zero, count, call.lineSize(),
                        b.extent(call.image(0))),
             rows.row,
             call.lines(op.getOut(), rows.row, zero, rows.rows,
                        op.getPatch()[1] * call.image(2),
                        b.extent(op.getPatch()[0]))});
}

// Whole panels, then the whole vectors of what is left, then the rest.
bool halide::supportsConv2d(kernel::Conv2dOp op, const Target &) {
  return isKnown(op.getActivation()) &&
         hasOnly(op, {op.getInput(), op.getWeight(), op.getBias(), op.getOut()},
                 {"activation", "image", "window", "stride", "outputs_count"});
}

void halide::callConv2d(kernel::Conv2dOp op, CallWriter &calls) {
  const Target &target = calls.target;
  int64_t panelColumns = op.getWeight().getType().getDimSize(2);
  int64_t inputs = op.getWeight().getType().getDimSize(1);
  int64_t outputs = op.getOutputsCount(), pixels = op.getResultSide(1);

  auto callColumns = [&](int64_t from, int64_t columns, int64_t panels) {
    if (columns == 0 || panels == 0)
      return;
    ImageCall<kernel::Conv2dOp> call("conv2d", op, calls);
    // Fewer vectors leave registers for more pixels; tiles are even.
    int64_t most = target.tileRows * target.tileVectors /
                   llvm::divideCeil(columns, target.vectorWidth);
    int64_t tilePixels =
        llvm::divideCeil(pixels, llvm::divideCeil(pixels, most));
    call.add("columns", columns);
    call.add("panel_columns", panelColumns);
    call.add("outputs", outputs);
    call.add("line", call.lineSize());
    call.addSides("window_", op.getWindow());
    call.addSides("stride_", op.getStride());
    call.add("result_pixels", pixels);
    call.add("tile_pixels", tilePixels);
    if (op.getBias())
      call.request.add("bias", "yes");
    if (op.getActivation())
      call.request.add("activation", stringifyActivation(*op.getActivation()));

    IndexBuilder &b = call.b;
    auto tile = op.getTile();
    Part images = call.images();
    Value lines = b.sub(tile[3], tile[2]);
    auto ofColumns = [&](Value memref, int64_t elements) {
      return BufferArgument{memref,
                            b.constant(elements * sizeof(float)),
                            {{b.extent(columns), 1}}};
    };
    SmallVector<Argument> arguments = {
        call.lines(op.getInput(), tile[0],
                   b.mul(tile[2], op.getStride()[0] * call.lineSize()),
                   images.rows, call.lineSize(), b.extent(call.image(0)))};
    int64_t panel = from / panelColumns;
    BufferArgument weight = ofColumns(
        op.getWeight(), panel * inputs * panelColumns + from % panelColumns);
    weight.dimensions.append({{b.extent(inputs), panelColumns},
                              {b.extent(panels), inputs * panelColumns}});
    arguments.push_back(weight);
    if (op.getBias()) {
      BufferArgument bias = ofColumns(op.getBias(), from);
      bias.dimensions.push_back({b.extent(panels), panelColumns});
      arguments.push_back(bias);
    }
    BufferArgument result =
        call.lines(op.getOut(), tile[0],
                   b.add(b.mul(tile[2], pixels * outputs), b.constant(from)),
                   images.rows, pixels * outputs, lines);
    result.dimensions.front() = {b.extent(pixels), outputs};
    result.dimensions.insert(
        result.dimensions.begin(),
        {{b.extent(columns), 1}, {b.extent(panels), panelColumns}});
    arguments.push_back(result);
    call.call(arguments);
  };

  int64_t panels = outputs / panelColumns, rest = outputs % panelColumns;
  int64_t vectors = rest / target.vectorWidth * target.vectorWidth;
  callColumns(0, panelColumns, panels);
  callColumns(panels * panelColumns, vectors, 1);
  callColumns(panels * panelColumns + vectors, rest - vectors, 1);
}
