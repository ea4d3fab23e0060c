import path from 'node:path';
import type { Socket } from 'socket.io-client';
import { connected, endProcess, pidOf, type Subject, spawnServer } from './subject.ts';

export async function startBare(): Promise<Subject> {
  const child = spawnServer(path.join(import.meta.dirname, 'bare-server.ts'), {});
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message: { port: number }) => resolve(message.port)),
  );
  const url = `http://127.0.0.1:${port}`;
  const sockets: Socket[] = [];
  let delivered = 0;
  const connect = async () => {
    const socket = await connected(url, {});
    socket.on('message', () => delivered++);
    sockets.push(socket);
    return socket;
  };
  return {
    name: 'bare',
    pid: pidOf(child),
    async connectIdle() {
      await connect();
    },
    async connectTalkers(count) {
      const rooms = Array.from({ length: count }, (_, index) => `room ${index}`);
      await (await connect()).emitWithAck('join', rooms);
      return Promise.all(
        rooms.map(async (room) => {
          const socket = await connect();
          await socket.emitWithAck('join', [room]);
          return {
            async send(text: string) {
              await socket.emitWithAck('message', { room, text });
            },
          };
        }),
      );
    },
    delivered: () => delivered,
    async close() {
      for (const socket of sockets) socket.close();
      await endProcess(child);
    },
  };
}
