import type { HttpProbe, ReviewedSource } from '@lastgood/domain';
import { type Fault, othersInWords } from '../problems/listed-faults.ts';
import { ProblemError } from '../problems/problem-error.ts';

/** What is wrong with a query, without asking it. */
export type QueryLint = Pick<ReviewedSource, 'lint' | 'emptyWhenHealthy' | 'review'>;

/** Which addresses may be asked, without asking one. */
export type ProbeLint = Pick<HttpProbe, 'refusal'>;

export type DeclarationFault = Fault;

/** Where there is one at least it is refused. */
export function refuse(faults: readonly [DeclarationFault, ...DeclarationFault[]]): never;
export function refuse(faults: readonly DeclarationFault[]): void;
export function refuse(faults: readonly DeclarationFault[]): void {
  const [first] = faults;
  if (!first) return;
  throw new ProblemError(
    422,
    'invalid-declaration',
    `${first.path}: ${first.message}${othersInWords(faults.length)}`,
    {
      errors: [...faults],
    },
  );
}

/** Names given twice; the second is at fault. */
export function duplicates(names: readonly string[], path: (index: number) => string): DeclarationFault[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: path(index), message: `${name} is given twice.` }],
  );
}
