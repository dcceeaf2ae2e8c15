#include <tagma/report/escape.h>
#include <tagma/report/number.h>
#include <tagma/report/table.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tagma {
namespace {

TEST(Escape, LeavesNothingThatMarkupCouldMean) {
  EXPECT_EQ(escaped("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(escaped("grün 図 😀"), "grün 図 😀");
  EXPECT_EQ(escaped(std::string_view("a\0b\x01", 4)), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xC3("), "\xEF\xBF\xBD(");            // cut short
  EXPECT_EQ(escaped("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  EXPECT_EQ(utf8_length("\xED\xA0\x80"), 0u);                // a surrogate
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80"), 0u);            // beyond Unicode
  EXPECT_EQ(utf8_length(""), 0u);
}

TEST(Numbers, HaveTheDigitsThatMeanSomething) {
  EXPECT_EQ(number_text(0.61234), "0.612");
  EXPECT_EQ(number_text(-0.0001 * 0), "0.000");
  EXPECT_EQ(number_text(1.0), "1.000");
  EXPECT_EQ(number_text(45.678), "45.7");
  EXPECT_EQ(number_text(9.99961), "10.0");
  EXPECT_EQ(number_text(123.4), "123");
  EXPECT_EQ(number_text(12345.6), "12,346");
  EXPECT_EQ(number_text(1.234e-5), "1.2e-05");
  EXPECT_EQ(number_text(std::nan("")), "–");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "−∞");
  EXPECT_EQ(count_text(-1234567), "-1,234,567");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(percent_text(0.41), "41%");
  EXPECT_EQ(percent_text(0.0234), "2.3%");
  EXPECT_EQ(percent_text(0), "0%");
  EXPECT_EQ(interval_text(0.6119, 0.5812, 0.6399), "0.612 [0.58, 0.64]");
  EXPECT_EQ(interval_text(0.6119, 0.6103, 0.6131), "0.612 [0.610, 0.613]");
}

TEST(TextTable, AlignsWhatTheEyeSees) {
  TextTable table({"metric", "bce", "größe"}, TextTable::Align::right);
  table.section("Ranking");
  table.add({"macro_map", "0.612", "1"});
  table.add({"図 e\u0301", "0.7"});
  EXPECT_EQ(table.text(),
            "metric       bce  größe\n"
            "\n"
            "Ranking\n"
            "macro_map  0.612      1\n"
            "図 e\u0301         0.7\n");
  EXPECT_EQ(display_width("図"), 2u);
  EXPECT_EQ(display_width("\xFF"), 1u);
  EXPECT_EQ(TextTable().text(), "");
}

TEST(TextTable, HasNoBlanksAtLineEnds) {
  TextTable table({"a", "b"});
  table.add({"long name", ""});
  table.add({"x"});
  EXPECT_EQ(table.text(), "a          b\nlong name\nx\n");
}

TEST(Clipped, KeepsWholeCharacters) {
  EXPECT_EQ(clipped("short", 5), "short");
  EXPECT_EQ(clipped("longer", 5), "long…");
  EXPECT_EQ(clipped("図図図", 5), "図図…");
  EXPECT_EQ(clipped("図図図", 4), "図…");
}

}  // namespace
}  // namespace tagma
