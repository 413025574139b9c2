//===- operator_shapes.cpp - Shapes that operators give -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// 0, 1, ..., count - 1
static std::vector<int64_t> countUp(size_t count) {
  std::vector<int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

Expected<int64_t> onnx::resolveAxis(int64_t axis, size_t rank) {
  int64_t sides = static_cast<int64_t>(rank);
  if (axis < -sides || axis >= sides)
    return createStringError("its axis " + Twine(axis) + " is none of " +
                             Twine(rank));
  return axis < 0 ? axis + sides : axis;
}

Expected<Shape> onnx::resolveReshape(const Node &node, ArrayRef<int64_t> input,
                                     ArrayRef<int64_t> target) {
  Shape shape(target);
  int64_t known = 1;
  std::optional<size_t> open;
  for (auto [axis, side] : llvm::enumerate(shape)) {
    if (side == 0 && node.integer("allowzero", 0) == 0 && axis < input.size())
      side = input[axis];
    if (side == -1 && !open)
      open = axis;
    else if (side >= 0 && side <= INT32_MAX)
      known *= std::max<int64_t>(side, 1);
    else
      return createStringError("it reshapes to " + shapeText(target));
    if (known > INT32_MAX)
      return createStringError("it reshapes to " + shapeText(target));
  }
  int64_t count = countElements(input);
  if (open)
    shape[*open] = count % known == 0 ? count / known : -1;
  if (countElements(shape) != count)
    return createStringError("it reshapes " + shapeText(input) + " to " +
                             shapeText(target) +
                             ", as for texts of one length only");
  return shape;
}

static Expected<Shape> unsqueeze(ArrayRef<int64_t> input,
                                 ArrayRef<int64_t> axes) {
  size_t rank = input.size() + axes.size();
  Shape shape(rank, 0);
  for (int64_t named : axes) {
    auto axis = resolveAxis(named, rank);
    if (!axis)
      return axis.takeError();
    if (shape[*axis] != 0)
      return createStringError("it names an axis twice");
    shape[*axis] = 1;
  }
  // A side of 0 marks where the input's own go, so they are counted.
  size_t next = 0;
  SmallVector<bool> isNew;
  for (int64_t side : shape)
    isNew.push_back(side == 1);
  for (size_t axis = 0; axis < rank; ++axis)
    if (!isNew[axis])
      shape[axis] = input[next++];
  return shape;
}

static Expected<Shape> squeeze(ArrayRef<int64_t> input,
                               std::optional<ArrayRef<int64_t>> axes) {
  SmallVector<bool> dropped(input.size(), false);
  if (!axes)
    for (auto [axis, side] : llvm::enumerate(input))
      dropped[axis] = side == 1;
  for (int64_t named : axes.value_or(ArrayRef<int64_t>())) {
    auto axis = resolveAxis(named, input.size());
    if (!axis)
      return axis.takeError();
    if (input[*axis] != 1)
      return createStringError("it squeezes a side of " + Twine(input[*axis]));
    dropped[*axis] = true;
  }
  Shape shape;
  for (auto [axis, side] : llvm::enumerate(input))
    if (!dropped[axis])
      shape.push_back(side);
  return shape;
}

Expected<std::optional<Shape>> onnx::findReshaped(const Node &node,
                                                  ArrayRef<int64_t> input,
                                                  const Tensor *argument) {
  StringRef operation = node.operation;
  std::vector<int64_t> numbers =
      argument ? argument->toIntegers() : std::vector<int64_t>();
  Expected<Shape> shape = Shape(input);
  if (operation == "Reshape" && argument) {
    shape = resolveReshape(node, input, numbers);
  } else if (operation == "Unsqueeze" && argument) {
    shape = unsqueeze(input, numbers);
  } else if (operation == "Squeeze") {
    shape = squeeze(input,
                    argument ? std::optional(ArrayRef(numbers)) : std::nullopt);
  } else if (operation == "Flatten") {
    int64_t axis = node.integer("axis", 1), rank = input.size();
    if (axis < -rank || axis > rank)
      return createStringError("its axis " + Twine(axis) + " is none of " +
                               Twine(rank));
    axis = axis < 0 ? axis + rank : axis;
    shape = Shape{countElements(input.take_front(axis)),
                  countElements(input.drop_front(axis))};
  } else if (operation != "Identity" && operation != "Cast" &&
             operation != "CastLike" && operation != "Dropout") {
    return std::nullopt;
  }
  if (!shape)
    return shape.takeError();
  return *shape;
}

Expected<Shape> onnx::readPermutation(const Node &node, size_t rank) {
  Shape permutation;
  if (auto named = node.integers("perm"))
    permutation.assign(named->begin(), named->end());
  else
    for (size_t axis = rank; axis-- > 0;)
      permutation.push_back(axis);
  Shape sorted(permutation);
  llvm::sort(sorted);
  if (sorted.size() != rank || !llvm::equal(sorted, countUp(rank)))
    return createStringError("its permutation is " + shapeText(permutation));
  return permutation;
}

Expected<SmallVector<Range, 4>>
onnx::readSlice(ArrayRef<int64_t> shape, ArrayRef<const Tensor *> inputs) {
  if (inputs.size() < 3 || !inputs[1] || !inputs[2])
    return createStringError("it has no starts and ends");
  auto argument = [&](size_t index) {
    return index < inputs.size() && inputs[index] ? inputs[index]->toIntegers()
                                                  : std::vector<int64_t>();
  };
  std::vector<int64_t> starts = argument(1), ends = argument(2),
                       axes = argument(3), steps = argument(4);
  if (axes.empty())
    axes = countUp(starts.size());
  if (steps.empty())
    steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size())
    return createStringError("its starts, ends, axes and steps differ in "
                             "number");
  SmallVector<Range, 4> ranges;
  for (int64_t side : shape)
    ranges.push_back({0, 1, side});
  for (size_t i = 0; i < starts.size(); ++i) {
    auto axis = resolveAxis(axes[i], shape.size());
    if (!axis)
      return axis.takeError();
    int64_t side = shape[*axis], step = steps[i];
    if (step == 0 || step < -INT32_MAX || step > INT32_MAX)
      return createStringError("it has the step " + Twine(step));
    // Backwards, "before the first" is -1.
    int64_t least = step > 0 ? 0 : -1, most = step > 0 ? side : side - 1;
    auto clamp = [&](int64_t bound) {
      return std::clamp(bound < 0 && bound >= -side ? bound + side : bound,
                        least, most);
    };
    int64_t start = std::max<int64_t>(clamp(starts[i]), 0);
    int64_t end = ends[i] < -side ? least : clamp(ends[i]);
    int64_t span = step > 0 ? end - start : start - end;
    int64_t stride = std::abs(step);
    ranges[*axis] = {start, step, span > 0 ? (span + stride - 1) / stride : 0};
  }
  return ranges;
}

