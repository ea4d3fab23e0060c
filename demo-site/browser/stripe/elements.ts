/** `stripe.elements()`: the group of elements on a page, and each element's life in the DOM. */
import { type HostedFrame, hostFrame } from './frame-host.ts';
import type {
  Access,
  Appearance,
  BillingDetails,
  FromPaymentFrame,
  PaymentIntent,
  Result,
  StripeError,
  ToPaymentFrame,
} from './messages.ts';

export interface ElementsOptions {
  clientSecret?: string;
  appearance?: Appearance;
  locale?: string;
  loader?: string;
}

type Handler = (event: object) => void;
type ElementType = 'payment' | 'expressCheckout' | 'linkAuthentication';

const ELEMENT_TYPES: readonly string[] = ['payment', 'expressCheckout', 'linkAuthentication'];
const FIRST_HEIGHT_PX = 150;

/** What a call gets whose frame is taken away under it. */
const UNMOUNTED: StripeError = {
  type: 'api_error',
  message: 'The payment element was unmounted before it had an answer.',
};

/** Thrown when the page uses Stripe.js wrongly, as the real one does. */
export class IntegrationError extends Error {
  override name = 'IntegrationError';
}

export interface PaymentFrame {
  validate(): Promise<Result<PaymentIntent | null>>;
  confirm(
    clientSecret: string,
    returnUrl: string | undefined,
    billingDetails: BillingDetails | undefined,
  ): Promise<Result<PaymentIntent | null>>;
}

/** What `confirmPayment` needs to find behind the object that the page hands back. */
export interface ElementsInternals {
  access: Access;
  paymentFrame(): PaymentFrame;
}

const internals = new WeakMap<object, ElementsInternals>();

export function internalsOf(elements: object): ElementsInternals {
  const found = internals.get(elements);
  if (!found)
    throw new IntegrationError('elements should be an object created by stripe.elements().');
  return found;
}

export function createElements(
  origin: string,
  account: Omit<Access, 'clientSecret'>,
  options: ElementsOptions,
) {
  if (!options.clientSecret) {
    throw new IntegrationError(
      'In order to create a payment element, you must pass a clientSecret.',
    );
  }
  const access: Access = { ...account, clientSecret: options.clientSecret };
  let appearance = options.appearance ?? {};
  let locale = options.locale ?? 'auto';
  const created = new Map<string, ReturnType<typeof createElement>>();

  const elements = {
    create(type: string) {
      if (!ELEMENT_TYPES.includes(type)) {
        throw new IntegrationError(`The stand-in has no element of type ${type}.`);
      }
      if (created.has(type)) {
        throw new IntegrationError(
          `Can only create one Element of type ${type} per elements() call.`,
        );
      }
      const element = createElement(origin, type as ElementType, {
        init: () => ({ access, appearance, locale }),
        destroyed: () => created.delete(type),
      });
      created.set(type, element);
      return element.api;
    },
    getElement: (type: string) => created.get(type)?.api ?? null,
    update(next: ElementsOptions) {
      appearance = next.appearance ?? appearance;
      locale = next.locale ?? locale;
      for (const element of created.values()) element.send({ type: 'update', appearance, locale });
      return Promise.resolve();
    },
    fetchUpdates: () => Promise.resolve({}),
    async submit(): Promise<{ error?: StripeError; selectedPaymentMethod?: string }> {
      const result = await paymentFrame().validate();
      return result.ok ? { selectedPaymentMethod: 'card' } : { error: result.error };
    },
  };

  function paymentFrame(): PaymentFrame {
    const payment = created.get('payment');
    if (!payment?.isMounted()) {
      throw new IntegrationError(
        'We could not retrieve data from the specified Element. Please make sure the Element you are ' +
          'attempting to use is still mounted.',
      );
    }
    return payment.frame;
  }

  internals.set(elements, { access, paymentFrame });
  return elements;
}

