import { type StepKind, stepContracts } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import { brokenLaws, type OpenCase } from '../contracts/step-laws.ts';
import { stepsContract } from '../contracts/steps.ts';
import { stepCases } from './step-world/cases.ts';

/** The share that every test run takes; `run-steps.ts` takes a thousand of each kind. */
const worlds = 100;

stepsContract('the world in memory', stepCases, worlds);

it('has a world for every contract', () =>
  expect(Object.keys(stepCases).sort()).toEqual(stepContracts.map(({ kind }) => kind).sort()));

describe('the laws notice', () => {
  const broken = async (kind: StepKind, open: OpenCase) => {
    const said: string[] = [];
    for (let seed = 1; seed <= 40; seed += 1) said.push(...(await brokenLaws(kind, open, seed)));
    return said.join('\n');
  };

  it('an outside that takes everything, whatever stands there', async () => {
    const said = await broken('set-flag', (random) => {
      const one = stepCases['set-flag'](random);
      const { world, step } = one;
      world.ports.flags.setFlag.apply = async ({ to }, _seen, operation) => {
        world.outside.beforeNextEffect?.();
        const flag = world.state.flags[step.flag];
        if (flag) flag.value = to;
        world.outside.accepted.push({
          kind: 'set-flag',
          operation: operation.key,
          epoch: operation.epoch,
        });
        return { kind: 'applied', note: 'set' };
      };
      return one;
    });
    expect(said).toContain('"two holders at once send one effect": the outside took 2 effects');
    expect(said).toContain('between the look and the write');
  });

  it('an adapter that does not look, but remembers', async () => {
    const said = await broken('switch-selector', (random) => {
      const one = stepCases['switch-selector'](random);
      const { switchSelector } = one.world.ports.traffic;
      const seen = switchSelector.observe(one.step, { key: 'r1/0', epoch: 1 }, new AbortController().signal);
      switchSelector.observe = () => seen;
      return one;
    });
    expect(said).toContain('instead of applied');
    expect(said).toContain('instead of failed');
  });

  it('an effect that moves instead of naming its target', async () => {
    const said = await broken('set-weight', (random) => {
      const one = stepCases['set-weight'](random);
      const { setWeight } = one.world.ports.traffic;
      const { apply } = setWeight;
      setWeight.apply = (step, seen, operation, signal) =>
        apply({ ...step, weights: { stable: 50, canary: 50 } }, seen, operation, signal);
      return one;
    });
    expect(said).toContain('Somebody else changed it');
  });
});
