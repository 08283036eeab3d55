import { afterEach, describe, expect, test } from 'vitest';
import {
  type Controller,
  file,
  type GitopsWorld,
  manifest,
  openGitopsWorld,
} from './gitops-world-harness.ts';

let world: GitopsWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** v2 was taken back by a revert in Git, and its controller has brought v1 out again. */
async function rolledBack(controller: Controller): Promise<GitopsWorld> {
  world = await openGitopsWorld(controller);
  const { run } = await world.rollBack();
  expect({ status: run.status, stop: run.stop }).toMatchObject({ status: 'done', stop: null });
  expect(await world.image()).toBe('shop/web:v1');
  return world;
}

function events({ store }: GitopsWorld, type: string) {
  return store.events().filter((event) => event.type === type);
}

const budgetMs = 120_000;

/** The cluster and its controllers are the sandbox's, which remembers who writes which field as a real API server does. */
describe('a version that is put back after a rollback', () => {
  test.each([
    [
      'argo',
      'Argo CD application web (argocd-controller)',
      'Disable auto-sync of application web or revert the newer commit',
    ],
    [
      'flux',
      'Flux Kustomization flux-system/web (kustomize-controller)',
      'Suspend Kustomization flux-system/web or revert the newer commit',
    ],
  ] as const)(
    'by %s is told with the application',
    async (controller, who, advice) => {
      const { real, pass, look, store } = await rolledBack(controller);
      await look();
      // What the controller has brought out again is what the rollback left: nobody's new release.
      expect((await store.deployments.followed())[0]?.latest?.id).toBe('r1-rollback');
      await real.commit({ [file]: manifest('v2') }, 'Ship v2 all the same');
      for (let n = 0; n < 60 && (await world?.image()) !== 'shop/web:v2'; n += 1) await pass(20_000, 10_000);
      expect(await look()).toBe(true);
      const [event] = events(world as GitopsWorld, 'rollback.put-back');
      expect(event).toMatchObject({ runId: 'r1' });
      expect(event?.text).toContain(`v2 is back on Deployment web: put there by ${who} at `);
      expect(event?.text).toContain(advice);
      const [followed] = await store.deployments.followed();
      expect(followed?.latest).toMatchObject({ origin: 'detected', putBack: { kind: 'back', runId: 'r1' } });
      // Seen once, said once.
      await look();
      expect(events(world as GitopsWorld, 'rollback.put-back')).toHaveLength(1);
    },
    budgetMs,
  );

  test(
    'by a person is told as that, though the workload is owned by Argo CD',
    async () => {
      const { call, paths, look } = await rolledBack('argo');
      // Nothing heals it, so that what the person did stays.
      await call(
        'PATCH',
        paths.argo.concat('/web'),
        { spec: { syncPolicy: null } },
        'application/merge-patch+json',
      );
      const template = { spec: { containers: [{ name: 'app', image: 'shop/web:v2' }] } };
      const path = `${paths.web}?fieldManager=kubectl-set`;
      await call('PATCH', path, { spec: { template } }, 'application/strategic-merge-patch+json');
      expect(await look()).toBe(true);
      const [event] = events(world as GitopsWorld, 'rollback.put-back');
      expect(event?.text).toContain('put there by somebody with kubectl (kubectl-set) at ');
      expect(event?.text).toContain('Ask who did that');
    },
    budgetMs,
  );
});

test(
  'what Argo CD owns is told when a release is registered: by which way it goes back, and that none is there without its commit',
  async () => {
    const { register } = await rolledBack('argo');
    const told = async (commit: string | null) => {
      const result = await register(commit);
      if (result.kind !== 'registered') throw new Error(result.kind);
      return result.deployment.notices.filter(({ code }) => code.startsWith('owne'));
    };
    expect(await told(null)).toMatchObject([
      { code: 'owner-without-way', words: expect.stringContaining('--commit-of deploy@SHA') },
    ]);
  },
  budgetMs,
);
