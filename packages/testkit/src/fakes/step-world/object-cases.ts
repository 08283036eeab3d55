import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { aKeptObject } from './objects.ts';
import { already, type StepCase, type StepCases } from './step-case.ts';

export const objectCases: Pick<StepCases, 'remove-object'> = { 'remove-object': removeObjectCase };

/** A CronJob or a Service that only the bad release created, and another one that is nobody's business. */
function removeObjectCase(random: Random): StepCase<'remove-object'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const kind = random.pick(['CronJob', 'Service'] as const);
  const name = 'backfill';
  const one = aKeptObject({ kind, name, uid: there ? random.pick([null, 'u9']) : 'u1' });
  world.state.objects = {
    [`${kind}/${name}`]: one,
    [`${kind}/bystander`]: aKeptObject({ kind, name: 'bystander' }),
  };
  return {
    world,
    step: { kind: 'remove-object', object: { cluster: 'main', namespace: 'shop', kind, name }, uid: 'u1' },
    effects: there ? 0 : 1,
    // What is gone is nobody's to change.
    meddle: there
      ? null
      : { act: () => void Object.assign(one, { owner: argo }), words: /belongs to Argo CD by now/ },
  };
}

const argo = { kind: 'git-controller', name: 'Argo CD', evidence: 'its tracking id' } as const;
