//===- template_value.cpp - Values in chat templates ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/chat_template/template_value.h"

using namespace llvm;
using namespace emblem::frontend;

bool emblem::frontend::isOpen(const TemplateValue &value) {
  auto text = value ? value->getAsString() : std::nullopt;
  return text && (text->contains(queryMark) || text->contains(documentMark));
}

Error emblem::frontend::asksForText() {
  return createStringError("asks what the query or the document says, which is "
                           "not supported");
}

Expected<bool> emblem::frontend::isTrue(const TemplateValue &value) {
  if (!value || value->getAsNull())
    return false;
  if (isOpen(value))
    return asksForText();
  if (auto boolean = value->getAsBoolean())
    return *boolean;
  if (auto number = value->getAsInteger())
    return *number != 0;
  if (auto text = value->getAsString())
    return !text->empty();
  if (const json::Array *list = value->getAsArray())
    return !list->empty();
  return !value->getAsObject()->empty();
}

Expected<std::string>
emblem::frontend::writtenForm(const TemplateValue &value) {
  if (!value)
    return "";
  if (auto text = value->getAsString())
    return text->str();
  if (auto number = value->getAsInteger())
    return std::to_string(*number);
  if (auto boolean = value->getAsBoolean())
    return *boolean ? "True" : "False";
  if (value->getAsNull())
    return "None";
  return createStringError("writes a list or a message as a whole, which is "
                           "not supported");
}

Expected<TemplateValue> emblem::frontend::attribute(const TemplateValue &value,
                                                    StringRef name) {
  const json::Object *object = value ? value->getAsObject() : nullptr;
  if (!object)
    return createStringError("asks for '" + name +
                             "' of what is no message, which is an error");
  const json::Value *found = object->get(name);
  return found ? TemplateValue(*found) : TemplateValue();
}

Expected<TemplateValue> emblem::frontend::element(const TemplateValue &value,
                                                  const TemplateValue &key) {
  if (auto name = key ? key->getAsString() : std::nullopt)
    return attribute(value, *name);
  const json::Array *list = value ? value->getAsArray() : nullptr;
  int64_t index = key ? key->getAsInteger().value_or(-1) : -1;
  if (!list || index < 0)
    return createStringError("takes a part of what is no list, which is not "
                             "supported");
  bool isThere = index < static_cast<int64_t>(list->size());
  return isThere ? TemplateValue((*list)[index]) : TemplateValue();
}

Expected<TemplateValue>
emblem::frontend::applyFilter(StringRef name, const TemplateValue &value,
                              ArrayRef<TemplateArgument> given) {
  auto wrong = [&]() {
    return createStringError("has the filter '" + name +
                             "' where it is not supported; known are default, "
                             "first, last, list, map(attribute=...), "
                             "selectattr(..., \"eq\", ...), string and trim");
  };
  auto textAt = [&](size_t i) {
    auto text = i < given.size() && given[i].value
                    ? given[i].value->getAsString()
                    : std::nullopt;
    return text.value_or("");
  };
  if (name == "default" || name == "d") {
    if (given.size() != 1)
      return wrong();
    return value ? value : given.front().value;
  }
  if (name == "string" && given.empty() && value && value->getAsString())
    return value;
  if (name == "trim" && given.empty() && value && value->getAsString()) {
    if (isOpen(value))
      return createStringError("trims the query or the document, which is not "
                               "supported");
    return TemplateValue(value->getAsString()->trim().str());
  }
  const json::Array *list = value ? value->getAsArray() : nullptr;
  if (!list)
    return wrong();
  if (name == "list" && given.empty())
    return value;
  if ((name == "first" || name == "last") && given.empty())
    return list->empty()
               ? TemplateValue()
               : TemplateValue(name == "first" ? list->front() : list->back());
  json::Array result;
  if (name == "map" && given.size() == 1 && given.front().name == "attribute") {
    for (const json::Value &item : *list) {
      auto part = attribute(item, textAt(0));
      if (!part)
        return part;
      if (!*part)
        return wrong();
      result.push_back(**part);
    }
    return TemplateValue(std::move(result));
  }
  StringRef test = textAt(1);
  if (name == "selectattr" && given.size() == 3 &&
      (test == "eq" || test == "==" || test == "equalto")) {
    for (const json::Value &item : *list) {
      auto part = attribute(item, textAt(0));
      if (!part)
        return part;
      if (isOpen(*part) || isOpen(given[2].value))
        return asksForText();
      if (*part == given[2].value)
        result.push_back(item);
    }
    return TemplateValue(std::move(result));
  }
  return wrong();
}
