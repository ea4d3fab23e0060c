/** The frame's end of the port: says hello to the page that made it and waits for the answer. */
import { FRAME_HELLO, FRAME_INIT } from './messages.ts';

export function greetParent<Options, Outgoing, Incoming>(
  start: (options: Options, send: (message: Outgoing) => void) => (message: Incoming) => void,
): void {
  const parentOrigin = new URLSearchParams(location.hash.slice(1)).get('parent') ?? '';
  if (window.parent === window || !/^https?:\/\//.test(parentOrigin)) return;
  window.addEventListener('message', function onInit(event) {
    if (event.source !== window.parent || event.origin !== parentOrigin) return;
    const [port] = event.ports;
    if (event.data?.type !== FRAME_INIT || !port) return;
    window.removeEventListener('message', onInit);
    const receive = start(event.data.options, (message) => port.postMessage(message));
    port.onmessage = ({ data }) => receive(data);
  });
  window.parent.postMessage(FRAME_HELLO, parentOrigin);
}
