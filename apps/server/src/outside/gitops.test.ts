import { realGitMissing } from '@lastgood/testkit/servers/real-git';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Controller,
  file,
  type GitopsWorld,
  manifest,
  openGitopsWorld,
} from './gitops-world-harness.ts';

/*
 * Whole rollbacks with the real program git over HTTP, the real adapters, and a small Argo CD or Flux that really applies what
 * Git says to a cluster of the sandbox.
 */
let world: GitopsWorld;

const controllers: Controller[] = ['argo', 'flux'];
const patchTo = async (version: string) => {
  const containers = [{ name: 'app', image: `shop/web:${version}` }];
  const body = { spec: { template: { spec: { containers } } } };
  await world.call('PATCH', world.paths.web, body, 'application/strategic-merge-patch+json');
};

const missing = realGitMissing();
if (missing !== null) process.stderr.write(`skipped: rollbacks by Git; ${missing}\n`);

describe.skipIf(missing !== null)(
  `by the real program git${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    afterEach(() => world.close());

    describe.each(controllers)('a bad release that %s has taken', (controller) => {
      test('comes back where somebody patches the cluster only, and goes by a revert in Git', async () => {
        world = await openGitopsWorld(controller);
        await patchTo('v1');
        expect(await world.image()).toBe('shop/web:v1');
        await world.pass(11 * 60_000, 60_000);
        expect(await world.image()).toBe('shop/web:v2');

        const plan = await world.plan();
        expect(plan.kind === 'plan' ? plan.plan.steps.map(({ step }) => step.kind) : plan.refusals).toEqual([
          'ensure-commit-reverted',
          'wait-for-sync',
          'wait-until-stable',
          'verify',
        ]);
        const { run, steps } = await world.rollBack();
        expect(steps.map(({ status, note }) => [status, note])).toEqual(
          steps.map(() => ['applied', expect.any(String)]),
        );
        expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
        expect(await world.image()).toBe('shop/web:v1');
        expect(await world.real.read(file)).toBe(manifest('v1'));
        const message = await world.real.git('log', '-1', '--format=%B', 'main');
        expect(message).toMatch(
          /^Revert "Ship v2"\n\nLastgood returns main\/shop\/web from v2 \(release 2\) to v1/,
        );
        expect(message).toMatch(
          /\n\nLastgood-Operation: r1\/0\nSigned-off-by: Lastgood <lastgood@localhost>\n$/,
        );
        await world.pass(11 * 60_000, 60_000);
        expect(await world.image()).toBe('shop/web:v1');
      });
    });

    test('a bad release goes while a team pushes at every turn, and nothing of theirs is lost', async () => {
      world = await openGitopsWorld('argo');
      const pushed: string[] = [];
      const { run } = await world.rollBack(async (turn) => {
        if (turn < 5) pushed.push(await world.real.commit({ [`notes/${turn}`]: 'x' }, `Note ${turn}`));
      });
      expect(run.status).toBe('done');
      const all = (await world.real.git('rev-list', 'main')).split('\n');
      expect(pushed.filter((one) => !all.includes(one))).toEqual([]);
      expect(await world.real.git('rev-list', '--count', '--grep=^Lastgood-Operation:', 'main')).toBe('1');
    });

    test('a suspended Kustomization is refused in words, and nothing is pushed', async () => {
      world = await openGitopsWorld('flux');
      await world.call(
        'PATCH',
        `${world.paths.flux}/web`,
        { spec: { suspend: true } },
        'application/merge-patch+json',
      );
      const plan = await world.plan();
      expect(plan).toMatchObject({
        kind: 'refused',
        refusals: [
          { code: 'application-suspended', advice: expect.stringContaining('Resume its automation in Flux') },
        ],
      });
      const { run } = await world.rollBack();
      expect(run.status).toBe('stopped');
      expect(await world.real.git('rev-parse', 'main')).toBe(world.bad);
    });

    test('image automation of Flux is named, with how to hold it off', async () => {
      world = await openGitopsWorld('flux');
      await world.call(
        'POST',
        '/apis/image.toolkit.fluxcd.io/v1/namespaces/flux-system/imageupdateautomations',
        {
          ...{
            apiVersion: 'image.toolkit.fluxcd.io/v1',
            kind: 'ImageUpdateAutomation',
            metadata: { name: 'apps' },
          },
          spec: { sourceRef: { kind: 'GitRepository', name: 'web' }, interval: '5m' },
        },
      );
      expect(await world.plan()).toMatchObject({
        refusals: [
          {
            code: 'image-automation',
            reason: expect.stringContaining('ImageUpdateAutomation flux-system/apps writes the newest image'),
            advice: expect.stringContaining('flux suspend image update apps -n flux-system'),
          },
        ],
      });
    });
  },
);
