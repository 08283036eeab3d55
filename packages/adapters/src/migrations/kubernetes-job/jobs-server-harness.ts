import { readFileSync } from 'node:fs';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { parseAllDocuments } from 'yaml';

interface Job {
  metadata: { name: string; labels?: Record<string, string>; uid?: string };
  spec: { backoffLimit?: number; template: { spec: { containers: { args?: string[]; env?: object[] }[] } } };
  status: { conditions?: object[]; succeeded?: number; failed?: number };
}

export interface JobsServer {
  kubeconfig: string;
  jobs: Map<string, Job>;
  /** What was asked of jobs, in the words of RBAC. */
  verbs: Set<string>;
  /** The next answer to a POST is cut off after it was done. */
  loseNextReply(): void;
  /** Whoever asks meanwhile is cut off. */
  set(isUp: boolean): void;
  close(): Promise<void>;
}

/** The verbs for jobs that `deploy/kubernetes/rbac-jobs.yaml` gives. */
export function shippedVerbs(): string[] {
  const file = new URL('../../../../../deploy/kubernetes/rbac-jobs.yaml', import.meta.url);
  type Role = { rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .flatMap((document) => (document.toJS() as Role).rules ?? [])
    .filter(({ apiGroups, resources }) => apiGroups.includes('batch') && resources.includes('jobs'))
    .flatMap(({ verbs }) => verbs);
}

/**
 * The Jobs of an API server at its wire format, as recorded of Kubernetes 1.36: a name that is taken is 409 AlreadyExists, an
 * absent object 404, what the shipped rights do not give 403, and conditions come in two steps of which only the second is final.
 * @param run what a pod does; false: it ends with a status that is not 0
 */
export async function startJobsServer(run: (job: Job) => Promise<boolean>): Promise<JobsServer> {
  const jobs = new Map<string, Job>();
  const verbs = new Set<string>();
  const granted = shippedVerbs();
  let isLost = false;
  let isUp = true;
  const refusal = (code: number, reason: string, message: string) => ({
    code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code },
  });
  const create = (job: Job) => {
    const { name } = job.metadata;
    if (jobs.has(name)) return refusal(409, 'AlreadyExists', `jobs.batch "${name}" already exists`);
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      return refusal(422, 'Invalid', 'metadata.name: Invalid value');
    const made = { ...job, metadata: { ...job.metadata, uid: `uid-${jobs.size}` }, status: {} };
    jobs.set(name, made);
    void carryOut(made);
    return { code: 201, body: made };
  };
  const carryOut = async (job: Job) => {
    const isGood = await run(job).catch(() => false);
    const [early, final] = isGood ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
    const reason = isGood ? 'CompletionsReached' : 'BackoffLimitExceeded';
    const condition = (type: string | undefined) => ({ type, status: 'True', reason });
    job.status = { conditions: [condition(early)] };
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    job.status = {
      conditions: [condition(early), condition(final)],
      ...(isGood ? { succeeded: 1 } : { failed: 1 }),
    };
  };
  const server = await startLocalServer(async (request, response) => {
    if (!isUp) return void response.destroy();
    const url = new URL(request.url ?? '/', 'http://local');
    const name = /^\/apis\/batch\/v1\/namespaces\/shop\/jobs(?:\/([^/]+))?$/.exec(url.pathname)?.[1];
    const verb = request.method === 'POST' ? 'create' : name === undefined ? 'list' : 'get';
    verbs.add(verb);
    let answer: { code: number; body: unknown };
    if (!granted.includes(verb)) answer = refusal(403, 'Forbidden', `cannot ${verb} resource "jobs"`);
    else if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      answer = create(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Job);
      if (isLost) {
        isLost = false;
        return void response.destroy();
      }
    } else if (name !== undefined) {
      const found = jobs.get(name);
      answer = found
        ? { code: 200, body: found }
        : refusal(404, 'NotFound', `jobs.batch "${name}" not found`);
    } else {
      const [key = '', value] = (url.searchParams.get('labelSelector') ?? '').split('=');
      const items = [...jobs.values()].filter(({ metadata }) => metadata.labels?.[key] === value);
      answer = { code: 200, body: { kind: 'JobList', apiVersion: 'batch/v1', metadata: {}, items } };
    }
    response.writeHead(answer.code, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  return {
    jobs,
    verbs,
    loseNextReply() {
      isLost = true;
    },
    set(up) {
      isUp = up;
    },
    close: server.close,
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: server.url } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  };
}
