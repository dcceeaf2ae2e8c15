// A chart as data, and as SVG: axes with round ticks, a legend, lines, dots, bars and boxes, and a tooltip on every mark.
//
// Colours are the page's (style.h: s0 to s7, safe for colour-blind readers, told apart by dash and shape too), so that a
// chart follows its dark or light theme. Points that are not finite are left out; an empty chart says so.
// Threads: pure functions.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace tagma {

struct ChartAxis {
  std::string title;
  double low = 0, high = 1;
  std::vector<std::string> names;  // categories at 0, 1, ..; then low and high are -0.5 and size - 0.5
  bool logarithmic = false;
};

struct ChartMark {
  double x = 0, y = 0;
  std::string hint;                   // tooltip; may be empty
  double width = 0;                   // bars: in units of x
  std::array<double, 5> quantiles{};  // boxes: .05 .25 .5 .75 .95
  double spread = 0;                  // boxes: a bracket of this half height about the median; 0: none. band: half its height
};

struct ChartSeries {
  enum class Kind {
    line,   // through the marks
    guide,  // the same, thin, dashed and grey: a reference
    dots,   // one shape per mark
    faint,  // small translucent dots without tooltips
    rings,  // the same, hollow
    bars,   // from the bottom up to y
    boxes,  // quantiles at x
    band,   // the area of spread about the marks
  };
  std::string name;  // in the legend; empty: not listed
  Kind kind = Kind::line;
  int colour = 0;
  std::vector<ChartMark> marks;
  bool pale = false;  // in the background
};

struct Chart {
  std::string title;  // above the chart
  std::string alt;    // what it shows, in words, for those who do not see it
  ChartAxis x, y;
  std::vector<ChartSeries> series;
  std::string note;    // below the chart
  double width = 440;  // of the drawing; narrow charts (340) stand three in a row
};

std::string chart_svg(const Chart& chart);

// Horizontal bars with a name each, for lists of labels.
struct NamedBar {
  std::string name;
  double value = 0;
  std::string text, hint;  // text: written after the bar
};
std::string bar_list_svg(const std::vector<NamedBar>& bars, const std::string& alt);

}  // namespace tagma
