import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import type { CommitRecord } from '../recorded-commit.ts';
import { isObject } from '../web-page.ts';
import type { GitHubApi } from './api.ts';
import { deploymentStatus, deploymentTask, environmentOf, newDeployment } from './statuses.ts';

const Created = Type.Object({ id: Type.Integer({ minimum: 1 }) });
const Listed = Type.Array(Type.Object({ id: Type.Integer({ minimum: 1 }), payload: Type.Unknown() }));
const Payload = Type.Object({ deployment: Type.String() });

export interface DeploymentWrite {
  /** `/repos/OWNER/NAME` */
  root: string;
  sha: string;
  record: CommitRecord;
  outgoing: Outgoing;
}

type Found = { id: number | null } | Exclude<Delivery, { kind: 'delivered' }>;

/** Gives the release's deployment its status; it is looked for before it is created, since an answer may have been lost. */
export async function writeDeployment(
  api: GitHubApi,
  write: DeploymentWrite,
  signal: AbortSignal,
): Promise<Delivery> {
  const found = await deploymentOf(api, write, signal);
  if ('kind' in found) return found;
  // One that was never recorded is not created to say that it is over.
  if (found.id === null) return { kind: 'delivered' };
  const path = `${write.root}/deployments/${found.id}/statuses`;
  const body = deploymentStatus(write.record, write.outgoing);
  const answer = await api.ask({ method: 'POST', path, body }, signal);
  if (answer.kind !== 'answered') return answer;
  if (answer.status !== 201 || !isObject(answer)) return api.failed(answer);
  return { kind: 'delivered', receipt: { deployment: String(found.id) } };
}

async function deploymentOf(api: GitHubApi, write: DeploymentWrite, signal: AbortSignal): Promise<Found> {
  const { root, sha, record, outgoing } = write;
  const known = outgoing.earlier?.deployment ?? '';
  if (/^[1-9]\d{0,15}$/.test(known)) return { id: Number(known) };
  const query = new URLSearchParams({
    ...{ sha, task: deploymentTask, environment: environmentOf(record), per_page: '30' },
  });
  const listed = await api.ask({ method: 'GET', path: `${root}/deployments?${query}` }, signal);
  if (listed.kind !== 'answered') return listed;
  const all = listed.status === 200 ? fitting(Listed, listed.json) : null;
  if (all === null) return api.failed(listed);
  const there = all.find(
    ({ payload }) => fitting(Payload, payload)?.deployment === outgoing.notification.deploymentId,
  );
  if (there) return { id: there.id };
  if (record.kind !== 'registered' && record.kind !== 'verified') return { id: null };
  const body = newDeployment(sha, record, outgoing);
  const created = await api.ask({ method: 'POST', path: `${root}/deployments`, body }, signal);
  if (created.kind !== 'answered') return created;
  const made = created.status === 201 ? fitting(Created, created.json) : null;
  return made === null ? api.failed(created) : { id: made.id };
}
