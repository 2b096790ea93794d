#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/text.h"
#include "base/time.h"

// Documents on paper as plain values: what stands on them from top to bottom; pages, breaks and numbers are made here.
// A4, one column, tagged for screen readers (headings, paragraphs, tables under one Document root), and the same bytes
// for the same value on the same machine (fonts are the machine's: Inter, else DejaVu Sans).
//
//   pdf::Document document{.title = "…", .language = Language::fr, .made_at = now, .running_foot = "…", .blocks = {}};
//   document.blocks.push_back(pdf::Heading{1, "…"});
//   std::string bytes = pdf::render(document);
//
// What must not be used for: pictures that people compare by eye; charts and maps have their own drawing.

namespace quadrille::pdf {

struct Heading {
  int level = 1;  // 1..3
  std::string text;
};

struct Paragraph {
  enum class Style { normal, small, fixed_width };
  std::string text;
  Style style = Style::normal;
};

// A label and what it says, line by line: two columns without rules.
struct Pairs {
  std::vector<std::pair<std::string, std::string>> rows;
};

// The header is repeated on every page the table reaches. Every row has as many cells as the header (CHECK); widths are
// shares of the line and need not add up to 1. A row stays on one page unless it is
// taller than one.
struct Table {
  std::vector<std::string> header;
  std::vector<double> widths;
  std::vector<std::vector<std::string>> rows;
};

using Block = std::variant<Heading, Paragraph, Pairs, Table>;

struct Document {
  std::string title;
  Language language = Language::fr;
  Instant made_at;           // stands in the file's metadata
  std::string running_head;  // on every page, at the top
  std::string running_foot;  // on every page, at the bottom, before "1 / 3"
  std::vector<Block> blocks;
};

// The bytes of a PDF 1.5 file. Text that is not UTF-8 is a bug (CHECK). About 3 ms a page.
[[nodiscard]] std::string render(const Document& document);

}  // namespace quadrille::pdf
