import { migrationsContract } from '@lastgood/testkit/contracts/migrations';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { openDbmateWorld } from './dbmate-harness.ts';

const postgres = usePostgres();

migrationsContract('the real dbmate on a real PostgreSQL', () => openDbmateWorld(postgres));
