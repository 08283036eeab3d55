import { describe, expect, test, vi } from 'vitest';
import { createLiveHub, type LiveSocket } from './live-hub.ts';
import { changesOf, type LiveMessage } from './live-messages.ts';

interface FakeSocket extends LiveSocket {
  bufferedAmount: number;
  frames: LiveMessage[][];
  texts: string[];
  closed: number | null;
  pings: number;
  cut: boolean;
}

function socket(): FakeSocket {
  const self: FakeSocket = {
    bufferedAmount: 0,
    frames: [],
    texts: [],
    closed: null,
    pings: 0,
    cut: false,
    send(frame) {
      const text = frame.toString();
      self.texts.push(text);
      self.frames.push((JSON.parse(text) as { messages: LiveMessage[] }).messages);
    },
    close(code) {
      self.closed = code;
    },
    ping() {
      self.pings += 1;
    },
    terminate() {
      self.cut = true;
    },
  };
  return self;
}

function reading(deploymentId: string, trigger: string, value: number): LiveMessage {
  return {
    type: 'reading',
    service: `c/n/${deploymentId}`,
    deploymentId,
    trigger,
    at: '2026-01-01T00:00:00.000Z',
    reading: { kind: 'value', value, text: String(value), parts: [], words: null },
    threshold: 1,
    comparison: 'greater_than',
    unit: '',
    phase: 'pending',
    heldSeconds: 0,
    forSeconds: 60,
    holdLeftSeconds: null,
    trouble: null,
    frozen: false,
    lateMs: 5,
  };
}

function changed(id: string, text: string | null, urgency: 'quiet' | 'act' = 'quiet'): LiveMessage {
  return { type: 'changed', resource: 'deployment', id, service: 'c/n/d1', text, urgency };
}

describe('the hub', () => {
  test('sends one frame per client and flush, with the newest value of each trigger', () => {
    const hub = createLiveHub();
    const [a, b] = [socket(), socket()];
    hub.join(a, null);
    hub.join(b, null);
    hub.broadcast([reading('d1', 't', 1), reading('d1', 't', 2), reading('d1', 'u', 3)], 0);
    expect(a.frames).toEqual([[reading('d1', 't', 2), reading('d1', 'u', 3)]]);
    expect(b.texts).toEqual(a.texts);
  });

  test('does not lose a grave text to a later hint about the same thing', () => {
    const hub = createLiveHub();
    const a = socket();
    hub.join(a, null);
    hub.broadcast([changed('d1', 'it fires', 'act'), changed('d1', null)], 0);
    expect(a.frames).toEqual([[changed('d1', 'it fires', 'act')]]);
  });

  test('keeps for a slow client no more than the newest values, and sends them when it is back', () => {
    const hub = createLiveHub({ maxBufferedBytes: 1000, maxBehindMs: 30_000 });
    const slow = socket();
    hub.join(slow, null);
    slow.bufferedAmount = 1001;
    for (let value = 0; value < 10_000; value += 1) hub.broadcast([reading('d1', 't', value)], value);
    expect(slow.frames).toEqual([]);
    slow.bufferedAmount = 0;
    hub.broadcast([reading('d2', 't', 7)], 10_001);
    expect(slow.frames).toEqual([[reading('d1', 't', 9999), reading('d2', 't', 7)]]);
  });

  test('cuts off a client that stays behind', () => {
    const hub = createLiveHub({ maxBufferedBytes: 1000, maxBehindMs: 30_000 });
    const stuck = socket();
    hub.join(stuck, null);
    stuck.bufferedAmount = 5000;
    hub.broadcast([reading('d1', 't', 1)], 0);
    hub.broadcast([reading('d1', 't', 2)], 30_001);
    expect(stuck.cut).toBe(true);
    expect(hub.size()).toBe(0);
  });

  test('gives a client that looks at one deployment what concerns it', () => {
    const hub = createLiveHub();
    const one = socket();
    hub.join(one, 'd1');
    hub.broadcast([reading('d1', 't', 1), reading('d2', 't', 2), changed('d9', 'other')], 0);
    hub.broadcast([reading('d2', 't', 3)], 1);
    expect(one.frames).toEqual([[reading('d1', 't', 1), changed('d9', 'other')]]);
  });

  test('sends all readings of the deployment that is looked at, and of the others what tells something', () => {
    const hub = createLiveHub();
    const [looking, everybody] = [socket(), socket()];
    hub.join(looking, null, 'd1');
    hub.join(everybody, null);
    const calm = (id: string): LiveMessage => ({ ...reading(id, 't', 1), phase: 'inactive' }) as LiveMessage;
    hub.broadcast([calm('d1'), calm('d2')], 0);
    hub.broadcast([calm('d1'), calm('d2'), reading('d3', 't', 9)], 1);
    expect(looking.frames[1]).toEqual([calm('d1'), reading('d3', 't', 9)]);
    expect(everybody.frames[1]).toEqual([reading('d3', 't', 9)]);
  });

  test('tells who comes when nobody was there that all is well again, whatever was told long ago', () => {
    const hub = createLiveHub();
    const calm: LiveMessage = { ...reading('d1', 't', 0), phase: 'inactive' } as LiveMessage;
    const [before, after] = [socket(), socket()];
    const place = hub.join(before, null);
    hub.broadcast([calm], 0);
    place.leave();
    // It breached while nobody listened: the screen of who comes now shows that until it hears better.
    hub.broadcast([reading('d1', 't', 9)], 1);
    hub.join(after, null);
    hub.broadcast([calm], 2);
    expect(after.frames).toEqual([[calm]]);
  });

  test('cuts off a client that answers no ping, and keeps one that does', () => {
    const hub = createLiveHub();
    const [mute, alive] = [socket(), socket()];
    hub.join(mute, null);
    const client = hub.join(alive, null);
    hub.dropSilent();
    expect([mute.pings, alive.pings, hub.size()]).toEqual([1, 1, 2]);
    client.heard();
    hub.dropSilent();
    expect([mute.cut, alive.cut, hub.size()]).toEqual([true, false, 1]);
  });

  test('tells that somebody has begun to listen, so that something is said to them at once', () => {
    const hub = createLiveHub();
    const joined = vi.fn();
    hub.whenJoined(joined);
    hub.join(socket(), null);
    expect(joined).toHaveBeenCalledOnce();
  });

  test('forgets who left', () => {
    const hub = createLiveHub();
    const a = socket();
    hub.join(a, null).leave();
    hub.broadcast([reading('d1', 't', 1)], 0);
    expect(a.frames).toEqual([]);
  });
});

test('an event of a run makes the run and its deployment stale', () => {
  const messages = changesOf({
    id: 1,
    type: 'rollback.stopped',
    at: 0,
    service: 'c/n/web',
    deploymentId: 'd1',
    runId: 'r1',
    text: 'stopped at step 2',
    data: {},
  });
  expect(messages).toMatchObject([
    { resource: 'run', id: 'r1', text: 'stopped at step 2', urgency: 'act' },
    { resource: 'deployment', id: 'd1', text: null },
  ]);
});

test('an event of a drill makes the page of its service stale', () => {
  const about = { id: 1, at: 0, service: 'c/n/web', deploymentId: null, runId: null, data: {} };
  expect(changesOf({ ...about, type: 'drill.overdue', text: 'too long ago' })).toEqual([
    {
      ...{ type: 'changed', resource: 'service', id: 'c/n/web', service: 'c/n/web' },
      ...{ text: 'too long ago', urgency: 'watch' },
    },
  ]);
});
