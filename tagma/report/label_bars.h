// What a model says of the labels of one example, as SVG: a bar from zero to the score, a whisker of one standard deviation
// to either side where the model has one, the presence threshold as a line through all bars, a label's own threshold as a
// tick, and behind each bar in words whether the label was given rightly.
//
// Panels of one axis can be compared by eye. A mistake is told by a word and the shape of its bar, not by colour alone.
// Threads: pure function.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tagma {

struct LabelBar {
  enum class Mark {
    none,     // absent and not given
    right,    // present and given
    missed,   // present and not given
    wrong,    // absent and given
    unknown,  // given, and nobody knows
  };
  std::string name;
  double score = 0, spread = 0;       // spread 0: none
  std::optional<double> threshold;    // of this label alone
  Mark mark = Mark::none;
};

struct LabelBars {
  std::string alt;                // what is shown, in words, before the bars are read out
  double low = 0, high = 1;       // of the axis
  double cut = 0;                 // the presence threshold of the scale
  std::vector<LabelBar> bars;     // from the top
  std::string more;               // below the bars; may be empty
};

std::string label_bars_svg(const LabelBars& panel);

}  // namespace tagma
