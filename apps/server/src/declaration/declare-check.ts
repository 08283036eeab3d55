import {
  checkKind,
  declaredKind,
  type Question,
  type Service,
  type VerificationCheck,
  type WorkloadRef,
} from '@lastgood/domain';
import type { CheckInput } from './check-schema.ts';
import type { DeclarationFault, ProbeLint, QueryLint } from './declaration-faults.ts';
import { knownVariables } from './known-variables.ts';

/** What is wrong with a declared check; `path` points at it. */
export function lintCheck(
  input: CheckInput,
  path: string,
  workloads: readonly WorkloadRef[],
  { queries, probe }: { queries: QueryLint; probe: ProbeLint },
): DeclarationFault[] {
  const beside = { workloads, lintQuery: (query: string) => queries.lint(query, knownVariables) };
  const kind = declaredKind(input.type);
  const faults = kind.lint(input, beside).map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
  if (faults.length > 0) return faults;
  const message = refusalOf(kind.accept(input, workloads), probe);
  return message === null ? [] : [{ path: `${path}/url`, message }];
}

/** Why a check may not ask its address, and what to change; null when it may, or asks no address. */
function refusalOf(check: VerificationCheck, probe: ProbeLint): string | null {
  const asked = checkKind(check.type).ask(check, nobody);
  return asked.port === 'probe' ? probe.refusal(asked.url) : null;
}

/** What the checks of a service may not ask by the configuration of now, which may be newer than the declaration. */
export function refusedChecks(checks: readonly VerificationCheck[], probe: ProbeLint): string[] {
  return checks.flatMap((check) => {
    const reason = refusalOf(check, probe);
    return reason === null
      ? []
      : [`Check ${check.name} cannot pass, so no rollback can be proven by it: ${reason}`];
  });
}

/** An address does not depend on whose service it is. */
const nobody = { cluster: '', namespace: '', variables: {} };

/** What a check of a service asks a metric source; null when it asks something else. */
export function questionOf(
  check: VerificationCheck,
  { cluster, namespace }: Pick<Service, 'cluster' | 'namespace'>,
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
