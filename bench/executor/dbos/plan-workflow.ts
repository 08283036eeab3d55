/** What the bench and the workers must agree on. */
export const application = { name: 'lastgood-bench', version: '1' };
export const queueName = 'plans';
export const workflowName = 'plan';

/** Its default is 1000, with which a plan waits half a second on average. Nothing wakes its workers: this is all that decides. */
export const pollingIntervalMs = 25;
