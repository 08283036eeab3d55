import type { StepKind } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import type { StepCases } from '../fakes/step-world/step-case.ts';
import { brokenLaws, type OpenCase } from './step-laws.ts';

/** What every kind of step promises, in `worlds` generated worlds each. A family of adapters gives the kinds it does. */
export function stepsContract(name: string, cases: Partial<StepCases>, worlds: number): void {
  describe(`${name} keeps the laws of steps in ${worlds} worlds`, () => {
    it.each(Object.keys(cases) as StepKind[])('%s', async (kind) => {
      const open: OpenCase | undefined = cases[kind];
      if (!open) throw new Error(`no world for ${kind}`);
      const broken: string[] = [];
      for (let seed = 1; seed <= worlds; seed += 1) broken.push(...(await brokenLaws(kind, open, seed)));
      expect(broken.slice(0, 5)).toEqual([]);
    });
  });
}
