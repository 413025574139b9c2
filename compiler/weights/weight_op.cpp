//===- weight_op.cpp - The values of an emb.weight ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_attribute.h"
#include "compiler/weights/weight_store.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

Error emblem::frontend::checkWeight(emb::WeightOp op,
                                    const WeightStore &store) {
  mlir::RankedTensorType type =
      mlir::cast<mlir::RankedTensorType>(op.getResult().getType());
  WeightExpression weight = toWeight(op.getSource());
  if (mlir::ElementsAttr value = op.getValueAttr()) {
    if (value.tryGetValues<APFloat>())
      return Error::success();
    return createStringError("the value of " + weight.describe() +
                             " cannot be read; write it as dense<...>");
  }
  if (Error error = store.check(weight, type.getShape()))
    return error;
  // A wider type only widens; a narrower one would round behind one's back.
  ElementType stored = store.find(weight)->type;
  mlir::Type element = type.getElementType();
  if (element.isF32() || (element.isF16() && stored == ElementType::F16) ||
      (element.isBF16() && stored == ElementType::BF16))
    return Error::success();
  return createStringError(weight.describe() + " is " + getInfo(stored).name +
                           " in its file, and the module says " +
                           (element.isF16() ? "f16" : "bf16") +
                           "; write f32 or the file's own type");
}

Expected<std::vector<float>>
emblem::frontend::readWeight(emb::WeightOp op, const WeightStore &store) {
  if (Error error = checkWeight(op, store))
    return error;
  mlir::ElementsAttr value = op.getValueAttr();
  if (!value)
    return store.read(
        toWeight(op.getSource()),
        mlir::cast<mlir::RankedTensorType>(op.getResult().getType())
            .getShape());
  std::vector<float> values;
  values.reserve(value.getNumElements());
  auto elements = value.getValues<APFloat>(); // checked above
  for (APFloat element : elements) {
    bool losesInformation;
    element.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                    &losesInformation);
    values.push_back(element.convertToFloat());
  }
  return values;
}
