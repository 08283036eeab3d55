import { allWays, noContracts, type OtherChange, type Service } from '@lastgood/domain';
import {
  createInMemoryStepWorld,
  type InMemoryStepWorld,
} from '@lastgood/testkit/fakes/in-memory-step-world';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { registerDeployment } from './register.ts';

/* What cannot be taken back is told when it is registered, not when somebody needs it at three in the morning. */

let engine: TestEngine;
let world: InMemoryStepWorld;
beforeEach(() => {
  engine = createTestEngine();
  world = createInMemoryStepWorld();
});

const application = { kind: 'Application', namespace: 'argocd', name: 'web' };
const declared: Partial<Service> = {
  writers: [{ kind: 'Deployment', name: 'web' }],
  rollback: {
    migration: { database: 'shop' },
    gitops: { repository: 'deploy', branch: 'main', application },
  },
};

/** What a registration with one more change says of its way back. */
async function told(change: OtherChange, of: Partial<Service> = declared, configured = true) {
  await engine.begin({ service: of });
  const { rollout, workloads } = engine;
  const result = await registerDeployment(
    {
      deployments: engine.store.deployments,
      ports: configured ? { ...world.ports, rollout, workloads } : { rollout, workloads },
      ...{ clock: engine.time.clock, newId: engine.newId, deadlineMs: 5_000, ways: allWays },
    },
    {
      ...{ service: 'main/shop/web', idempotencyKey: null, version: 'v3', commit: null, author: null },
      ...{ pipelineUrl: null, images: { app: 'web:v3' }, changes: [change], contracts: noContracts },
    },
    engine.forever,
  );
  if (result.kind !== 'registered') throw new Error(result.kind);
  const about = result.deployment.notices.filter(({ code }) => code === 'change-without-way');
  const warned = engine.events('deployment.warned').map(({ text }) => text);
  for (const { words } of about) expect(warned.join()).toContain(words);
  return about.map(({ words }) => words).join();
}

const flag = (before: unknown, name = 'new-cart'): OtherChange => ({
  kind: 'flag',
  target: { provider: 'unleash', project: 'default', environment: 'prod', flag: name },
  ...{ before, after: true },
});
const migration = (before: unknown, after: unknown = '0018', database = 'shop'): OtherChange => ({
  ...{ kind: 'migration', target: { database }, before, after },
});
const stack = (before: unknown, after: unknown = 'new', name = 'net'): OtherChange => ({
  ...{ kind: 'infrastructure', target: { stack: name }, before, after },
});
const commit = (repository: string, after: unknown = 'abcdef0'): OtherChange => ({
  ...{ kind: 'gitops', target: { repository, branch: 'main' }, before: null, after },
});

/** Everything is there: flags, a database at 0017 that knows 0018, a stack, a repository. */
function fill() {
  world.state.flags['new-cart'] = { value: false, version: 1, archived: false };
  world.state.databases.shop = {
    ...{ head: '0017', dirty: false, running: null, sessions: 0, sessionsHint: '' },
    ...{ irreversible: null, undeclared: [], loss: {}, versions: ['0018', '0017'] },
  };
  world.state.stacks.net = {} as never;
  world.state.branches['deploy#main'] = {} as never;
}

describe('a release whose way back is there', () => {
  it.each([
    ['a flag with its state before', flag(false)],
    ['a migration that can be reversed', migration('0017')],
    ['a stack with both commits', stack('old')],
    ['a commit of the repository it is taken from', commit('deploy')],
  ])('is registered without a word: %s', async (_words, change) => {
    fill();
    expect(await told(change)).toBe('');
  });
});

describe('no way back', () => {
  it.each<[string, OtherChange, RegExp, Partial<Service>?]>([
    [
      'a flag at a provider that nobody configured',
      flag(false, 'ghost'),
      /^Flag ghost in prod has no way back: .+ Configure its provider/,
    ],
    [
      'a flag without its state before',
      flag(null, 'ghost'),
      /has no way back: what it served before is not recorded\. Register it before it is changed/,
    ],
    [
      'a migration whose version nobody can reverse',
      migration('0017', '0019'),
      /^Migration 0019 of database shop has no way back: 0019 has no file that could be read\./,
    ],
    [
      'a migration of a database that the service does not declare',
      migration('0017', '0018', 'other'),
      /the service declares database shop\. Declare rollback\.migration\.database: other/,
    ],
    [
      'a migration of which nobody knows what writes meanwhile',
      migration('0017'),
      /does not declare what writes its data.+Declare its `writers`/,
      { ...declared, writers: [] },
    ],
    [
      'a stack without the commit before',
      stack(null),
      /^Stack net has no way back: which configuration it had before is not recorded\. Register/,
    ],
    [
      'a stack without the commit that it gets',
      stack('old', null),
      /which configuration the release applies is not recorded/,
    ],
    [
      'a stack that is not configured',
      stack('old', 'new', 'ghost'),
      /^Stack ghost has no way back: no stack named ghost is configured.+Configure that stack under `infrastructure`/,
    ],
    [
      'a commit of a service that does not say where it is taken from',
      commit('deploy'),
      /does not say which repository and branch it is taken from\. Declare rollback\.gitops/,
      {},
    ],
    [
      'a commit of a repository that is not configured',
      commit('ghost'),
      /no Git repository named ghost is configured.+Configure that repository under `git`/,
      { rollback: { gitops: { repository: 'ghost', branch: 'main', application } } },
    ],
  ])('%s', async (_words, change, says, of = declared) => {
    fill();
    expect(await told(change, of)).toMatch(says);
  });

  it('a migration that is declared irreversible, registered after it was applied', async () => {
    fill();
    Object.assign(world.state.databases.shop ?? {}, { head: '0018', irreversible: 'has no down block' });
    expect(await told(migration('0017'))).toBe(
      'Migration 0018 of database shop has no way back: 0018 has no down block. Deploy a version that works with 0018, or restore from a backup.',
    );
  });

  it.each([
    ['flags', flag(false)],
    ['migrations', migration('0017')],
    ['infrastructure', stack('old')],
    ['git', commit('deploy')],
  ])('where nothing is configured that takes it back: %s', async (family, change) => {
    const words = await told(change, declared, false);
    expect(words).toContain('has no way back: nothing that takes it back is configured here.');
    expect(words).toContain(`under \`${family}\``);
  });
});

it('what cannot be asked is said to be unknown, and delays no registration', async () => {
  fill();
  world.receivers.unreachableFor = 9;
  expect(await told(migration('0017'))).toBe('');
  const [row] = [...engine.store.world.deployments.values()].slice(-1);
  expect(row?.deployment.notices.map(({ code }) => code)).toContain('way-back-unread');
});
