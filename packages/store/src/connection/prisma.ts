import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/client.ts';
import { typed } from './store-unavailable.ts';

export type Prisma = ReturnType<typeof createPrisma>;

/** Prisma's client over the pool that everything else uses; losses of the database are typed. */
export function createPrisma(pool: pg.Pool) {
  const ignore = () => undefined; // every loss also rejects the query in hand
  const adapter = new PrismaPg(pool, { onPoolError: ignore, onConnectionError: ignore });
  return new PrismaClient({ adapter, errorFormat: 'minimal' }).$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw typed(error);
        }
      },
    },
  });
}