Expected<std::vector<int64_t>> onnx::readSplit(const Node &node, int64_t side,
                                               const Tensor *given) {
  int64_t parts = node.outputs.size(), size = (side + parts - 1) / parts;
  std::vector<int64_t> sizes(parts, size);
  sizes.back() = side - (parts - 1) * size;
  if (given)
    sizes = given->toIntegers();
  int64_t left = side;
  for (int64_t size : sizes) {
    if (size <= 0 || size > left)
      return createStringError("its parts are not those of " + Twine(side));
    left -= size;
  }
  if (left != 0 || static_cast<int64_t>(sizes.size()) != parts)
    return createStringError("its parts are not those of " + Twine(side));
  return sizes;
}

Expected<Shape> onnx::readReducedAxes(const Node &node, size_t rank,
                                      const Tensor *argument) {
  Shape axes;
  std::vector<int64_t> named;
  if (argument)
    named = argument->toIntegers();
  else if (auto attribute = node.integers("axes"))
    named = *attribute;
  else if (node.integer("noop_with_empty_axes", 0) == 0)
    named = countUp(rank);
  for (int64_t name : named) {
    auto axis = resolveAxis(name, rank);
    if (!axis)
      return axis.takeError();
    axes.push_back(*axis);
  }
  llvm::sort(axes);
  return axes;
}

Shape onnx::reduceShape(const Node &node, ArrayRef<int64_t> shape,
                        ArrayRef<int64_t> axes) {
  Shape result;
  for (auto [axis, side] : llvm::enumerate(shape))
    if (!is_contained(axes, static_cast<int64_t>(axis)))
      result.push_back(side);
    else if (node.integer("keepdims", 1))
      result.push_back(1);
  return result;
}
