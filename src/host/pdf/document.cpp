#include "host/pdf/document.h"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/check.h"

namespace quadrille::pdf {
namespace {

// Points; 72 are an inch. A4 as ISO 216 has it.
constexpr double page_width = 595.276;
constexpr double page_height = 841.89;
constexpr double margin = 56;
constexpr double line_width = page_width - 2 * margin;
constexpr double text_bottom = page_height - margin - 14;
constexpr double cell_padding = 4;

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

struct Font {
  const char* family = "Inter, DejaVu Sans, sans-serif";
  double points = 9.5;
  PangoWeight weight = PANGO_WEIGHT_NORMAL;
  double grey = 0.1;
};

constexpr Font body_font{};
constexpr Font small_font{.points = 8, .grey = 0.35};
constexpr Font label_font{.points = 9.5, .grey = 0.35};
constexpr Font head_font{.points = 8.5, .weight = PANGO_WEIGHT_SEMIBOLD};
constexpr Font cell_font{.points = 8.5};
constexpr Font fixed_font{.family = "DejaVu Sans Mono, monospace", .points = 7.5};

Font heading_font(int level) {
  constexpr double sizes[] = {17, 12.5, 10.5};
  return {.points = sizes[std::clamp(level, 1, 3) - 1], .weight = PANGO_WEIGHT_SEMIBOLD};
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

// Lays blocks out one under the other and draws them. Pages are counted by a first run of the same code, so that the
// second can write "1 / 3".
class Press {
 public:
  Press(const Document& document, int pages) : document_(document), pages_(pages) {
    surface_.reset(cairo_pdf_surface_create_for_stream(append, &bytes_, page_width, page_height));
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "Quadrille");
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   format_utc(document.made_at).c_str());
    context_.reset(cairo_create(surface_.get()));
    cairo_tag_begin(context_.get(), "Document", document.language == Language::fr ? "lang='fr-FR'" : "lang='en-GB'");
    begin_page();
  }

  std::string finish() {
    end_page();
    cairo_tag_end(context_.get(), "Document");
    context_.reset();
    cairo_surface_finish(surface_.get());
    CHECK(cairo_surface_status(surface_.get()) == CAIRO_STATUS_SUCCESS);
    surface_.reset();
    return std::move(bytes_);
  }
  [[nodiscard]] int page() const { return page_; }

  void put(const Heading& heading) {
    const auto layout = laid_out(heading.text, heading_font(heading.level), line_width);
    // A heading stays with what follows it: a few lines, or a table's header and first row.
    make_room(height_of(layout) + 96);
    if (y_ > margin) y_ += heading.level == 1 ? 4 : 12;
    draw(layout, margin, fmt::format("H{}", std::clamp(heading.level, 1, 3)));
    y_ += height_of(layout) + 6;
  }

  void put(const Paragraph& paragraph) {
    const Font font = paragraph.style == Paragraph::Style::normal  ? body_font
                      : paragraph.style == Paragraph::Style::small ? small_font
                                                                   : fixed_font;
    std::string_view rest = paragraph.text;
    for (;;) {
      const auto layout = laid_out(rest, font, line_width);
      make_room(std::min(height_of(layout), 40.0));
      const auto fits = bytes_within(layout, text_bottom - y_);
      if (fits >= rest.size()) {
        draw(layout, margin, "P");
        y_ += height_of(layout) + 6;
        return;
      }
      draw(laid_out(rest.substr(0, fits), font, line_width), margin, "P");
      rest.remove_prefix(fits);
      next_page();
    }
  }

  void put(const Pairs& pairs) {
    constexpr double label_width = 130;
    for (const auto& [label, value] : pairs.rows) {
      const auto left = laid_out(label, label_font, label_width - 8);
      const auto right = laid_out(value, body_font, line_width - label_width);
      const double height = std::max(height_of(left), height_of(right));
      make_room(height);
      cairo_tag_begin(context_.get(), "P", nullptr);
      draw(left, margin, "Span");
      draw(right, margin + label_width, "Span");
      cairo_tag_end(context_.get(), "P");
      y_ += height + 3;
    }
    y_ += 6;
  }

