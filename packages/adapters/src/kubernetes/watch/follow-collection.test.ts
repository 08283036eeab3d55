import type { ServerResponse } from 'node:http';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterEach, expect, it, vi } from 'vitest';
import { openClusters } from '../cluster-clients.ts';
import type { CollectionState } from './collection-state.ts';
import { followCollection } from './follow-collection.ts';
import type { ServedObject } from './watch-event.ts';
import { pauseAfter, watchPace } from './watch-pace.ts';

const pace = {
  ...watchPace,
  ...{ firstPauseMs: 20, longestPauseMs: 50, listEveryMs: 100, catchUpMs: 10, silenceMs: 1_000 },
  openWithinMs: 300,
};

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

type Answer = (response: ServerResponse, query: URLSearchParams) => void;

const pod = (name: string, resourceVersion: string): ServedObject => ({
  metadata: { name, namespace: 'shop', uid: name, resourceVersion },
});
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const listed: Answer = (response) =>
  void response.end(
    JSON.stringify({ kind: 'PodList', metadata: { resourceVersion: '10' }, items: [pod('a', '9')] }),
  );

/** A server that answers lists and watches as told, and what a follower makes of it. */
async function follow(watch: Answer, list: Answer = listed) {
  const asked: string[] = [];
  const server = await startLocalServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    const isWatch = searchParams.get('watch') === 'true';
    asked.push(isWatch ? `watch ${searchParams.get('resourceVersion')}` : 'list');
    (isWatch ? watch : list)(response, searchParams);
  });
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
  const clients = openClusters({ main: { kubeconfig, requestTimeoutMs: 300 } }, Date.now);
  const stream = clients.streamOf('main');
  if (!stream) throw new Error('no stream');
  const objects = new Map<string, ServedObject>();
  const states: CollectionState['kind'][] = [];
  const followed = followCollection<ServedObject>(
    '/pods',
    {
      api: clients.of('main'),
      stream,
      pace,
      now: Date.now,
      random: () => 0.5,
      listEveryMs: () => pace.listEveryMs,
    },
    {
      replace(items) {
        objects.clear();
        for (const item of items) objects.set(item.metadata.name, item);
      },
      changed: (object) => void objects.set(object.metadata.name, object),
      removed: (object) => void objects.delete(object.metadata.name),
      turned: ({ kind }) => void states.push(kind),
    },
  );
  endings.push(() => server.close(), followed.stop);
  return { asked, objects, states, followed };
}

it('opens a silent connection again, from the last version it has seen', async () => {
  const { asked, objects } = await follow((response, query) => {
    if (query.get('resourceVersion') === '10') response.write(line('ADDED', pod('b', '12')));
    response.write(line('BOOKMARK', { metadata: { resourceVersion: '15' } }));
  });
  await vi.waitFor(() => expect(asked).toEqual(['list', 'watch 10', 'watch 15']), 5_000);
  expect([...objects.keys()]).toEqual(['a', 'b']);
});

it('lists again when the version has expired inside a stream that was answered with 200', async () => {
  const { asked } = await follow((response, query) => {
    if (asked.length > 2) return void response.flushHeaders();
    expect(query.get('allowWatchBookmarks')).toBe('true');
    response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }));
  });
  await vi.waitFor(() => expect(asked).toEqual(['list', 'watch 10', 'list', 'watch 10']));
});

it('does not run in circles when every version has expired', async () => {
  const { asked } = await follow(
    (response) => void response.end(line('ERROR', { code: 410, message: 'too old' })),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.length).toBeLessThan(40);
});

it('falls back to lists at a server that answers a watch with a list', async () => {
  const { asked, followed } = await follow(listed);
  await vi.waitFor(() => expect(asked.filter((one) => one === 'list').length).toBeGreaterThan(3));
  expect(asked.filter((one) => one !== 'list')).toEqual(['watch 10']);
  expect(followed.state()).toMatchObject({ kind: 'listing', rightMissing: false });
});

it('is behind while the server accepts and never answers, and asks it ever more rarely', async () => {
  let mute = true;
  const { asked, states, followed } = await follow(
    (response) => response.flushHeaders(),
    (response, query) => (mute ? undefined : listed(response, query)),
  );
  await vi.waitFor(
    () =>
      expect(followed.state()).toMatchObject({
        reason: expect.stringMatching(/it gives no answer; it is asked again within/),
      }),
    5_000,
  );
  expect(asked).toEqual(['list', 'list', 'list']);
  mute = false;
  await vi.waitFor(() => expect(states.at(-1)).toBe('watching'), 5_000);
});

it('takes an object that begins or ceases to be there for what it is', async () => {
  const { objects } = await follow((response, query) => {
    response.flushHeaders();
    if (query.get('resourceVersion') !== '10') return;
    response.write(line('MODIFIED', pod('a', '11')) + line('ADDED', pod('b', '12')).slice(0, 20));
    response.write(line('ADDED', pod('b', '12')).slice(20) + line('DELETED', pod('a', '13')));
  });
  await vi.waitFor(() => expect([...objects]).toEqual([['b', pod('b', '12')]]));
});

it('waits longer after each failure, never longer than its ceiling, and not all at once', () => {
  const pauses = [1, 2, 3, 10, 500].map((failures) => pauseAfter(failures, watchPace, () => 0.5));
  expect(pauses).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
  expect(pauseAfter(1, watchPace, () => 0)).toBe(500);
});
