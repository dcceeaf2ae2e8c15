// Scores along sequences of rows: do they follow the grades as these grow and shrink?
//
// Rows of one group are a sequence, in the order of the rows; rows without a group are left out. A label that is never present in
// a sequence has the role `absent` there. Of the others a line is fitted to the grades over the steps (0 where absent, unknown
// steps left out); by how much it rises from the first step to the last, as a share of the greatest rise or fall in that sequence,
// the role is `growing` (from 1/4 on), `shrinking` (from -1/4 down) or `constant`. So roles follow from the data alone, for any
// number of labels, and for grades that are ranks as well as for grades that are sizes.
// A course is the mean over all labels of a role in all sequences, step by step; sequences that have ended do not count.
// Proportionality: within each sequence, over all known cells of labels that are not `absent`, grades (0 where absent) and scores
// are brought to [0, 1] by their least and greatest value; then Pearson's correlation and Lin's concordance coefficient (1989,
// which also asks for the same scale), as a mean over the sequences whose grades differ.
// Scores must be dense; else, or without groups, there are no sequences.
// Threads: serial; pure functions.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

enum class CourseRole : std::uint8_t { growing, constant, shrinking, absent };
inline constexpr std::array<std::string_view, 4> course_role_names{"growing", "constant", "shrinking", "absent"};

struct Course {
  CourseRole role = CourseRole::absent;
  std::int64_t labels = 0;                   // over all sequences
  std::vector<double> grade, score, spread;  // [steps]; NaN where no label of the role is left
};

struct Courses {
  std::int64_t sequences = 0, shortest = 0, longest = 0;
  bool predicted = false;       // spread: mean deviation that the model gives; else deviation of the scores between sequences
  std::vector<Course> courses;  // of the roles there are
  double pearson = 0, concordance = 0;
  std::int64_t undefined = 0;   // sequences whose grades do not differ; both coefficients are NaN where these are all
};

Courses courses(const Scores& scores, const LabelMatrix& truth, std::span<const std::string> groups);

}  // namespace tagma
