/**
 * The look of launcher and panel. Constructable, so that no `style-src` of the page forbids it; with
 * logical properties, so that the page's direction holds. `--c` is the site's colour; the
 * text on it is white or black, whichever has a contrast of 4.5 (as both have at L* 49.44); the
 * `color-scheme` of the root carries the theme, which the system colours follow. The browser's own
 * focus ring stays: it is drawn in two tones, for any ground. Nothing moves.
 */
export const style = `
:host{all:initial!important;position:fixed!important;z-index:2000000000!important}
[hidden],.badge:empty{display:none!important}
*{box-sizing:border-box}
.root{font:15px/1.4 system-ui;color:CanvasText}
button,.bar{background:var(--c);color:lch(from var(--c) calc((49.44 - l)*infinity) 0 0)}
button{font:inherit;border:1px solid #0000;border-radius:28px;padding:14px;cursor:pointer}
.launcher:before{content:"";display:block;border:13px solid;border-radius:28px 28px 28px 0}
.launcher,.panel{position:fixed;bottom:20px;inset-inline-end:20px;box-shadow:0 4px 24px #0005}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;border-radius:28px;font:12px/22px system-ui;background:#c00;color:#fff}
.panel{bottom:92px;width:380px;height:min(600px,100dvh - 112px);display:grid;grid:auto 1fr/100%;overflow:hidden;border:1px solid #8884;border-radius:14px;background:Canvas}
.bar{padding:calc(12px + env(safe-area-inset-top)) 16px 12px}
.bar button{float:inline-end;font-size:28px;padding:0 14px}
.body{position:relative}
.note{display:grid;gap:24px;place-items:center;padding:25% 16px;text-align:center}
@media(max-width:480px){
.panel{inset:0;width:auto;height:100dvh;border-radius:0;padding-bottom:env(safe-area-inset-bottom)}
.launcher[aria-expanded=true]{display:none}
}
`;
