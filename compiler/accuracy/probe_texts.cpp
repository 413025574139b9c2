//===- probe_texts.cpp - Texts to compare precisions on -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What people embed: searches, questions, answers, titles, products, code,
// numbers, in several scripts. Reports name their hash: a text that changes
// makes reports of before and after differ.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/probe_texts.h"

using namespace emblem;

static constexpr llvm::StringLiteral texts[] = {
    // Searches.
    "coffee",
    "running shoes",
    "cheap flights to oslo in march",
    "how to remove rust from a bicycle chain",
    "best laptop under 900 for photo editing",
    "tax return deadline self employed",
    // Questions.
    "Why does bread dough need to rest before it is shaped?",
    "Which of the two lakes is deeper, and by how much?",
    "Can I cancel my order after it has been shipped?",
    "What is the difference between a mutex and a semaphore?",
    "Who pays for the repair if the lift in our building breaks down?",
    // Statements and answers.
    "The ferry leaves every forty minutes from the northern pier.",
    "A mutex has one owner, and only that owner may release it.",
    "You may cancel within fourteen days; we then refund the full price.",
    "She had never been so tired, and never so pleased with a day's work.",
    "The committee rejected the proposal by nine votes to seven.",
    "Rain is expected in the west, turning to snow above 800 metres.",
    "Patients with a fever above 39 degrees should be seen the same day.",
    // Opposites, and the same thing said twice.
    "The film was far too long and not funny at all.",
    "The film was very funny and not a minute too long.",
    "A man is playing a guitar on the street.",
    "On the pavement somebody strums a guitar.",
    // Titles and products.
    "Annual report on the state of inland waterways",
    "Stainless steel kettle, 1.7 l, 2200 W, cordless, matte black",
    "USB-C cable 2 m, 100 W, braided, pack of 3 (SKU 4471-B)",
    "Senior accountant (part time), Rotterdam",
    // Code, logs, addresses and numbers.
    "for (int i = 0; i < n; ++i) sum += a[i] * b[i];",
    "def mean(values): return sum(values) / len(values)",
    "SELECT city, COUNT(*) FROM orders WHERE total > 50 GROUP BY city;",
    "2021-11-03 04:15:59 ERROR worker-7: connection reset after 3 retries",
    "https://example.org/help/billing?lang=en#refunds",
    "x^2 - 5x + 6 = 0, hence x = 2 or x = 3",
    "3.14159 2.71828 1.41421 0.57721",
    "Invoice 2024/0193: 12 x 8.50 = 102.00, VAT 21.42, total 123.42",
    // Other languages.
    "Wann öffnet das Schwimmbad an Feiertagen?",
    "Le train de nuit pour Vienne a deux heures de retard.",
    "¿Dónde puedo renovar mi carné de conducir?",
    "Aggiungere il sale solo quando l'acqua bolle.",
    "Proszę zostawić paczkę u sąsiada z parteru.",
    "Где находится ближайшая аптека?",
    "Πόσο κοστίζει ένα εισιτήριο για το μουσείο;",
    "متى يفتح المتجر أبوابه يوم الجمعة؟",
    "कल सुबह दिल्ली में बारिश होगी।",
    "明天下午三点在图书馆开会。",
    "この電車は京都に止まりますか。",
    "내일까지 보고서를 보내 주세요.",
    // A paragraph.
    "Our town took its water from the river until the dry summer, when the "
    "level fell below the intake for eleven days in a row. Since then three "
    "wells have been drilled in the hills to the east, each about sixty "
    "metres deep.",
    // A long one.
    "The workshop on the corner repairs instruments that other people have "
    "given up on. Most of them arrive in pieces: a cello whose neck has come "
    "loose, an accordion with mice in its bellows, a trumpet that a van has "
    "driven over. The owner writes every fault on a card before she touches "
    "anything, since the order of the work decides whether it will hold. Glue "
    "needs two days and a dry room; metal can be hammered back in an "
    "afternoon, but only when it is warm. She charges by the hour and stops "
    "as soon as the repair would cost more than the instrument is worth, "
    "unless somebody's grandfather played it, in which case she goes on. In "
    "the evening the customers try what they have got back, and the whole "
    "street hears whether the day went well. Last winter a school brought "
    "thirty violins that had stood in a flooded cellar; nineteen of them play "
    "again, and the other eleven hang on the wall, where new pupils learn "
    "from them how a violin is built.",
};

llvm::ArrayRef<llvm::StringLiteral> accuracy::probeTexts() { return texts; }
