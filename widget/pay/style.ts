/**
 * The look of the sheet, after the loader's own style sheet. `--c` is the site's colour; the theme
 * comes with `color-scheme`.
 */
export const style = `
.sheet{--ground:light-dark(#fff,#16181e);--ink:light-dark(#171a21,#eceef3);--soft:light-dark(#5b6270,#a3aab8);--line:light-dark(#e3e6ec,#2c3039);position:absolute;inset:0;z-index:1;display:flex;flex-direction:column;overflow:auto;overscroll-behavior:contain;background:var(--ground);color:var(--ink);outline:0;animation:sheet .22s cubic-bezier(.2,.9,.3,1)}
@keyframes sheet{0%{opacity:0;translate:0 24px}}
.sheet svg{width:18px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.sheet .head{display:flex;align-items:center;justify-content:space-between;gap:12px;padding:16px 20px;padding-block-start:calc(16px + env(safe-area-inset-top));border-block-end:1px solid var(--line)}
.sheet h2{margin:0;font-weight:650;font-size:16px}
.sheet .secured{display:flex;align-items:center;gap:6px;font-size:12px;color:var(--soft)}
.sheet .sum{padding:20px 20px 0}
.sheet .amount{font-weight:650;font-size:30px;line-height:1.2;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.sheet p{margin:0}
.sheet .what{margin-block-start:2px;color:var(--soft);overflow-wrap:anywhere}
.sheet .from{margin-block-start:14px;font-size:12px;color:var(--soft)}
.sheet:dir(rtl){text-align:right}
.sheet ul{margin:4px 0 0;padding:0;list-style:none;font-size:14px}
.sheet li{display:flex;justify-content:space-between;gap:16px;padding:3px 0}
.sheet li span{overflow-wrap:anywhere;min-width:0}
.sheet li b{flex:none;font-weight:400;font-variant-numeric:tabular-nums}
.sheet li:last-child{margin-block-start:4px;padding-block-start:7px;border-block-start:1px solid var(--line)}
.sheet li:last-child *{font-weight:650}
.sheet .or{margin:14px 0;text-align:center;font-size:13px;color:var(--soft)}
.sheet .form{padding:20px 20px 4px;min-height:120px;position:relative}
.sheet .problem{margin:8px 20px 0;padding:10px 14px;border:1px solid light-dark(#f3c2c2,#6e2b31);border-radius:10px;background:light-dark(#fdf1f1,#2e1a1d);color:light-dark(#96121f,#ffb4b4);font-size:14px}
.sheet .actions{display:grid;gap:8px;padding:16px 20px calc(20px + env(safe-area-inset-bottom));margin-block-start:auto}
.sheet button{display:flex;align-items:center;justify-content:center;gap:10px;min-height:46px;padding:0 18px;border:1px solid #0000;border-radius:12px;font-weight:600;transition:opacity .15s}
.sheet button:before{content:none}
.sheet button.quiet{background:#0000;color:var(--ink);border-color:var(--line)}
.sheet button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.sheet button:disabled{opacity:.55;cursor:default}
.sheet .form.waiting:before{position:absolute;inset:0;margin:auto}
.sheet .busy:before,.sheet .form.waiting:before{content:"";width:16px;height:16px;border-radius:50%;border:2px solid currentColor;border-inline-end-color:#0000;animation:turn .7s linear infinite}
@keyframes turn{to{rotate:1turn}}
.sheet .done{flex:1;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:8px;padding:32px;text-align:center}
.sheet .done svg{width:64px;stroke-width:1.6;color:light-dark(#12813f,#4fd48a);margin-block-end:8px}
.sheet .done.pending svg{color:light-dark(#8a5a00,#f2c14e)}
.sheet .done strong{font-weight:650;font-size:20px}
@media(prefers-reduced-motion){.sheet{animation:none}}
.sheet dl{display:grid;grid:auto/auto 1fr;gap:6px 20px;margin:16px 0 0;text-align:left;font-size:14px}
.sheet:dir(rtl) dl{text-align:right}
.sheet dt{color:var(--soft)}
.sheet dd{margin:0;overflow-wrap:anywhere}
@media print{
:host{position:static!important}
.root{color-scheme:light!important}
.panel,.sheet{position:static;display:block;width:auto;height:auto;border:0;box-shadow:none;overflow:visible;animation:none}
.launcher,.bar,.body,.sheet .actions,.sheet .secured{display:none}
}
`;
