#include "files.h"

#include <tagma/read/arrays.h>
#include <tagma/read/npy_header.h>
#include <tagma/read/read.h>
#include <tagma/read/zip.h>

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string npy_bytes(const std::string& dict, const std::string& items) {
  std::string bytes = "\x93NUMPY";
  bytes += {'\1', '\0', static_cast<char>(dict.size() & 0xff), static_cast<char>(dict.size() >> 8)};
  return bytes + dict + items;
}
std::string dict(const std::string& type, const std::string& shape, bool column_major = false) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}\n", type, column_major ? "True" : "False",
                     shape);
}
template <class T>
std::string items(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
Array parse(const std::string& bytes) { return parse_npy(Source("a.npy", bytes).whole(), "a.npy"); }
std::string error(const std::string& bytes) {
  return test::error_of([&] { parse(bytes); });
}

TEST(Arrays, ReadsEveryTypeOrderAndByteOrder) {
  EXPECT_EQ(values_of<float>(parse(npy_bytes(dict("<f8", "(2, 2)"), items<double>({1, 2, 3, 4.5})))),
            (std::vector<float>{1, 2, 3, 4.5f}));
  EXPECT_EQ(values_of<double>(parse(npy_bytes(dict("<f4", "(2, 3)", true), items<float>({1, 2, 3, 4, 5, 6})))),
            (std::vector<double>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(values_of<std::int8_t>(parse(npy_bytes(dict("|b1", "(3,)"), std::string("\0\1\1", 3)))),
            (std::vector<std::int8_t>{0, 1, 1}));
  EXPECT_EQ(values_of<std::int64_t>(parse(npy_bytes(dict(">i2", "(2,)"), std::string("\x01\x02\xff\xfe", 4)))),
            (std::vector<std::int64_t>{0x102, -2}));
  EXPECT_EQ(values_of<float>(parse(npy_bytes(dict("|u1", "()"), "\xff"))), std::vector<float>{255});
  const Array wide = parse(npy_bytes(dict("<u8", "(1,)"), std::string(8, '\xff')));
  EXPECT_THAT(test::error_of([&] { values_of<std::int64_t>(wide); }),
              HasSubstr("a.npy: item 0 is 18446744073709551615, which is no int64"));
  const Array half = parse(npy_bytes(dict("<f4", "(2,)"), items<float>({1, 0.5f})));
  EXPECT_THAT(test::error_of([&] { values_of<std::int32_t>(half); }), HasSubstr("item 1 is 0.5, which is no int32"));
}

TEST(Arrays, LargeColumnMajorArraysAreTurned) {
  const std::int64_t rows = 150, columns = 70;
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c)
      values[static_cast<std::size_t>(c * rows + r)] = static_cast<float>(1000 * r + c);
  const std::vector<float> turned = values_of<float>(parse(npy_bytes(dict("<f4", "(150, 70)", true), items(values))));
  for (std::int64_t i = 0; i < rows * columns; ++i)
    ASSERT_EQ(turned[static_cast<std::size_t>(i)], static_cast<float>(1000 * (i / columns) + i % columns));
}

TEST(Arrays, WhatIsWrittenReadsBack) {
  const test::Folder folder;
  for (const char* name : {"a.npy", "a.npy.gz"}) {
    write_npy<double>(folder / name, {1, -0., 1e300}, {3, 1});
    const Array array = read_npy(folder / name);
    EXPECT_EQ(array.shape, (std::vector<std::int64_t>{3, 1}));
    EXPECT_EQ(values_of<double>(array), (std::vector<double>{1, 0, 1e300}));
    EXPECT_EQ(array.bytes.size(), 24u);
  }
  EXPECT_EQ(npy_header<float>(std::vector<std::int64_t>{3, 4}).size() % 64, 0u);
  EXPECT_THAT(test::error_of([&] {
                write_npy<float>(folder / "b.npy", {1, 2}, {3});
              }),
              HasSubstr("2 values for the shape [3]"));
}

TEST(Arrays, HostileHeadersAreRefusedBeforeMemoryIsTaken) {
  const std::string four = items<float>({1, 2, 3, 4});
  EXPECT_THAT(error(npy_bytes(dict("<f4", "(2, 3)"), four)),
              HasSubstr("a.npy: the shape [2 x 3] of 16 bytes: 2 x 3 is out of range"));
  EXPECT_THAT(error(npy_bytes(dict("<f4", "(3,)"), four)), HasSubstr("needs 12 bytes, found 16"));
  EXPECT_THAT(error(npy_bytes(dict("<f4", "(4611686018427387904, 4)"), four)),
              StartsWith("bad_data: a.npy: the shape"));
  EXPECT_THAT(error(npy_bytes(dict("<f4", "(99999999999999999999, 4)"), four)),
              StartsWith("bad_data: a.npy: .npy header, column"));
  EXPECT_THAT(error(npy_bytes(dict("<f4", "(-2, -2)"), four)), HasSubstr("allowed a whole number, not negative"));
  EXPECT_EQ(parse(npy_bytes(dict("<f4", "(0, 4611686018427387904)"), "")).size(), 0);
  EXPECT_THAT(error(npy_bytes(dict("|O", "(1,)"), "")), HasSubstr("pickled Python objects, which are never opened"));
  EXPECT_THAT(error(npy_bytes("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "")),
              HasSubstr("an array of records"));
  EXPECT_THAT(error(npy_bytes(dict("<U3", "(1,)"), std::string(12, 'a'))),
              HasSubstr("items of type '<U3'; allowed: bool, int8"));
  EXPECT_THAT(error(npy_bytes("{'descr': '<f4', 'shape': (1,)}", "")), HasSubstr("lacks fortran_order"));
  EXPECT_THAT(error(npy_bytes("{'descr': '<f4', 'shape': (1,", "")),
              StartsWith("bad_data: a.npy: .npy header, column 30"));
  EXPECT_THAT(error("\x93NUMPY\x01"), HasSubstr("not a .npy file"));
  EXPECT_THAT(error(std::string("\x93NUMPY\x01\0\xff\xff{", 11)), HasSubstr("header ends early"));
  EXPECT_THAT(error(std::string("\x93NUMPY\x09\0\x01\0{", 11)), HasSubstr("version 9, allowed 1 to 3"));
}

// Files of numpy and scipy: tests/reference/npz_files.py.
const std::string golden = std::string(TAGMA_TEST_DIR) + "/golden/read/";

TEST(Npz, ReadsWhatNumpyAndScipyWrite) {
  const std::string plain =
      "3 rows, 4 labels, rest 0, 2 features, graded false\n0 2 | 0:1 1:2\n| 0:3 1:4\n1 x3 | 0:5 1:6\n\n\n";
  for (const char* name :
       {"stored.npz", "deflated.npz", "column_major.npz", "x.npy+y.npy", "x_big_endian.npy+y_bool.npy"}) {
    std::string path = golden + name;
    if (const std::size_t plus = path.find('+'); plus != std::string::npos) path.insert(plus + 1, golden);
    std::string expected = plain;
    if (std::string(name).ends_with("bool.npy")) expected.erase(expected.find(" x3"), 3);
    EXPECT_EQ(test::shown(read_dataset(path, {}, {})), expected) << name;
  }
  EXPECT_EQ(test::shown(read_dataset(golden + "x_csr.npz+" + golden + "y_csr.npz", {}, {})),
            "3 rows, 4 labels, rest 0, 5 features, graded false\n0 2 | 1:0.5 4:2\n|\n1 x3 | 0:-1 2:3 3:4\n\n\n");
  EXPECT_EQ(test::shown(read_dataset(golden + "grades.npz", {}, {})),
            "3 rows, 2 labels, rest 0, 1 features, graded true\n0^0.25 1^2 | 0:1\n| 0:2\n1^1 x0 | 0:3\n\n\n");
}

TEST(Npz, TheKeyOfTheLabelsMayBeGiven) {
  ReadOptions options;
  options.labels_key = "candidates";
  EXPECT_EQ(read_dataset(golden + "candidates.npz", {}, {}).labels.present_count(), 2);
  EXPECT_EQ(read_dataset(golden + "candidates.npz", options, {}).labels.present_count(), 4);
  options.labels_key = "nothing";
  EXPECT_THAT(test::error_of([&] { read_dataset(golden + "candidates.npz", options, {}); }),
              HasSubstr("no member 'nothing.npy'; it holds: X.npy, Y.npy, candidates.npy"));
}

TEST(Npz, RefusesWhatItCannotRead) {
  const auto error_in = [](const std::string& path) { return test::error_of([&] { read_dataset(path, {}, {}); }); };
  EXPECT_THAT(error_in(golden + "x_csc.npz+" + golden + "y.npy"),
              HasSubstr("a sparse matrix of format 'csc', allowed 'csr'"));
  EXPECT_THAT(error_in(golden + "x_csr.npz"), StartsWith("usage: "));
  EXPECT_THAT(error_in(golden + "x.npy"), HasSubstr("name both: X.npy+Y.npy"));
  EXPECT_THAT(error_in(golden + "objects.npz"), HasSubstr("pickled Python objects"));
  EXPECT_THAT(error_in(golden + "x.npy+" + golden + "y_long.npy"),
              HasSubstr("3 rows of features for 4 rows of labels"));
  const test::Folder folder;
  const std::string whole = test::get(golden + "deflated.npz");
  for (std::size_t left = 0; left < whole.size(); left += 7) {
    test::put(folder / "cut.npz", whole.substr(0, left));
    EXPECT_THAT(error_in(folder / "cut.npz"), StartsWith("bad_data: ")) << left;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {  // no damage may crash; most of it is noticed
    std::string bad = whole;
    bad[at] ^= 0x41;
    test::put(folder / "bad.npz", bad);
    error_in(folder / "bad.npz");
  }
  std::string bad = whole;
  bad[whole.find("X.npy") + 5 + 100] ^= 1;
  test::put(folder / "bad.npz", bad);
  EXPECT_THAT(error_in(folder / "bad.npz"), HasSubstr("damaged or truncated zip archive"));
}

TEST(Npy, SaysRowAndColumnOfAWrongNumber) {
  const test::Folder folder;
  write_npy<float>(folder / "x.npy", {1, 2, 3, std::nanf("")}, {2, 2});
  write_npy<float>(folder / "y.npy", {1, 0, 0.5f, -1}, {2, 2});
  write_npy<std::int8_t>(folder / "z.npy", {1, 0, 0, -2}, {2, 2});
  const auto error_in = [&](const std::string& x, const std::string& y) {
    return test::error_of([&] { read_dataset(folder / x + "+" + folder / y, {}, {}); });
  };
  EXPECT_EQ(error_in("x.npy", "y.npy"),
            "bad_data: " + folder / "x.npy" + ": row 1, column 1: found nan, allowed a finite number");
  EXPECT_THAT(error_in("z.npy", "y.npy"),
              HasSubstr("y.npy: row 1, column 1: found -1, allowed a grade of 0 or more, NaN (unknown)"));
  EXPECT_THAT(error_in("z.npy", "z.npy"),
              HasSubstr("z.npy: row 1, column 1: found -2, allowed 1 (present), 0 (absent), -1 (unknown)"));
}

TEST(Npy, FloatFeaturesAreNotCopied) {
  const test::Folder folder;
  write_npy<float>(folder / "x.npy", {1, 2, 3, 4}, {2, 2});
  write_npy<std::int8_t>(folder / "y.npy", {1, 0}, {2, 1});
  const Dataset data = read_dataset(folder / "x.npy+" + folder / "y.npy", {}, {});
  // The map of a file begins at a page, so the items lie as far into a page as into the file.
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data.features.dense_view().values) % 4096, 128u);
  EXPECT_EQ(data.features.dense_view().row(1)[1], 4);
}

TEST(Npy, WhatIsWrittenReadsBack) {
  const test::Folder folder;
  for (bool graded : {false, true})
    for (Truth rest : {Truth::absent, Truth::unknown}) {
      Dataset data;
      data.labels = LabelMatrix(3, rest);
      const std::vector<LabelId> two{0, 2}, one{1};
      data.labels.add(two, graded ? std::vector<float>{0.5f, 3} : std::vector<float>{}, one);
      data.labels.add({}, {}, two);
      CsrArrays arrays;
      arrays.columns_of = {1, 3, 0};
      arrays.values = {1.5f, -2, 7};
      arrays.starts = {0, 2, 3};
      data.features = FeatureMatrix(std::move(arrays), 4);
      ReadOptions options;
      options.unlisted_unknown = rest == Truth::unknown;
      write_dataset(data, folder / "s.X.npz+" + folder / "s.Y.npz", {}, {});
      EXPECT_EQ(test::shown(read_dataset(folder / "s.X.npz+" + folder / "s.Y.npz", options, {})), test::shown(data));
      Dataset full = data;
      full.features = FeatureMatrix(DenseArrays{{0, 1.5f, 0, -2, 7, 0, 0, 0}}, 2, 4);
      for (const std::string& path :
           {folder / "d.X.npy+" + folder / "d.Y.npy", folder / "d.npz", folder / "d.X.npz+" + folder / "d.Y.npy"}) {
        write_dataset(full, path, {}, {});
        EXPECT_EQ(test::shown(read_dataset(path, options, {})), test::shown(full)) << path;
        write_dataset(data, path.starts_with(folder / "d.X.npz") ? folder / "e.npz" : path, {}, {});
        EXPECT_EQ(test::shown(read_dataset(path, options, {})), test::shown(full)) << path << " of sparse features";
      }
    }
}

TEST(Npy, SparseFeaturesTooLargeToBeDenseAreRefused) {
  const test::Folder folder;
  Dataset data;
  CsrArrays arrays;
  data.labels = LabelMatrix(1);
  for (int row = 0; row < 3; ++row) data.labels.add({}), arrays.starts.push_back(0);
  data.features = FeatureMatrix(std::move(arrays), 2000000000);
  EXPECT_THAT(test::error_of([&] { write_dataset(data, folder / "x.npy+" + folder / "y.npy", {}, {}); }),
              HasSubstr("write X.npz+Y.npy or .svm"));
  EXPECT_FALSE(std::filesystem::exists(folder / "y.npy"));
}

TEST(Npy, SparseFeaturesAreMappedWhereTheyLieAsWanted) {
  const test::Folder folder;
  Dataset data;
  CsrArrays arrays;
  data.labels = LabelMatrix(3);
  for (std::int32_t row = 0; row < 5000; ++row) {
    const std::vector<LabelId> present{row % 3};
    data.labels.add(present);
    arrays.columns_of.insert(arrays.columns_of.end(), {row % 7, 7 + row % 5});
    arrays.values.insert(arrays.values.end(), {1.f + static_cast<float>(row), -2});
    arrays.starts.push_back(2 * (row + 1));
  }
  data.features = FeatureMatrix(std::move(arrays), 12);
  const std::string pair = folder / "X.npz+" + folder / "Y.npz";
  write_dataset(data, pair, {}, {});
  const Dataset read = read_dataset(pair, {}, {});
  EXPECT_TRUE(read.features.mapped());
  EXPECT_EQ(test::shown(read), test::shown(data));
  const std::vector<std::int64_t> some{4999, 0};
  EXPECT_FALSE(read.features.select(some).mapped());

  // Mapped or not, a damaged file is refused.
  std::string whole = test::get(folder / "X.npz");
  const float value = 1, none = std::numeric_limits<float>::quiet_NaN();
  const std::string first(reinterpret_cast<const char*>(&value), 4), bad(reinterpret_cast<const char*>(&none), 4);
  whole.replace(whole.rfind(first + std::string("\0\0\0\xc0", 4)), 4, bad);
  test::put(folder / "X.npz", whole);
  EXPECT_THAT(test::error_of([&] { read_dataset(pair, {}, {}); }), HasSubstr("check sum"));
}

}  // namespace
}  // namespace tagma
