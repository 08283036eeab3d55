import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@lastgood/domain/rollback/plan';
import { keepingTag } from '@lastgood/domain/workload/registry-image';
import { attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import {
  aBaseline,
  aDeployment,
  aRun,
  aService,
  aSnapshot,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { type MadeImage, madeImage, madeIndex, writeOciLayout } from '@lastgood/testkit/servers/oci-layout';
import {
  type RealRegistry,
  realRegistryMissing,
  skopeo,
  startRealRegistry,
} from '@lastgood/testkit/servers/real-registry';
import { type RegistryProxy, startRegistryProxy } from '@lastgood/testkit/servers/registry-proxy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOci } from './oci.ts';

/*
 * The registry that forgot: the image of the previous release is gone from the registry, and one learns it in the rollback.
 * Here the registry is docker-registry, filled with skopeo and emptied by its own garbage collector; the cluster is in memory.
 */
const missing = await realRegistryMissing();
const repository = 'shop/web';
const layer = randomBytes(400_000);
const images: Record<'v1' | 'v2' | 'v3', MadeImage> = {
  v1: madeImage([layer]),
  v2: madeIndex({
    amd64: madeImage([layer, randomBytes(900_000), randomBytes(700_000)]),
    arm64: madeImage([randomBytes(500_000)], 'arm64'),
  }),
  v3: madeImage([randomBytes(1_000)]),
};
const versions = Object.keys(images) as (keyof typeof images)[];
const wanted = images.v2.digest;

let primary: RealRegistry;
let vault: RealRegistry;
let proxy: RegistryProxy;
let folder: string;

const reference = (version: string) => `${proxy.host}/${repository}:${version}`;
const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
const whole = ['--all', '--preserve-digests'];

async function push(version: keyof typeof images, to: string) {
  const layout = join(folder, version);
  await writeOciLayout(layout, images[version]);
  await skopeo('copy', ...whole, ...insecure, `oci:${layout}`, `docker://${to}:${version}`);
}

const inspect = (host: string, path = repository) =>
  skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/${path}@${wanted}`);

/** Three releases of web, of which the newest is bad. */
async function begin(backups: boolean) {
  const registries = createOci({
    ...{ host: proxy.host, timeoutMs: 1_000 },
    ...(backups ? { backups: [{ name: 'vault', host: vault.host, repository: 'mirror/{repository}' }] } : {}),
  });
  const engine = createTestEngine({ ports: { registries } });
  const { cluster } = engine.rollout;
  for (const version of versions) cluster.moveTag(reference(version), images[version].digest);
  await engine.store.services.apply(aService({ checks: [] }), 'test', engine.time.now());
  cluster.create(webWorkload, { app: reference('v1') });
  for (const version of ['v2', 'v3']) cluster.deploy(webWorkload, { app: reference(version) });
  const target = { kind: 'Deployment', name: 'web' } as const;
  const left = (version: keyof typeof images) =>
    aSnapshot(reference(version), { imageDigests: { app: images[version].digest } });
  const changes = (version: keyof typeof images, before: ReturnType<typeof left> | null) => [
    { kind: 'workload' as const, target, before, after: left(version) },
  ];
  await engine.commit({
    newDeployments: [
      aBaseline({ changes: changes('v1', null) }),
      aDeployment({
        ...{ id: 'd2', status: 'completed', proof: 'verified' },
        changes: changes('v2', left('v1')),
      }),
    ],
  });
  await engine.commit({
    newDeployments: [
      aDeployment({
        ...{ id: 'd3', release: 3, version: 'v3', previousDeploymentId: 'd2' },
        changes: changes('v3', left('v2')),
      }),
    ],
  });
  return { engine, registries };
}

describe.skipIf(missing !== null)(
  `the registry that forgot${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lastgood-forgotten-'));
      [primary, vault] = await Promise.all([startRealRegistry(), startRealRegistry()]);
      proxy = await startRegistryProxy(primary.url);
      for (const version of versions) await push(version, `${primary.host}/${repository}`);
      await push('v2', `${vault.host}/mirror/${repository}`);
      for (const { digest } of images.v2.manifests.toReversed()) {
        const { status } = await fetch(`${primary.url}/v2/${repository}/manifests/${digest}`, {
          method: 'DELETE',
        });
        expect(status).toBe(202);
      }
      await primary.collectGarbage();
      await expect(inspect(primary.host)).rejects.toThrow(/manifest unknown/);
    });
    afterAll(async () => {
      await proxy?.close();
      await Promise.all([primary?.close(), vault?.close()]);
      await rm(folder, { recursive: true, force: true });
    });

    it('is found out before anything is touched, with the release to return to instead', async () => {
      const { engine, registries } = await begin(false);
      const preview = await engine.preview('d3');
      await registries.close();
      if (preview.kind !== 'planned') throw new Error(preview.what);
      expect(preview.target).toMatchObject({ id: 'd2' });
      expect(preview.result).toMatchObject({
        kind: 'refused',
        refusals: [
          {
            code: 'image-gone',
            reason: expect.stringMatching(
              new RegExp(`no longer has .*:v2 as it was \\(${wanted}\\).*asked just now`),
            ),
            advice: expect.stringMatching(
              /^Return to \S+ \(release 1\) instead, which is presumed good: the registry has its image/,
            ),
          },
        ],
      });
      expect(engine.rollout.effects()).toEqual([]);
      // The release that is named can be returned to.
      const next = await previewOf('d1');
      expect(next).toMatchObject({ kind: 'planned', result: { kind: 'plan' } });
    });

    async function previewOf(targetId: string) {
      const { engine, registries } = await begin(false);
      const preview = await engine.preview('d3', targetId);
      await registries.close();
      return preview;
    }

    it('is not taken for one that hangs: that is warned of, and refuses nothing', async () => {
      const { engine, registries } = await begin(false);
      proxy.intercept(() => true);
      const preview = await engine.preview('d3');
      proxy.intercept(null);
      await registries.close();
      if (preview.kind !== 'planned' || preview.result.kind !== 'plan')
        throw new Error(JSON.stringify(preview));
      expect(preview.result.plan.warnings.join(' ')).toMatch(
        /is not known: .*did not answer.*no proof that it is gone/,
      );
    });

    it('gets the image back from its backup, killed in the midst of it, and the rollback goes on', async () => {
      const { engine, registries } = await begin(true);
      const preview = await engine.preview('d3');
      if (preview.kind !== 'planned' || preview.result.kind !== 'plan')
        throw new Error(JSON.stringify(preview));
      const { plan } = preview.result;
      expect(plan.steps.map(({ step }) => step.kind)).toEqual([
        ...['restore-image', 'rehearse-template', 'set-template', 'wait-until-stable', 'verify'],
      ]);
      expect(plan.warnings.join(' ')).toMatch(
        /no longer has shop\/web.*Its backup vault has exactly that digest/,
      );

      await killInTheMidst(plan);
      await expect(inspect(primary.host)).rejects.toThrow(/manifest unknown/);
      const before = proxy.log.filter((line) => line.startsWith('PUT')).length;

      await engine.commit({ newRuns: [aRun({ deploymentId: 'd3', targetDeploymentId: 'd2' })] });
      await engine.work();
      await registries.close();
      expect(engine.run('r1').run).toMatchObject({ status: 'done' });
      expect(engine.image()).toBe(`${reference('v2')}@${wanted}`);
      const sent = proxy.log.filter((line) => line.startsWith('PUT')).slice(before);
      const blobs = new Set(images.v2.blobs.map(({ digest }) => digest));
      // One layer is of v1, too, and never went; one was there before the kill and is not sent again.
      expect(sent.filter((line) => line.includes('/blobs/'))).toHaveLength(blobs.size - 2);
    });

    it('has it to the byte, and keeps it when its garbage is collected again', async () => {
      await primary.collectGarbage({ deleteUntagged: true });
      expect(await inspect(primary.host)).toBe(await inspect(vault.host, `mirror/${repository}`));
      const pulled = join(folder, 'pulled');
      await skopeo(
        ...[
          'copy',
          ...whole,
          ...insecure,
          `docker://${primary.host}/${repository}@${wanted}`,
          `oci:${pulled}`,
        ],
      );
      for (const { digest, bytes } of [...images.v2.blobs, ...images.v2.manifests]) {
        const found = await readFile(join(pulled, 'blobs', 'sha256', digest.slice(7)));
        expect(found.equals(bytes)).toBe(true);
      }
      const { tags } = (await (await fetch(`${primary.url}/v2/${repository}/tags/list`)).json()) as {
        tags: string[];
      };
      expect(tags.filter((tag) => !tag.startsWith('lastgood-')).sort()).toEqual(['v1', 'v3']);
    });

    it('is not called back before the registry has it that remembers what it has lost', async () => {
      const forgetful = await startRealRegistry({ remembers: true });
      await push('v2', `${forgetful.host}/${repository}`);
      for (const { digest } of images.v2.manifests.toReversed())
        await fetch(`${forgetful.url}/v2/${repository}/manifests/${digest}`, { method: 'DELETE' });
      await forgetful.collectGarbage();
      const registries = createOci({
        host: forgetful.host,
        backups: [{ name: 'vault', host: vault.host, repository: 'mirror/{repository}' }],
      });
      const step = {
        ...{ kind: 'restore-image' as const, registry: forgetful.host, repository, digest: wanted },
        ...{ backup: 'vault', tag: keepingTag(wanted) },
      };
      const restore = async () =>
        (await attemptUntilOver(registries.restoreImage, step, 'r1/0')).at(-1)?.outcome;
      expect(await restore()).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringMatching(/took sha256:.* and does not have it/) },
        advice: expect.stringContaining('Restart the registry'),
      });
      await forgetful.restart();
      expect(await restore()).toMatchObject({ kind: 'applied' });
      expect(await inspect(forgetful.host)).toBe(await inspect(vault.host, `mirror/${repository}`));
      await registries.close();
      await forgetful.close();
    });

    /** A process of its own begins the step; at its second blob it is killed. */
    async function killInTheMidst({ steps }: Plan) {
      const step = steps[0]?.step;
      const settings = {
        host: proxy.host,
        backups: [{ name: 'vault', host: vault.host, repository: 'mirror/{repository}' }],
      };
      const program = `
      import { createOci } from './oci.ts';
      const { restoreImage } = createOci(${JSON.stringify(settings)});
      const operation = { key: 'r1/0', epoch: 1 };
      await restoreImage.apply(${JSON.stringify(step)}, null, operation, new AbortController().signal);`;
      let sent = 0;
      const reached = new Promise<void>((resolve) => {
        proxy.intercept(({ method, url }) => {
          if (method !== 'PUT' || !url?.includes('/blobs/')) return false;
          sent += 1;
          if (sent < 2) return false;
          resolve();
          return true;
        });
      });
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const ended = once(child, 'exit');
      await Promise.race([reached, ended]);
      child.kill('SIGKILL');
      await ended;
      proxy.intercept(null);
      expect(sent).toBe(2);
    }
  },
);
