#include <tagma/read/csv_plan.h>

#include <tagma/base/text.h>
#include <tagma/read/number.h>

#include <algorithm>

namespace tagma {
namespace {

using Use = CsvColumn::Use;

bool is_fraction(const std::string& text) {
  float value = 0;
  return !text.empty() && scan_float(text.data(), text.data() + text.size(), value) == text.data() + text.size() &&
         text.find('.') != std::string::npos;
}

class CsvPlanner {
 public:
  CsvPlanner(std::string_view header, Separator separator, const ReadOptions& options, std::string_view file)
      : options_(options), file_(file) {
    read_header(header, separator);
  }

  CsvPlan plan(const Run& run) {
    take(options_.group_column, Use::group, "group-column");
    take(options_.weight_column, Use::weight, "weight-column");
    take(options_.text_column, Use::text, "text-column");
    if (!options_.ignore_columns.empty())
      for (std::string_view name : split(options_.ignore_columns, ','))
        take(trimmed(name), Use::ignored, "ignore-columns");
    if (const auto image = ids_.find("image"); image != ids_.end() && !taken_[static_cast<std::size_t>(image->second)])
      take("image", Use::image, "image");
    labels(run);
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      if (taken_[i]) continue;
      plan_.columns[i].index = static_cast<std::int32_t>(plan_.features.size());
      plan_.features.push_back(plan_.columns[i].name);
    }
    return std::move(plan_);
  }

 private:
  void read_header(std::string_view header, Separator separator) {
    UniqueNames unique;
    std::size_t fractions = 0;
    try {
      for (CsvCursor cells(header, separator); !cells.done();) {
        std::string name(cells.text());
        fractions += is_fraction(name);
        if (name.empty()) name = "column" + std::to_string(plan_.columns.size() + 1);
        plan_.columns.push_back({unique.add(name)});
      }
    } catch (const RowFault& fault) {
      throw error_of(fault, file_, 1, header.data());
    }
    if (2 * fractions >= plan_.columns.size())
      fail_at({file_, 1, 1}, "numbers in the first line, " + excerpt(header),
              "a header line with the names of the columns");
    taken_.resize(plan_.columns.size());
    for (std::size_t i = 0; i < plan_.columns.size(); ++i)
      ids_.emplace(plan_.columns[i].name, static_cast<std::int32_t>(i));
  }

  void take(std::string_view name, Use use, std::string_view option) {
    if (name.empty()) return;
    const auto found = ids_.find(name);
    if (found == ids_.end()) {
      std::vector<std::string_view> names;
      for (const CsvColumn& column : plan_.columns) names.push_back(column.name);
      const std::string near = nearest(name, names);
      fail(Code::usage, "{}: {}: no column {}{}", file_, option, excerpt(name),
           near.empty() ? "" : "; did you mean " + excerpt(near) + "?");
    }
    take(static_cast<std::size_t>(found->second), use, option);
  }

  void take(std::size_t column, Use use, std::string_view option) {
    if (taken_[column])
      fail(Code::usage, "{}: {}: the column {} has another use already", file_, option,
           excerpt(plan_.columns[column].name));
    taken_[column] = true;
    plan_.columns[column].use = use;
  }

  void label(std::size_t column, std::string name, std::string_view option) {
    take(column, Use::label, option);
    plan_.columns[column].index = static_cast<std::int32_t>(plan_.label_names.size());
    plan_.label_names.push_back(std::move(name));
  }

  void labels(const Run& run) {
    const bool named = !options_.labels.empty(), prefixed = !options_.label_prefix.empty(),
               counted = options_.label_count > 0;
    plan_.lists = !options_.label_column.empty();
    if ((named && !plan_.lists) + prefixed + counted + plan_.lists > 1)
      fail(Code::usage, "{}: labels are named by one of labels, label-prefix, label-count, label-column", file_);
    if (plan_.lists) {
      take(options_.label_column, Use::label_list, "label-column");
      if (named)
        for (std::string_view name : split(options_.labels, ',')) plan_.label_names.emplace_back(trimmed(name));
    } else if (named) {
      for (std::string_view name : split(options_.labels, ',')) {
        take(trimmed(name), Use::label, "labels");
        plan_.columns[static_cast<std::size_t>(ids_.find(trimmed(name))->second)].index =
            static_cast<std::int32_t>(plan_.label_names.size());
        plan_.label_names.emplace_back(trimmed(name));
      }
    } else if (prefixed) {
      for (std::size_t i = 0; i < plan_.columns.size(); ++i)
        if (!taken_[i] && plan_.columns[i].name.starts_with(options_.label_prefix))
          label(i, plan_.columns[i].name.substr(options_.label_prefix.size()), "label-prefix");
      if (plan_.label_names.empty())
        fail(Code::usage, "{}: label-prefix: no column begins with {}", file_, excerpt(options_.label_prefix));
    } else if (counted) {
      const auto count = static_cast<std::size_t>(options_.label_count);
      if (count > plan_.columns.size())
        fail(Code::usage, "{}: label-count {} of {} columns", file_, count, plan_.columns.size());
      for (std::size_t i = plan_.columns.size() - count; i < plan_.columns.size(); ++i)
        label(i, plan_.columns[i].name, "label-count");
    } else {
      run.note(fmt::format("{}: no labels; name them with --labels, --label-prefix, --label-count or --label-column",
                           file_));
    }
    if (!options_.label_separator.empty() && !plan_.lists)
      fail(Code::usage, "{}: label-separator is for lists of labels; name their column with label-column", file_);
    if (options_.label_separator.size() > 1)
      fail(Code::usage, "{}: label-separator {}: one character stands between labels", file_, excerpt(options_.label_separator));
    if (options_.unlisted_unknown && !plan_.lists)
      fail(Code::usage, "{}: unlisted-unknown is for label lists; label columns say of every label what it is", file_);
  }

  const ReadOptions& options_;
  std::string_view file_;
  NameMap ids_;
  std::vector<bool> taken_;
  CsvPlan plan_;
};

}  // namespace

CsvPlan plan_csv(std::string_view header, Separator separator, const ReadOptions& options, std::string_view file,
                 const Run& run) {
  return CsvPlanner(header, separator, options, file).plan(run);
}

}  // namespace tagma
