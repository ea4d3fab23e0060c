/** `window.Bulkhead`: the page's commands. */
import { boot, close, open, shutdown, toggle } from './chat.ts';
import { emit, forgetListeners, listen } from './events.ts';
import { tellFrame } from './frame.ts';
import { setIdentity } from './session.ts';
import { setLook, theme } from './tag.ts';
import { host, launcher, showTheme } from './view.ts';

const commands: Readonly<Record<string, ((first: unknown, second: unknown) => void) | null>> = {
  /** So that nothing is inherited into the list. */
  __proto__: null,
  open,
  close,
  toggle,
  boot,
  show() {
    launcher.hidden = false;
  },
  hide() {
    launcher.hidden = true;
  },
  identify(known) {
    tellFrame({ verb: 'identify', ...setIdentity(known) });
  },
  update(changes) {
    setLook(Object(changes));
    showTheme();
    tellFrame({ verb: 'theme', theme });
  },
  on(name, listener) {
    listen('addEventListener', name, listener);
    if (name === 'ready') emit(name);
  },
  off(name, listener) {
    listen('removeEventListener', name, listener);
  },
  shutdown() {
    shutdown();
    forgetListeners();
  },
};

/** Carries out one call of the page: a command and what goes with it. */
export function run(command?: unknown, first?: unknown, second?: unknown): void {
  const name = `${command}`;
  const action = commands[name];
  if (!action) emit('error', { code: 'command_unknown', message: name });
  // After `shutdown` only `boot` does anything.
  else if (host.isConnected || name === 'boot') action(first, second);
}
