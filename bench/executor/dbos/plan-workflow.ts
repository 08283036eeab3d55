/** What the bench and the workers must agree on. */
export const application = { name: 'lastgood-bench', version: '1' };
export const queueName = 'plans';
export const workflowName = 'plan';

/** Default 1000. Faster makes DBOS pick up sooner; below this its workers only contend for the queue. */
export const pollingIntervalMs = 25;
