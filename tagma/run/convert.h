// tagma convert and tagma split: data sets into other files.
//
// Errors: those of reading and writing; Error{usage} when the target format cannot carry something and `lossy` is not set.
#pragma once

#include <tagma/base/run.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>

namespace tagma {

// What the target cannot carry is named in a warning and left out.
Answer convert(const std::string& in, const std::string& out, const ReadOptions& read, const std::string& out_format, const Run& run);

struct SplitRequest {
  std::string in, out;                          // data set and folder
  std::string parts = "train=0.8,test=0.2";     // files are named after the parts
  std::string stratify = "labels";              // labels|pairs|none
  bool by_group = false;                        // rows of one group stay together
  std::string ending;                           // of the files written; empty: that of the input
  ReadOptions read;
};
Answer split(const SplitRequest& request, const Run& run);

// The file of a part: FOLDER/NAME.ENDING, and FOLDER/NAME.X.npy+FOLDER/NAME.Y.npy for "npy".
std::string part_path(const std::string& folder, const std::string& name, const std::string& ending);

}  // namespace tagma
