/** The style sheet of the page: light and dark, phone and desktop, no request to anywhere. */
export const STYLE = `:root{color-scheme:light dark;--fg:#1c2127;--bg:#fff;--soft:#f3f4f6;--line:#c9ced6;--dim:#545b66;--link:#0b57b0;
--ok:#146c2e;--okbg:#e3f4e7;--bad:#b3141c;--badbg:#fde8e8;--warn:#7a4b00;--warnbg:#fdf0d5;--info:#0b57b0;--infobg:#e5effb}
@media(prefers-color-scheme:dark){:root{--fg:#e4e7eb;--bg:#14171b;--soft:#1f242a;--line:#434b56;--dim:#a7b0bd;--link:#8ab8ff;
--ok:#7ddb95;--okbg:#12301b;--bad:#ff9a9a;--badbg:#3c1717;--warn:#f2c06b;--warnbg:#37290b;--info:#8ab8ff;--infobg:#14263f}}
*{box-sizing:border-box}
body{margin:0 auto;padding:0 1rem 3rem;max-width:78rem;font:1rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible,textarea:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{font-size:1.6rem;line-height:1.25;margin:1rem 0 .3rem}
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.2rem 0 .4rem}
p,ul,ol{margin:.4rem 0}
ul{padding-left:1.2rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.3rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;list-style:none}
.dim{color:var(--dim)}
code,pre,textarea{font:.85rem/1.45 ui-monospace,Menlo,Consolas,monospace;unicode-bidi:isolate}
code{background:var(--soft);padding:0 .2em}
pre,textarea{background:var(--soft);border:1px solid var(--line);padding:.6rem;margin:.4rem 0;color:inherit}
pre{white-space:pre;overflow-wrap:normal}
pre>span{display:block;min-height:1.45em}
textarea{width:100%;resize:vertical}
.scroll{position:relative;overflow:auto;max-height:36rem}
table{border-collapse:collapse;font-size:.9rem}
.scroll>table{min-width:100%}
th,td{border:1px solid var(--line);padding:.2rem .45rem;text-align:left;vertical-align:top}
thead th{background:var(--soft)}
th,td{overflow-wrap:break-word}
td:has(>code){min-width:14rem}
td code,li code{overflow-wrap:anywhere}
details{margin:.4rem 0}
summary{cursor:pointer;font-weight:600}
.badge{display:inline-block;border:1px solid currentColor;border-radius:.3rem;padding:0 .4rem;font-size:.85rem;white-space:nowrap}
.passed,.proven,.healthy,.answered,.ok{color:var(--ok);background:var(--okbg)}
.failed,.drifted,.faulty,.broken{color:var(--bad);background:var(--badbg)}
.corrected,.inconclusive,.skipped,.unknown{color:var(--warn);background:var(--warnbg)}
.refuted{color:var(--info);background:var(--infobg)}
.not-run,.unclaimed,.not-checkable{color:var(--dim);background:var(--soft)}
.way{display:flex;flex-wrap:wrap;gap:.4rem;padding:0;list-style:none}
.way li{border:2px solid var(--line);border-radius:.4rem;padding:.1rem .5rem;color:var(--dim)}
.way li.ok{border-color:var(--ok);color:var(--ok)}
.way li.broken{border-color:var(--bad);color:var(--bad);font-weight:700}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
.sides>*{min-width:0}
figure{margin:.4rem 0}
img{max-width:100%;height:auto;border:1px solid var(--line)}
.add{color:var(--ok)}.del{color:var(--bad)}.hunk{color:var(--info)}
.matrix th.seen{vertical-align:bottom}
.matrix th.seen span{writing-mode:vertical-rl;white-space:nowrap;font-weight:400}
.matrix td.mark{text-align:center}
.matrix td.on{background:var(--warnbg);color:var(--warn)}
.matrix tbody.alike{outline:3px solid var(--info);outline-offset:-3px}
.matrix th[scope=row]{font-weight:400;min-width:11rem}
.matrix td:has(>code){min-width:0}
svg{display:block;width:100%}
.strip{height:1.4rem;background:var(--soft);border:1px solid var(--line)}
.strip .proven{fill:var(--ok)}.strip .corrected{fill:var(--warn)}.strip .refuted{fill:var(--info)}.strip .drifted{fill:var(--bad)}
.strip .not-run,.strip .not-checkable{fill:var(--line)}
.timeline{min-width:44rem;height:auto}
.timeline text{fill:var(--fg);font:12px system-ui,sans-serif}
.timeline .lane{fill:var(--soft)}.timeline .event{fill:var(--info)}.timeline .bad{fill:var(--bad)}.timeline .grid{stroke:var(--line)}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media print{.scroll{max-height:none;overflow:visible}details>*{display:block}}
`;
