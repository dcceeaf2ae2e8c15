#include <tagma/report/chart.h>

#include <tagma/report/axis.h>
#include <tagma/report/escape.h>
#include <tagma/report/table.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

using Kind = ChartSeries::Kind;

constexpr double plot_height = 240, left = 52, right = 14, bottom = 44, legend_line = 18, letter = 6.1;
constexpr int colours = 8;

// Where data stand on the page.
class Scale2 {
 public:
  Scale2(const Chart& chart, double top) : x_(chart.x), y_(chart.y), top_(top), width_(chart.width) {}
  double x(double value) const { return left + share(x_, value) * (width_ - left - right); }
  double y(double value) const { return top_ + (1 - share(y_, value)) * plot_height; }
  double floor() const { return top_ + plot_height; }
  double ceiling() const { return top_; }
  double unit() const { return (width_ - left - right) / (x_.high - x_.low); }
  bool holds(const ChartMark& mark) const {
    return std::isfinite(share(x_, mark.x)) && std::isfinite(share(y_, mark.y));
  }

 private:
  static double share(const ChartAxis& axis, double value) {
    const double at = axis.logarithmic
                          ? (std::log(value) - std::log(axis.low)) / (std::log(axis.high) - std::log(axis.low))
                          : (value - axis.low) / (axis.high - axis.low);
    return std::isnan(at) ? at : std::clamp(at, -0.02, 1.02);
  }
  const ChartAxis& x_;
  const ChartAxis& y_;
  double top_, width_;
};

std::string hint(const ChartMark& mark) { return mark.hint.empty() ? "" : "<title>" + escaped(mark.hint) + "</title>"; }

const char* css_of(Kind kind) {
  switch (kind) {
    case Kind::line: return "line";
    case Kind::guide: return "guide";
    case Kind::rings: return "ring";
    case Kind::bars: return "bar";
    case Kind::boxes: return "box";
    case Kind::band: return "band";
    case Kind::dots:
    case Kind::faint: break;
  }
  return "dot";
}

std::string text_at(double x, double y, std::string_view css, std::string_view text, std::string_view more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\"{}>{}</text>", x, y, css, more, escaped(text));
}

std::vector<Tick> ticks_of(const ChartAxis& axis) {
  if (axis.names.empty())
    return axis.logarithmic ? logarithmic_ticks(axis.low, axis.high) : linear_ticks(axis.low, axis.high);
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < axis.names.size(); ++i) ticks.push_back({static_cast<double>(i), axis.names[i]});
  return ticks;
}

std::string frame(const Chart& chart, const Scale2& scale) {
  std::string out;
  for (const Tick& tick : ticks_of(chart.y)) {
    const double y = scale.y(tick.at);
    out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                       chart.width - right, y, y);
    out += text_at(left - 6, y + 4, "tick end", tick.text);
  }
  const std::vector<Tick> ticks = ticks_of(chart.x);
  double taken = 0;
  for (const Tick& tick : ticks) {  // names that would run into each other are left out
    const double x = scale.x(tick.at), half = letter * static_cast<double>(display_width(tick.text)) / 2;
    if (chart.x.names.empty())
      out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", x, x,
                         scale.ceiling(), scale.floor());
    if (x - half < taken && tick.at > ticks.front().at) continue;
    out += text_at(x, scale.floor() + 16, "tick middle", tick.text);
    taken = x + half + 4;
  }
  out += fmt::format("<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                     chart.width - right, scale.floor(), scale.floor());
  out += text_at((left + chart.width - right) / 2, scale.floor() + 36, "name middle", chart.x.title);
  const double middle = (scale.floor() + scale.ceiling()) / 2;
  out += text_at(13, middle, "name middle", chart.y.title, fmt::format(" transform=\"rotate(-90 13 {:.1f})\"", middle));
  return out;
}

