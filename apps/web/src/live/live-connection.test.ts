import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLiveConnection } from './live-connection.ts';

/** A line that the test opens, speaks on and cuts. */
class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: () => void = () => {};
  onclose: (closed: { code: number; reason: string }) => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }
  close(): void {}
  speak(): void {
    this.onmessage({ data: JSON.stringify({ messages: [] }) });
  }
  cut(): void {
    this.onclose({ code: 1006, reason: '' });
  }
  static newest(): FakeSocket {
    return FakeSocket.all.at(-1) as FakeSocket;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('window', { addEventListener: () => {}, removeEventListener: () => {} });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function started() {
  const asked: string[] = [];
  const connection = createLiveConnection(
    (readingsOf) => `/live?${readingsOf ?? ''}`,
    {
      onFrame: () => {},
      onOpened: () => void asked.push('opened'),
      onReconnected: () => void asked.push('again'),
      onFollowing: (id) => void asked.push(id),
    },
    () => [],
  );
  connection.start();
  FakeSocket.newest().onopen();
  return { connection, asked };
}

/** Lets the wait for the next attempt pass, and opens it. */
async function reopen(): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  while (FakeSocket.all.length === before) await vi.advanceTimersByTimeAsync(500);
  FakeSocket.newest().onopen();
  return FakeSocket.newest();
}

test('a line that opens and says nothing is not live: what is shown gets older', async () => {
  const { connection, asked } = started();
  await vi.advanceTimersByTimeAsync(17_000);
  expect(connection.state()).toMatchObject({ phase: 'lost' });
  const { shownAt } = connection.state();
  expect(shownAt).toBe(1_000_000);
  for (let line = 0; line < 3; line += 1) {
    await reopen();
    expect(connection.state()).toMatchObject({ phase: 'lost', shownAt });
    await vi.advanceTimersByTimeAsync(17_000);
  }
  const mine = await reopen();
  expect(asked).toEqual(['opened', 'again', 'again', 'again', 'again']);
  mine.speak();
  expect(connection.state()).toMatchObject({ phase: 'live', lostAt: null, shownAt: null });
  expect(asked).toHaveLength(5);
  connection.stop();
});

test('what was refused while an open line was silent is asked for again with its first word, and not with the next', async () => {
  const { connection, asked } = started();
  FakeSocket.newest().cut();
  const mine = await reopen();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual(['opened', 'again']);
  mine.speak();
  mine.speak();
  expect(asked).toEqual(['opened', 'again', 'again']);
  connection.stop();
});

test('the first line too is live once something was heard on it', async () => {
  const { connection, asked } = started();
  expect(connection.state().phase).toBe('connecting');
  connection.follow('d1');
  FakeSocket.newest().speak();
  expect(connection.state().phase).toBe('live');
  FakeSocket.newest().onopen();
  expect(asked).toEqual(['opened', 'd1']);
  connection.stop();
});

test('what was asked for while nothing was heard is asked for when it is', async () => {
  const { connection, asked } = started();
  FakeSocket.newest().cut();
  const mine = await reopen();
  connection.follow('d1');
  mine.speak();
  expect(FakeSocket.newest().url).toBe('/live?d1');
  FakeSocket.newest().onopen();
  expect(asked).toEqual(['opened', 'again', 'd1']);
  connection.stop();
});

test('that the server takes no further line is told in its words until it takes one, also while asking without it goes well', async () => {
  const { connection } = started();
  const turnAway = () => FakeSocket.newest().onclose({ code: 1013, reason: 'All 5 are taken' });
  turnAway();
  const told = { phase: 'lost', turnedAway: true, why: 'All 5 are taken' };
  expect(connection.state()).toMatchObject(told);
  connection.refreshed();
  await reopen();
  expect(connection.state()).toMatchObject(told);
  turnAway();
  await reopen();
  FakeSocket.newest().cut();
  expect(connection.state()).toMatchObject({ phase: 'lost', turnedAway: false, why: null });
  await reopen();
  FakeSocket.newest().speak();
  expect(connection.state()).toMatchObject({ phase: 'live', turnedAway: false, why: null });
  connection.stop();
});

test('why the server closed the line is told until asking without it goes well', () => {
  const { connection } = started();
  FakeSocket.newest().speak();
  FakeSocket.newest().onclose({ code: 1001, reason: 'Lastgood is stopping' });
  expect(connection.state()).toMatchObject({ turnedAway: false, why: 'Lastgood is stopping' });
  connection.refreshed();
  expect(connection.state()).toMatchObject({ phase: 'lost', why: null });
  connection.stop();
});
