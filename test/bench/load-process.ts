/** The bench's end of the load's process. */
import path from 'node:path';
import type { Answer, CommandName, Commands } from './load/commands.ts';
import { endProcess, spawnNode } from './processes.ts';

export interface LoadProcess {
  ask<Name extends CommandName>(
    name: Name,
    ...given: Parameters<Commands[Name]>
  ): ReturnType<Commands[Name]>;
  close(): Promise<void>;
}

export function startLoad(): LoadProcess {
  const child = spawnNode(path.join(import.meta.dirname, 'load/load.ts'));
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', () => {
    for (const [id, answered] of waiting) answered({ id, error: 'the load ended' });
  });
  return {
    ask: <Name extends CommandName>(name: Name, ...[given]: Parameters<Commands[Name]>) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, (answer) =>
          'error' in answer
            ? reject(new Error(`${name}: ${answer.error}`))
            : resolve(answer.result as never),
        );
        child.send({ id, name, given });
      }) as ReturnType<Commands[Name]>,
    close: () => endProcess(child),
  };
}
