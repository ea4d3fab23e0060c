/** Parses what the frame says through the port: a closed list of verbs [PORT-2]. Pure. */
import type { FrameVerb } from '../../protocol/port.ts';
import { parse } from './shape.ts';
import { VERBS } from './shapes.ts';

const shapes: ReadonlyMap<unknown, object> = new Map(Object.entries(VERBS));

/** @returns a copy with the known fields alone, or nothing for what is not on the list. */
export function parseFrameVerb(message: unknown): FrameVerb | undefined {
  const shape = shapes.get((message as Partial<FrameVerb> | null)?.verb);
  return shape && (parse(message, { verb: /^string/, ...shape }) as FrameVerb | undefined);
}