std::string shape(double x, double y, int colour, double size) {
  switch (colour % 4) {
    case 1:
      return fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", x - size * .9, y - size * .9, size * 1.8, size * 1.8,
                         size * 1.8);
    case 2:
      return fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}h-{:.1f}z", x, y - size * 1.2, size * 1.2, size * 2.1,
                         size * 2.4);
    case 3:
      return fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}l-{:.1f} {:.1f}l-{:.1f} -{:.1f}z", x, y - size * 1.3, size * 1.3,
                         size * 1.3, size * 1.3, size * 1.3, size * 1.3, size * 1.3);
    default: return fmt::format("M{:.1f} {:.1f}a{:.1f} {:.1f} 0 1 0 .1 0z", x, y - size, size, size);
  }
}

std::string line(const ChartSeries& series, const Scale2& scale) {
  std::string path, hints;
  const std::size_t every = std::max<std::size_t>(series.marks.size() / 40, 1);
  for (std::size_t i = 0; i < series.marks.size(); ++i) {
    const ChartMark& mark = series.marks[i];
    if (!scale.holds(mark)) continue;
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', scale.x(mark.x), scale.y(mark.y));
    if (!mark.hint.empty() && i % every == 0)
      hints += fmt::format("<circle class=\"touch\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\">{}</circle>", scale.x(mark.x),
                           scale.y(mark.y), hint(mark));
  }
  if (path.empty()) return {};
  return fmt::format("<path class=\"{}\" d=\"{}\"/>{}", css_of(series.kind), path, hints);
}

std::string band(const ChartSeries& series, const Scale2& scale) {
  std::string upper, lower;
  for (const ChartMark& mark : series.marks) {
    if (!scale.holds(mark) || !std::isfinite(mark.spread)) continue;
    upper += fmt::format("{}{:.1f} {:.1f}", upper.empty() ? 'M' : 'L', scale.x(mark.x), scale.y(mark.y + mark.spread));
    lower = fmt::format("L{:.1f} {:.1f}", scale.x(mark.x), scale.y(mark.y - mark.spread)) + lower;
  }
  return upper.empty() ? "" : fmt::format("<path class=\"band\" d=\"{}{}z\"/>", upper, lower);
}

std::string box(const ChartMark& mark, const Scale2& scale) {
  const auto& q = mark.quantiles;
  if (!std::all_of(q.begin(), q.end(), [](double value) { return std::isfinite(value); })) return {};
  const double x = scale.x(mark.x), half = std::min(14., 0.3 * scale.unit());
  const auto y = [&](std::size_t i) { return scale.y(q[i]); };
  std::string out = fmt::format("<g>{}<path class=\"whisker\" d=\"M{:.1f} {:.1f}V{:.1f}M{:.1f} {:.1f}V{:.1f}\"/>",
                                hint(mark), x, y(0), y(1), x, y(3), y(4));
  out += fmt::format("<rect class=\"box\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", x - half,
                     y(3), 2 * half, std::max(y(1) - y(3), 1.));
  out += fmt::format("<path class=\"median\" d=\"M{:.1f} {:.1f}h{:.1f}\"/>", x - half, y(2), 2 * half);
  if (mark.spread > 0) {
    const double up = scale.y(q[2] + mark.spread), down = scale.y(q[2] - mark.spread), side = x + half + 4;
    out += fmt::format("<path class=\"spread\" d=\"M{:.1f} {:.1f}h4V{:.1f}h-4\"/>", side, up, down);
  }
  return out + "</g>";
}

std::string marks(const ChartSeries& series, const Scale2& scale) {
  std::string out;
  for (const ChartMark& mark : series.marks) {
    if (series.kind == Kind::boxes) out += box(mark, scale);
    if (series.kind == Kind::boxes || !scale.holds(mark)) continue;
    const double x = scale.x(mark.x), y = scale.y(mark.y);
    if (series.kind == Kind::faint)
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.6\"/>", x, y);
    else if (series.kind == Kind::bars)
      out += fmt::format("<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">{}</rect>",
                         x - mark.width * scale.unit() / 2, y, mark.width * scale.unit(),
                         std::max(scale.floor() - y, 0.), hint(mark));
    else
      out += fmt::format("<path class=\"{}\" d=\"{}\">{}</path>", css_of(series.kind), shape(x, y, series.colour, 4.5),
                         hint(mark));
  }
  return out;
}

