/**
 * The baseline: a bare Socket.IO server with rooms, echo to the room and an ack, and no storage, no
 * checks, no log. Whatever Bulkhead's server costs more than this is what its promises cost.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.on('join', (rooms: string | string[], ack: (answer: object) => void) => {
    void socket.join(rooms);
    ack({ ok: true });
  });
  socket.on('message', (message: { room: string; text: string }, ack: (answer: object) => void) => {
    io.to(message.room).emit('message', message);
    ack({ ok: true });
  });
});

http.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
process.on('disconnect', () => process.exit());
