import { DBOS } from '@dbos-inc/dbos-sdk';
import { createEffects, effectKey, lookThenMake } from '../effect.ts';
import { poolSize, type WorkerMessage, type WorkerOrders } from '../executor.ts';
import { application, queueName, workflowName } from './plan-workflow.ts';

/*
 * A worker of DBOS as its documentation sets one up without its paid conductor: application version pinned, an executor id
 * of its own, workflows from a queue.
 */
const orders = JSON.parse(process.argv[2] ?? '') as WorkerOrders;
const tell = (message: WorkerMessage) => process.send?.(message);
const effects = createEffects(orders.recorderUrl, orders.name);

async function plan(id: string, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++)
    await DBOS.runStep(() => lookThenMake(effects, effectKey(id, step)), { name: `effect-${step}` });
}
DBOS.registerWorkflow(plan, { name: workflowName });

const quiet = () => undefined;
const report = (entry: unknown) => void tell({ kind: 'fault', text: String(entry) });
DBOS.setConfig({
  name: application.name,
  applicationVersion: application.version,
  systemDatabaseUrl: orders.databaseUrl,
  systemDatabasePoolSize: poolSize,
  executorID: orders.name,
  listenQueues: [queueName],
  logger: { info: quiet, debug: quiet, warn: quiet, error: report },
});
await DBOS.launch();
tell({ kind: 'ready' });
process.on('disconnect', () => process.exit(0));
