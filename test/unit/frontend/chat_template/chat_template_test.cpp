//===- chat_template_test.cpp - The part of Jinja that is known -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What is written is what Jinja 3.1 writes with trim_blocks and lstrip_blocks.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/chat_template/chat_template.h"

#include "gtest/gtest.h"

using namespace emblem::frontend;
using namespace llvm;

static TemplateScope scopeOf(bool withSystem) {
  json::Array messages;
  if (withSystem)
    messages.push_back(json::Object{{"role", "system"}, {"content", "Do it"}});
  messages.push_back(json::Object{{"role", "query"}, {"content", queryMark}});
  messages.push_back(
      json::Object{{"role", "document"}, {"content", documentMark}});
  TemplateScope scope;
  scope["messages"] = json::Value(std::move(messages));
  scope["add_generation_prompt"] = json::Value(false);
  return scope;
}

static std::string render(StringRef source, bool withSystem = false) {
  auto text = renderTemplate(source, scopeOf(withSystem));
  return text ? *text : "error: " + toString(text.takeError());
}

TEST(ChatTemplate, WhiteSpaceAroundTags) {
  EXPECT_EQ(render("a\n  {% set x = 'y' %}\nb{{ x }}\n\n"), "a\nby\n");
  EXPECT_EQ(render("  {%- if true -%}  a  {%- else -%} b {%- endif +%}\nc"),
            "a\nc");
  EXPECT_EQ(render("{# gone #}\na {# here\n}} #} b\n{#- c -#}\n d"), "a  bd");
  EXPECT_EQ(render("x\n    {% if true %}\n    y\n    {% endif %}\n"
                   "  {{- ' z' }}\n\n"),
            "x\n    y\n z\n");
  EXPECT_EQ(render("a {%+ if true %}b{% endif %}\n\n c"), "a b\n c");
  EXPECT_EQ(render("  \t{% set a = 1 %}  b {% set a = 2 %}\n"), "  b ");
}

TEST(ChatTemplate, Statements) {
  EXPECT_EQ(render("{% for m in messages %}\n[{{ m.role }}]\n{% endfor %}"),
            "[query]\n[document]\n");
  const char *kinds =
      "{% if messages | selectattr('role', 'eq', 'system') | first is defined "
      "%}S{% elif 1 == 1 %}{% if true %}N{% endif %}{% else %}X{% endif %}";
  EXPECT_EQ(render(kinds), "N");
  EXPECT_EQ(render(kinds, /*withSystem=*/true), "S");
  // What a loop sets stays in it.
  EXPECT_EQ(render("{% set a = '1' %}{% for m in messages %}{% set a = '2' "
                   "%}{% endfor %}{{ a }}"),
            "1");
}

TEST(ChatTemplate, Expressions) {
  EXPECT_EQ(render("{{ messages | selectattr(\"role\", \"==\", \"tool\") | "
                   "map(attribute=\"content\") | first | "
                   "default(\"none }} here\") }}"),
            "none }} here");
  EXPECT_EQ(render("{{ 'a' ~ 1 ~ \"\\n\" ~ true ~ none }}|{{ missing }}|"),
            "a1\nTrueNone||");
  EXPECT_EQ(render("{{ 'yes' if add_generation_prompt else 'no' }}"
                   "{{ '  a ' | trim }}{{ not missing and 'both' }}"),
            "noaboth");
  EXPECT_EQ(render("{{ (messages | last)['content'] }}{% if messages[9] is not "
                   "defined and 'b' != 'c' %} end{% endif %}"),
            documentMark.str() + " end");
}

TEST(ChatTemplate, APair) {
  auto text = renderPair("<q>{{ messages[0].content }}\n{{ "
                         "(messages | last).content }}</d>\n\n",
                         scopeOf(false));
  ASSERT_TRUE(bool(text)) << toString(text.takeError());
  EXPECT_EQ(text->before, "<q>");
  EXPECT_EQ(text->between, "\n");
  EXPECT_EQ(text->after, "</d>\n");
  for (const char *source :
       {"{{ messages[0].content }}",
        "{{ messages[1].content }}{{ messages[0].content }}",
        "{{ messages[0].content ~ messages[0].content ~ messages[1].content "
        "}}"})
    EXPECT_EQ(toString(renderPair(source, scopeOf(false)).takeError()),
              "must write the query once, and then the document once");
}

TEST(ChatTemplate, HasBounds) {
  auto repeat = [](StringRef part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
      text += part;
    return text;
  };
  auto contains = [](const std::string &text, const char *part) {
    return text.find(part) != text.npos;
  };
  const char *deep = "error: nests more than 100 levels";
  EXPECT_TRUE(contains(render("{{ " + repeat("(", 100000) + " }}"), deep));
  EXPECT_TRUE(contains(render("{{ " + repeat("not ", 100000) + "1 }}"), deep));
  EXPECT_TRUE(contains(
      render(repeat("{% if 1 %}", 200) + repeat("{% endif %}", 200)), deep));
  EXPECT_TRUE(contains(render(repeat("{% for m in messages %}", 50) + "a" +
                              repeat("{% endfor %}", 50)),
                       "error: writes too much"));
  EXPECT_TRUE(
      contains(render("{% set a = 'a' %}" + repeat("{% set a = a ~ a %}", 40)),
               "error: makes a text of more than 1048576 bytes"));
}

TEST(ChatTemplate, WhatIsNotKnownIsNamed) {
  auto expect = [](const char *source, const char *part) {
    std::string text = render(source);
    EXPECT_NE(text.find(part), text.npos) << source << ": " << text;
    EXPECT_EQ(text.find("error: "), 0u) << source;
  };
  expect("{% macro a() %}{% endmacro %}", "the statement 'macro'");
  expect("{% set a.b = 1 %}", "known is set NAME = ...");
  expect("{% if true %}", "has no 'endif'");
  expect("{{ messages", "does not end");
  expect("{{ 'a }}", "does not end");
  expect("{{ messages | length }}", "the filter 'length'");
  expect("{{ messages[0].content | upper }}", "the filter 'upper'");
  expect("{{ messages[0].content | trim }}", "trims the query");
  expect("{{ messages[0].content.strip() }}", "calls strip()");
  expect("{{ raise_exception('no') }}", "calls a function");
  expect("{% if messages[0].content %}{% endif %}", "asks what the query");
  expect("{% if messages[0].content == 'a' %}{% endif %}",
         "asks what the query");
  expect("{{ missing.content }}", "asks for 'content'");
  expect("{{ 1 + 2 }}", "adds what are no texts");
  expect("{{ 1 < 2 }}", "has '< 2' in an expression");
  expect("{{ }}", "ends too early");
  expect("{% for a in 'b' %}{% endfor %}", "which is no list");
  expect("{{ messages }}", "writes a list");
  expect("\xEF\xB7\x90", "no characters");
}
