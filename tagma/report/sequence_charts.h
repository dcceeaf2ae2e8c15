// The charts of scores along sequences (sequences.h): the grades as they go, then for each model the mean score of each role
// with a band of one standard deviation, and how proportional scores are to grades.
// Threads: pure functions.
#pragma once

#include <tagma/base/words.h>
#include <tagma/report/page.h>
#include <tagma/report/sequences.h>

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace tagma {

struct ShownCourses {
  std::string title;  // of the model
  Scale scale = Scale::probability;
  Courses courses;
};

FigureRow course_figures(std::span<const ShownCourses> models);

// "Pearson 0.912, concordance 0.874, mean over 20 sequences"
std::string proportionality_text(const Courses& courses);

// {"sequences":20,"shortest":50,"longest":50,"pearson":..,"concordance":..,"undefined":0,
//  "spread":"predicted","roles":{"growing":{"labels":20,"grade":[..],"score":[..],"spread":[..]},..}}
// Steps without a value, and coefficients without a sequence, are null.
nlohmann::ordered_json courses_json(const Courses& courses);

}  // namespace tagma
