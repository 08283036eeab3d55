import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { eventually } from './test-steps.ts';

/*
 * The pipeline of the README, with the command line of Lastgood and a real kubectl, against the sandbox's cluster: register,
 * set the image, say that it is out. What cannot be pulled is never good, whatever the pipeline says.
 */
const root = join(import.meta.dirname, '..');
const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
const service = 'sandbox/shop/catalog';
const noSuchImage = 'sandbox.local/catalog:never-built';

let lastgood: Lastgood;
beforeAll(async () => {
  lastgood = await startLastgood();
  const path = `/api/v1/services/${service}`;
  const { declaration } = await lastgood.get<{ declaration: { policy?: object } }>(path);
  // Without triggers nothing takes the release back before its rollout is judged.
  const soon = {
    ...declaration,
    triggerSets: [],
    triggers: [],
    policy: { ...declaration.policy, stableTimeout: 20 },
  };
  expect((await lastgood.send('PUT', path, soon)).status).toBe(200);
});
afterAll(() => lastgood?.stop());

interface Ended {
  code: number;
  answer: string;
  said: string;
}

function run(program: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env } }, (error, answer, said) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, answer: answer.trim(), said }),
    );
  });
}

const cli = (...args: string[]) =>
  run(join(root, 'apps/cli/bin/lastgood.mjs'), args, { LASTGOOD_URL: lastgood.url });
const kubectl = (...args: string[]) =>
  run('kubectl', ['-n', 'shop', ...args], { KUBECONFIG: join(lastgood.dataDir, 'sandbox/kubeconfig.yaml') });

async function runningImage(): Promise<string> {
  return (await kubectl('get', 'deployment/catalog', '-o', 'jsonpath={..containers[0].image}')).answer;
}

/** Registers it, brings it out, and says at once that it is out; ends as `lastgood complete` does. */
async function deploy(version: string, image: string): Promise<Ended & { id: string }> {
  const registered = await cli('register', '--service', service, '--version', version, '--image', image);
  expect(registered, registered.said).toMatchObject({ code: 0 });
  const set = await kubectl('set', 'image', 'deployment/catalog', image);
  expect(set, set.said).toMatchObject({ code: 0 });
  return { id: registered.answer, ...(await cli('complete', registered.answer)) };
}

async function viewOf(id: string) {
  const path = `/api/v1/deployments/${id}`;
  return lastgood.get<{
    deployment: { status: string; proof: string; version: string };
    target: { version: string } | null;
  }>(path);
}

test.skipIf(!isInstalled)(
  'a release that never ran is failed, whatever its pipeline says, and is never gone back to (needs kubectl)',
  async () => {
    const container = (await kubectl('get', 'deployment/catalog', '-o', 'jsonpath={..containers[0].name}'))
      .answer;
    const good = await runningImage();

    const neverRan = await deploy('v90', `${container}=${noSuchImage}`);
    expect(neverRan).toMatchObject({ code: 6, said: expect.stringContaining('ImagePullBackOff') });
    expect(await viewOf(neverRan.id)).toMatchObject({ deployment: { status: 'failed', proof: 'unproven' } });

    const bad = await deploy('v13', `${container}=sandbox.local/catalog:v13-errors`);
    expect(bad, bad.said).toMatchObject({ code: 0 });
    const { target } = await viewOf(bad.id);
    expect(target?.version).not.toBe('v90');
    const back = await cli('rollback', bad.id);
    expect(back, back.said).toMatchObject({ code: 0 });
    await eventually(runningImage, (image) => image.startsWith(good), 60_000);
    await eventually(
      () => viewOf(bad.id),
      ({ deployment }) => deployment.status === 'rolled_back',
      90_000,
    );
    expect(await kubectl('rollout', 'status', 'deployment/catalog', '--timeout=60s')).toMatchObject({
      code: 0,
    });
  },
);
