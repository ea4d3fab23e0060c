/**
 * The chat, in its sandboxed frame of an opaque origin. Wires port, connection, model and screen;
 * has no storage, no cookies and no host but the chat server's.
 */
import { createRef, render } from 'preact';
import { createBackOff } from '../../protocol/back-off-timer.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { createBanner } from './banner.ts';
import { createConnection, isFinal } from './connection.ts';
import { createChat, type Init } from './model/chat.ts';
import { createIdentity } from './model/identity.ts';
import { acceptPort, type LoaderPort, openLink } from './port.ts';
import { dress } from './theme.ts';
import { App } from './view/App.tsx';
import { createFormat } from './view/format.ts';

acceptPort((port) => {
  let isStarted = false;
  const backOff = createBackOff();
  port.listen((verb) => {
    if (verb.verb === 'init' && !isStarted) {
      isStarted = true;
      start(port, verb);
    } else if (verb.verb === 'offline' && !isFinal(verb.code)) {
      // Not even the first ticket could be had; asking for one asks for `init` again.
      backOff.later(() => port.say({ verb: 'ticket' }), verb);
    }
  });
  port.say({ verb: 'hello', protocol: PROTOCOL_VERSION });
});

function start(port: LoaderPort, init: Init) {
  const root = document.documentElement;
  root.dir = init.dir;
  root.lang = 'en';
  const setTheme = dress(init.site.color, init.theme);

  const banner = createBanner();
  const connection = createConnection(init.api, PROTOCOL_VERSION, {
    onStatus: banner.show,
    onRefused: banner.refuse,
    askTicket: () => port.say({ verb: 'ticket' }),
    onConnect() {
      chat.sync();
      identity.tell();
    },
    onDoubt: () => chat.sync(),
    facts: {
      'entry:appended': (entry) => chat.hear.entry(entry),
      'typing:changed': (fact) => chat.hear.typing(fact),
      'read:changed': (fact) => chat.hear.reads(fact),
      'conversation:changed': (view) => chat.hear.conversation(view),
      'notice:changed': (fact) => chat.hear.notice(fact),
      'state:stale': ({ withinMs }) => void setTimeout(chat.sync, Math.random() * withinMs),
    },
  });
  const chat = createChat(connection, init, port.say);
  const identity = createIdentity(connection);

  const field = createRef<HTMLTextAreaElement>();
  let isOpen = init.open;
  const see = () => chat.setVisible(isOpen && document.visibilityState === 'visible');
  // The loader hands the focus over when the panel opens; this frame never takes it by itself.
  addEventListener('focus', () => {
    const isNowhere = document.activeElement === document.body;
    // A touch keyboard would cover what the visitor came to read.
    if (isNowhere && matchMedia('(hover: hover)').matches) field.current?.focus();
  });
  document.addEventListener('visibilitychange', see);
  addEventListener('pagehide', chat.keep);
  addEventListener('keydown', ({ key, isComposing }) => {
    if (key === 'Escape' && !isComposing) port.say({ verb: 'close' });
  });

  port.listen((verb) => {
    switch (verb.verb) {
      case 'visible':
        isOpen = verb.open;
        see();
        break;
      case 'ticket':
        connection.useTicket(verb.ticket);
        break;
      case 'offline':
        connection.noTicket(verb);
        break;
      case 'identify':
        identity.set({
          ...(verb.name && { name: verb.name }),
          ...(verb.email && { email: verb.email }),
        });
        break;
      case 'theme':
        setTheme(verb.theme);
    }
  });

  const place = document.createElement('main');
  document.body.append(place);
  const format = createFormat(init.locale);
  render(<App {...{ chat, banner: banner.words, format, field, onOpenLink: openLink }} />, place);
  see();
  port.say({ verb: 'ready' });
  banner.show('connecting');
  connection.useTicket(init.ticket);
}
