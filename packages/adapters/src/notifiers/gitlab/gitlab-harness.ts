import { type Answer, type LocalReceiver, startReceiver } from '../receiver-harness.ts';

/*
 * The commit status API as https://docs.gitlab.com/api/commits/#set-commit-pipeline-status and GitLab's own
 * `lib/api/commit_statuses.rb` and `Ci::CreateCommitStatusService` have it: it goes into the pipeline that is named, else into the newest of the
 * commit (gitlab-foss#51368), else into a new one; in it a status that is pending or running is found again by its name and changed, any other
 * is followed by a new one; a transition to the state that it has is refused (400), as older versions do. A pipeline runs while a status in it does.
 */

export interface LocalStatus {
  sha: string;
  name: string;
  status: string;
  description: string;
  target_url?: string;
  pipeline: number;
}

export interface LocalGitLab extends LocalReceiver {
  statuses: LocalStatus[];
  /** Oldest first. */
  pipelines: { id: number; sha: string }[];
  /** As a push, a tag, a schedule or a merge request does. */
  beginPipeline(sha: string): number;
  /** Whether it waits for a status in it. */
  isRunning(pipeline: number): boolean;
  /** Older versions do not say in which pipeline a status stands. */
  saysPipeline: boolean;
}

const states = ['pending', 'running', 'success', 'failed', 'canceled', 'skipped'];

export async function startGitLab(
  token: string,
  projects: readonly string[],
  commits: readonly string[],
): Promise<LocalGitLab> {
  const statuses: LocalStatus[] = [];
  const pipelines: LocalGitLab['pipelines'] = [];
  const beginPipeline = (sha: string) => {
    const id = (pipelines.at(-1)?.id ?? 900) + 1;
    pipelines.push({ id, sha });
    return id;
  };
  const isOpen = ({ status }: LocalStatus) => /^(pending|running)$/.test(status);
  const isRunning = (pipeline: number) => statuses.some((one) => one.pipeline === pipeline && isOpen(one));

  const receiver = await startReceiver(({ headers, method, path, body }) => {
    const [, id, rest = ''] = /^\/api\/v4\/projects\/([^/]+)(\/.+)?$/.exec(path) ?? [];
    if (id === undefined) return said(404, '404 Not Found');
    if (headers['private-token'] !== token) return said(401, '401 Unauthorized');
    if (!projects.includes(decodeURIComponent(id))) return said(404, '404 Project Not Found');
    if (method === 'GET' && rest === '') return { status: 200, json: { id: 1 } };
    const [, sha] = /^\/statuses\/([^/]+)$/.exec(rest) ?? [];
    return method === 'POST' && sha !== undefined ? post(sha, body) : said(404, '404 Not Found');
  });

  function post(sha: string, { pipeline_id, ...given }: Record<string, string> & { pipeline_id?: number }) {
    const { state, name = 'default', description = '', target_url } = given;
    if (state === undefined || !states.includes(state))
      return { status: 400, json: { error: 'state does not have a valid value' } };
    const commit = commits.find((each) => each.startsWith(sha));
    if (!commit) return said(404, '404 Commit Not Found');
    if (target_url !== undefined && target_url.length > 255)
      return said(400, { target_url: ['is too long (maximum is 255 characters)'] });
    if (description.length > 255 || name.length > 255)
      return said(400, { name: ['is too long (maximum is 255 characters)'] });
    const of = pipelines.filter((each) => each.sha === commit);
    const named = of.find(({ id }) => id === pipeline_id);
    if (pipeline_id !== undefined && !named)
      return said(404, '404 Pipeline for pipeline_id, sha and ref Not Found');
    const pipeline = named?.id ?? of.at(-1)?.id ?? beginPipeline(commit);
    const open = statuses.find((each) => each.pipeline === pipeline && each.name === name && isOpen(each));
    if (open?.status === state) {
      const reason = '(Reason(s): Status cannot transition via "run")';
      return said(400, `Cannot transition status via :run from :${state} ${reason}`);
    }
    const written = { description, ...(target_url === undefined ? {} : { target_url }) };
    if (open) Object.assign(open, { status: state, ...written });
    else statuses.push({ sha: commit, name, status: state, pipeline, ...written });
    const where = local.saysPipeline ? { pipeline_id: pipeline } : {};
    return { status: 201, json: { id: statuses.length, sha: commit, status: state, name, ...where } };
  }

  const local: LocalGitLab = Object.assign(receiver, {
    ...{ statuses, pipelines, beginPipeline, isRunning, saysPipeline: true },
  });
  return local;
}

function said(status: number, message: unknown): Answer {
  return { status, json: { message } };
}
