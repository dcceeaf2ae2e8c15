// tagma fuse: joins the scores that two models gave to the same rows (score/fuse.h), with a share that is given or, where the truth of
// these rows is known, the one of 0, 0.1, .. 1 whose `metric` is best (the smallest of several). Such a share has to be found on
// held-out rows and given for others.
//
// Errors: Error{bad_data} when rows or labels do not fit; those of reading and writing.
#pragma once

#include <tagma/base/run.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tagma {

struct FuseRequest {
  std::string first, second, out;  // files of scores; out may be empty where a share is looked for
  std::optional<double> share;     // of the second; not with truth
  std::string truth, metric = "precision_at_1";
  std::int32_t top = 100;
  ReadOptions read;
};

Answer fuse(const FuseRequest& request, const Run& run);

}  // namespace tagma
