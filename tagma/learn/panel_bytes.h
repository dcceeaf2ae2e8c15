// A solved panel as bytes, for other ranks and for the file of kept panels: its nonzero weights, each with its lane.
//
// Numbers stand as this machine has them; both ends are of one kind (comm.h, kept_panels.h).
// Errors: Error{bad_data} for bytes that are no panel.
#pragma once

#include <tagma/comm/comm.h>
#include <tagma/learn/panel_problem.h>

namespace tagma {

Bytes packed(const PanelWeights& panel);
PanelWeights unpacked(std::span<const std::byte> bytes);

}  // namespace tagma
