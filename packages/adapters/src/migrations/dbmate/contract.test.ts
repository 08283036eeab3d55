import { migrationsContract } from '@lastgood/testkit/contracts/migrations';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { describe } from 'vitest';
import { missing, openDbmateWorld, orWhyNot } from './dbmate-harness.ts';

describe.skipIf(missing !== null)(`the real program${orWhyNot}`, () => {
  const postgres = usePostgres();

  migrationsContract('the real dbmate on a real PostgreSQL', () => openDbmateWorld(postgres));
});
