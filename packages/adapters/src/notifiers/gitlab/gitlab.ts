import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { createReceiverClient, type NotDelivered, type ReceiverAnswer } from '../receiver-client.ts';
import { type Blame, faultIn, notPlaced } from '../receiver-fault.ts';
import { commitRecordOf } from '../recorded-commit.ts';
import { projectId } from './project.ts';
import type { GitLabSettings } from './settings.ts';
import { commitStatus } from './status.ts';

/** A text, or what is wrong with each attribute. */
const Refusal = Type.Object({
  message: Type.Optional(Type.Union([Type.String(), Type.Record(Type.String(), Type.Array(Type.String()))])),
  error: Type.Optional(Type.String()),
});

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

  function outcomeOf(answer: ReceiverAnswer, state: string): Delivery {
    if (answer.status === 201 || isThere(answer, state)) return { kind: 'delivered' };
    return failed(answer);
  }

  return {
    ...{ name, hears: 'records' },
    close: () => client.close(),
    async deliver(outgoing, signal) {
      const record = commitRecordOf(outgoing.notification);
      if (record === null) return { kind: 'delivered' };
      const id = idOf(outgoing.to);
      if (id === null) return { kind: 'refused', reason: noProject(url) };
      const body = commitStatus(record, outgoing);
      const path = `/api/v4/projects/${id}/statuses/${record.commit}`;
      const answer = await client.ask({ method: 'POST', path, body }, signal);
      return answer.kind === 'answered' ? outcomeOf(answer, body.state) : answer;
    },
    async probe(to, signal) {
      const id = idOf(to);
      if (id === null) return notPlaced(to, 'project', noProject(url), advice);
      const answer = await client.ask({ method: 'GET', path: `/api/v4/projects/${id}` }, signal);
      const seen = (given: ReceiverAnswer): Delivery =>
        given.status === 200 ? { kind: 'delivered' } : failed(given);
      return faultIn(answer, seen, (status) => blame(status, to));
    },
  };
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
