import { required } from '../api-error.ts';
import type { JsonObject } from '../objects.ts';
import { defineKind } from './define-kind.ts';

const BATCH = { group: 'batch', version: 'v1' };

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ ; no controller runs its pods. */
export const JOBS = defineKind({
  ...BATCH,
  categories: ['all'],
  subresources: ['status'],
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  generation: 'spec',
  fields: { spec: 'object', status: 'object' },
  setDefaults(object) {
    object.status ??= {};
  },
  validate: (object) =>
    (object.spec as JsonObject | undefined)?.template ? [] : [required('spec.template', 'Required value')],
});

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/ ; no controller makes its jobs. */
export const CRON_JOBS = defineKind({
  ...BATCH,
  categories: ['all'],
  subresources: ['status'],
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  generation: 'spec',
  fields: { spec: 'object', status: 'object' },
  setDefaults(object) {
    object.spec = { concurrencyPolicy: 'Allow', suspend: false, ...(object.spec as JsonObject | undefined) };
    object.status ??= {};
  },
  validate: (object) =>
    (object.spec as JsonObject | undefined)?.schedule ? [] : [required('spec.schedule', 'Required value')],
});
