#include <tagma/report/label_bars.h>

#include <tagma/report/axis.h>
#include <tagma/report/escape.h>
#include <tagma/report/number.h>
#include <tagma/report/table.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

using Mark = LabelBar::Mark;

constexpr double width = 320, line_height = 18, name_end = 88, plot_left = 94, plot_right = 262, top = 16, foot = 18;
constexpr std::size_t longest = 14;

std::string_view word(Mark mark) {
  switch (mark) {
    case Mark::right: return "right";
    case Mark::missed: return "missed";
    case Mark::wrong: return "wrong";
    case Mark::unknown: return "unknown";
    case Mark::none: break;
  }
  return "";
}

std::string_view css(Mark mark) {
  switch (mark) {
    case Mark::right: return "right";
    case Mark::missed: return "missed";
    case Mark::wrong: return "wrong";
    case Mark::unknown:
    case Mark::none: break;
  }
  return "other";
}

std::string spoken(const LabelBar& bar) {
  std::string text = fmt::format("{} {}", bar.name, number_text(bar.score));
  if (bar.spread > 0) text += " ± " + number_text(bar.spread);
  if (bar.mark != Mark::none) text += fmt::format(", {}", word(bar.mark));
  return text;
}

// Where a value stands; outside of the axis at its end.
double place(const LabelBars& panel, double value) {
  const double share = panel.high > panel.low ? (value - panel.low) / (panel.high - panel.low) : 0.5;
  return plot_left + std::clamp(std::isnan(share) ? 0.5 : share, 0., 1.) * (plot_right - plot_left);
}

std::string bar_svg(const LabelBars& panel, const LabelBar& bar, double y) {
  const double zero = place(panel, 0), end = place(panel, bar.score), middle = y + line_height / 2;
  std::string out = fmt::format("<g class=\"{}\"><title>{}</title>", css(bar.mark), escaped(spoken(bar)));
  out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"name end\">{}</text>", name_end, y + 13,
                     escaped(clipped(bar.name, longest)));
  out += fmt::format("<rect class=\"said\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", std::min(zero, end),
                     y + 4, std::max(std::abs(end - zero), 0.8), line_height - 8);
  if (bar.spread > 0) {
    const double from = place(panel, bar.score - bar.spread), to = place(panel, bar.score + bar.spread);
    out += fmt::format("<path class=\"sure\" d=\"M{0:.1f} {1:.1f}v6m0 -3H{2:.1f}m0 -3v6\"/>", from, middle - 3, to);
  }
  if (bar.threshold && *bar.threshold >= panel.low && *bar.threshold <= panel.high)
    out += fmt::format("<path class=\"own\" d=\"M{:.1f} {:.1f}v{:.1f}\"/>", place(panel, *bar.threshold), y + 1, line_height - 2);
  if (bar.mark != Mark::none)
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"word\">{}</text>", plot_right + 6, y + 13, word(bar.mark));
  return out + "</g>";
}

}  // namespace

std::string label_bars_svg(const LabelBars& panel) {
  const double floor = top + line_height * static_cast<double>(std::max<std::size_t>(panel.bars.size(), 1));
  const double height = floor + foot + (panel.more.empty() ? 0 : 14);
  std::string alt = panel.alt;
  for (std::size_t i = 0; i < panel.bars.size(); ++i) alt += (i == 0 ? " " : "; ") + spoken(panel.bars[i]);
  if (!panel.more.empty()) alt += "; " + panel.more;
  std::string out = fmt::format("<svg class=\"bars\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
                                width, height, escaped(alt));
  for (const Tick& tick : linear_ticks(panel.low, panel.high, 4)) {
    const double x = place(panel, tick.at);
    out += fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}V{:.1f}\"/><text x=\"{:.1f}\" y=\"{:.1f}\" class=\"middle\">{}</text>", x,
                       top, floor, x, floor + 13, escaped(tick.text));
  }
  for (std::size_t i = 0; i < panel.bars.size(); ++i) out += bar_svg(panel, panel.bars[i], top + line_height * static_cast<double>(i));
  const double cut = place(panel, panel.cut);
  out += fmt::format("<path class=\"cut\" d=\"M{:.1f} {:.1f}V{:.1f}\"/><text x=\"{:.1f}\" y=\"10\" class=\"middle\">{}</text>", cut, top - 3,
                     floor + 2, cut, panel.cut == 0 ? "zero point" : fmt::format("present from {:g}", panel.cut));
  if (!panel.more.empty())
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", plot_left, floor + 27, escaped(panel.more));
  return out + "</svg>";
}

}  // namespace tagma
