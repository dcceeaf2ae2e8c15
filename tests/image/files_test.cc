#include <tagma/image/files.h>

#include "tests/image/pictures.h"
#include "tests/read/files.h"

#include <tagma/image/encode.h>

namespace tagma {
namespace {

using namespace test;

TEST(ImageFiles, AreReadWhenAskedFor) {
  const Folder folder;
  const Image image = noise(3, 4, 3);
  put(folder / "a.png", text_of(png_of(image)));
  put(folder / "bad.png", "no picture");
  const Images images = image_files({"a.png", folder / "a.png", "bad.png", "absent.png"}, folder / "");
  ASSERT_EQ(images.rows(), 4);
  expect_same(images.read(0), image);
  expect_same(images.select(std::vector<std::int64_t>{2, 1}).read(1), image);
  EXPECT_NE(said([&] { images.read(2); }).find("bad.png: no picture that can be read"), std::string::npos);
  EXPECT_NE(said([&] { images.read(3); }).find("absent.png"), std::string::npos);
  const Images partly = image_files({"a.png", ""}, folder / "");
  EXPECT_EQ(said([&] { partly.read(1); }), "row 1 (from 0): it names no picture, as the others do");
}

}  // namespace
}  // namespace tagma
