import type { StartProgram } from '../../../services/index.ts';
import { keptDatabase } from './order-database.ts';
import { createOrderProgram } from './order-program.ts';

/** The code of a release stands in its tag: `v6-renaming` has the new one. */
export const startOrders: StartProgram = ({ version, folder }) =>
  createOrderProgram({
    code: version.endsWith('-renaming') ? 'renaming' : 'old',
    url: async () => (await keptDatabase(folder))?.applicationUrl ?? null,
  });
