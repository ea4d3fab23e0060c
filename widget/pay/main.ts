/**
 * The pay script: fetched by its hash when somebody pays. Hands its one function to the loader that
 * added it, and to nobody else.
 */
import type { SheetEvent } from '../sheet.ts';
import { openSheet } from './sheet.ts';

const event: SheetEvent = 'bulkhead:pay';
/** By the prototype's getter, since elements of the page may bear the name `currentScript`. */
const script = Reflect.get(Document.prototype, 'currentScript', document);
script?.dispatchEvent(new CustomEvent(event, { detail: openSheet }));
