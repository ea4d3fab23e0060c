/**
 * Messages that pretend: to the page by `postMessage`, which a conventional widget obeys, and to the
 * loader by the port that every chat has.
 */
import type { CodeAttack } from '../attack.ts';

const forged = (
  id: string,
  tries: string,
  code: string,
  succeeds: CodeAttack['succeeds'],
  rest: Partial<CodeAttack> = {},
): CodeAttack => ({
  kind: 'code',
  family: 'port',
  held: 'host',
  id: `port-${id}`,
  tries,
  code: `const everybody = (message, transfer = []) => { for (const view of new Set([window, parent, parent.parent, top])) view.postMessage(message, '*', transfer); };
    ${code}`,
  succeeds,
  ...rest,
});
const alone = { alone: true } as const;

export const PORT_ATTACKS: readonly CodeAttack[] = [
  forged(
    'html',
    'has markup shown by a message',
    `
    globalThis.drillToast = () => whenCard(send);
    everybody({ widget: 'toast', html: '<img src=x onerror=drillToast()>' });
    offer.then((port) => { const draft = '<img src=x onerror=drillToast()>'; port.postMessage({ verb: 'keep', draft, outbox: [] }); port.postMessage({ verb: 'event', name: draft }); });`,
    'card',
  ),
  forged(
    'go',
    'has the page moved elsewhere by a message',
    `everybody({ widget: 'go', url: to('/go') }); everybody({ bulkhead: 'go', url: to('/go') }); offer.then((port) => port.postMessage({ verb: 'go', url: to('/go') }));`,
    'contact',
    alone,
  ),
  forged(
    'open',
    'has a window opened by a message, to catch what is being typed into the page',
    `const ask = () => { everybody({ widget: 'open', url: to('/open') }); everybody({ bulkhead: 'open', url: to('/open') }); };
     if (page()) onGesture(() => setTimeout(ask, 20));
     let wasHere = false; setInterval(() => { if (document.hasFocus()) wasHere = true; else if (wasHere) ask(); }, 20);`,
    'window',
    { alone: true, gesture: true },
  ),
  forged(
    'open-at-once',
    'has a window opened by a message, as soon as the visitor has opened the chat',
    `const ask = () => { everybody({ widget: 'open', url: to('/open') }); everybody({ bulkhead: 'open', url: to('/open') }); };
     if (page()) onGesture(() => setTimeout(ask, 20)); ask(); offer.then(ask);`,
    'window',
    {
      ...alone,
      known:
        'a press on the launcher is a gesture, and the chat has the focus then: a hostile release may open one window with it, which knows nothing of the page',
    },
  ),
  forged(
    'set',
    "writes into the page's globals by a message",
    `everybody({ widget: 'set', values: { drillSet: 1 } }); offer.then((port) => port.postMessage({ verb: 'ready', drillSet: 1 })); everybody(JSON.parse('{"bulkhead":"open","__proto__":{"drillSet":1}}'));`,
    { probe: `window.drillSet === 1` },
  ),
  forged(
    'size',
    'has its frame made as large as the page',
    `try { widget.open(); } catch {} const style = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647'; everybody({ widget: 'size', style }); offer.then((port) => { for (const verb of ['size', 'style', 'resize']) port.postMessage({ verb, style, width: 4000, height: 4000 }); });`,
    {
      probe: `document.elementFromPoint(200, innerHeight / 2)?.closest('#widget, #bulkhead') != null`,
    },
    alone,
  ),
  forged(
    'verbs',
    'says every verb of the port with what does not belong there',
    `offer.then((port) => { for (const verb of ['hello', 'close', 'ticket', 'unread', 'conversation', 'keep', 'pay', 'event', '__proto__', 'constructor', 'toString']) port.postMessage({ verb, protocol: 'x', count: 1e9, open: 'yes', draft: 'x'.repeat(5000), outbox: {}, shown: { paymentId: '../..', amountMinor: -1 }, name: 'constructor' }); }); Object.assign(window, { drillVerbs: 1 });`,
    { probe: `window.drillVerbs === 1` },
    alone,
  ),
  forged(
    'second-offer',
    'offers the page a port of its own, as if it were the loader',
    `const channel = new MessageChannel(); channel.port1.onmessage = ({ data }) => send(JSON.stringify(data)); for (const view of new Set([parent, parent.parent, top])) view.postMessage({ bulkhead: 'port', protocol: 1 }, '*', view === parent ? [channel.port2] : []);`,
    'contact',
    {
      noControl: 'a conventional widget has no port that could be offered twice',
    },
  ),
  forged(
    'forged-pay',
    'asks for the payment sheet by itself, with a sum of its own',
    `offer.then((port) => { setTimeout(() => port.postMessage({ verb: 'pay', shown: { paymentId: 'pr_aaaaaaaaaaaaaaaa', amountMinor: 1, currency: 'EUR', description: 'Nothing' } }), 300); });`,
    { probe: `!!document.querySelector('iframe[title="Secure payment input frame"]')` },
    {
      ...alone,
      noControl:
        'a conventional widget takes the card by itself; there is no sheet that could be asked for',
    },
  ),
];
