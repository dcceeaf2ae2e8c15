// The pictures of the rows that a report shows, as small PNG files inside the page.
//
// Shape: at most 128 pixels high and wide; larger ones are shrunk with antialiasing, their shape kept.
// Errors: none for a picture that cannot be read; the example says so.
#pragma once

#include <tagma/data/images.h>
#include <tagma/report/examples.h>

#include <vector>

namespace tagma {

std::vector<ShownExample> with_pictures(std::vector<ShownExample> examples, const Images& pictures);

}  // namespace tagma
