import { expect, it } from 'vitest';
import { createRealClock } from '../../../kubernetes/index.ts';
import { catalogProgram, priceReader } from './catalog-program.ts';

/** The share of its requests that a caller fails, once it has read what the catalog answers. */
async function failing(caller: string, catalog: string | null): Promise<number> {
  const place = { clock: createRealClock(), url: '' };
  const answers =
    catalog === null
      ? null
      : (catalogProgram({ ...place, version: catalog, ask: async () => null }).answers?.() ?? {});
  let asked = 0;
  const program = priceReader({
    ...{ ...place, version: caller },
    async ask(host) {
      expect(host).toBe('catalog');
      asked += 1;
      return answers;
    },
  });
  program.errorShare();
  await expect.poll(() => asked).toBe(1);
  return program.errorShare();
}

it.each([
  ['v41', 'v12', 0],
  // The catalog does not answer: what was read before counts.
  ['v41', null, 0],
  ['v42-api3', 'v13-api3', 0.4],
  // Neither goes back without the other.
  ['v41', 'v13-api3', 0.6],
  ['v42-api3', 'v12', 0.6],
])('%s of a caller with %s of the catalog fails %d of its requests', async (caller, catalog, share) => {
  expect(await failing(caller, catalog)).toBe(share);
});
