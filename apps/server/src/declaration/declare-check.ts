import { declaredKind, type WorkloadRef } from '@lastgood/domain';
import type { CheckInput } from './check-schema.ts';
import type { DeclarationFault, Lint } from './declaration-faults.ts';
import { knownVariables } from './lint-triggers.ts';

/** What is wrong with a declared check; `path` points at it. */
export function lintCheck(
  input: CheckInput,
  path: string,
  workloads: readonly WorkloadRef[],
  lint: Lint,
): DeclarationFault[] {
  const beside = { workloads, lintQuery: (query: string) => lint(query, knownVariables) };
  return declaredKind(input.type)
    .lint(input, beside)
    .map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
}
