import type { WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import { type BackendState, backendCommands, readBackend } from './backend-state.ts';
import type { RuntimeApi } from './runtime-api.ts';

/** The route of a step, as every family of traffic names it. */
export type Route = Pick<WeightTarget, 'route' | 'rule'>;

export type NotRead = { kind: 'not-found' | 'unreachable'; reason: string };

/** A backend in one of the processes. */
export interface ProcessState extends BackendState {
  api: RuntimeApi;
}

/** Names of sections and servers: https://docs.haproxy.org/2.6/configuration.html#2.2 */
const nameForm = /^[A-Za-z0-9_.:-]{1,200}$/;

export const isName = (text: string) => nameForm.test(text);

/** The name of the backend, or why the route is none. A name goes into a line of commands, so its letters are judged first. */
export function backendOf({ route, rule }: Route): string | NotRead {
  if (route.kind !== 'backend') {
    return notFound(`HAProxy has no ${route.kind}: a route here is a backend, written as kind backend.`);
  }
  if (rule !== null) return notFound(`A backend of HAProxy has no rules, so there is no rule ${rule}.`);
  return isName(route.name) ? route.name : notFound('This is no name that a backend of HAProxy can have.');
}

/** The backend as every process has it; the first that cannot say it speaks for all. */
export async function readProcesses(
  apis: readonly RuntimeApi[],
  backend: string,
  trustUnchecked: boolean,
  signal: AbortSignal,
): Promise<ProcessState[] | NotRead> {
  const read = await Promise.all(apis.map((api) => readProcess(api, backend, trustUnchecked, signal)));
  const failed = read.find((one) => 'kind' in one);
  if (failed) return failed;
  const states = read.filter((one) => 'uid' in one);
  const [first] = states;
  const other = states.find(({ uid }) => uid !== first?.uid);
  if (first && other) {
    return notFound(
      `Backend ${backend} does not have the same servers at ${first.api.where} and ${other.api.where}: ` +
        'the processes of one entry must share a configuration.',
    );
  }
  return states;
}

export async function readProcess(
  api: RuntimeApi,
  backend: string,
  trustUnchecked: boolean,
  signal: AbortSignal,
): Promise<ProcessState | NotRead> {
  const answer = await api.ask(backendCommands(backend), signal);
  if (answer.kind === 'failed') return { kind: 'unreachable', reason: answer.reason };
  const state = readBackend(backend, answer.sections);
  if ('kind' in state) return { kind: state.kind, reason: `HAProxy at ${api.where}: ${state.reason}.` };
  if (state.servers.length === 0) return notFound(`Backend ${backend} has no server that takes traffic.`);
  const unchecked = state.servers.find(({ health }) => health === 'unchecked');
  if (unchecked && !trustUnchecked) {
    return notFound(
      `Server ${unchecked.name} of backend ${backend} has no health check, so nobody knows whether it is ready. ` +
        'Add `check` to it, or set trustUnchecked to take such servers for ready.',
    );
  }
  return { ...state, api };
}

function notFound(reason: string): NotRead {
  return { kind: 'not-found', reason };
}