  void put(const Table& table) {
    CHECK(table.widths.size() == table.header.size());
    double sum = 0;
    for (const double width : table.widths) sum += width;
    std::vector<double> widths;
    for (const double width : table.widths) widths.push_back(width / sum * line_width);
    const auto header = row_of(table.header, widths, head_font);
    const double height_max = text_bottom - margin - height_of(header);
    const auto rows = rows_that_fit(table.rows, widths, height_max);
    std::size_t at = 0;
    do {
      const double next = at < rows.size() ? height_of(row_of(rows[at], widths, cell_font)) : 0;
      make_room(height_of(header) + next);
      cairo_tag_begin(context_.get(), "Table", nullptr);
      draw_row(header, widths, "TH");
      for (; at < rows.size(); ++at) {
        const auto row = row_of(rows[at], widths, cell_font);
        if (y_ + height_of(row) > text_bottom + 0.01) break;
        draw_row(row, widths, "TD");
      }
      cairo_tag_end(context_.get(), "Table");
      if (at < rows.size()) next_page();
    } while (at < rows.size());
    y_ += 10;
  }

 private:
  using Layout = Owned<PangoLayout>;
  using Row = std::vector<Layout>;

  // Rows taller than a page are cut into as many as they need.
  std::vector<std::vector<std::string>> rows_that_fit(const std::vector<std::vector<std::string>>& rows,
                                                      const std::vector<double>& widths, double height_max) {
    std::vector<std::vector<std::string>> fitting;
    for (auto row : rows) {
      for (auto laid = row_of(row, widths, cell_font); height_of(laid) > height_max;
           laid = row_of(row, widths, cell_font)) {
        std::vector<std::string> part;
        for (std::size_t i = 0; i < row.size(); ++i) {
          const auto fits = std::min(bytes_within(laid[i], height_max - 2 * cell_padding), row[i].size());
          part.push_back(row[i].substr(0, fits));
          row[i].erase(0, fits);
        }
        fitting.push_back(std::move(part));
      }
      fitting.push_back(std::move(row));
    }
    return fitting;
  }

  // How many bytes of a layout's text stand in the lines that fit into the height; at least those of the first line.
  static std::size_t bytes_within(const Layout& layout, double height) {
    PangoLayoutIter* line = pango_layout_get_iter(layout.get());
    std::size_t bytes = std::string::npos;
    while (pango_layout_iter_next_line(line)) {
      PangoRectangle logical;
      pango_layout_iter_get_line_extents(line, nullptr, &logical);
      if (static_cast<double>(logical.y + logical.height) / PANGO_SCALE <= height) continue;
      bytes = static_cast<std::size_t>(pango_layout_iter_get_index(line));
      break;
    }
    pango_layout_iter_free(line);
    return bytes;
  }

  Layout laid_out(std::string_view text, const Font& font, double width) {
    CHECK(g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr));
    Layout layout(pango_cairo_create_layout(context_.get()));
    const Owned<PangoFontDescription> description(pango_font_description_new());
    pango_font_description_set_family(description.get(), font.family);
    pango_font_description_set_absolute_size(description.get(), font.points * PANGO_SCALE);
    pango_font_description_set_weight(description.get(), font.weight);
    pango_layout_set_font_description(layout.get(), description.get());
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_spacing(layout.get(), static_cast<int>(font.points * 0.25 * PANGO_SCALE));
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    PangoAttrList* colour = pango_attr_list_new();
    const auto level = static_cast<guint16>(font.grey * 65535);
    pango_attr_list_insert(colour, pango_attr_foreground_new(level, level, level));
    // A code or a hash that is broken must not gain a sign.
    pango_attr_list_insert(colour, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(layout.get(), colour);
    pango_attr_list_unref(colour);
    return layout;
  }

