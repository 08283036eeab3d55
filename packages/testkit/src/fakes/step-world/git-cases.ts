import type { ApplicationSeen, RevertSeen } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

export const gitCases: Pick<StepCases, 'ensure-commit-reverted' | 'wait-for-sync'> = {
  'ensure-commit-reverted': revertCase,
  'wait-for-sync': syncCase,
};

const source = { repository: 'git.example/shop', branch: 'main', commit: 'bad0bad' };

function revertCase(random: Random): StepCase<'ensure-commit-reverted'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const branch: RevertSeen = {
    head: `head-${integer(random, 1, 1e6)}`,
    contains: true,
    reverted: there,
    conflicts: [],
  };
  world.state.branches = { 'git.example/shop#main': branch, 'git.example/other#main': { ...branch } };
  return {
    world,
    step: { kind: 'ensure-commit-reverted', ...source },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(branch, { head: 'rewritten', contains: false, reverted: false }),
        words: /not part of.*rewritten/,
      },
      {
        act: () => void Object.assign(branch, { head: 'newer', reverted: false, conflicts: ['newer'] }),
        words: /newer changed the same lines/,
      },
    ]),
  };
}

function syncCase(random: Random): StepCase<'wait-for-sync'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const { step: revert } = revertCase(random);
  const head = 'revert-of-bad0bad';
  world.state.branches = { 'git.example/shop#main': { head, contains: true, reverted: true, conflicts: [] } };
  const application: ApplicationSeen = {
    uid: `uid-${integer(random, 1, 1e6)}`,
    revision: there ? head : 'bad0bad',
    synced: there || random.chance(0.5),
    healthy: there || random.chance(0.5),
    suspended: false,
    askedBy: null,
  };
  const { uid } = application;
  world.state.applications = { shop: application, bystander: { ...application } };
  const kind = random.pick(['Application', 'Kustomization']);
  return {
    world,
    step: {
      ...revert,
      kind: 'wait-for-sync',
      controller: kind === 'Application' ? 'Argo CD' : 'Flux',
      application: { cluster: 'main', namespace: 'gitops', kind, name: 'shop' },
      uid,
    },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(application, { suspended: true, revision: 'bad0bad' }),
        words: /suspended/,
      },
      { act: () => void Object.assign(application, { uid: 'another' }), words: /created again/ },
    ]),
  };
}
