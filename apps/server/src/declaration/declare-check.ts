import type { VerificationCheck, WorkloadRef } from '@lastgood/domain';
import type { DeclarationFault, Lint } from './declaration-faults.ts';
import { lintQuery } from './lint-triggers.ts';
import type { CheckInput } from './service-schema.ts';

type Type = CheckInput['type'];

/** Members that belong to one type of check. */
const own: Record<Type, (keyof CheckInput)[]> = {
  prometheus: ['query', 'comparator', 'expected', 'tolerance', 'onNoData'],
  http: ['url', 'expectedStatus'],
  kubernetes: ['workload'],
};

const needed: Record<Type, (keyof CheckInput)[]> = {
  prometheus: ['query', 'comparator', 'expected'],
  http: ['url'],
  kubernetes: [],
};

/** What is wrong with a declared check; `path` points at it. */
export function lintCheck(
  input: CheckInput,
  path: string,
  workloads: readonly WorkloadRef[],
  lint: Lint,
): DeclarationFault[] {
  const missing = needed[input.type].filter((key) => input[key] === undefined);
  const foreign = Object.values(own)
    .flat()
    .filter((key) => input[key] !== undefined && !own[input.type].includes(key));
  return [
    ...missing.map((key) => ({
      path: `${path}/${key}`,
      message: `is required for a ${input.type} check.`,
    })),
    ...foreign.map((key) => ({
      path: `${path}/${key}`,
      message: `has no meaning in a ${input.type} check.`,
    })),
    ...(input.query === undefined ? [] : lintQuery(input.query, `${path}/query`, lint)),
    ...lintTolerance(input, path),
    ...lintUrl(input.url, `${path}/url`),
    ...lintWorkload(input.workload, `${path}/workload`, workloads),
  ];
}

function lintTolerance(input: CheckInput, path: string): DeclarationFault[] {
  if (input.comparator === 'within' && input.tolerance === undefined)
    return [{ path: `${path}/tolerance`, message: 'is required with the comparator within; 0.1 is 10 %.' }];
  if (input.tolerance !== undefined && input.comparator !== 'within')
    return [{ path: `${path}/tolerance`, message: 'has no meaning without the comparator within.' }];
  return [];
}

function lintUrl(url: string | undefined, path: string): DeclarationFault[] {
  if (url === undefined) return [];
  if (!URL.canParse(url)) return [{ path, message: 'is not a URL.' }];
  const { protocol, username } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    return [{ path, message: `must be http or https, not ${protocol.slice(0, -1)}.` }];
  return username ? [{ path, message: 'must not carry a user name or password.' }] : [];
}

function lintWorkload(
  workload: WorkloadRef | undefined,
  path: string,
  workloads: readonly WorkloadRef[],
): DeclarationFault[] {
  if (!workload || workloads.some((one) => one.kind === workload.kind && one.name === workload.name))
    return [];
  return [{ path, message: `${workload.kind} ${workload.name} is not one of the service's workloads.` }];
}

/** A linted check with its defaults: three passes in a row within 300 s, one attempt every 5 s. */
export function toCheck(input: CheckInput, workloads: readonly WorkloadRef[]): VerificationCheck {
  const frame = {
    name: input.name,
    passes: input.passes ?? 3,
    timeoutMs: (input.timeout ?? 300) * 1000,
    everyMs: (input.every ?? 5) * 1000,
  };
  switch (input.type) {
    case 'prometheus':
      return {
        ...frame,
        type: 'prometheus',
        query: present(input.query, 'query'),
        comparator: present(input.comparator, 'comparator'),
        expected: present(input.expected, 'expected'),
        ...(input.tolerance === undefined ? {} : { tolerance: input.tolerance }),
        onNoData: input.onNoData ?? 'could_not_ask',
      };
    case 'http':
      return {
        ...frame,
        type: 'http',
        url: present(input.url, 'url'),
        expectedStatus: input.expectedStatus ?? 200,
      };
    case 'kubernetes':
      return { ...frame, type: 'kubernetes', workload: present(input.workload ?? workloads[0], 'workload') };
  }
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`a check without ${name} must be refused before`);
  return value;
}
