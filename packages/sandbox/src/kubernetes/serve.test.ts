import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { AcceptedWrite } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-serve-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const file = fileURLToPath(new URL('serve.ts', import.meta.url));
  const kubeconfig = join(folder, 'kubeconfig');
  const args = [file, '--snapshot', join(folder, 'cluster.json'), '--kubeconfig', kubeconfig];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect(readFileSync(kubeconfig, 'utf8')).toContain(url);
  return { child, url };
}

test('a cluster in its own process tells its writes, takes faults, and goes on after its end', async () => {
  const first = await serve();
  const path = '/api/v1/namespaces/default/configmaps';
  const body = JSON.stringify({ metadata: { name: 'a' }, data: { key: 'value' } });
  const create = (url: string) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  const rule = JSON.stringify({
    match: { method: 'POST', path: 'configmaps' },
    effect: { kind: 'answer', status: 503 },
    times: 1,
  });
  expect((await fetch(`${first.url}/sandbox/faults`, { method: 'POST', body: rule })).status).toBe(201);
  expect((await create(first.url)).status).toBe(503);
  expect((await create(first.url)).status).toBe(201);
  const writes = (await (await fetch(`${first.url}/sandbox/writes`)).json()) as AcceptedWrite[];
  expect(writes).toMatchObject([{ method: 'POST', path, kind: 'ConfigMap', name: 'a', changed: true }]);

  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  const second = await serve();
  expect(await (await fetch(`${second.url}${path}/a`)).json()).toMatchObject({ data: { key: 'value' } });
  expect((await create(second.url)).status).toBe(409);
});
