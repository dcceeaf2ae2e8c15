// The report on one or several models of the same data, as a page: what the data are, the measures side by side (with
// the best marked, intervals behind the values, figures at the standard cut and at tuned thresholds apart), the charts,
// scores along sequences, rows with their pictures, and the labels one by one.
//
//   Page page = model_page({.title = "birds", .data = {&truth, names}, .models = models});
//   render_html(page)
#pragma once

#include <tagma/report/examples.h>
#include <tagma/report/model_charts.h>
#include <tagma/report/sequence_charts.h>

namespace tagma {

struct ModelReport {
  std::string title, subtitle, footer;
  ShownData data;
  std::vector<ShownModel> models;
  std::vector<ShownExample> examples;
  std::vector<ShownCourses> courses;  // one per model, or empty
  double level = 0.95;              // of the intervals
  std::vector<std::string> notes;   // what a reader must know: conventions, warnings
};

Page model_page(const ModelReport& report);

}  // namespace tagma
