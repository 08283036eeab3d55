import { createHash } from 'node:crypto';
import type { MigrationTarget } from '@lastgood/domain/rollback/contracts/migrate-to';
import { parse } from 'yaml';
import { sessionName } from '../../postgres/session.ts';

/** On every Job that works on a database, with the name that its entry has in the configuration. */
export const databaseLabel = 'lastgood.dev/database';

/** A pod template, as far as something is set in it. */
interface PodTemplate {
  metadata?: object;
  spec: { containers: { env?: object[] }[] };
}

/** Throws with a sentence that names the setting: a wrong one stops the start, not the first incident. */
export function readTemplate(name: string, text: string): PodTemplate {
  const read: unknown = parse(text);
  if (isTemplate(read)) return read;
  throw new Error(`database ${name} template: a pod template has a spec with containers.`);
}

function isTemplate(read: unknown): read is PodTemplate {
  if (typeof read !== 'object' || read === null || !('spec' in read)) return false;
  const { spec } = read;
  if (typeof spec !== 'object' || spec === null || !('containers' in spec)) return false;
  return Array.isArray(spec.containers) && spec.containers.length > 0;
}

/** A second Job for one operation has its name, and the API server refuses it: 409 AlreadyExists. */
export function jobName(operation: string): string {
  return `lastgood-${createHash('sha256').update(operation).digest('hex').slice(0, 20)}`;
}

/** A value of a label has 63 letters at most, and begins and ends with one or a digit; a digest always does. */
export function databaseLabelValue(database: string): string {
  return createHash('sha256').update(database).digest('hex').slice(0, 20);
}

/** How long a Job stays to be looked at after its end, in seconds. */
const keptSeconds = 7 * 86_400;

interface JobOf {
  step: MigrationTarget;
  operation: string;
  template: PodTemplate;
  longestMs: number;
}

/**
 * One try and no more: a second pod would go down one version more. Without a deadline a pod that never starts waits for ever.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures
 */
export function jobManifest({ step, operation, template, longestMs }: JobOf): object {
  const { metadata, spec } = filledIn(template, step);
  // libpq and most drivers take the name of their session from it: so the work is seen in the database.
  const named = { name: 'PGAPPNAME', value: sessionName(operation) };
  const containers = spec.containers.map((one) => ({ ...one, env: [...(one.env ?? []), named] }));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(operation),
      labels: { [databaseLabel]: databaseLabelValue(step.database) },
      annotations: { 'lastgood.dev/operation': operation },
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      activeDeadlineSeconds: Math.max(1, Math.ceil(longestMs / 1_000)),
      ttlSecondsAfterFinished: keptSeconds,
      template: { metadata, spec: { ...spec, containers, restartPolicy: 'Never' } },
    },
  };
}

function filledIn(template: PodTemplate, { from, to }: MigrationTarget): PodTemplate {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('{from}', from).replaceAll('{to}', to);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
  };
  return fill(template) as PodTemplate;
}
