import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KubernetesSandbox, startKubernetesSandbox } from '../index.ts';

const PATH = '/apis/apps/v1/namespaces/default/deployments';
const errors: unknown[] = [];
let sandbox: KubernetesSandbox;

beforeAll(async () => {
  sandbox = await startKubernetesSandbox({ onError: (error) => errors.push(error) });
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'app', image: 'x:1' }] },
  };
  const spec = { replicas: 0, selector: { matchLabels: { a: 'b' } }, template };
  await send('POST', PATH, JSON.stringify({ metadata: { name: 'web' }, spec }), 'application/json');
});
afterAll(() => sandbox.close());

function send(method: string, path: string, body: string | undefined, type: string): Promise<Response> {
  return fetch(sandbox.url + path, {
    method,
    headers: { 'content-type': type },
    body: body ?? null,
  });
}

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

test.each([
  ['PATCH', `${PATH}/web`, '[null]', JSON_PATCH, 422],
  ['PATCH', `${PATH}/web`, '[{"op":"copy","path":"/a","from":7}]', JSON_PATCH, 422],
  ['PATCH', `${PATH}/web`, '[{"op":"replace","path":"","value":[]}]', JSON_PATCH, 422],
  ['PATCH', `${PATH}/web`, '{"spec":{"template":{"spec":{"containers":[null]}}}}', MERGE, 422],
  ['PATCH', `${PATH}/web`, '{"spec":{"template":null}}', MERGE, 422],
  ['PATCH', `${PATH}/web`, '{"metadata":null}', MERGE, 200],
  ['PATCH', `${PATH}/web`, '{"spec":{"template":{"spec":{"containers":[{"image":"y"}]}}}}', STRATEGIC, 422],
  ['PATCH', `${PATH}/web/status`, '{"status":"broken"}', MERGE, 422],
  ['PATCH', `${PATH}/web/scale`, '{"spec":null}', MERGE, 200],
  ['PUT', `${PATH}/web/scale`, '{not json', 'application/json', 400],
  ['POST', PATH, '[]', 'application/json', 400],
  ['POST', PATH, '{"metadata":5}', 'application/json', 400],
  ['POST', PATH, '{}', 'application/json', 422],
  ['DELETE', `${PATH}/web`, '{not json', 'application/json', 400],
  ['GET', `${PATH}/%E0%A4%A`, undefined, 'application/json', 400],
  ['GET', `${PATH}?labelSelector=${encodeURIComponent('in in (,')}`, undefined, 'application/json', 400],
  ['GET', `${PATH}?continue=e30&limit=1`, undefined, 'application/json', 400],
  ['GET', `${PATH}?watch=true&timeoutSeconds=x`, undefined, 'application/json', 400],
])('%s %s %s', async (method, path, body, type, status) => {
  const answer = await send(method, path, body, type);
  expect([answer.status, await answer.text()]).toEqual([status, expect.any(String)]);
  expect(errors).toEqual([]);
});

test('a client that hangs up in the middle of a body is nobody’s fault', async () => {
  const socket = connect(sandbox.port, '127.0.0.1');
  socket.write(`POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"half`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(errors).toEqual([]);
  expect((await fetch(`${sandbox.url}/readyz`)).status).toBe(200);
});
