import { stepCases } from '@lastgood/testkit/fakes/step-world/cases';
import { createRandom } from '@lastgood/testkit/random';
import { aDeployment } from '@lastgood/testkit/scenario/builders';
import { type TSchema, Type } from 'typebox';
import { expect, it } from 'vitest';
import { contractOf } from '../contract-of.ts';
import { stepContracts } from '../contracts/index.ts';
import { changesOf } from './change-schemas.ts';
import { allWays } from './index.ts';
import type { Way } from './way.ts';

/*
 * What a rollback records of itself is a deployment like any other: it can be rolled back only if the way that takes its kinds
 * of changes back can read them.
 */
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const recorded = stepContracts.flatMap(({ kind }) =>
  seeds.flatMap((seed) => {
    const { step } = stepCases[kind](createRandom(seed));
    const change = contractOf(step).record?.(step, aDeployment(), 0);
    return change ? [{ kind, change }] : [];
  }),
);

/** Each way with the kinds of steps whose records it claims and cannot read. */
function unreadable(ways: readonly Way[]): string[] {
  const found = ways.flatMap(({ name, change: schemas }) =>
    recorded.flatMap(({ kind, change }) =>
      schemas && change.kind === schemas.kind && changesOf(schemas, [change]).length === 0
        ? [`${name} cannot read what ${kind} records`]
        : [],
    ),
  );
  return [...new Set(found)];
}

const flags = (target: TSchema): Way => ({
  name: 'flags',
  change: { kind: 'flag', target, before: Type.Unknown(), after: Type.Unknown() },
  takesBack: () => null,
  needs: () => [],
  plan: () => ({ kind: 'steps', steps: [], warnings: [] }),
});

it('of every step that takes something back fits the way that claims its kind', () => {
  expect(new Set(recorded.map(({ kind }) => kind)).size).toBeGreaterThan(5);
  expect(unreadable(allWays)).toEqual([]);
});

it('is told where it does not fit', () => {
  const fits = Type.Object({ project: Type.String(), environment: Type.String(), flag: Type.String() });
  expect(unreadable([flags(fits)])).toEqual([]);
  const other = Type.Object({ key: Type.String() });
  expect(unreadable([flags(other)])).toEqual(['flags cannot read what set-flag records']);
});
