import type { HttpProbe, MetricSource } from '@lastgood/domain';
import { ProblemError } from '../problems/problem-error.ts';

/** What is wrong with a query, without asking it. */
export type QueryLint = Pick<MetricSource, 'lint' | 'emptyWhenHealthy'>;

/** Which addresses may be asked, without asking one. */
export type ProbeLint = Pick<HttpProbe, 'refusal'>;

export interface DeclarationFault {
  /** JSON Pointer into the body. */
  path: string;
  message: string;
}

export function refuse(faults: readonly DeclarationFault[]): void {
  const [first] = faults;
  if (!first) return;
  const more = faults.length > 1 ? ` ${faults.length - 1} more in errors.` : '';
  throw new ProblemError(422, 'invalid-declaration', `${first.path}: ${first.message}${more}`, {
    errors: [...faults],
  });
}

/** Names given twice; the second is at fault. */
export function duplicates(names: readonly string[], path: (index: number) => string): DeclarationFault[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: path(index), message: `${name} is given twice.` }],
  );
}
