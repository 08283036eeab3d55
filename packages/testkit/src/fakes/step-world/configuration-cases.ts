import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { fakeHeld, fakeSealed, type KeptConfiguration } from './configurations.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

export const configurationCases: Pick<StepCases, 'set-config'> = { 'set-config': setConfigCase };

/** An object that the bad release changed, or that was pruned, and another one that is nobody's business. */
function setConfigCase(random: Random): StepCase<'set-config'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const kind = random.pick(['ConfigMap', 'Secret'] as const);
  const [bad, good] = [{ LEVEL: 'debug' }, { LEVEL: 'info', SIZE: String(integer(random, 1, 9)) }];
  const isPruned = !there && random.chance(0.25);
  const one: KeptConfiguration = { uid: 'u1', version: 7, held: there ? good : isPruned ? null : bad };
  world.state.configurations = { [`${kind}/shop`]: one, [`${kind}/bystander`]: { ...one, uid: 'u2' } };
  const to = fakeHeld(good);
  world.state.keptContents = { [to.digest]: fakeSealed(good) };
  return {
    world,
    step: {
      kind: 'set-config',
      object: { cluster: 'main', namespace: 'shop', kind, name: 'shop' },
      from: isPruned ? null : fakeHeld(bad),
      to,
    },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      { act: () => void Object.assign(one, { held: { LEVEL: 'trace' } }), words: /Somebody else changed it/ },
      {
        act: () => void Object.assign(one, { held: { LEVEL: 'trace' }, immutable: true }),
        words: /Somebody else changed it/,
      },
    ]),
  };
}
