#include "host/pdf/document.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "testing/databases.h"

namespace quadrille::pdf {
namespace {

Document document_of(int rows) {
  Document document{.title = "Dossier de provenance",
                    .language = Language::fr,
                    .made_at = {1'790'000'000'000},
                    .running_head = "Quadrille",
                    .running_foot = "Fiche k3xq",
                    .blocks = {}};
  document.blocks.push_back(Heading{1, "Dossier de provenance"});
  document.blocks.push_back(Paragraph{"Ce que l'on sait, d'où on le tient, par quelles mains c'est passé.", {}});
  document.blocks.push_back(Pairs{{{"Évaluation", "B2"}, {"Lieu", "Îlot des Catalpas"}}});
  Table table{{"Quand", "Qui", "Ce qui a été fait"}, {1, 1, 3}, {}};
  for (int i = 0; i < rows; ++i)
    table.rows.push_back({"2026-11-25", "Service n° " + std::to_string(i),
                          "Une ligne assez longue pour qu'elle doive être coupée en deux dans sa colonne, deux fois."});
  document.blocks.push_back(table);
  return document;
}

// What poppler's pdftotext and pdfinfo read in it: another program's view.
std::string read_by(const std::string& command, const std::string& bytes) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "document.pdf";
  std::ofstream(file, std::ios::binary) << bytes;
  std::string line = command;
  line.replace(line.find('@'), 1, file.string());
  FILE* pipe = popen(line.c_str(), "r");
  std::string text;
  std::array<char, 4096> part{};
  while (const auto count = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), count);
  pclose(pipe);
  return text;
}

// pdftotext keeps or drops the spaces around a slash as the page's layout has it.
std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return text;
}

TEST(Pdf, another_program_reads_the_text_with_its_accents_in_order) {
  const std::string text = read_by("pdftotext -layout @ -", render(document_of(2)));
  const auto title = text.find("Dossier de provenance");
  const auto place = text.find("Îlot des Catalpas");
  const auto row = text.find("Service n° 1");
  ASSERT_NE(title, std::string::npos) << text;
  ASSERT_NE(place, std::string::npos) << text;
  ASSERT_NE(row, std::string::npos) << text;
  EXPECT_LT(title, place);
  EXPECT_LT(place, row);
  EXPECT_NE(without_spaces(text).find("1/1"), std::string::npos) << text;
}

TEST(Pdf, a_long_table_goes_on_with_its_header_and_every_page_has_its_number) {
  const std::string bytes = render(document_of(120));
  const std::string info = read_by("pdfinfo @", bytes);
  EXPECT_NE(info.find("Tagged:          yes"), std::string::npos) << info;
  const std::string text = read_by("pdftotext -layout @ -", bytes);
  int headers = 0;
  for (auto at = text.find("Ce qui a été fait"); at != std::string::npos; at = text.find("Ce qui a été fait", at + 1))
    ++headers;
  const auto pages_at = info.find("Pages:") + 6;
  const int pages = std::stoi(info.substr(pages_at));
  EXPECT_GE(pages, 3);
  EXPECT_EQ(headers, pages);
  for (int page = 1; page <= pages; ++page)
    EXPECT_NE(without_spaces(text).find(std::to_string(page) + "/" + std::to_string(pages)), std::string::npos) << page;
  for (int i = 0; i < 120; ++i) EXPECT_NE(text.find("Service n° " + std::to_string(i)), std::string::npos) << i;
}

TEST(Pdf, the_same_value_gives_the_same_bytes) { EXPECT_EQ(render(document_of(30)), render(document_of(30))); }

TEST(Pdf, nothing_of_a_text_longer_than_a_page_is_lost) {
  std::string words;
  for (int i = 0; i < 2'000; ++i) words += "mot" + std::to_string(i) + "x ";
  Document document = document_of(1);
  document.blocks.push_back(Paragraph{words, {}});
  std::get<Table>(document.blocks[3]).rows[0][2] = words;
  const std::string text = without_spaces(read_by("pdftotext @ -", render(document)));
  for (int i = 0; i < 2'000; ++i) {
    const std::string word = "mot" + std::to_string(i) + "x";
    const auto first = text.find(word);
    ASSERT_NE(first, std::string::npos) << word;                       // in the cell
    ASSERT_NE(text.find(word, first + 1), std::string::npos) << word;  // and in the paragraph
  }
}

}  // namespace
}  // namespace quadrille::pdf
