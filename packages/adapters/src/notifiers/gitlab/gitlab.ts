import type { Delivery, Receipt } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { createReceiverClient, type NotDelivered, type ReceiverAnswer } from '../receiver-client.ts';
import { type Blame, faultIn, notPlaced } from '../receiver-fault.ts';
import { commitRecordOf } from '../recorded-commit.ts';
import { isObject } from '../web-page.ts';
import { projectId } from './project.ts';
import type { GitLabSettings } from './settings.ts';
import { type CommitStatus, commitStatus } from './status.ts';

/** A text, or what is wrong with each attribute. */
const Refusal = Type.Object({
  message: Type.Optional(Type.Union([Type.String(), Type.Record(Type.String(), Type.Array(Type.String()))])),
  error: Type.Optional(Type.String()),
});

/** Which pipeline the status stands in; GitLab says it since 2023: https://gitlab.com/gitlab-org/gitlab/-/merge_requests/127559 */
const Written = Type.Object({ pipeline_id: Type.Integer({ minimum: 1 }) });

/**
 * Writes the status of releases beside their commits, as a job of an external stage in the commit's pipeline. `now` is epoch milliseconds.
 * Throws when the settings cannot work.
 * https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
 */
export function createGitLab(settings: GitLabSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, token, project, tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(settings.url ?? 'https://gitlab.com', `gitlab ${name} url`, 'token');
  const headers = { 'private-token': token };
  const client = createReceiverClient(
    { title: 'GitLab', url, headers, secrets: [token], tlsCa, timeoutMs },
    now,
  );
  const idOf = (to: string | null) => projectId(to ?? project ?? '', url);

  function failed(answer: ReceiverAnswer): NotDelivered {
    const said = saidIn(answer);
    const reset = Number(answer.headers['ratelimit-reset']);
    if (answer.status === 429 && Number.isFinite(reset))
      return client.later(answer, said, Math.max(0, reset * 1_000 - now()));
    // Somebody else writes beside the same commit: "409 Conflict: Resource lock".
    return answer.status === 409 ? client.later(answer, said) : client.failed(answer, said);
  }

  function outcomeOf(answer: ReceiverAnswer, state: string, known: string | null): Delivery {
    const isWritten = answer.status === 201 && isObject(answer);
    if (!isWritten && !isThere(answer, state)) return failed(answer);
    const said = fitting(Written, answer.json)?.pipeline_id;
    const pipeline = said === undefined ? known : String(said);
    return { kind: 'delivered', ...(pipeline !== null && { receipt: { pipeline } }) };
  }

  /**
   * In the pipeline that the status began in, as another of the commit may be the newest by now, and a status that runs keeps its whole pipeline
   * running. In the newest where it is not known, or is not there any more.
   */
  async function write(path: string, status: CommitStatus, known: string | null, signal: AbortSignal) {
    const post = async (pipeline: string | null): Promise<ReceiverAnswer | NotDelivered> => {
      const body = { ...status, ...(pipeline !== null && { pipeline_id: Number(pipeline) }) };
      return client.ask({ method: 'POST', path, body }, signal);
    };
    const answer = await post(known);
    const isGone = known !== null && answer.kind === 'answered' && answer.status === 404;
    const written = isGone ? await post(null) : answer;
    return written.kind === 'answered' ? outcomeOf(written, status.state, isGone ? null : known) : written;
  }

  return {
    ...{ name, hears: 'records' },
    close: () => client.close(),
    async deliver(outgoing, signal) {
      const record = commitRecordOf(outgoing.notification);
      if (record === null) return { kind: 'delivered' };
      const id = idOf(outgoing.to);
      if (id === null) return { kind: 'refused', reason: noProject(url) };
      const path = `/api/v4/projects/${id}/statuses/${record.commit}`;
      return write(path, commitStatus(record, outgoing), pipelineIn(outgoing.earlier), signal);
    },
    async probe(to, signal) {
      const id = idOf(to);
      if (id === null) return notPlaced(to, 'project', noProject(url), advice);
      const answer = await client.ask({ method: 'GET', path: `/api/v4/projects/${id}` }, signal);
      const seen = (given: ReceiverAnswer): Delivery =>
        given.status === 200 && isObject(given) ? { kind: 'delivered' } : failed(given);
      return faultIn(answer, seen, (status) => blame(status, to));
    },
  };
}

function pipelineIn(earlier: Receipt | null): string | null {
  const { pipeline = '' } = earlier ?? {};
  return /^[1-9]\d{0,14}$/.test(pipeline) ? pipeline : null;
}

/** Asked again for the state that it has, as after a lost answer, it refuses: "Cannot transition status via :run from :running". */
function isThere(answer: ReceiverAnswer, state: string): boolean {
  const [, from] = /^Cannot transition status via :\w+ from :(\w+)/.exec(saidIn(answer) ?? '') ?? [];
  return answer.status === 400 && from === state;
}

const advice = 'Write GROUP/PROJECT into the route, or into project for those that do not say.';

function noProject({ host }: URL): string {
  return `Nobody says which project of ${host} it is.`;
}

function blame(status: number, to: string | null): Blame {
  if (status === 401) return { setting: 'token', advice: 'Set a token that has not expired.' };
  if (status === 403) return { setting: 'token', advice: 'Give it the scope api and the role Developer.' };
  if (status === 404)
    return {
      setting: to === null ? 'project' : null,
      advice: 'Look at its path, and at whether the token may see it: GitLab says the same of both.',
    };
  return {
    setting: 'url',
    advice: 'Set the address of the host without /api/v4, or leave it out for gitlab.com.',
  };
}

function saidIn({ json }: ReceiverAnswer): string | null {
  const { message, error } = fitting(Refusal, json) ?? {};
  if (message === undefined || typeof message === 'string') return message ?? error ?? null;
  return Object.entries(message)
    .map(([attribute, words]) => `${attribute} ${words.join(', ')}`)
    .join('; ');
}
