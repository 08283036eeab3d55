import { join } from 'node:path';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { atOnce, type Executor } from '../executor.ts';
import { createWorkerProcesses } from '../worker-process.ts';
import { application, pollingIntervalMs, queueName, workflowName } from './plan-workflow.ts';

/** Its client reports the server's death for each of its connections; what fails is rejected as well. */
const quiet = () => undefined;
const script = join(import.meta.dirname, 'worker.ts');

/** DBOS Transact, open source part, over the same server: https://docs.dbos.dev/typescript/programming-guide */
export async function openDbos(databaseUrl: string, recorderUrl: string): Promise<Executor> {
  const workers = createWorkerProcesses(script);
  let started = 0;
  const startWorker = () => workers.start({ databaseUrl, recorderUrl, name: `dbos-${++started}` });
  // The first worker makes the tables.
  await (await startWorker()).kill();
  const client = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    applicationName: application.name,
    logger: { info: quiet, debug: quiet, warn: quiet, error: quiet },
  });
  await client.registerQueue(queueName, {
    workerConcurrency: atOnce,
    minPollingIntervalMs: pollingIntervalMs,
  });
  const observer = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  observer.on('error', () => undefined); // the server is killed on purpose; the query in hand is rejected as well
  return {
    name: 'DBOS',
    startWorker,
    async queue({ id, steps }) {
      await client.enqueue(
        { queueName, workflowName, workflowID: id, appVersion: application.version },
        id,
        steps,
      );
    },
    async open(planIds) {
      const found = await observer.query<{ id: string; state: string }>(
        `select workflow_uuid as id, status as state from dbos.workflow_status
         where workflow_uuid = any($1) and status <> 'SUCCESS'`,
        [planIds],
      );
      return found.rows;
    },
    faults: workers.faults,
    /** Without its conductor nobody else looks for a dead executor: whoever knows says which workflows to resume. */
    async tellOfDeath(workerName) {
      const found = await observer.query<{ id: string }>(
        "select workflow_uuid as id from dbos.workflow_status where executor_id = $1 and status = 'PENDING'",
        [workerName],
      );
      const ids = found.rows.map(({ id }) => id);
      await client.resumeWorkflows(ids, { queueName });
    },
    async close() {
      await workers.stop();
      await Promise.all([client.destroy(), observer.end()]);
    },
  };
}
