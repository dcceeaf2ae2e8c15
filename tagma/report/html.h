// A page as one HTML file that needs nothing else: style and figures inside, no script, no request to anywhere; follows
// the reader's dark or light theme, fits a telephone, prints, and is well-formed XML. All text is escaped.
// Threads: pure function.
#pragma once

#include <tagma/report/page.h>

#include <string>

namespace tagma {

std::string render_html(const Page& page);

}  // namespace tagma
