#include <tagma/base/text.h>
#include <tagma/read/matrix.h>
#include <tagma/read/npy.h>

namespace tagma {
namespace {

Truth rest_of(const ReadOptions& options) { return options.unlisted_unknown ? Truth::unknown : Truth::absent; }

Dataset read_pair(const std::string& features, const std::string& labels, const ReadOptions& options) {
  Dataset data;
  data.features = features_of(read_matrix(features, "X"));
  data.labels = labels_of(read_matrix(labels, options.labels_key.empty() ? "Y" : options.labels_key), rest_of(options));
  return data;
}

Dataset read_archive(const Source& source, const ReadOptions& options) {
  const std::string& path = source.path();
  const ZipArchive archive(source.whole(), path);
  std::string key = options.labels_key;
  if (key.empty()) key = archive.has("Y.npy") || !archive.has("raw.npy") ? "Y" : "raw";
  if (archive.has("indptr.npy") && !archive.has("X.npy"))
    fail(Code::usage, "{}: a sparse matrix alone; name features and labels: X.npz+Y.npy", path);
  Dataset data;
  data.features = features_of(array_in(archive, path, "X"));
  data.labels = labels_of(array_in(archive, path, key), rest_of(options));
  return data;
}

}  // namespace

Dataset Npy::read(const Source& source, const ReadOptions& options, const Run&) {
  const auto [features, labels] = parts_of_pair(source.path());
  if (labels.empty())
    fail(Code::usage, "{}: a .npy file holds features or labels; name both: X.npy+Y.npy", source.path());
  return read_pair(features, labels, options);
}

Dataset Npz::read(const Source& source, const ReadOptions& options, const Run&) {
  const auto [features, labels] = parts_of_pair(source.path());
  return labels.empty() ? read_archive(source, options) : read_pair(features, labels, options);
}

}  // namespace tagma