function createElement(
  origin: string,
  type: ElementType,
  group: { init: () => object; destroyed: () => void },
) {
  const handlers = new Map<string, Set<Handler>>();
  const calls = new Map<number, (result: Result<PaymentIntent | null>) => void>();
  let hosted: HostedFrame<ToPaymentFrame> | undefined;
  let lastCall = 0;

  function emit(event: string, detail: object = {}): void {
    for (const handler of handlers.get(event) ?? []) handler({ elementType: type, ...detail });
  }

  function receive(message: FromPaymentFrame): void {
    if (message.type === 'height') {
      hosted?.iframe.style.setProperty('height', `${message.pixels}px`, 'important');
    } else if (message.type === 'result') {
      calls.get(message.call)?.(message.result);
      calls.delete(message.call);
    } else if (message.type === 'change') {
      const { complete, empty } = message;
      emit('change', { complete, empty, collapsed: false, value: { type: 'card' } });
    } else if (message.type === 'loaderror') {
      emit('loaderror', { error: message.error });
    } else {
      emit(message.type);
    }
  }

  function ask(message: (call: number) => ToPaymentFrame): Promise<Result<PaymentIntent | null>> {
    return new Promise((resolve) => {
      const call = ++lastCall;
      calls.set(call, resolve);
      hosted?.send(message(call));
    });
  }

  const api = {
    mount(target: string | HTMLElement) {
      const container = findContainer(target);
      api.unmount();
      container.replaceChildren();
      container.classList.add('StripeElement');
      if (type !== 'payment') {
        // No wallet and no Link here, so there is nothing to draw.
        setTimeout(() => emit('ready', { availablePaymentMethods: undefined }));
        return;
      }
      setTimeout(() => emit('loaderstart'));
      hosted = hostFrame<ToPaymentFrame, FromPaymentFrame>({
        origin,
        path: '/v3/payment-frame.html',
        title: 'Secure payment input frame',
        parent: container,
        init: group.init(),
        style: {
          border: '0',
          display: 'block',
          margin: '-4px',
          padding: '0',
          width: 'calc(100% + 8px)',
          'min-width': '100%',
          height: `${FIRST_HEIGHT_PX}px`,
          'color-scheme': 'light only',
          overflow: 'hidden',
          transition: 'height 0.15s ease',
        },
        receive,
      });
    },
    unmount() {
      hosted?.iframe.parentElement?.classList.remove('StripeElement');
      hosted?.remove();
      hosted = undefined;
      for (const settle of calls.values()) settle({ ok: false, error: UNMOUNTED });
      calls.clear();
    },
    destroy() {
      api.unmount();
      handlers.clear();
      group.destroyed();
    },
    update(_options: object) {},
    focus: () => hosted?.send({ type: 'focus' }),
    blur: () => hosted?.send({ type: 'blur' }),
    clear: () => hosted?.send({ type: 'clear' }),
    collapse() {},
    on(event: string, handler: Handler) {
      const set = handlers.get(event) ?? new Set();
      handlers.set(event, set.add(handler));
      return api;
    },
    off(event: string, handler?: Handler) {
      if (handler) handlers.get(event)?.delete(handler);
      else handlers.delete(event);
      return api;
    },
    once(event: string, handler: Handler) {
      const only = (detail: object) => {
        api.off(event, only);
        handler(detail);
      };
      return api.on(event, only);
    },
  };
  const frame: PaymentFrame = {
    validate: () => ask((call) => ({ type: 'validate', call })),
    confirm: (clientSecret, returnUrl, billingDetails) =>
      ask((call) => ({ type: 'confirm', call, clientSecret, returnUrl, billingDetails })),
  };
  return {
    api,
    frame,
    isMounted: () => hosted?.iframe.isConnected === true,
    send: (message: ToPaymentFrame) => hosted?.send(message),
  };
}

/** Stripe's elements work in the light DOM only; so do these. */
function findContainer(target: string | HTMLElement): HTMLElement {
  const container = typeof target === 'string' ? document.querySelector(target) : target;
  if (!(container instanceof HTMLElement) || !document.contains(container)) {
    throw new IntegrationError(
      `The selector you specified (${String(target)}) applies to no DOM elements that are currently on ` +
        'the page. Make sure the element exists on the page before calling mount().',
    );
  }
  return container;
}
