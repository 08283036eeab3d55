import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { watchNewConnections } from './new-connections.ts';
import { createPool } from './pool.ts';

/** The messages of PostgreSQL's protocol: a letter, the length of what follows with itself, and the body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const authenticated = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));
const shutDown = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);

test.each(['with', 'without'])(
  'a server that takes its word back in one packet ends no process (%s a watch)',
  async (how) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([authenticated, ready, shutDown])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgresql://ada:secret@127.0.0.1:${(server.address() as AddressInfo).port}/lastgood`;
    const pool = createPool(url, 1, undefined, how === 'with' ? watchNewConnections(url).Client : undefined);
    await expect(pool.query('select 1')).rejects.toThrow();
    await expect(pool.query('select 1')).rejects.toThrow();
    await pool.end();
    server.close();
  },
);
