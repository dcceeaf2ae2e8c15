// The style sheet of a report page. Series colours s0 to s7 after Okabe & Ito's palette, with lighter ones in the dark.
#pragma once

#include <string_view>

namespace tagma {

inline constexpr std::string_view page_style = R"(
:root { color-scheme: light dark; --paper: #fff; --card: #fff; --ink: #1b1f24; --soft: #5b6470; --rule: #dfe3e8; --grid: #e9ecf0;
  --tint: #f5f7f9; --best: #e3f1ea; --warn: #fff4dc; --c0: #0067a5; --c1: #c94f00; --c2: #00805c; --c3: #b0508a;
  --c4: #8a6d00; --c5: #3a8fc4; --c6: #6a4fb3; --c7: #555b63; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1a1e23; --ink: #e7eaee; --soft: #a0a9b4; --rule: #333a43;
  --grid: #2a3038; --tint: #20252b; --best: #1d3a30; --warn: #3a3120; --c0: #5ab4f0; --c1: #ff9552; --c2: #3fd0a0; --c3: #f09cc8;
  --c4: #e8c547; --c5: #9fd3f5; --c6: #b6a1f2; --c7: #b8bec6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 2.2rem 1.2rem 3rem; }
header { border-bottom: 3px solid var(--c0); padding-bottom: .9rem; margin-bottom: 1.4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
header p { margin: .35rem 0 0; color: var(--soft); }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; letter-spacing: -.005em; }
p { max-width: 75ch; margin: .5rem 0; }
p.note { color: var(--soft); font-size: .875rem; }
p.warning { background: var(--warn); padding: .6rem .9rem; border-radius: 6px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .7rem; margin: 1.2rem 0; }
.facts div { background: var(--tint); border-radius: 8px; padding: .7rem .9rem; }
dt { color: var(--soft); font-size: .8rem; }
dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3; }
dd small { display: block; font-size: .78rem; font-weight: 400; color: var(--soft); }
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px; margin: .8rem 0; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .7rem .9rem .5rem; font-weight: 600; }
th, td { padding: .36rem .9rem; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; font-weight: 400; }
thead th { color: var(--soft); font-size: .82rem; font-weight: 600; border-bottom: 1px solid var(--rule); }
tbody tr + tr { border-top: 1px solid var(--grid); }
tr.section th { text-align: left; font-weight: 600; font-size: .82rem; background: var(--tint); color: var(--soft); padding-top: .5rem; }
td.best { background: var(--best); }
td small { color: var(--soft); font-size: .8rem; }
th[title] { text-decoration: underline dotted var(--soft); text-underline-offset: 3px; cursor: help; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 1rem; margin: .8rem 0; }
figure { margin: 0; padding: .8rem .9rem .6rem; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); break-inside: avoid; }
figure:only-child { max-width: 600px; }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .3rem; }
figure p { font-size: .82rem; color: var(--soft); margin: .3rem 0 0; }
svg { width: 100%; height: auto; display: block; font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
@media (min-width: 760px) { .figures.pairs { grid-template-columns: 1fr 1fr; } }
svg text { fill: var(--soft); } svg text.name { fill: var(--ink); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--grid); } .axis { stroke: var(--soft); }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); --d: 8 3; } .s2 { --c: var(--c2); --d: 3 2.5; } .s3 { --c: var(--c3); --d: 9 3 2 3; }
.s4 { --c: var(--c4); } .s5 { --c: var(--c5); --d: 8 3; } .s6 { --c: var(--c6); --d: 3 2.5; } .s7 { --c: var(--c7); --d: 9 3 2 3; }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-dasharray: var(--d); }
.guide { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 4 4; }
.dot { fill: var(--c); stroke: var(--card); stroke-width: .8; }
.ring { fill: var(--card); stroke: var(--c); stroke-width: 2; }
.touch { fill: transparent; } .touch:hover { fill: var(--c); fill-opacity: .5; }
.bar { fill: var(--c); fill-opacity: .82; } .bar:hover { fill-opacity: 1; }
.faint circle { fill: var(--c); fill-opacity: .25; } .faint .bar { fill-opacity: .22; }
.box { fill: var(--c); fill-opacity: .28; stroke: var(--c); stroke-width: 1.3; }
.whisker { fill: none; stroke: var(--c); stroke-width: 1.3; } .median { stroke: var(--c); stroke-width: 2.6; }
.spread { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 2; }
.band { fill: var(--c); fill-opacity: .16; stroke: none; }
.cards { display: grid; gap: 1rem; margin: .8rem 0; }
article { display: grid; grid-template-columns: minmax(200px, 260px) 1fr; gap: .6rem 1.2rem; padding: .8rem .9rem; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); break-inside: avoid; }
article img { display: block; image-rendering: pixelated; border: 1px solid var(--rule); background: #000; max-width: 100%; height: auto; }
article h3 { font-size: .95rem; margin: .5rem 0 .2rem; overflow-wrap: anywhere; } article dl { margin: 0; } article dt { margin-top: .3rem; }
article dd { font-size: .95rem; overflow-wrap: anywhere; } .unseen { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
.views { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); gap: .2rem 1rem; align-items: start; }
.views figure, .views figure:only-child { border: 0; padding: 0; max-width: 420px; } .views figcaption { font-size: .85rem; margin: 0; }
.bars .said { fill: var(--c0); fill-opacity: .7; } .bars .missed .said { fill: none; stroke: var(--c1); stroke-width: 1.6; stroke-dasharray: 3 2; }
.bars .wrong .said { fill: var(--c1); fill-opacity: .25; stroke: var(--c1); stroke-width: 1.8; } .bars .other .said { fill: var(--c7); fill-opacity: .35; }
.bars .word { fill: var(--ink); } .bars .missed .word, .bars .wrong .word { font-weight: 700; }
.sure { fill: none; stroke: var(--ink); stroke-width: 1.2; } .own { stroke: var(--c4); stroke-width: 2.4; } .cut { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 3; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--rule); color: var(--soft); font-size: .82rem; }
@media print { .scroll { overflow: visible; } h2 { break-after: avoid; } }
@media (max-width: 560px) { main { padding: 1.2rem .8rem 2rem; } th, td { padding: .34rem .6rem; } h1 { font-size: 1.4rem; } td small { display: block; } }
@media (max-width: 720px) { article { grid-template-columns: 1fr; } }
)";

}  // namespace tagma
