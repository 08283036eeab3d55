import { readInstant } from '../connection/pool.ts';

/** An instant as Prisma has it, or as our own statements do, which is epoch milliseconds already. */
type StoredInstant = Date | number;

/** A row of Prisma's, whose instants may be those of our own statements. */
export type Stored<Row> = {
  [Column in keyof Row]: Row[Column] extends Date | null ? Row[Column] | number : Row[Column];
};

/** A stored instant as epoch milliseconds. */
export function ms(at: StoredInstant): number;
export function ms(at: StoredInstant | null): number | null;
export function ms(at: StoredInstant | null): number | null {
  return at === null || typeof at === 'number' ? at : readInstant(at.getTime());
}
