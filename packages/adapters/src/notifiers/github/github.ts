import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import type { ReceiverAnswer } from '../receiver-client.ts';
import { type Blame, faultIn, notPlaced } from '../receiver-fault.ts';
import { type CommitRecord, commitRecordOf, isWholeCommit } from '../recorded-commit.ts';
import { repositoryPath } from '../repository-path.ts';
import { isObject } from '../web-page.ts';
import { createGitHubApi } from './api.ts';
import { writeDeployment } from './deployment.ts';
import type { GitHubSettings } from './settings.ts';
import { commitStatus } from './statuses.ts';

/**
 * Writes the status of releases beside their commits. That is a commit status, since a deployment of GitHub is more than a record: creating one
 * starts every workflow `on: deployment`, which may deploy. Who wants it all the same sets `deployments`. `now` is epoch milliseconds.
 * Throws when the settings cannot work.
 * https://docs.github.com/en/rest/commits/statuses
 */
export function createGitHub(settings: GitHubSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, repository, deployments = false } = settings;
  const url = settingsUrl(settings.url ?? 'https://api.github.com', `github ${name} url`, 'token');
  const api = createGitHubApi(url, settings, now);
  const web = webOf(url);

  /** `/repos/OWNER/NAME` */
  function rootOf(to: string | null): string | null {
    const [owner, repo] = repositoryPath(to ?? repository ?? '', web) ?? [];
    const bare = repo?.replace(/\.git$/, '');
    return owner && bare && !/[{}]/.test(owner + bare) ? `/repos/${owner}/${bare}` : null;
  }

  /** A status is written beside a whole commit only. */
  async function wholeCommit(root: string, commit: string, signal: AbortSignal): Promise<string | Delivery> {
    if (isWholeCommit(commit)) return commit;
    const headers = { accept: 'application/vnd.github.sha' };
    const answer = await api.ask({ method: 'GET', path: `${root}/commits/${commit}`, headers }, signal);
    if (answer.kind !== 'answered') return answer;
    const found = answer.text.trim();
    const isOurs = isWholeCommit(found) && /^[0-9a-f]+$/.test(found) && found.startsWith(commit);
    if (answer.status === 200 && isOurs) return found;
    return answer.status === 200 ? unclear(commit) : api.failed(answer);
  }

  async function write(root: string, record: CommitRecord, outgoing: Outgoing, signal: AbortSignal) {
    const sha = await wholeCommit(root, record.commit, signal);
    if (typeof sha !== 'string') return sha;
    const body = commitStatus(record, outgoing);
    const answer = await api.ask({ method: 'POST', path: `${root}/statuses/${sha}`, body }, signal);
    const outcome = answer.kind === 'answered' ? outcomeOf(answer) : answer;
    if (outcome.kind !== 'delivered' || !deployments) return outcome;
    return writeDeployment(api, { root, sha, record, outgoing }, signal);
  }

  const outcomeOf = (answer: ReceiverAnswer): Delivery =>
    answer.status === 201 && isObject(answer) ? { kind: 'delivered' } : api.failed(answer);

  return {
    ...{ name, hears: 'records' },
    close: () => api.close(),
    async deliver(outgoing, signal) {
      const record = commitRecordOf(outgoing.notification);
      if (record === null) return { kind: 'delivered' };
      const root = rootOf(outgoing.to);
      if (root === null) return { kind: 'refused', reason: noRepository(web) };
      return write(root, record, outgoing, signal);
    },
    async probe(to, signal) {
      const root = rootOf(to);
      if (root === null) return notPlaced(to, 'repository', noRepository(web), advice);
      const answer = await api.ask({ method: 'GET', path: root }, signal);
      const seen = (given: ReceiverAnswer): Delivery =>
        given.status === 200 && isObject(given) ? { kind: 'delivered' } : api.failed(given);
      return faultIn(answer, seen, (status) => blame(status, to));
    },
  };
}

const advice = 'Write OWNER/NAME into the route, or into repository for those that do not say.';

function noRepository({ host }: URL): string {
  return `Nobody says which repository of ${host} it is.`;
}

function unclear(commit: string): Delivery {
  return { kind: 'refused', reason: `GitHub did not say which commit ${commit} is.` };
}

/** `api.github.com` is the API of github.com; that of a server stands below it. */
function webOf({ protocol, host }: URL): URL {
  return new URL(`${protocol}//${host.replace(/^api\./, '')}/`);
}

function blame(status: number, to: string | null): Blame {
  if (status === 401) return { setting: 'token', advice: 'Set a token that has not expired.' };
  if (status === 403) return { setting: 'token', advice: 'Give it the right to read the repository.' };
  if (status === 404)
    return {
      setting: to === null ? 'repository' : null,
      advice: 'Look at its name, and at whether the token may see it: GitHub says the same of both.',
    };
  return { setting: 'url', advice: 'Set the address of the API, or leave it out for github.com.' };
}
