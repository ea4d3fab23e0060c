/**
 * The one style sheet, as text: the frame's CSP allows no `<style>` and no `style=` attribute, only
 * a constructable sheet. Logical properties throughout, so that `dir` alone turns it round. Every
 * pair of text and ground keeps 4.5 : 1 (WCAG 2.2, 1.4.3).
 */
export const CSS = `
:root{--bg:#fff;--soft:#f1f2f5;--line:#e3e5ea;--edge:#80868f;--text:#16191f;--muted:#5b626d;--bad:#b3261e;--warn:#fff4e0;--good:#12703f;--wait:#8a5300;color-scheme:light}
.dark{--bg:#15171c;--soft:#252930;--line:#333841;--edge:#7d8591;--text:#eceef2;--muted:#a3abb8;--bad:#ff9d94;--warn:#3a2c10;--good:#6fd6a0;--wait:#f0bd6a;color-scheme:dark}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
html,body,main{height:100%}
body{background:var(--bg);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:none;overflow:hidden}
main{display:flex;flex-direction:column}
button,textarea{font:inherit;color:inherit;-webkit-tap-highlight-color:transparent}
button{cursor:pointer;border:0;background:none}
:focus-visible{outline:2px solid var(--text);outline-offset:2px}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.banner{padding:7px 16px;background:var(--warn);font-size:13px;text-align:center;border-block-end:1px solid var(--line)}
.notice{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding-block:9px;text-align:start;color:var(--muted)}
.notice b{color:var(--text);overflow-wrap:anywhere}
.notice button{grid-column:1;justify-self:start;padding:0;color:var(--text);font-weight:600;text-decoration:underline;text-underline-offset:2px}
.notice button:last-child{grid-area:1/2/3;width:32px;height:32px;font-size:20px;line-height:1;text-decoration:none}
.notice span{font-size:12px}
.scroller{position:relative;flex:1;min-height:0;display:flex}
.log{flex:1;min-width:0;overflow:hidden auto;overscroll-behavior:contain;overflow-anchor:none;padding:20px 16px 12px;display:flex;flex-direction:column;scrollbar-width:thin;scrollbar-color:var(--line) transparent}
.log:focus-visible{outline-offset:-3px;border-radius:6px}
.log>*{flex:none}
.greeting{text-align:center;padding:4px 16px 16px;color:var(--muted)}
.greeting.alone{margin:auto}
.greeting h2{font-size:17px;line-height:1.3;color:var(--text);margin:10px 0 4px}
.greeting p{text-wrap:balance;overflow-wrap:anywhere}
.badge{display:inline-grid;place-items:center;width:52px;height:52px;border-radius:17px;background:var(--site);color:var(--on-site);font-weight:650;font-size:18px}
.day,.line{align-self:center;text-align:center;font-size:12px;color:var(--muted);margin:14px 0 6px;max-width:90%;text-wrap:balance}
.day{font-weight:600}
.line{margin:8px 0}
.group{display:flex;gap:8px;align-items:flex-end;margin-block-start:10px;max-width:86%}
.mine{align-self:flex-end;max-width:80%}
.avatar{flex:none;display:grid;place-items:center;width:28px;height:28px;border-radius:50%;color:#fff;font-size:11px;font-weight:650;margin-block-end:21px}
.stack{display:flex;flex-direction:column;gap:2px;min-width:0}
.item{display:flex;flex-direction:column;align-items:flex-start;animation:in .18s ease-out}
.mine .item{align-items:flex-end}
.bubble{position:relative;padding:8px 13px;border-radius:6px 18px 18px 6px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere;max-width:100%}
.mine .bubble{border-radius:18px 6px 6px 18px;background:var(--site);color:var(--on-site);box-shadow:inset 0 0 0 1px #8882}
.item:first-child .bubble{border-start-start-radius:18px;border-start-end-radius:18px}
.item:last-child .bubble{border-end-start-radius:18px;border-end-end-radius:18px}
.banner,.day,.line,.detail,.pay,.typing,.unsent>span{unicode-bidi:plaintext}
[dir=rtl] .payment{text-align:right}
[dir=rtl] .meta.unsent>span{text-align:left}
[dir=rtl] .bubble{border-radius:18px 6px 6px 18px}
[dir=rtl] .mine .bubble{border-radius:6px 18px 18px 6px}
.text{display:block}
.bubble a{color:inherit;text-underline-offset:2px;border-radius:3px}
.bubble :focus-visible{outline-color:currentColor}
.mine .bubble:is(.failed,.refused){background:none;color:var(--text);box-shadow:inset 0 0 0 1.5px var(--bad)}
.host{opacity:.85}
.meta{display:flex;flex-wrap:wrap;gap:0 6px;font-size:12px;line-height:17px;color:var(--muted);padding:2px 4px}
.mine .meta{justify-content:flex-end}
.meta:not(.unsent)>*+*::before{content:"·";margin-inline-end:6px}
.meta.unsent>span{flex-basis:100%;text-align:end}
.meta b{color:var(--bad)}
.waiting b{color:var(--wait)}
.meta button{text-decoration:underline;text-underline-offset:2px;padding:0 2px;border-radius:4px;color:var(--text)}
.sending{animation:late .6s}
.bubble.sending{animation:none}
.payment{align-self:flex-start;width:min(100%,300px);margin:12px 0 6px;padding:16px;border:1px solid var(--line);border-radius:18px;background:var(--bg);box-shadow:0 1px 2px #0001,0 6px 20px #00000012;animation:in .18s ease-out}
.for{color:var(--muted);overflow-wrap:anywhere}
.amount{font-size:26px;line-height:1.25;font-weight:680;letter-spacing:-.02em;font-variant-numeric:tabular-nums;margin-block:2px 6px}
.state{display:inline-flex;align-items:center;gap:7px;font-size:13px;font-weight:600;color:var(--muted)}
.state::before{content:"";width:8px;height:8px;border-radius:50%;background:currentColor;forced-color-adjust:none}
.created .state,.open .state,.processing .state,.disputed .state{color:var(--wait)}
.succeeded .state{color:var(--good)}
.payment.failed .state{color:var(--bad)}
.processing .state::before{animation:pulse 1s infinite alternate}
.payment:is(.canceled,.expired) .amount{color:var(--muted)}
.payment ul{margin-block:8px 6px;padding:8px 0;border-block:1px solid var(--line);list-style:none;font-size:13px}
.payment li{display:flex;justify-content:space-between;gap:12px;font-variant-numeric:tabular-nums}
.payment li :first-child{overflow-wrap:anywhere;min-width:0}
.detail{font-size:13px;color:var(--muted);margin-block-start:4px}
.pay{display:block;width:100%;min-height:44px;margin-block-start:14px;padding:8px 14px;border-radius:13px;background:var(--site);color:var(--on-site);font-weight:650;box-shadow:inset 0 0 0 1px #8882;transition:filter .15s}
.jump{position:absolute;inset-block-end:8px;inset-inline:0;margin:auto;width:fit-content;min-height:34px;padding:0 16px;border-radius:17px;background:var(--text);color:var(--bg);font-size:13px;font-weight:600;box-shadow:0 3px 12px #0003;animation:in .18s ease-out}
.typing{padding:4px 20px;font-size:12px;color:var(--muted);display:flex;gap:8px;align-items:center}
.typing i{width:5px;height:5px;margin-inline:8px 4px;border-radius:50%;background:currentColor;box-shadow:-8px 0,8px 0;animation:pulse .7s infinite alternate}
.composer{padding:8px 12px 12px;padding-block-end:max(12px,env(safe-area-inset-bottom))}
.field{display:flex;align-items:flex-end;border:1px solid var(--edge);border-radius:23px;padding:3px;transition:border-color .15s}
.field:focus-within{border-color:var(--text);box-shadow:0 0 0 1px var(--text)}
textarea{flex:1;min-width:0;border:0;outline:0;background:none;resize:none;padding:8px 6px 8px 13px;padding-inline:13px 6px;max-height:40vh;font-size:16px;line-height:22px}
textarea:focus-visible{outline:0}
textarea::placeholder{color:var(--muted);opacity:1}
.send{flex:none;width:38px;height:38px;border-radius:50%;display:grid;place-items:center;background:var(--site);color:var(--on-site);box-shadow:inset 0 0 0 1px #8882;transition:filter .15s,transform .15s}
.send:disabled{background:var(--soft);color:var(--muted);cursor:default;box-shadow:none}
.send svg{width:20px;fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.warning{background:var(--warn);border-radius:14px;padding:10px 14px;margin-block-end:8px;font-size:13px;animation:in .18s ease-out}
.warning button,.receipt{margin-block-start:6px;padding:5px 12px;border-radius:9px;border:1px solid;font-weight:600}
.warning button+button{margin-inline-start:8px}
.counter{font-size:12px;color:var(--muted);text-align:end;padding:4px 12px 0}
.over{color:var(--bad);font-weight:600}
@media(hover:hover){.pay:hover,.send:enabled:hover{filter:brightness(1.08)}}
.send:enabled:active{transform:scale(.94)}
@media(pointer:coarse){.send{width:44px;height:44px}.field{border-radius:26px}textarea{padding-block:11px}.meta button,.warning button,.receipt,.jump{min-height:44px;padding-inline:12px}}
@media(forced-colors:active){.bubble,.send,.pay,.jump,.badge,.avatar{border:1px solid}}
@media(prefers-reduced-motion){*,::before{animation:none!important;transition:none!important}}
@keyframes in{from{opacity:0;transform:translateY(6px)}}
@keyframes late{from,80%{opacity:0}}
@keyframes pulse{from{opacity:.35}}
`;
