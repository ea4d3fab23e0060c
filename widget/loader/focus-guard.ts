/**
 * A frame of any origin may call `focus()`, and so catch what is being typed into the page. When the
 * focus enters the chat without pointer, Tab or the loader's own doing while a field of the page is
 * in use, this says so; removing the frame is the only thing that surely takes the focus from it.
 *
 * It notices *that* an editable field of the page is in use, and reads no value. Of keys it knows
 * one: Tab, which moves the focus into the chat rightly.
 */
import { IN_USE_MS, LOOK_MS } from './limits.ts';
import { host, panel, shadow } from './view.ts';

/** By an element's name. One with a hyphen may have its fields or frames in a closed shadow root. */
const FRAMES = /-|iframe/;
const FIELDS = /-|iframe|input|textarea|select/;
/** What may have the focus for long while the visitor looks elsewhere; others may be a card's. */
const HARMLESS = 'textarea,select,[type=search]';

/** What is in use, until the focus may leave it for the chat. */
let field: HTMLElement | undefined;
let usedAt = 0;
let timer: ReturnType<typeof setInterval>;

/** The focus may enter the frame: the loader, or the visitor, is moving it there. */
export function grantFocus(): void {
  field = undefined;
}

/** @param element is whatever had the event: the window and the document have no name. */
function use(element: HTMLElement, type?: string): void {
  // Whatever has input is a field, if it only is the host of a closed root.
  if (type === 'input' || FIELDS.test(element.localName) || element.isContentEditable) {
    field = element;
    usedAt = Date.now();
  }
}

/** @param guard is the window around the chat's. */
const isStolen = (used: HTMLElement, guard: Window): boolean =>
  !panel.matches(':hover') &&
  // By touch nothing hovers. The guard's window knows the gestures in page and chat, but none in
  // another frame: one that the page's fields did not see came from the chat.
  (Date.now() - usedAt < IN_USE_MS ||
    !(used.matches(HARMLESS) || guard.navigator.userActivation.isActive));

export function guardFocus(onTheft: () => void): void {
  for (const type of ['keydown', 'input', 'focusin'])
    addEventListener(
      type,
      (event) => {
        use(event.composedPath()[0] as HTMLElement, type);
        if ((event as KeyboardEvent).key === 'Tab' && event.target === host) grantFocus();
      },
      true,
    );
  const look = () => {
    const { activeElement } = document;
    const guard = (shadow.activeElement as Partial<HTMLIFrameElement> | null)?.contentWindow;
    if (guard) {
      if (field?.isConnected && isStolen(field, guard)) {
        onTheft();
        focus();
        field.focus();
      } else grantFocus();
    } else if (!activeElement || !FRAMES.test(activeElement.localName)) clearInterval(timer);
    else if (activeElement !== field) use(activeElement as HTMLElement);
  };
  // The focus enters a frame: the page's window loses it, and hears nothing when it goes on from
  // there into another. So it is looked up, for as long as a frame has it, and not before the first
  // interval is over: only then the active element is set, and it has come from another process
  // that the pointer is over the panel.
  const watch = () => {
    clearInterval(timer);
    timer = setInterval(look, LOOK_MS);
  };
  addEventListener('blur', watch);
  watch();
}
