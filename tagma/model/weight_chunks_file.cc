#include <tagma/base/error.h>
#include <tagma/model/chunk_view.h>
#include <tagma/model/manifest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagma {
namespace {

// Whether all numbers are finite ; one pass that vectorises.
bool all_finite(std::span<const float> values) {
  bool good = true;
  for (const float value : values) good &= std::abs(value) <= std::numeric_limits<float>::max();
  return good;
}

}  // namespace

void WeightChunks::save(ModelWriter& file, std::string_view name) const {
  const std::string key(name);
  file.manifest()[key] = {{"features", features_},
                          {"precision", precision_names[static_cast<std::size_t>(precision_)]},
                          {"rows", unit_rows_ ? "unit" : "given"}};
  file.add(key + ".widths", widths_, {chunks()});
  file.add(key + ".starts", starts_, {chunks() + 1});
  file.add(key + ".sums", sums_, {chunks()});
  file.add(key + ".bias", bias_, {outputs()});
  if (precision_ == WeightPrecision::int8) file.add(key + ".scale", scale_, {outputs()});
  file.add_view(key + ".bytes", bytes_, {bytes()}, owner_, scratch_);
}

WeightChunks WeightChunks::load(const ModelReader& file, std::string_view name) {
  const std::string key(name);
  const nlohmann::json& json = part_of(file, key.c_str());
  WeightChunks chunks;
  chunks.features_ = count_of(file, json, "features", INT32_MAX);
  const std::string precision = text_of(file, json, "precision");
  const auto found = std::find(precision_names.begin(), precision_names.end(), precision);
  if (found == precision_names.end())
    fail(Code::bad_model, "{}: weights '{}' have precision '{}'; allowed: fp32, bf16, int8", file.path(), name, precision);
  chunks.precision_ = static_cast<WeightPrecision>(found - precision_names.begin());
  const std::string rows = json.contains("rows") ? text_of(file, json, "rows") : "given";
  if (rows != "unit" && rows != "given")
    fail(Code::bad_model, "{}: weights '{}' are for rows '{}'; allowed: given, unit", file.path(), name, rows);
  chunks.unit_rows_ = rows == "unit";
  chunks.widths_ = file.ints(key + ".widths");
  chunks.starts_ = file.longs(key + ".starts");
  chunks.sums_ = file.ints(key + ".sums");
  chunks.bias_ = file.floats(key + ".bias");
  chunks.bytes_ = file.bytes(key + ".bytes");
  if (chunks.precision_ == WeightPrecision::int8) chunks.scale_ = file.floats(key + ".scale");
  const bool wide = std::any_of(chunks.widths_.begin(), chunks.widths_.end(),
                                [](std::int32_t width) { return width < 1 || width > widest_chunk; });
  if (wide) fail(Code::bad_model, "{}: section '{}.widths' holds a width that is not 1 to {}", file.path(), name, widest_chunk);
  chunks.number_outputs();
  if (chunks.starts_.size() != chunks.widths_.size() + 1 || chunks.sums_.size() != chunks.widths_.size() ||
      chunks.starts_.front() != 0 || chunks.starts_.back() != chunks.bytes() ||
      !std::is_sorted(chunks.starts_.begin(), chunks.starts_.end()))
    fail(Code::bad_model, "{}: the starts and sums of the chunks '{}' do not fit together", file.path(), name);
  if (chunks.firsts_.back() != chunks.outputs() ||
      (chunks.precision_ == WeightPrecision::int8 && chunks.scale_.size() != chunks.bias_.size()))
    fail(Code::bad_model, "{}: the biases or scales of '{}' do not fit its {} outputs", file.path(), name, chunks.firsts_.back());
  if (!all_finite(chunks.bias_) || !all_finite(chunks.scale_))
    fail(Code::bad_model, "{}: a bias or a scale of '{}' is not finite", file.path(), name);
  chunks.checked_ = std::make_shared<Checked>(chunks.widths_.size(), file.path());
  chunks.owner_ = file.owner();
  return chunks;
}

}  // namespace tagma
