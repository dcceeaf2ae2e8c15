// All file formats, in alphabetical order. A new one is a header of its own and an entry here (tagma/read/format.h).
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/read/arff.h>
#include <tagma/read/csv.h>
#include <tagma/read/fasttext.h>
#include <tagma/read/jsonl.h>
#include <tagma/read/npy.h>
#include <tagma/read/svm.h>

namespace tagma {

using Formats = Catalog<Arff, Csv, Fasttext, Jsonl, Npy, Npz, Svm, Tsv>;

}  // namespace tagma
