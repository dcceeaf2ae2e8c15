#include <tagma/report/html.h>

#include <tagma/report/base64.h>
#include <tagma/report/escape.h>
#include <tagma/report/style.h>

#include <fmt/core.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr int shown_pixels = 128;

std::string part(const Heading& heading) { return fmt::format("<h2>{}</h2>\n", escaped(heading.text)); }

std::string part(const Paragraph& paragraph) {
  using Tone = Paragraph::Tone;
  const char* css = paragraph.tone == Tone::plain ? "plain" : paragraph.tone == Tone::note ? "note" : "warning";
  return fmt::format("<p class=\"{}\">{}</p>\n", css, escaped(paragraph.text));
}

std::string part(const FactRow& facts) {
  std::string out = "<dl class=\"facts\">\n";
  for (const auto& [name, value, more] : facts.facts)
    out += fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", escaped(name), escaped(value),
                       escaped(more));
  return out + "</dl>\n";
}

std::string cell(const PageCell& cell, bool names_row) {
  std::string body = escaped(cell.text);
  if (cell.best) body = "<strong>" + body + "</strong><span class=\"hidden\"> (best)</span>";
  if (!cell.more.empty()) body += fmt::format(" <small>{}</small>", escaped(cell.more));
  const std::string hint = cell.hint.empty() ? "" : fmt::format(" title=\"{}\"", escaped(cell.hint));
  const char* tag = names_row ? "th" : "td";
  return fmt::format("<{}{}{}{}>{}</{}>", tag, names_row ? " scope=\"row\"" : "", cell.best ? " class=\"best\"" : "",
                     hint, body, tag);
}

std::string part(const PageTable& table) {
  std::size_t columns = table.header.size();
  for (const PageRow& row : table.rows) columns = std::max(columns, row.cells.size());
  std::string out = table.folded ? fmt::format("<details><summary>{}</summary>", escaped(table.caption)) : "";
  out += fmt::format("<div class=\"scroll\" tabindex=\"0\"><table><caption{}>{}</caption>\n",
                     table.folded ? " class=\"hidden\"" : "", escaped(table.caption));
  if (!table.header.empty()) {
    out += "<thead><tr>";
    for (const std::string& name : table.header) out += fmt::format("<th scope=\"col\">{}</th>", escaped(name));
    out += "</tr></thead>\n";
  }
  out += "<tbody>\n";
  for (const PageRow& row : table.rows) {
    if (row.cells.size() == 1 && columns > 1) {
      out += fmt::format("<tr class=\"section\"><th colspan=\"{}\" scope=\"colgroup\">{}</th></tr>\n", columns,
                         escaped(row.cells.front().text));
      continue;
    }
    out += "<tr>";
    for (std::size_t i = 0; i < row.cells.size(); ++i) out += cell(row.cells[i], i == 0);
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (!table.note.empty()) out += fmt::format("<p class=\"note\">{}</p>\n", escaped(table.note));
  return table.folded ? out + "</details>\n" : out;
}

std::string part(const Figure& figure) {
  std::string out = fmt::format("<figure><figcaption>{}</figcaption>{}", escaped(figure.title), figure.svg);
  if (!figure.note.empty()) out += fmt::format("<p>{}</p>", escaped(figure.note));
  return out + "</figure>\n";
}

std::string part(const FigureRow& figures) {
  std::string out = fmt::format("<div class=\"figures{}\">\n", figures.figures.size() == 4 ? " pairs" : "");
  for (const Figure& figure : figures.figures) out += part(figure);
  return out + "</div>\n";
}

// Small pictures are enlarged without being smoothed.
std::string picture(const PictureCard& card) {
  if (card.png.empty()) return fmt::format("<p class=\"unseen\">{}</p>", escaped(card.alt));
  const int longer = std::max({card.width, card.height, 1}), factor = std::max(1, shown_pixels / longer);
  return fmt::format("<img src=\"data:image/png;base64,{}\" alt=\"{}\" width=\"{}\" height=\"{}\"/>", base64(card.png), escaped(card.alt),
                     factor * card.width, factor * card.height);
}

std::string part(const CardRow& cards) {
  std::string out = "<div class=\"cards\">\n";
  for (const PictureCard& card : cards.cards) {
    out += fmt::format("<article><div class=\"seen\">{}<div><h3>{}</h3><dl>", picture(card), escaped(card.title));
    for (const auto& [name, value] : card.facts) out += fmt::format("<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    out += "</dl></div></div>\n<div class=\"views\">\n";
    for (const Figure& figure : card.figures) out += part(figure);
    out += "</div></article>\n";
  }
  return out + "</div>\n";
}

}  // namespace

std::string render_html(const Page& page) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\"/>\n<title>{}</title>\n<style>{}</style></head>\n"
      "<body><main>\n<header><h1>{}</h1>",
      escaped(page.title), page_style, escaped(page.title));
  if (!page.subtitle.empty()) out += fmt::format("<p>{}</p>", escaped(page.subtitle));
  out += "</header>\n";
  for (const Block& block : page.blocks) out += std::visit([](const auto& each) { return part(each); }, block);
  if (!page.footer.empty()) out += fmt::format("<footer>{}</footer>\n", escaped(page.footer));
  return out + "</main></body></html>\n";
}

}  // namespace tagma