std::string drawn(const ChartSeries& series, const Scale2& scale) {
  const bool is_line = series.kind == Kind::line || series.kind == Kind::guide;
  const std::string body = is_line ? line(series, scale) : series.kind == Kind::band ? band(series, scale) : marks(series, scale);
  return body.empty() ? ""
                      : fmt::format("<g class=\"s{}{}\">{}</g>", series.colour % colours,
                                    series.kind == Kind::faint || series.pale ? " faint" : "", body);
}

struct Legend {
  std::string svg;
  double height = 0;
};

Legend legend(const Chart& chart) {
  Legend out;
  double x = left, y = 12;
  for (const ChartSeries& series : chart.series) {
    if (series.name.empty()) continue;
    const double size = 30 + letter * static_cast<double>(display_width(series.name));
    if (x + size > chart.width && x > left) x = left, y += legend_line;
    const bool is_line = series.kind == Kind::line || series.kind == Kind::guide;
    out.svg += fmt::format("<g class=\"s{}{}\">", series.colour % colours, series.pale ? " faint" : "");
    if (is_line)
      out.svg += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}h20\"/>", css_of(series.kind), x, y - 4);
    else if (series.kind == Kind::bars)
      out.svg +=
          fmt::format("<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"10\"/>", x + 4, y - 9);
    else
      out.svg +=
          fmt::format("<path class=\"{}\" d=\"{}\"/>", css_of(series.kind), shape(x + 10, y - 4, series.colour, 4.5));
    out.svg += "</g>" + text_at(x + 25, y, "name", series.name);
    x += size + 12;
    out.height = y + 6;
  }
  return out;
}

std::string opened(double width, double height, const std::string& alt) {
  return fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" style=\"max-width:{:.0f}px\" role=\"img\" aria-label=\"{}\" "
      "xmlns=\"http://www.w3.org/2000/svg\">",
      width, height, 1.4 * width, escaped(alt));
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  const Legend named = legend(chart);
  const double top = named.height + 8;
  const Scale2 scale(chart, top);
  std::string out = opened(chart.width, top + plot_height + bottom, chart.alt);
  std::string body;
  for (const ChartSeries& series : chart.series) body += drawn(series, scale);
  out += named.svg + frame(chart, scale) + body;
  if (body.empty()) out += text_at((left + chart.width) / 2, top + plot_height / 2, "name middle", "nothing to draw");
  return out + "</svg>";
}

std::string bar_list_svg(const std::vector<NamedBar>& bars, const std::string& alt) {
  constexpr double width = 440, line_height = 17, name_width = 132, end = 88;
  constexpr std::size_t longest = 21;
  double most = 0;
  for (const NamedBar& bar : bars) most = std::max(most, bar.value);
  std::string out = opened(width, line_height * static_cast<double>(std::max<std::size_t>(bars.size(), 1)) + 6, alt);
  double y = 3;
  for (const NamedBar& bar : bars) {
    const double length = most > 0 ? bar.value / most * (width - name_width - end) : 0;
    out += fmt::format("<g class=\"s0\">{}", bar.hint.empty() ? "" : "<title>" + escaped(bar.hint) + "</title>");
    out += text_at(name_width - 6, y + 12, "tick end", clipped(bar.name, longest));
    out += fmt::format("<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"1.5\"/>",
                       name_width, y + 2, std::max(length, 0.5), line_height - 5);
    out += text_at(name_width + length + 5, y + 12, "tick", bar.text) + "</g>";
    y += line_height;
  }
  if (bars.empty()) out += text_at(width / 2, 14, "name middle", "nothing to draw");
  return out + "</svg>";
}

}  // namespace tagma
