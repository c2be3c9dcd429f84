/** The look of the status page, in the light and the dark scheme. */
export const statusStyle = `
:root { color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --edge: #e3e6eb; --text: #1b2330; --dim: #667085;
  --success: #1a936f; --rejected: #4c78c9; --stopped: #d99a1b; --failed: #c8373f; --ready: #1a936f; --used: #4c78c9; --made: #a9b4c4; }
@media (prefers-color-scheme: dark) { :root {
  --page: #10141b; --card: #181e27; --edge: #29313d; --text: #e6eaf0; --dim: #93a0b3;
  --success: #3fbf97; --rejected: #7ba2ea; --stopped: #e8b548; --failed: #ef6f74; --ready: #3fbf97; --used: #7ba2ea; --made: #5b6779; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, header { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; padding-top: 28px; padding-bottom: 18px; }
h1 { font-size: 22px; letter-spacing: -0.01em; }
header p { color: var(--dim); }
.badge { border-radius: 99px; padding: 1px 11px; font-size: 13px; font-weight: 600; color: var(--page); background: var(--success); }
.badge.failed { background: var(--failed); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 14px; }
.tiles > div, figure, .tools { background: var(--card); border: 1px solid var(--edge); border-radius: 12px; padding: 14px 18px; }
dt { color: var(--dim); font-size: 13px; }
dd { font-size: 27px; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; }
dd + dd { font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--dim); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 14px; margin: 14px 0; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 2px 16px; padding-bottom: 8px; }
h2 { font-size: 15px; font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; padding: 0; color: var(--dim); font-size: 13px; }
.legend i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; margin-right: 6px; }
i.success { background: var(--success); } i.rejected { background: var(--rejected); } i.stopped { background: var(--stopped); } i.failed { background: var(--failed); }
i.ready { background: var(--ready); } i.used { background: var(--used); } i.made { background: var(--made); }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--dim); font-size: 12px; font-family: inherit; }
.grid { stroke: var(--edge); }
.tip { fill: transparent; }
.tip:hover { fill: var(--text); fill-opacity: 0.07; }
.tools { overflow-x: auto; margin-bottom: 32px; }
table { width: 100%; border-collapse: collapse; margin-top: 8px; }
th, td { padding: 6px 0 6px 16px; text-align: right; border-top: 1px solid var(--edge); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { border: 0; color: var(--dim); font-size: 13px; font-weight: 400; }
td:first-child { font-family: ui-monospace, monospace; font-size: 14px; }
.none { color: var(--dim); }
`;
