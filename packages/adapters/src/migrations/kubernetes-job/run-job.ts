import type { MigrationTarget } from '@lastgood/domain/rollback/contracts/migrate-to';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { endOfAttempt, reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiAnswer } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { again } from '../schema-tool.ts';
import { databaseLabel, databaseLabelValue, jobName } from './job-manifest.ts';

export interface JobPlace {
  api: ApiClient;
  namespace: string;
  /** How soon a Job is looked at again, in milliseconds. */
  pollMs: number;
  longestMs: number;
}

interface ServedJob {
  metadata: { name: string; deletionTimestamp?: string };
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] | null };
}

const never = new AbortController().signal;

/**
 * Makes the Job of an operation, or finds the one that it made before, and follows it to its end. Another one that works on
 * the same database comes first: it may have been made by somebody who has died since.
 */
export async function runJob(
  place: JobPlace,
  step: MigrationTarget,
  operation: string,
  manifest: object,
): Promise<EffectResult> {
  const busy = await otherJob(place, step.database, operation);
  if (busy !== null) return busy;
  const path = jobsPath(place);
  const made = await place.api(
    { method: 'POST', path, query: { fieldManager: 'lastgood' }, body: manifest },
    never,
  );
  const isThere = made.kind === 'rejected' && made.code === 409 && made.why === 'lost-fence';
  if (made.kind === 'lost') return { kind: 'unknown', reason: reasonOf(made) };
  if (made.kind !== 'ok' && !isThere) return endOfAttempt(made);
  return followed(place, step, jobName(operation));
}

/** Null when nobody else is at work. */
async function otherJob(
  { api, ...place }: JobPlace,
  database: string,
  operation: string,
): Promise<EffectResult | null> {
  const labelSelector = `${databaseLabel}=${databaseLabelValue(database)}`;
  const answer = await api({ method: 'GET', path: jobsPath(place), query: { labelSelector } }, never);
  if (answer.kind !== 'ok') return endOfAttempt(answer);
  const { items } = answer.body as { items?: ServedJob[] | null };
  const busy = (items ?? []).find((job) => job.metadata.name !== jobName(operation) && endOf(job) === null);
  return busy ? again(`Job ${place.namespace}/${busy.metadata.name} works on ${database}`) : null;
}

async function followed(place: JobPlace, { from }: MigrationTarget, name: string): Promise<EffectResult> {
  const path = `${jobsPath(place)}/${name}`;
  const where = `Job ${place.namespace}/${name}`;
  // The Job has a deadline of its own; its controller may be late.
  const until = Date.now() + place.longestMs + 60_000;
  for (;;) {
    const answer: ApiAnswer = await place.api({ method: 'GET', path }, never);
    if (answer.kind === 'rejected' && answer.code === 404) return again(`${where} is not there any more`);
    const end = answer.kind === 'ok' ? endOf(answer.body as ServedJob) : null;
    if (end?.kind === 'complete')
      return { kind: 'applied', note: `${where}, which reverses ${from}, is complete` };
    if (end?.kind === 'failed')
      return {
        kind: 'refused',
        reason: `${where}, which reverses ${from}, failed: ${end.reason}`,
        advice: `Read the log of its pod and look at the version the schema is at; delete ${where}, then resume.`,
      };
    if (Date.now() > until) return { kind: 'unknown', reason: `${where} has not ended in its time` };
    await new Promise((resolve) => {
      setTimeout(resolve, place.pollMs).unref();
    });
  }
}

/** Only these two are final: SuccessCriteriaMet and FailureTarget come before, while pods may still be ending. */
function endOf({ status }: ServedJob): { kind: 'complete' } | { kind: 'failed'; reason: string } | null {
  const found = (status?.conditions ?? []).find(
    (one) => one.status === 'True' && (one.type === 'Complete' || one.type === 'Failed'),
  );
  if (!found) return null;
  if (found.type === 'Complete') return { kind: 'complete' };
  return { kind: 'failed', reason: [found.reason, found.message].filter(Boolean).join(', ').slice(0, 500) };
}

function jobsPath({ namespace }: Pick<JobPlace, 'namespace'>): string {
  return `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
}
