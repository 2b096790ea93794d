#include "host/files/pdf_check.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "host/pdf/document.h"

namespace quadrille::files {
namespace {

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  EXPECT_EQ(
      compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
      Z_OK);
  out.resize(size);
  return out;
}

std::string pdf(std::string_view body) {
  return "%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + std::string(body) +
         "\ntrailer << /Root 1 0 R >>\n%%EOF\n";
}

std::string stream(std::string_view dictionary, std::string_view content) {
  return "2 0 obj\n<< " + std::string(dictionary) + " >>\nstream\r\n" + std::string(content) + "\nendstream\nendobj\n";
}

std::string refusal(std::string_view bytes) {
  const auto checked = check_pdf(bytes);
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().field, "file");
  return checked.error().message.en;
}

TEST(PdfCheck, a_document_of_our_own_and_a_plain_one_pass) {
  pdf::Document document{.title = "Fiche", .language = Language::fr, .made_at = {0}, .running_foot = "", .blocks = {}};
  document.blocks.push_back(pdf::Paragraph{"Deux vendeurs devant le hall 3."});
  EXPECT_EQ(refusal(pdf::render(document)), "accepted");
  EXPECT_EQ(refusal(pdf("")), "accepted");
  EXPECT_EQ(refusal(pdf(stream("/Filter /FlateDecode", deflated("BT (Bonjour) Tj ET")))), "accepted");
  EXPECT_EQ(refusal(pdf(stream("/Subtype /Image /Filter /DCTDecode", "\xFF\xD8\xFF"))), "accepted");
  EXPECT_EQ(refusal(pdf("3 0 obj << /XFAthis /LaunchPad >> endobj")), "accepted");  // other names
}

TEST(PdfCheck, scripts_launches_and_files_inside_are_refused_however_they_are_written) {
  const std::string script = "this PDF holds a script; print it to PDF again and attach the result";
  EXPECT_EQ(refusal(pdf("3 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj")), script);
  EXPECT_EQ(refusal(pdf("3 0 obj << /S /J#61vaScript >> endobj")), script);
  EXPECT_EQ(refusal(pdf("3 0 obj << /S/#4a#61#76#61#53#63#72#69#70#74/JS 4 0 R >> endobj")), script);
  EXPECT_EQ(refusal(pdf(stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
                               deflated("5 0 << /S /JavaScript /JS (x) >>")))),
            script);
  EXPECT_EQ(refusal(pdf(stream("/Filter/FlateDecode", deflated(std::string(65'530, ' ') + "/S /J#61vaScript ")))),
            script);  // across two windows
  // Named as a picture, it is looked into all the same.
  EXPECT_EQ(refusal(pdf(stream("/Subtype /Image /Filter /FlateDecode", deflated("<< /S /JavaScript >>")))), script);
  EXPECT_EQ(refusal(pdf("<< /S /Launch /F (cmd.exe) >>")),
            "this PDF holds the start of a program; print it to PDF again and attach the result");
  for (const std::string_view name : {"/EmbeddedFile", "/EmbeddedFiles", "/Filespec", "/RichMedia", "/GoToE", "/GoToR",
                                      "/Rendition", "/SubmitForm", "/ImportData", "/XFA", "/Encrypt"})
    EXPECT_NE(refusal(pdf("<< " + std::string(name) + " 4 0 R >>")), "accepted") << name;
}

TEST(PdfCheck, what_cannot_be_looked_into_is_refused) {
  const std::string unread =
      "this PDF holds data coded in a way that the check does not read; print it to PDF again and attach the result";
  for (const std::string_view filter :
       {"/LZWDecode", "/ASCIIHexDecode", "[/ASCII85Decode /FlateDecode]", "/RunLengthDecode", "/L#5aWDecode", "7 0 R"})
    EXPECT_EQ(refusal(pdf(stream("/Filter " + std::string(filter), "abc"))), unread) << filter;
  EXPECT_EQ(refusal(pdf(stream("/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", deflated("x")))), unread);
  EXPECT_EQ(refusal(pdf(stream("/Type /XRef /Filter /FlateDecode /DecodeParms << /Predictor 12 >>", deflated("x")))),
            "accepted");
}

TEST(PdfCheck, a_file_that_is_cut_short_padded_or_no_pdf_is_refused) {
  const std::string whole = pdf("");
  for (std::size_t size = 0; size + 2 < whole.size(); ++size)
    ASSERT_NE(refusal(std::string_view(whole).substr(0, size)), "accepted") << size;
  EXPECT_EQ(refusal(whole + "PK\x03\x04"), "unreadable PDF: bytes follow its end");
  EXPECT_EQ(refusal("GIF89a" + whole), "unreadable PDF: it does not begin with %PDF");
  EXPECT_EQ(refusal("%PDF-9.0\n%%EOF"), "unreadable PDF: its version is unknown");
}

TEST(PdfCheck, a_bomb_is_refused_within_its_budget) {
  std::string bombs;
  const std::string bomb = stream("/Filter /FlateDecode", deflated(std::string(32U << 20U, ' ')));
  for (int i = 0; i < 5; ++i) bombs += bomb;
  EXPECT_EQ(refusal(pdf(bombs)), "this PDF inflates to too much data");
  std::string many = "2 0 obj\n";
  for (int i = 0; i < 400'000; ++i) many += "stream\n";
  EXPECT_EQ(refusal(pdf(many)), "this PDF inflates to too much data");
}

}  // namespace
}  // namespace quadrille::files