  static double height_of(const Layout& layout) {
    PangoRectangle logical;
    pango_layout_get_extents(layout.get(), nullptr, &logical);
    return static_cast<double>(logical.height) / PANGO_SCALE;
  }

  Row row_of(const std::vector<std::string>& cells, const std::vector<double>& widths, const Font& font) {
    CHECK(cells.size() == widths.size());
    Row row;
    for (std::size_t i = 0; i < cells.size(); ++i)
      row.push_back(laid_out(cells[i], font, widths[i] - 2 * cell_padding));
    return row;
  }
  static double height_of(const Row& row) {
    double height = 0;
    for (const auto& cell : row) height = std::max(height, height_of(cell));
    return height + 2 * cell_padding;
  }

  void draw(const Layout& layout, double x, const std::string& tag) {
    cairo_tag_begin(context_.get(), tag.c_str(), nullptr);
    cairo_move_to(context_.get(), x, y_);
    pango_cairo_show_layout(context_.get(), layout.get());
    cairo_tag_end(context_.get(), tag.c_str());
  }

  void draw_row(const Row& row, const std::vector<double>& widths, const std::string& tag) {
    const double height = height_of(row);
    const double top = y_;
    cairo_tag_begin(context_.get(), "TR", nullptr);
    double x = margin;
    for (std::size_t i = 0; i < row.size(); ++i) {
      y_ = top + cell_padding;
      draw(row[i], x + cell_padding, tag);
      x += widths[i];
    }
    cairo_tag_end(context_.get(), "TR");
    y_ = top + height;
    rule(y_, tag == "TH" ? 0.8 : 0.4, tag == "TH" ? 0.3 : 0.8);
  }

  void rule(double y, double width, double grey) {
    cairo_set_line_width(context_.get(), width);
    cairo_set_source_rgb(context_.get(), grey, grey, grey);
    cairo_move_to(context_.get(), margin, y);
    cairo_line_to(context_.get(), page_width - margin, y);
    cairo_stroke(context_.get());
  }

  void make_room(double height) {
    if (y_ + height > text_bottom && y_ > margin) next_page();
  }
  void next_page() {
    end_page();
    begin_page();
  }
  void begin_page() {
    ++page_;
    y_ = margin;
    if (document_.running_head.empty()) return;
    const auto head = laid_out(document_.running_head, small_font, line_width);
    cairo_move_to(context_.get(), margin, margin - 24);
    pango_cairo_show_layout(context_.get(), head.get());
  }
  void end_page() {
    const double y = page_height - margin + 6;
    rule(y - 6, 0.4, 0.8);
    const auto foot = laid_out(document_.running_foot, small_font, line_width - 60);
    cairo_move_to(context_.get(), margin, y);
    pango_cairo_show_layout(context_.get(), foot.get());
    const auto number = laid_out(fmt::format("{} / {}", page_, pages_), small_font, 60);
    pango_layout_set_alignment(number.get(), PANGO_ALIGN_RIGHT);
    cairo_move_to(context_.get(), page_width - margin - 60, y);
    pango_cairo_show_layout(context_.get(), number.get());
    cairo_show_page(context_.get());
  }

  const Document& document_;
  int pages_;
  std::string bytes_;
  Owned<cairo_surface_t> surface_;
  Owned<cairo_t> context_;
  int page_ = 0;
  double y_ = margin;
};

}  // namespace

std::string render(const Document& document) {
  int pages = 0;
  std::string bytes;
  for (int run = 0; run < 2; ++run) {
    Press press(document, pages);
    for (const auto& block : document.blocks) std::visit([&](const auto& one) { press.put(one); }, block);
    pages = press.page();
    bytes = press.finish();
  }
  return bytes;
}

}  // namespace quadrille::pdf
