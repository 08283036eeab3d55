import { readInstant } from '../connection/pool.ts';

/** A timestamp of Prisma's as epoch milliseconds. */
export function ms(at: Date): number;
export function ms(at: Date | null): number | null;
export function ms(at: Date | null): number | null {
  return at === null ? null : readInstant(at.getTime());
}
