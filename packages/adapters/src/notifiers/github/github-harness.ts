import { type Answer, type LocalReceiver, type SeenRequest, startReceiver } from '../receiver-harness.ts';

/*
 * The REST API as https://docs.github.com/en/rest/commits/statuses, .../rest/deployments/deployments and .../statuses describe it. It refuses
 * what the real one refuses: no token (401), no user agent (403), what a token may not see (404), a commit that is not there or
 * cut short (422), a state, a length or an address that does not fit (422), a character beyond U+FFFF in what is shown (422: "description doesn't
 * accept 4-byte Unicode", ouzi-dev/commit-status-updater#527, unicode-org/jira-github-pr-check#28; taken for the same in names).
 */

export interface LocalDeployment {
  id: number;
  sha: string;
  task: string;
  environment: string;
  payload: unknown;
  states: string[];
}

export interface LocalGitHub extends LocalReceiver {
  /** Of each commit, newest last. */
  statuses: { sha: string; state: string; context: string; description: string; target_url?: string }[];
  deployments: LocalDeployment[];
}

const commitStates = ['error', 'failure', 'pending', 'success'];
const deploymentStates = [...commitStates, 'inactive', 'in_progress', 'queued'];

export async function startGitHub(
  token: string,
  repository: string,
  commits: readonly string[],
): Promise<LocalGitHub> {
  const statuses: LocalGitHub['statuses'] = [];
  const deployments: LocalDeployment[] = [];
  const receiver = await startReceiver((request) => {
    const { headers, method, path } = request;
    if (!headers['user-agent']) return said(403, 'Request forbidden by administrative rules.');
    if (headers.authorization !== `Bearer ${token}`) return said(401, 'Bad credentials');
    const url = new URL(path, 'http://localhost');
    const root = `/repos/${repository}`;
    if (!url.pathname.startsWith(`${root}/`) && url.pathname !== root) return said(404, 'Not Found');
    const rest = url.pathname.slice(root.length);
    const route = `${method} ${rest.replace(/\/(statuses|commits)\/[^/]+$/, '/$1/:sha').replace(/\/\d+\//, '/:id/')}`;
    return routes[route]?.(request, rest.split('/').at(-1) ?? '', url) ?? said(404, 'Not Found');
  });

  const routes: Record<string, (request: SeenRequest, last: string, url: URL) => Answer> = {
    'GET ': () => ({ status: 200, json: { full_name: repository } }),
    'GET /commits/:sha': ({ headers }, ref) => {
      const found = commits.filter((commit) => commit.startsWith(ref));
      if (found.length !== 1) return said(422, `No commit found for SHA: ${ref}`);
      const isText = headers.accept === 'application/vnd.github.sha';
      return isText
        ? {
            status: 200,
            text: found[0] ?? '',
            headers: { 'content-type': 'application/vnd.github.sha; charset=utf-8' },
          }
        : { status: 200, json: { sha: found[0] } };
    },
    'POST /statuses/:sha': ({ body }, sha) => {
      if (!commits.includes(sha)) return said(422, `No commit found for SHA: ${sha}`);
      const wrong = wrongIn(body, commitStates, body.target_url);
      if (wrong) return wrong;
      statuses.push({ sha, ...body });
      return { status: 201, json: { id: statuses.length, ...body } };
    },
    'GET /deployments': (_request, _last, { searchParams }) => {
      const asked = ['sha', 'task', 'environment'] as const;
      const found = deployments.filter((each) =>
        asked.every((name) => (searchParams.get(name) ?? each[name]) === each[name]),
      );
      return { status: 200, json: found.toReversed() };
    },
    'POST /deployments': ({ body }) => {
      // What it would do without being told otherwise: merge, and wait for every check.
      if (body.auto_merge !== false) return { status: 202, json: { message: 'Auto-merged main' } };
      if (body.required_contexts?.length !== 0) return said(409, 'Conflict: Commit status checks failed');
      if (!commits.includes(body.ref)) return said(422, `No ref found for: ${body.ref}`);
      const wide = wideIn(body);
      if (wide) return wide;
      const { task, environment, payload } = body;
      const id = deployments.length + 1_001;
      deployments.push({ id, sha: body.ref, task, environment, payload, states: [] });
      return { status: 201, json: { id, task, environment, payload } };
    },
    'POST /deployments/:id/statuses': ({ body, path }) => {
      const id = Number(/deployments\/(\d+)\//.exec(path)?.[1]);
      const deployment = deployments.find((each) => each.id === id);
      if (!deployment) return said(404, 'Not Found');
      const wrong = wrongIn(body, deploymentStates, body.log_url);
      if (wrong) return wrong;
      deployment.states.push(body.state);
      return { status: 201, json: { id: 1, state: body.state } };
    },
  };

  return Object.assign(receiver, { statuses, deployments });
}

function wrongIn(
  body: { state: string; description?: string; context?: string },
  states: readonly string[],
  link: string | undefined,
): Answer | null {
  const { state, description = '' } = body;
  if (!states.includes(state)) return failed('State is not included in the list');
  if (description.length > 140) return failed('description is too long (maximum is 140 characters)');
  if (link !== undefined && !/^https?:\/\//.test(link)) return failed('url must use http(s) scheme');
  return wideIn(body);
}

const failed = (message: string) => said(422, 'Validation Failed', [{ message }]);

function wideIn(body: Record<string, unknown>): Answer | null {
  const wide = ['description', 'context', 'environment'].find((name) =>
    /[\u{10000}-\u{10FFFF}]/u.test(String(body[name] ?? '')),
  );
  return wide === undefined ? null : failed(`${wide} doesn't accept 4-byte Unicode`);
}

function said(status: number, message: string, errors?: { message: string }[]): Answer {
  const more = errors ? { errors } : {};
  return { status, json: { message, ...more, documentation_url: 'https://docs.github.com/rest' } };
}
