/** Parses what the frame says through the port: a closed list of verbs [PORT-2]. Pure. */
import type { FrameVerb } from '../../protocol/port.ts';
import { parse, type Shape } from './shape.ts';
import { VERBS } from './shapes.ts';

const shapes: ReadonlyMap<unknown, Shape> = new Map(Object.entries(VERBS));

/** @returns a copy with the known fields alone, or nothing for what is not on the list. */
export function parseFrameVerb(message: unknown): FrameVerb | undefined {
  const verb = (message as Partial<FrameVerb> | null)?.verb;
  const shape = shapes.get(verb);
  const fields = shape && parse(message, shape);
  return fields ? ({ verb, ...(fields as object) } as FrameVerb) : undefined;
}
