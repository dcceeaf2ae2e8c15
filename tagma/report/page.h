// A report as data: a title and blocks, in reading order. html.h makes one file of it.
//
//   Page page{.title = "birds", .subtitle = "bce against any-class"};
//   page.blocks.push_back(Heading{"Figures"});
//   page.blocks.push_back(FigureRow{{chart_figure(chart)}});
//   OutputFile file(path);  file.write(render_html(page));  file.commit();
#pragma once

#include <tagma/report/chart.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tagma {

struct Heading {
  std::string text;
};

struct Paragraph {
  enum class Tone { plain, note, warning };
  std::string text;
  Tone tone = Tone::plain;
};

// Numbers at a glance: "best macro_map", "0.633", "any-class".
struct Fact {
  std::string name, value, more;
};
struct FactRow {
  std::vector<Fact> facts;
};

struct PageCell {
  std::string text, more;  // more: smaller, behind the text (an interval)
  std::string hint;        // tooltip
  bool best = false;       // marked, by weight and for readers who do not see it
};
struct PageRow {
  std::vector<PageCell> cells;  // the first names the row; a row of one cell is a heading within the table
};
struct PageTable {
  std::string caption;
  std::vector<std::string> header;
  std::vector<PageRow> rows;
  std::string note;             // below the table
  bool folded = false;          // behind its caption until asked for
};

struct Figure {
  std::string title, svg, note;
};
struct FigureRow {
  std::vector<Figure> figures;  // side by side where there is room
};

// A picture, what is known of it, and figures on it.
struct PictureCard {
  std::string title;
  std::vector<std::byte> png;  // empty: no picture, and `alt` says why
  std::string alt;             // the picture in words
  int width = 0, height = 0;   // of the picture; it is shown about 128 pixels large
  std::vector<std::pair<std::string, std::string>> facts;  // "true labels": "7 > 3"
  std::vector<Figure> figures;
};
struct CardRow {
  std::vector<PictureCard> cards;
};

using Block = std::variant<Heading, Paragraph, FactRow, PageTable, FigureRow, CardRow>;

struct Page {
  std::string title, subtitle;
  std::vector<Block> blocks;
  std::string footer;  // what made it, from what, when
};

inline Figure chart_figure(const Chart& chart) { return {chart.title, chart_svg(chart), chart.note}; }

}  // namespace tagma
