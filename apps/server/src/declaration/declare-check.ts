import {
  checkKind,
  type Question,
  type Service,
  type VerificationCheck,
  type WorkloadRef,
} from '@lastgood/domain';
import type { CheckInput } from './check-schema.ts';
import type { DeclarationFault, QueryLint } from './declaration-faults.ts';
import { knownVariables } from './lint-triggers.ts';

/** What is wrong with a declared check; `path` points at it. */
export function lintCheck(
  input: CheckInput,
  path: string,
  workloads: readonly WorkloadRef[],
  queries: QueryLint,
): DeclarationFault[] {
  const beside = { workloads, lintQuery: (query: string) => queries.lint(query, knownVariables) };
  return checkKind(input.type)
    .lint(input, beside)
    .map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
}

/** What a check of a service asks a metric source; null when it asks something else. */
export function questionOf(
  check: VerificationCheck,
  { cluster, namespace }: Service,
  variables: Question['variables'],
): Question | null {
  const asked = checkKind(check.type).ask(check, { cluster, namespace, variables });
  return asked.port === 'metrics' ? asked.question : null;
}

/** A check whose query is empty while all is well asks in vain in every verification that should pass. */
export function doubtAboutCheck(check: VerificationCheck, service: Service, queries: QueryLint): string[] {
  const template = questionOf(check, service, {})?.template;
  const empty = template === undefined ? null : queries.emptyWhenHealthy(template);
  return empty ? [`Check ${check.name}: ${empty.why} Put the limit into comparator and expected.`] : [];
}
