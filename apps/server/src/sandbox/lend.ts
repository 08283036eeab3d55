import { join } from 'node:path';
import { createGuestDatabase, guestDatabase } from '@lastgood/store';
import { request } from 'undici';
import { keptPlanKey } from './plan-key.ts';
import type { Lent } from './shop/shown-way.ts';

/** In the embedded PostgreSQL, beside our own. */
const databaseName = 'shop_orders';

/**
 * What Lastgood has for the shop of its sandbox.
 * @param databaseUrl of the embedded database; null where Lastgood uses somebody else's
 */
export function lentTo(dataDir: string, databaseUrl: string | null): Lent {
  return {
    database: databaseUrl === null ? null : guestDatabase(databaseUrl, databaseName),
    planKey: keptPlanKey(join(dataDir, 'sandbox')),
  };
}

const answersWithinMs = 10_000;

/** Makes the database that the shop is lent, where it is not there yet, and says where it is. */
export async function lendDatabase(databaseUrl: string, controlUrl: string): Promise<void> {
  const { ownerUrl, applicationUrl } = await createGuestDatabase(databaseUrl, databaseName);
  await tell(controlUrl, 'POST', { ownerUrl, applicationUrl });
}

/** Says that there is none, for Lastgood uses somebody else's: then there is nothing to wait for. */
export async function lendNothing(controlUrl: string): Promise<void> {
  await tell(controlUrl, 'DELETE');
}

async function tell(controlUrl: string, method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const answer = await request(`${controlUrl}/shows/migration/database`, {
    ...{ method, headersTimeout: answersWithinMs, bodyTimeout: answersWithinMs },
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
  });
  await answer.body.dump();
  // 404: the scenario lacks something on this machine, and says so itself.
  if (answer.statusCode >= 300 && answer.statusCode !== 404)
    throw new Error(`the sandbox answered ${answer.statusCode} when it was told what it is lent`);
}
